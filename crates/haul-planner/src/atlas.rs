//! Prepared road networks and planned paths of one map, shared by all trucks.

mod shelf;

use crate::journey::{Journey, JourneyOptions, PlanError, plan_over};
use crate::route::{Criterion, Network};
use crate::{Conditions, Path, Travel, TruckModel};
use haul_core::Pose2;
use haul_mine::MineMap;
use haul_vehicle::{Environment, TruckSpec};
use shelf::Shelf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Usual number of networks kept: 4 truck types, empty and loaded, under 4 conditions.
const USUAL_CAPACITY: usize = 32;
/// Number of paths kept: between 16 spots and the waiting poses of 16 places, in both directions, for 2 truck types.
const PATHS: usize = 1_024;
/// Number of truck models kept, more than the truck types of a site.
const MODELS: usize = 64;
/// Number of payload classes between empty and rated.
const PAYLOAD_CLASSES: f64 = 20.0;

/// Prepared road networks and planned paths of one map, shared by all trucks.
///
/// A [`Network`] is valid for a truck type in its environment, a payload, the condition of the roads and a criterion.
/// Preparing a network takes far longer than a query. An atlas therefore keeps networks, and shares each with every
/// truck for which it is valid. It also keeps the paths between fixed poses ([`Atlas::path`]) and one [`TruckModel`]
/// for each truck type. Wrap an atlas in an `Arc` to share it between trucks and threads.
///
/// The result of an atlas depends only on the query: not on the order of queries, the thread, or what was dropped to
/// make room. An empty atlas gives the same results.
///
/// An atlas is valid for one revision of a map. After a change of the map, create a new atlas.
///
/// Payloads are rounded to twentieths of the rated payload ([`Atlas::payload_class`]), so that small differences in the
/// measured payload do not each need a network.
#[derive(Debug)]
pub struct Atlas {
    map: Arc<MineMap>,
    models: Mutex<Shelf<ModelKey, Arc<TruckModel>>>,
    networks: Mutex<Shelf<Key, Arc<Network>>>,
    paths: Mutex<Shelf<PathKey, Result<Arc<Path>, PlanError>>>,
}

/// A truck type in an environment, which identifies a truck model.
#[derive(Debug, Clone)]
struct ModelKey {
    spec: Arc<TruckSpec>,
    environment: Environment,
}

impl ModelKey {
    fn of(truck: &TruckModel) -> Self {
        Self { spec: Arc::clone(&truck.spec), environment: *truck.limits.environment() }
    }
}

impl PartialEq for ModelKey {
    fn eq(&self, other: &Self) -> bool {
        self.environment == other.environment && (Arc::ptr_eq(&self.spec, &other.spec) || self.spec == other.spec)
    }
}

/// The inputs that a network depends on.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    payload_bits: u64,
    conditions: Conditions,
    criterion: Criterion,
    truck: ModelKey,
}

/// The inputs that a path depends on.
#[derive(Debug, Clone, PartialEq)]
struct PathKey {
    start: [u64; 3],
    goal: [u64; 3],
    arrive: Option<Travel>,
    network: Key,
}

/// Returns the exact bits of a pose's coordinates and heading.
fn bits(pose: Pose2) -> [u64; 3] {
    [pose.x, pose.y, pose.heading].map(f64::to_bits)
}

impl Atlas {
    /// Returns an empty atlas of a map that keeps up to 32 networks.
    pub fn new(map: Arc<MineMap>) -> Self {
        Self::with_capacity(map, USUAL_CAPACITY)
    }

    /// Returns an empty atlas of a map that keeps up to `networks` networks, at least one. A new network replaces the
    /// least recently used one.
    pub fn with_capacity(map: Arc<MineMap>, networks: usize) -> Self {
        Self {
            map,
            models: Mutex::new(Shelf::new(MODELS)),
            networks: Mutex::new(Shelf::new(networks)),
            paths: Mutex::new(Shelf::new(PATHS)),
        }
    }

    /// Returns the map.
    pub fn map(&self) -> &Arc<MineMap> {
        &self.map
    }

    /// Returns the number of networks kept now.
    pub fn len(&self) -> usize {
        locked(&self.networks).len()
    }

    /// Returns true if no network is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of paths kept now.
    pub fn paths_kept(&self) -> usize {
        locked(&self.paths).len()
    }

    /// Returns the model of a truck type in an environment. The model is computed once and shared.
    pub fn truck_model(&self, spec: &Arc<TruckSpec>, environment: Environment) -> Arc<TruckModel> {
        let key = ModelKey { spec: Arc::clone(spec), environment };
        kept_or(&self.models, key, || Arc::new(TruckModel::in_environment(Arc::clone(spec), environment)))
    }

    /// Returns the payload class (kg) of a payload (kg): the nearest multiple of a twentieth of the truck's rated
    /// payload.
    pub fn payload_class(truck: &TruckModel, payload_kg: f64) -> f64 {
        let step = truck.spec.rated_payload() / PAYLOAD_CLASSES;
        (payload_kg / step).round() * step
    }

    /// Returns the network for a truck and the class of a payload (kg). Prepares the network if it is not kept.
    pub fn network(
        &self,
        truck: &TruckModel,
        conditions: &Conditions,
        payload_kg: f64,
        criterion: Criterion,
    ) -> Arc<Network> {
        let payload_kg = Self::payload_class(truck, payload_kg);
        let key = Self::key(truck, conditions, payload_kg, criterion);
        let prepare = || Arc::new(Network::prepare_for(&self.map, truck, conditions, payload_kg, criterion));
        kept_or(&self.networks, key, prepare)
    }

    /// Plans a journey like [`plan_journey`](crate::journey::plan_journey), for the payload class and with a network of
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

    /// Returns the path between two poses that trucks visit repeatedly, such as a spot and a waiting pose.
    ///
    /// The path is planned once for each truck type, payload class, condition of the roads and criterion. An error is
    /// kept as well. If `options` has obstacles, the path is planned each time.
    ///
    /// # Errors
    ///
    /// As [`plan_journey`](crate::journey::plan_journey).
    pub fn path(
        &self,
        truck: &TruckModel,
        conditions: &Conditions,
        start: Pose2,
        goal: Pose2,
        options: &JourneyOptions,
    ) -> Result<Arc<Path>, PlanError> {
        let plan = || self.plan_journey(truck, conditions, start, goal, options).map(|journey| Arc::new(journey.path));
        if !options.obstacles.is_empty() {
            return plan();
        }
        let payload_kg = Self::payload_class(truck, options.payload_kg);
        let network = Self::key(truck, conditions, payload_kg, options.criterion);
        let key = PathKey { start: bits(start), goal: bits(goal), arrive: options.arrive, network };
        kept_or(&self.paths, key, plan)
    }

    fn key(truck: &TruckModel, conditions: &Conditions, payload_kg: f64, criterion: Criterion) -> Key {
        // Minus zero and zero count as the same payload.
        let payload_bits = (payload_kg + 0.0).to_bits();
        Key { payload_bits, conditions: *conditions, criterion, truck: ModelKey::of(truck) }
    }
}

fn locked<T>(shelf: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked while it held the lock left a consistent shelf: entries are added complete.
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the value kept for a key, or makes the value and keeps it.
fn kept_or<K: PartialEq, V: Clone>(shelf: &Mutex<Shelf<K, V>>, key: K, make: impl FnOnce() -> V) -> V {
    if let Some(value) = locked(shelf).get(&key) {
        return value;
    }
    // Made without the lock, so that other trucks can continue. If two callers miss at once, both make it; the first is
    // kept.
    let fresh = make();
    locked(shelf).put(key, fresh)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::plan_journey;
    use crate::manoeuvre::Obstacle;
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
        // Payloads measured on two trips, and two empty ones.
        for (from, to, weighed) in [(face, tip, 91_200.0), (face, tip, 90_700.0), (tip, face, 0.0), (face, tip, 30.0)] {
            let options = JourneyOptions { payload_kg: weighed, arrive: Some(Travel::Reverse), ..Default::default() };
            let class = JourneyOptions { payload_kg: Atlas::payload_class(&truck, weighed), ..options.clone() };
            let plain = plan_journey(&map, &truck, &conditions, from, to, &class).unwrap();
            assert_eq!(atlas.plan_journey(&truck, &conditions, from, to, &options).unwrap(), plain);
        }
        assert_eq!(atlas.len(), 2, "one loaded, one empty");
        // Another truck of the same type, with its own copy of the specification, must get the same network.
        let twin = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let of = |truck| atlas.network(truck, &conditions, 0.0, Criterion::TIME);
        assert!(Arc::ptr_eq(&of(&truck), &of(&twin)));
    }

    #[test]
    fn the_least_recently_used_network_is_dropped() {
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
    fn paths_do_not_depend_on_the_order_of_queries_or_on_dropped_entries() {
        let map = Arc::new(generate_pit(&PitSpec::drawn(2)).unwrap());
        let (model, dry) = (truck(), Conditions::of(&map));
        let spot = |kind| map.places.iter().find(|p| p.kind == kind).unwrap().spots[0].pose;
        let (face, tip) = (spot(PlaceKind::Load), spot(PlaceKind::Crusher));
        // Two trucks of one type, with slightly different measured payloads, and a repeated query.
        let asked = [(face, tip, 91_200.0), (face, tip, 90_700.0), (tip, face, 0.0), (face, tip, 0.0)];
        let ask = |atlas: &Atlas, truck: &TruckModel, k: usize| {
            let (from, to, payload_kg) = asked[k];
            let options = JourneyOptions { payload_kg, arrive: Some(Travel::Reverse), ..Default::default() };
            atlas.path(truck, &dry, from, to, &options).unwrap()
        };
        let (first, second) = (Atlas::new(Arc::clone(&map)), Atlas::with_capacity(Arc::clone(&map), 1));
        let forward: Vec<_> = (0..4).map(|k| ask(&first, &model, k)).collect();
        let twin = truck();
        let backward: Vec<_> = (0..4).rev().map(|k| ask(&second, &twin, k)).collect();
        assert!(forward.iter().eq(backward.iter().rev()));
        assert!(Arc::ptr_eq(&forward[0], &forward[1]) && Arc::ptr_eq(&forward[0], &ask(&first, &twin, 0)));
        assert_eq!(first.paths_kept(), 3, "one payload class, one back, one empty");
    }

    #[test]
    fn concurrent_queries_get_one_path() {
        let map = Arc::new(generate_pit(&PitSpec::drawn(1)).unwrap());
        let (model, dry) = (truck(), Conditions::of(&map));
        let spot = |kind| map.places.iter().find(|p| p.kind == kind).unwrap().spots[0].pose;
        let (from, to) = (spot(PlaceKind::Load), spot(PlaceKind::Crusher));
        let atlas = Atlas::new(Arc::clone(&map));
        let ask = || atlas.path(&model, &dry, from, to, &JourneyOptions::default());
        let (here, there) = std::thread::scope(|scope| {
            let other = scope.spawn(ask);
            (ask().unwrap(), other.join().unwrap().unwrap())
        });
        assert!(here == there && atlas.paths_kept() == 1);
        assert!(Arc::ptr_eq(&ask().unwrap(), &ask().unwrap()));
    }

    #[test]
    fn failures_are_kept_and_drives_around_obstacles_are_not() {
        let map = Arc::new(generate_pit(&PitSpec::drawn(1)).unwrap());
        let (model, dry) = (truck(), Conditions::of(&map));
        let atlas = Atlas::new(Arc::clone(&map));
        let face = map.places.iter().find(|p| p.kind == PlaceKind::Load).unwrap();
        let (spot, head) = (face.spots[0].pose, face.queue[0]);
        let off = Pose2::new(1e6, 1e6, 0.0);
        let options = JourneyOptions::default();
        let failed = atlas.path(&model, &dry, spot, off, &options).unwrap_err();
        assert_eq!(atlas.path(&model, &dry, spot, off, &options).unwrap_err(), failed);
        assert_eq!(atlas.paths_kept(), 1);
        let rock = Obstacle::Circle { centre: head.advanced(40.0).position(), radius: 0.5 };
        let around = JourneyOptions { obstacles: vec![rock], ..JourneyOptions::default() };
        let _ = atlas.path(&model, &dry, head, spot, &around);
        assert_eq!(atlas.paths_kept(), 1);
    }

    #[test]
    fn one_model_serves_all_trucks_of_a_type() {
        let atlas = Atlas::new(Arc::new(generate_pit(&PitSpec::drawn(1)).unwrap()));
        let high = Environment { altitude: 4_000.0, ..Environment::default() };
        // Two specifications with the same figures are one type.
        let of = |environment| atlas.truck_model(&Arc::new(TruckSpec::tr100at()), environment);
        assert!(Arc::ptr_eq(&of(Environment::default()), &of(Environment::default())));
        assert!(!Arc::ptr_eq(&of(Environment::default()), &of(high)) && Arc::ptr_eq(&of(high), &of(high)));
    }

    #[test]
    fn is_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Atlas>();
    }
}
