//! Prepared road networks of one map, shared by all trucks.

use crate::journey::{Journey, JourneyOptions, PlanError, plan_over};
use crate::route::{Criterion, Network};
use crate::{Conditions, TruckModel};
use haul_core::Pose2;
use haul_mine::MineMap;
use haul_vehicle::{Environment, TruckSpec};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Networks kept where no other number is given: 4 truck types, empty and loaded, under 4 conditions.
const USUAL_CAPACITY: usize = 32;
/// Classes of payload between empty and rated.
const PAYLOAD_CLASSES: f64 = 20.0;

/// Prepared road networks of one map, shared by all trucks.
///
/// A [`Network`] holds for a truck type in its air, a payload, the condition of the roads and a criterion. Preparing one
/// takes far longer than asking it, so an atlas keeps them, and hands the same one to every truck that it suits. Wrap
/// it in an `Arc` to share it between trucks and threads.
///
/// An atlas belongs to one revision of a map. A map that has changed needs a new atlas.
///
/// Payloads are rounded to twentieths of the rated payload ([`Atlas::payload_class`]), so that the noise of weighing does
/// not prepare a network for each kilogram.
#[derive(Debug)]
pub struct Atlas {
    map: Arc<MineMap>,
    capacity: usize,
    kept: Mutex<Vec<Kept>>,
}

/// What a network is prepared for.
#[derive(Debug, Clone)]
struct Key {
    spec: Arc<TruckSpec>,
    environment: Environment,
    payload_kg: f64,
    conditions: Conditions,
    criterion: Criterion,
}

impl Key {
    /// Whether a network prepared for one key suits the other.
    fn suits(&self, other: &Key) -> bool {
        self.payload_kg == other.payload_kg
            && self.conditions == other.conditions
            && self.criterion == other.criterion
            && self.environment == other.environment
            && (Arc::ptr_eq(&self.spec, &other.spec) || self.spec == other.spec)
    }
}

/// A network with its key.
#[derive(Debug)]
struct Kept {
    key: Key,
    network: Arc<Network>,
}

impl Atlas {
    /// Returns an empty atlas of a map that keeps up to 32 networks.
    pub fn new(map: Arc<MineMap>) -> Self {
        Self::with_capacity(map, USUAL_CAPACITY)
    }

    /// Returns an empty atlas of a map that keeps up to `networks` networks, one at least. The one whose last use lies
    /// furthest back makes room for the next.
    pub fn with_capacity(map: Arc<MineMap>, networks: usize) -> Self {
        Self { map, capacity: networks.max(1), kept: Mutex::new(Vec::new()) }
    }

    /// Returns the map.
    pub fn map(&self) -> &Arc<MineMap> {
        &self.map
    }

    /// Returns the number of networks kept now.
    pub fn len(&self) -> usize {
        self.kept().len()
    }

    /// Returns true while no network is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the payload (kg) that stands for a payload (kg) of a truck: the nearest twentieth of its rated payload.
    pub fn payload_class(truck: &TruckModel, payload_kg: f64) -> f64 {
        let step = truck.spec.rated_payload() / PAYLOAD_CLASSES;
        (payload_kg / step).round() * step
    }

    /// Returns the network for a truck with the class of a payload (kg); prepares it where it is not yet kept.
    pub fn network(
        &self,
        truck: &TruckModel,
        conditions: &Conditions,
        payload_kg: f64,
        criterion: Criterion,
    ) -> Arc<Network> {
        let key = Key {
            spec: Arc::clone(&truck.spec),
            environment: *truck.limits.environment(),
            payload_kg: Self::payload_class(truck, payload_kg),
            conditions: *conditions,
            criterion,
        };
        if let Some(network) = self.kept_for(&key) {
            return network;
        }
        // Prepared without the lock, so that other trucks go on. Two that miss at once both prepare; the first stays.
        let fresh = Arc::new(Network::prepare_for(&self.map, truck, conditions, key.payload_kg, criterion));
        if let Some(network) = self.kept_for(&key) {
            return network;
        }
        let mut kept = self.kept();
        if kept.len() >= self.capacity {
            kept.remove(0);
        }
        kept.push(Kept { key, network: Arc::clone(&fresh) });
        fresh
    }

    /// Plans a drive as [`plan_journey`](crate::journey::plan_journey) does for the class of the payload, with a network of
    /// this atlas.
    ///
    /// # Errors
    ///
    /// As [`plan_journey`](crate::journey::plan_journey).
    pub fn plan_journey(
        &self,
        truck: &TruckModel,
        conditions: &Conditions,
        start: Pose2,
        goal: Pose2,
        options: &JourneyOptions,
    ) -> Result<Journey, PlanError> {
        let network = || self.network(truck, conditions, options.payload_kg, options.criterion);
        plan_over(&self.map, truck, start, goal, options, &network)
    }

    /// Networks in the order of their last use.
    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the network kept for a key, and notes its use.
    fn kept_for(&self, key: &Key) -> Option<Arc<Network>> {
        let mut kept = self.kept();
        let index = kept.iter().position(|k| k.key.suits(key))?;
        let found = kept.remove(index);
        let network = Arc::clone(&found.network);
        kept.push(found);
        Some(network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::plan_journey;
    use crate::path::Travel;
    use haul_mine::PlaceKind;
    use haul_mine::generate::{PitSpec, generate_pit};

    fn truck() -> TruckModel {
        TruckModel::new(Arc::new(TruckSpec::tr100at()))
    }

    #[test]
    fn journeys_equal_those_without_an_atlas_and_their_networks_are_prepared_once() {
        let map = Arc::new(generate_pit(&PitSpec::drawn(2)).unwrap());
        let (truck, conditions) = (truck(), Conditions::of(&map));
        let spot = |kind| map.places.iter().find(|p| p.kind == kind).unwrap().spots[0].pose;
        let (face, tip) = (spot(PlaceKind::Load), spot(PlaceKind::Crusher));
        let atlas = Atlas::new(Arc::clone(&map));
        // What struts weigh on two trips, and empty both ways.
        for (from, to, weighed) in [(face, tip, 91_200.0), (face, tip, 90_700.0), (tip, face, 0.0), (face, tip, 30.0)] {
            let options = JourneyOptions { payload_kg: weighed, arrive: Some(Travel::Reverse), ..Default::default() };
            let class = JourneyOptions { payload_kg: Atlas::payload_class(&truck, weighed), ..options.clone() };
            let plain = plan_journey(&map, &truck, &conditions, from, to, &class).unwrap();
            assert_eq!(atlas.plan_journey(&truck, &conditions, from, to, &options).unwrap(), plain);
        }
        assert_eq!(atlas.len(), 2, "one loaded, one empty");
        // Another truck of the same type, read from its own file, finds the same network.
        let twin = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let of = |truck| atlas.network(truck, &conditions, 0.0, Criterion::TIME);
        assert!(Arc::ptr_eq(&of(&truck), &of(&twin)));
    }

    #[test]
    fn the_network_used_longest_ago_makes_room() {
        let map = Arc::new(generate_pit(&PitSpec::drawn(1)).unwrap());
        let (truck, dry) = (truck(), Conditions::of(&map));
        let atlas = Atlas::with_capacity(Arc::clone(&map), 2);
        let wet = Conditions { friction: 0.3, ..dry };
        let first = atlas.network(&truck, &dry, 0.0, Criterion::TIME);
        let second = atlas.network(&truck, &wet, 0.0, Criterion::TIME);
        assert!(Arc::ptr_eq(&first, &atlas.network(&truck, &dry, 0.0, Criterion::TIME)));
        atlas.network(&truck, &dry, 91_000.0, Criterion::TIME);
        assert_eq!(atlas.len(), 2);
        assert!(Arc::ptr_eq(&first, &atlas.network(&truck, &dry, 0.0, Criterion::TIME)), "used more lately");
        assert!(!Arc::ptr_eq(&second, &atlas.network(&truck, &wet, 0.0, Criterion::TIME)), "had to make room");
    }

    #[test]
    fn is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Atlas>();
    }
}
