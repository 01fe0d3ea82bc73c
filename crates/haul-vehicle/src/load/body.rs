//! The inside of the dump body: a floor that falls to the front, two sides, a front wall, an open tail.

use crate::spec::quantity::Quantity::{Angle, Length};
use crate::spec::reader::{FigureRange, Reader};
use serde::Serialize;

/// Inner shape of the dump body. Heights are above the ground with the body down, m.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BodySpec {
    /// Distance of the floor's tail edge behind the rear axle.
    pub tail_behind: f64,
    /// Horizontal length of the floor from the tail edge to the front wall.
    pub floor_length: f64,
    /// Width between the sides.
    pub inside_width: f64,
    /// Height of the tail edge.
    pub tail_height: f64,
    /// Downward angle of the floor from the tail to the front, rad.
    pub floor_angle: f64,
    /// Height of the upper edge of the sides.
    pub side_height: f64,
    /// Height up to which the front wall and canopy hold the load.
    pub front_height: f64,
}

/// Slope of the struck surface down to the open tail (SAE J1363: 1:1).
const TAIL_SLOPE: f64 = 1.0;
/// Slope of a heap over the sides and the front (SAE J1363: 2:1).
const HEAP_SLOPE: f64 = 0.5;
/// Number of cells per direction in the computation of volumes.
const CELLS: usize = 60;
/// Tolerance between the volumes of this simplified shape and the stated ones, ratio.
const VOLUME_TOLERANCE: f64 = 0.06;

impl BodySpec {
    pub(crate) fn read(r: &mut Reader, struck: f64, heaped: f64) -> Self {
        let p = FigureRange::Positive;
        let spec = Self {
            tail_behind: r.figure("body.tail_behind", Length, p),
            floor_length: r.figure("body.floor_length", Length, p),
            inside_width: r.figure("body.inside_width", Length, p),
            tail_height: r.figure("body.tail_height", Length, p),
            floor_angle: r.figure("body.floor_angle", Angle, FigureRange::NotNegative),
            side_height: r.figure("body.side_height", Length, p),
            front_height: r.figure("body.front_height", Length, p),
        };
        let floor_front = spec.floor(spec.floor_length);
        if floor_front <= 0.0 {
            r.wrong("body.floor_angle.value", "the floor dips into the ground", "a lesser angle or a shorter floor");
        }
        if spec.side_height < spec.tail_height {
            let what = "the sides end below the tail edge";
            r.wrong("body.side_height.value", what, "at least `body.tail_height`");
        }
        if spec.front_height < spec.side_height {
            let what = "the front wall ends below the sides";
            r.wrong("body.front_height.value", what, "at least `body.side_height`");
        }
        for (path, stated, found) in [
            ("geometry.body_volume_struck.value", struck, spec.struck_volume()),
            ("geometry.body_volume_heaped.value", heaped, spec.heaped_volume()),
        ] {
            if (found / stated - 1.0).abs() > VOLUME_TOLERANCE {
                let what = format!("the body's inside gives {found:.1} m³, the stated volume is {stated:.1}");
                r.wrong(path, what, "correct the volume or the figures under [body]");
            }
        }
        spec
    }

    /// Returns the height of the floor at a distance (m) ahead of the tail edge.
    pub fn floor(&self, ahead: f64) -> f64 {
        self.tail_height - libm::tan(self.floor_angle) * ahead
    }

    /// Returns the struck volume, m³ (SAE J1363): level with the sides, 1:1 down to the open tail.
    pub fn struck_volume(&self) -> f64 {
        self.volume(|ahead, _| self.side_height.min(self.tail_height + TAIL_SLOPE * ahead))
    }

    /// Returns the heaped volume, m³ (SAE J1363): 2:1 over the sides and the front, 1:1 down to the open tail.
    pub fn heaped_volume(&self) -> f64 {
        self.volume(|ahead, from_side| {
            let tail = self.tail_height + TAIL_SLOPE * ahead;
            let side = self.side_height + HEAP_SLOPE * from_side;
            let front = self.front_height + HEAP_SLOPE * (self.floor_length - ahead);
            tail.min(side).min(front)
        })
    }

    /// Returns the volume between the floor and `surface`, a height given by the distances to the tail edge and to the
    /// nearer side.
    fn volume(&self, surface: impl Fn(f64, f64) -> f64) -> f64 {
        let (du, dv) = (self.floor_length / CELLS as f64, self.inside_width / CELLS as f64);
        let mut sum = 0.0;
        for i in 0..CELLS {
            let ahead = (i as f64 + 0.5) * du;
            for j in 0..CELLS / 2 {
                let from_side = (j as f64 + 0.5) * dv;
                sum += 2.0 * (surface(ahead, from_side) - self.floor(ahead)).max(0.0);
            }
        }
        sum * du * dv
    }
}

#[cfg(test)]
mod tests {
    use crate::spec::TruckSpec;

    #[test]
    fn the_inside_holds_the_stated_volumes() {
        let spec = TruckSpec::tr100at();
        assert!((spec.body.struck_volume() / 41.6 - 1.0).abs() < 0.03, "{}", spec.body.struck_volume());
        assert!((spec.body.heaped_volume() / 57.0 - 1.0).abs() < 0.03, "{}", spec.body.heaped_volume());
    }
}
