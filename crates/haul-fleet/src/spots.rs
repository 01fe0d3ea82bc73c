//! Spots of one place, and the queue for them.

use haul_core::{SimTime, TruckId};
use haul_messages::Uuid;
use haul_mine::PlaceKind;

/// A truck's visit to a spot, from the grant of the spot until the truck has left it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Visit {
    /// Id of the visit, given by the truck.
    pub id: Uuid,
    /// The truck.
    pub truck: TruckId,
    /// True if the truck has reported that it stands in the spot.
    pub spotted: bool,
    /// Loaded mass, kg; `None` until the shovel has kicked the truck out.
    pub loaded_kg: Option<f64>,
    /// True if the truck has tipped in the spot.
    pub tipped: bool,
    /// Time at which the visit ended, if it ended because the truck had no path.
    pub(crate) without_path: Option<SimTime>,
    /// Spots of the place that the truck cannot reach.
    declined: Vec<usize>,
}

impl Visit {
    pub(crate) fn new(truck: TruckId, id: Uuid) -> Self {
        let (loaded_kg, without_path) = (None, None);
        Self { id, truck, spotted: false, loaded_kg, tipped: false, without_path, declined: Vec::new() }
    }
}

/// A truck's position at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueuePosition {
    /// The truck holds this spot.
    Spot(usize),
    /// The truck waits, with this many trucks before it.
    Waiting(usize),
}

/// A truck that waits for a spot.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Waiting {
    truck: TruckId,
    visit_id: Uuid,
    /// Spots of the place that the truck cannot reach.
    declined: Vec<usize>,
}

/// Spots of a place, each held by one truck or free, and the queue for them: first come, first served.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PlaceBook {
    /// Kind of the place.
    pub kind: PlaceKind,
    spots: Vec<Option<Visit>>,
    queue: Vec<Waiting>,
}

impl PlaceBook {
    /// Creates a place with this many spots, all free.
    pub fn new(kind: PlaceKind, spots: usize) -> Self {
        Self { kind, spots: vec![None; spots], queue: Vec::new() }
    }

    /// Returns true if the place has a spot with this index.
    pub fn has_spot(&self, spot_index: usize) -> bool {
        spot_index < self.spots.len()
    }

    /// Returns the position of a truck; `None` if the truck has not asked for a spot.
    pub fn position(&self, truck: TruckId) -> Option<QueuePosition> {
        let spot = self.spots.iter().position(|spot| spot.as_ref().is_some_and(|visit| visit.truck == truck));
        let queue = || self.queue.iter().position(|waiting| waiting.truck == truck);
        spot.map(QueuePosition::Spot).or_else(|| queue().map(QueuePosition::Waiting))
    }

    /// Returns the truck that holds a spot.
    pub fn holder(&self, spot_index: usize) -> Option<TruckId> {
        self.spots.get(spot_index)?.as_ref().map(|visit| visit.truck)
    }

    /// Returns the index of a truck's spot and its visit, if the truck holds a spot.
    pub fn visit(&mut self, truck: TruckId) -> Option<(usize, &mut Visit)> {
        let visits = self.spots.iter_mut().enumerate();
        visits.filter_map(|(i, spot)| Some((i, spot.as_mut()?))).find(|(_, visit)| visit.truck == truck)
    }

    /// Returns the id of a truck's visit, in a spot or in the queue.
    pub fn visit_id(&self, truck: TruckId) -> Option<Uuid> {
        let spotted = self.spots.iter().flatten().find(|visit| visit.truck == truck).map(|visit| visit.id);
        spotted.or_else(|| self.queue.iter().find(|waiting| waiting.truck == truck).map(|waiting| waiting.visit_id))
    }

    /// Returns true if a truck has reported that it stands in its spot.
    pub fn is_spotted(&self, truck: TruckId) -> bool {
        self.spots.iter().flatten().any(|visit| visit.truck == truck && visit.spotted)
    }

    /// Returns the trucks that wait, from the head of the queue.
    pub fn waiting(&self) -> impl Iterator<Item = TruckId> {
        self.queue.iter().map(|waiting| waiting.truck)
    }

    /// Handles a truck's request for a spot and returns the truck's position. A repeated request changes only the id of
    /// the visit.
    pub fn ask(&mut self, truck: TruckId, visit_id: Uuid) -> QueuePosition {
        match self.position(truck) {
            Some(QueuePosition::Spot(index)) => {
                // A truck that has restarted asks with a new id for the spot that it holds.
                if let Some(visit) = self.spots[index].as_mut().filter(|visit| visit.id != visit_id) {
                    *visit = Visit::new(truck, visit_id);
                }
            }
            Some(QueuePosition::Waiting(index)) => self.queue[index].visit_id = visit_id,
            None => {
                self.queue.push(Waiting { truck, visit_id, declined: Vec::new() });
                self.promote();
            }
        }
        // The truck was just queued, so it has a position; if not, the last position is the safe answer.
        self.position(truck).unwrap_or(QueuePosition::Waiting(self.queue.len()))
    }

    /// Notes that a truck cannot reach the spot that it holds, and puts the truck at the head of the queue for another
    /// spot. Returns `None` if the truck does not hold this spot, or if it has declined every spot and therefore holds
    /// no position any more.
    pub fn decline(&mut self, truck: TruckId, spot_index: usize) -> Option<QueuePosition> {
        let visit = self.spots.get_mut(spot_index)?.take_if(|visit| visit.truck == truck)?;
        let mut declined = visit.declined;
        declined.push(spot_index);
        if declined.len() < self.spots.len() {
            self.queue.insert(0, Waiting { truck, visit_id: visit.id, declined });
        }
        self.promote();
        self.position(truck)
    }

    /// Gives a free spot to a truck that already stands in it, even while others wait. Another spot that it held at the
    /// place becomes free. Returns `false` if the spot is taken or does not exist.
    pub fn occupy(&mut self, truck: TruckId, spot_index: usize, visit_id: Uuid) -> bool {
        match self.spots.get_mut(spot_index) {
            Some(spot) if spot.is_none() => {}
            _ => return false,
        }
        self.queue.retain(|waiting| waiting.truck != truck);
        for spot in &mut self.spots {
            spot.take_if(|visit| visit.truck == truck);
        }
        self.spots[spot_index] = Some(Visit::new(truck, visit_id));
        self.promote();
        true
    }

    /// Gives back the truck's spot or its position in the queue. Returns the visit that ends. A visit that never had a
    /// spot accepts no tip any more.
    pub fn leave(&mut self, truck: TruckId) -> Option<Visit> {
        let queued = self.queue.iter().position(|waiting| waiting.truck == truck).map(|index| {
            let Waiting { visit_id, declined, .. } = self.queue.remove(index);
            Visit { tipped: true, declined, ..Visit::new(truck, visit_id) }
        });
        let ended = self.spots.iter_mut().find_map(|spot| spot.take_if(|visit| visit.truck == truck));
        self.promote();
        ended.or(queued)
    }

    /// Gives free spots to the trucks that have waited longest and can reach them.
    fn promote(&mut self) {
        for (index, spot) in self.spots.iter_mut().enumerate() {
            if spot.is_none()
                && let Some(next) = self.queue.iter().position(|waiting| !waiting.declined.contains(&index))
            {
                let waiting = self.queue.remove(next);
                let visit = Visit::new(waiting.truck, waiting.visit_id);
                *spot = Some(Visit { declined: waiting.declined, ..visit });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VISIT: Uuid = Uuid::nil();

    #[test]
    fn spots_go_in_the_order_of_asking() {
        let mut place = PlaceBook::new(PlaceKind::Load, 1);
        let truck = |n| TruckId(n);
        assert_eq!(place.ask(truck(5), VISIT), QueuePosition::Spot(0));
        assert_eq!(place.ask(truck(3), VISIT), QueuePosition::Waiting(0));
        assert_eq!(place.ask(truck(4), VISIT), QueuePosition::Waiting(1));
        assert_eq!(place.ask(truck(3), VISIT), QueuePosition::Waiting(0), "asking again does not lose the position");
        assert_eq!(place.leave(truck(5)).unwrap().truck, truck(5));
        assert_eq!(place.position(truck(3)), Some(QueuePosition::Spot(0)));
        assert_eq!(place.position(truck(4)), Some(QueuePosition::Waiting(0)));
        assert_eq!(place.leave(truck(5)), None);
    }

    #[test]
    fn a_truck_that_cannot_reach_a_spot_gets_another_and_finally_none() {
        let mut place = PlaceBook::new(PlaceKind::Dump, 2);
        let (one, two) = (TruckId(1), TruckId(2));
        assert_eq!(place.ask(one, VISIT), QueuePosition::Spot(0));
        assert_eq!(place.decline(one, 0), Some(QueuePosition::Spot(1)));
        assert_eq!(place.ask(two, VISIT), QueuePosition::Spot(0), "the spot is for others");
        assert_eq!(place.decline(one, 1), None);
        assert_eq!(place.position(one), None);
    }

    #[test]
    fn a_spot_that_was_never_offered_is_not_declined() {
        let mut place = PlaceBook::new(PlaceKind::Dump, 2);
        let (one, two) = (TruckId(1), TruckId(2));
        place.ask(one, VISIT);
        assert_eq!(place.ask(two, VISIT), QueuePosition::Spot(1));
        assert_eq!(place.decline(two, 1), Some(QueuePosition::Waiting(0)), "it waits for the other spot");
        place.leave(one);
        assert_eq!(place.position(two), Some(QueuePosition::Spot(0)));
        assert_eq!(place.decline(two, 0), None);
    }

    proptest! {
        #[test]
        fn a_spot_never_belongs_to_two_trucks_and_is_never_free_while_one_waits(
            spots in 0..4_usize, deeds in proptest::collection::vec((0..3_u8, 0..6_u32, 0..4_usize), 0..60),
        ) {
            let mut place = PlaceBook::new(PlaceKind::Dump, spots);
            for (deed, truck, spot) in deeds {
                let truck = TruckId(truck);
                match deed {
                    0 => drop(place.ask(truck, VISIT)),
                    1 => drop(place.leave(truck)),
                    _ => drop(place.occupy(truck, spot, VISIT)),
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
