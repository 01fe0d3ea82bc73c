//! One place's spots and the queue for them.

use haul_core::TruckId;
use haul_messages::Timestamp;
use haul_mine::PlaceKind;

/// A spot in a truck's hands, from its grant until the truck has left. Times are those of the truck's own messages, so
/// that an old message is told from a new one by one clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// The truck.
    pub truck: TruckId,
    /// When it asked.
    pub asked: Timestamp,
    /// Whether it has said that it stands there.
    pub spotted: bool,
    /// What the shovel has loaded, kg, once it has kicked the truck out.
    pub loaded_kg: Option<f64>,
    /// Whether it has tipped there.
    pub tipped: bool,
}

/// Where a truck stands with a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds this spot.
    Spot(usize),
    /// It is so many trucks from the head of the queue.
    Queue(usize),
}

/// A place's spots, each one truck's or nobody's, and who waits, first come first.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceBook {
    /// What the place is for.
    pub kind: PlaceKind,
    spots: Vec<Option<Visit>>,
    queue: Vec<(TruckId, Timestamp)>,
}

impl PlaceBook {
    /// A place with so many spots, all free.
    pub fn new(kind: PlaceKind, spots: usize) -> Self {
        Self { kind, spots: vec![None; spots], queue: Vec::new() }
    }

    /// Whether there is such a spot.
    pub fn has_spot(&self, spot_index: usize) -> bool {
        spot_index < self.spots.len()
    }

    /// Where a truck stands; `None` where it has not asked.
    pub fn standing(&self, truck: TruckId) -> Option<Standing> {
        let spot = self.spots.iter().position(|spot| spot.as_ref().is_some_and(|visit| visit.truck == truck));
        let queue = || self.queue.iter().position(|(waiting, _)| *waiting == truck);
        spot.map(Standing::Spot).or_else(|| queue().map(Standing::Queue))
    }

    /// Who holds a spot.
    pub fn holder(&self, spot_index: usize) -> Option<TruckId> {
        self.spots.get(spot_index)?.as_ref().map(|visit| visit.truck)
    }

    /// A truck's visit, where it holds a spot.
    pub fn visit(&mut self, truck: TruckId) -> Option<(usize, &mut Visit)> {
        let visits = self.spots.iter_mut().enumerate();
        visits.filter_map(|(i, spot)| Some((i, spot.as_mut()?))).find(|(_, visit)| visit.truck == truck)
    }

    /// Whether a truck has said that it stands in its spot.
    pub fn is_spotted(&self, truck: TruckId) -> bool {
        self.spots.iter().flatten().any(|visit| visit.truck == truck && visit.spotted)
    }

    /// Who waits, first the head of the queue.
    pub fn waiting(&self) -> impl Iterator<Item = TruckId> {
        self.queue.iter().map(|(truck, _)| *truck)
    }

    /// Takes a truck's wish for a spot and answers where it stands; asking again changes nothing.
    pub fn ask(&mut self, truck: TruckId, asked: Timestamp) -> Standing {
        if let Some(standing) = self.standing(truck) {
            return standing;
        }
        self.queue.push((truck, asked));
        self.promote();
        // It was just put into the queue, so it is there or in a spot; the last place is the careful answer.
        self.standing(truck).unwrap_or(Standing::Queue(self.queue.len()))
    }

    /// Puts a truck into a spot that nobody holds, whoever waits: it stands there already. Another spot of the place
    /// that it held is free again. `false` where the spot is taken or there is no such spot.
    pub fn occupy(&mut self, truck: TruckId, spot_index: usize, asked: Timestamp) -> bool {
        match self.spots.get_mut(spot_index) {
            Some(spot) if spot.is_none() => {}
            _ => return false,
        }
        self.queue.retain(|(waiting, _)| *waiting != truck);
        for spot in &mut self.spots {
            if spot.as_ref().is_some_and(|visit| visit.truck == truck) {
                *spot = None;
            }
        }
        self.spots[spot_index] = Some(Visit { truck, asked, spotted: false, loaded_kg: None, tipped: false });
        self.promote();
        true
    }

    /// Gives back what the truck has here, spot or place in the queue. Returns the visit that ends.
    pub fn leave(&mut self, truck: TruckId) -> Option<Visit> {
        self.queue.retain(|(waiting, _)| *waiting != truck);
        let spot = self.spots.iter_mut().find(|spot| spot.as_ref().is_some_and(|visit| visit.truck == truck));
        let ended = spot.and_then(Option::take);
        self.promote();
        ended
    }

    /// Gives free spots to the head of the queue.
    fn promote(&mut self) {
        while let Some(free) = self.spots.iter().position(Option::is_none) {
            if self.queue.is_empty() {
                return;
            }
            let (truck, asked) = self.queue.remove(0);
            self.spots[free] = Some(Visit { truck, asked, spotted: false, loaded_kg: None, tipped: false });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn spots_go_in_the_order_of_asking() {
        let mut place = PlaceBook::new(PlaceKind::Load, 1);
        let truck = |n| TruckId(n);
        assert_eq!(place.ask(truck(5), at(0)), Standing::Spot(0));
        assert_eq!(place.ask(truck(3), at(1)), Standing::Queue(0));
        assert_eq!(place.ask(truck(4), at(2)), Standing::Queue(1));
        assert_eq!(place.ask(truck(3), at(3)), Standing::Queue(0), "asking again does not lose the place");
        assert_eq!(place.leave(truck(5)).unwrap().truck, truck(5));
        assert_eq!(place.standing(truck(3)), Some(Standing::Spot(0)));
        assert_eq!(place.standing(truck(4)), Some(Standing::Queue(0)));
        assert_eq!(place.leave(truck(5)), None);
    }

    proptest! {
        #[test]
        fn a_spot_is_never_two_trucks_and_never_idle_while_one_waits(
            spots in 0..4_usize, deeds in proptest::collection::vec((0..3_u8, 0..6_u32, 0..4_usize), 0..60),
        ) {
            let mut place = PlaceBook::new(PlaceKind::Dump, spots);
            for (deed, truck, spot) in deeds {
                let truck = TruckId(truck);
                match deed {
                    0 => drop(place.ask(truck, at(0))),
                    1 => drop(place.leave(truck)),
                    _ => drop(place.occupy(truck, spot, at(0))),
                }
                let held: Vec<_> = (0..spots).filter_map(|i| place.holder(i)).collect();
                let mut all: Vec<_> = held.iter().copied().chain(place.waiting()).collect();
                prop_assert!(held.len() == spots || place.waiting().next().is_none());
                let count = all.len();
                all.sort();
                all.dedup();
                prop_assert_eq!(all.len(), count, "a truck is in one place only");
            }
        }
    }
}
