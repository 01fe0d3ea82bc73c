//! A packed table of next hops. A hop is the position of a neighbour, so two bits are enough at most junctions. A
//! smaller table is read faster from memory.

/// A table of small whole numbers, all below a common bound.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NextHops {
    /// Each number has 2^`width` bits, and 2^`share` numbers fit into a byte.
    width: u32,
    share: u32,
    bytes: Vec<u8>,
}

impl NextHops {
    /// Creates `count` zeros, with enough bits for numbers below `bound` (at most 256).
    pub(super) fn zeros(count: usize, bound: usize) -> Self {
        let width = (0..3).find(|width| bound <= 1 << (1 << width)).unwrap_or(3);
        let share = 3 - width;
        Self { width, share, bytes: vec![0; count.div_ceil(1 << share)] }
    }

    pub(super) fn get(&self, index: usize) -> u8 {
        let shift = self.shift(index);
        (self.bytes[index >> self.share] >> shift) & self.mask()
    }

    pub(super) fn set(&mut self, index: usize, number: u8) {
        let (shift, mask) = (self.shift(index), self.mask());
        let byte = &mut self.bytes[index >> self.share];
        *byte = (*byte & !(mask << shift)) | (number & mask) << shift;
    }

    /// Returns the bit at which a number begins in its byte.
    fn shift(&self, index: usize) -> u32 {
        (index as u32 & ((1 << self.share) - 1)) << self.width
    }

    fn mask(&self) -> u8 {
        ((1_u32 << (1 << self.width)) - 1) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::NextHops;

    #[test]
    fn numbers_of_every_width_come_back() {
        for bound in [1, 2, 3, 4, 5, 16, 17, 255, 256] {
            let count = 1_001;
            let mut hops = NextHops::zeros(count, bound);
            let number = |k: usize, round: usize| (k.wrapping_mul(2_654_435_761 + round) % bound) as u8;
            for round in 0..2 {
                (0..count).rev().for_each(|k| hops.set(k, number(k, round)));
                assert!((0..count).all(|k| hops.get(k) == number(k, round)), "below {bound}");
            }
        }
        assert_eq!(NextHops::zeros(1_000, 4).bytes.len(), 250);
        assert_eq!(NextHops::zeros(1_000, 5).bytes.len(), 500);
    }
}
