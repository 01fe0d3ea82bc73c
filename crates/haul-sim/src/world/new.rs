//! Construction of a world from its setup.

use super::World;
use crate::agenda::{Agenda, PHYSICS_RATE};
use crate::error::SimError;
use crate::ground::MineGround;
use crate::line::Line;
use crate::metrics::{Metrics, TruckMetrics};
use crate::physics::{Physics, PhysicsTier};
use crate::posts::Posts;
use crate::setup::{Setup, TruckSetup};
use crate::setup_marks::SetupMarks;
use crate::shovel::SimShovel;
use crate::site::Site;
use crate::tip::Tips;
use crate::truck::{Outfit, SimTruck};
use crate::vehicle::SimVehicle;
use crate::weather::Weather;
use haul_core::{Footprint, PlaceId, Pose2, Step};
use haul_fleet::{FixedAssignment, RegisteredTruck, SiteCore};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::Atlas;
use std::sync::{Arc, Mutex};

impl World {
    /// Builds the world at the start of a run: trucks stand at rest on the ground, and shovels hold a full bucket.
    ///
    /// # Errors
    /// Returns an error if the setup is not valid: no truck, two trucks with the same number, starts that overlap or
    /// lie off the map, a place that the mine lacks or that is of the wrong kind, or a loading place without a shovel.
    pub fn new(setup: Setup) -> Result<World, SimError> {
        check(&setup)?;
        let marks = SetupMarks::of(&setup);
        let map = setup.map;
        let clock = Step::at_rate(PHYSICS_RATE);
        let mut physics = Physics::new(clock.dt());
        let (low, _) = map.terrain.bounds();
        let (terrain, size) = (&map.terrain, map.terrain.size());
        if !physics.add_terrain((low.x, low.y), terrain.spacing(), size, |i, j| terrain.node(i, j)) {
            return Err(SimError::NoTerrain(map.name.clone()));
        }
        let conditions = setup.conditions;
        let (friction, rolling) = (conditions.friction, conditions.rolling_resistance);
        let ground = MineGround::new(Arc::clone(&map), friction, rolling, setup.slippery, &setup.weather);
        let weather = Weather::new(setup.weather);

        let outfit = Outfit {
            seed: setup.seed,
            sensors: setup.sensors,
            conditions,
            epoch: setup.epoch,
            environment: weather.environment(),
            atlas: setup.atlas.unwrap_or_else(|| Arc::new(Atlas::new(Arc::clone(&map)))),
        };
        let mut tier = PhysicsTier::new(physics);
        let mut trucks = Vec::with_capacity(setup.trucks.len());
        let mut metrics = Metrics::default();
        let mut assignments = Vec::with_capacity(setup.trucks.len());
        for (truck, index) in setup.trucks.iter().zip(0..) {
            let mut made = SimTruck::new(index, truck, &outfit, &ground, &mut tier);
            made.feel_weather(weather.visibility(), weather.environment());
            if weather.plan().cold_start {
                made.cool_down();
            }
            trucks.push(made);
            metrics.trucks.push(TruckMetrics::new(truck.id));
            let assignment = FixedAssignment {
                truck: truck.id,
                load: truck.load.clone(),
                dump: truck.dump.clone(),
                park: truck.park.clone(),
            };
            assignments.push(RegisteredTruck { assignment, footprint: truck.spec.footprint() });
        }

        // The fall points of tips use the first truck's outline: all trucks of a place have nearly the same tail.
        let outline =
            setup.trucks.first().map_or(Footprint { front: 0.0, rear: 0.0, half_width: 0.0 }, |t| t.spec.footprint());
        let tips = Tips::new(&map, &outline);
        let mut shovels = Vec::with_capacity(setup.shovels.len());
        for shovel in setup.shovels {
            let Some(place) = map.place(&shovel.place) else { continue };
            let Some(pose) =
                place.machine.or_else(|| behind_spot(place.spots.first()?.pose, &outline, shovel.spec.reach))
            else {
                continue;
            };
            let spots: Vec<Pose2> = place.spots.iter().map(|s| s.pose).collect();
            let room = |p: Pose2| map.drivable.clearance(p.position());
            let face = SimShovel::face_direction(&shovel.spec, pose, &spots, room);
            let height = map.terrain.height(pose.x, pose.y);
            shovels.push(SimShovel::new(setup.seed, shovel.place, shovel.spec, pose, height, face));
        }

        let site = Site::new(SiteCore::new(Arc::clone(&map), assignments)?.with_epoch(setup.epoch));
        let mut vehicles = Vec::with_capacity(setup.vehicles.len());
        for (vehicle, index) in setup.vehicles.into_iter().zip(0..) {
            vehicles.push(SimVehicle::new(index, vehicle, setup.epoch, &map.terrain, &mut tier));
        }
        let has_shovel = |place: &PlaceId| shovels.iter().any(|shovel| shovel.place() == place);
        let posts = Posts::of_machines(&map, has_shovel, &mut tier);
        let line = Line::new(setup.seed, setup.line, trucks.iter().map(SimTruck::id))
            .with_beacons(setup.seed, vehicles.iter().map(|vehicle| vehicle.id().clone()));
        Ok(World {
            marks,
            agenda: Agenda::new(clock, setup.script),
            clock,
            tier,
            ground,
            weather,
            trucks,
            shovels,
            tips,
            site,
            line,
            posts,
            vehicles,
            targets: Vec::new(),
            metrics,
            events: Vec::new(),
            log: Vec::new(),
            digests: Mutex::default(),
            map,
        })
    }
}

/// Returns the pose of a shovel whose place gives none: behind the tail of a truck in the first spot, at the shovel's
/// reach.
fn behind_spot(spot: Pose2, outline: &Footprint, reach: f64) -> Option<Pose2> {
    let pose = spot.advanced(-(outline.rear + reach));
    pose.is_finite().then_some(pose)
}

/// Checks a setup. Returns the first error in it.
fn check(setup: &Setup) -> Result<(), SimError> {
    if setup.trucks.is_empty() {
        return Err(SimError::NoTruck);
    }
    let map = &setup.map;
    for (i, vehicle) in setup.vehicles.iter().enumerate() {
        if setup.vehicles[..i].iter().any(|v| v.id == vehicle.id) {
            return Err(SimError::TwiceTheVehicle(vehicle.id.clone()));
        }
        if !(vehicle.speed.is_finite() && vehicle.speed > 0.0) {
            return Err(SimError::VehicleSpeed { vehicle: vehicle.id.clone(), speed: vehicle.speed });
        }
    }
    let (low, high) = map.terrain.bounds();
    for (i, truck) in setup.trucks.iter().enumerate() {
        if setup.trucks[..i].iter().any(|t| t.id == truck.id) {
            return Err(SimError::TwiceTheTruck(truck.id));
        }
        let at = truck.start;
        let inside = at.is_finite() && at.x > low.x && at.y > low.y && at.x < high.x && at.y < high.y;
        if !inside {
            return Err(SimError::StartOffTheMap { truck: truck.id, x: at.x, y: at.y });
        }
        if let Some(other) = setup.trucks[..i].iter().find(|t| overlap(t, truck)) {
            return Err(SimError::StartsOverlap(other.id, truck.id));
        }
        let load = find(map, truck, &truck.load)?;
        if load != PlaceKind::Load {
            return Err(wrong(truck, &truck.load, "be loaded", load));
        }
        let dump = find(map, truck, &truck.dump)?;
        if !matches!(dump, PlaceKind::Dump | PlaceKind::Crusher) {
            return Err(wrong(truck, &truck.dump, "tip", dump));
        }
        if let Some(park) = &truck.park {
            find(map, truck, park)?;
        }
        if !setup.shovels.iter().any(|s| s.place == truck.load) {
            return Err(SimError::NoShovel(truck.load.clone()));
        }
    }
    Ok(())
}

/// Returns true if the outlines of two trucks overlap.
fn overlap(a: &TruckSetup, b: &TruckSetup) -> bool {
    let (fa, fb) = (a.spec.footprint(), b.spec.footprint());
    let near = |f: &Footprint, pose: Pose2, other: &Footprint, at: Pose2| {
        other.outline(at, 1.0).any(|p| f.distance(pose, p) <= 0.0)
    };
    a.start.distance(b.start) < fa.reach() + fb.reach()
        && (near(&fa, a.start, &fb, b.start) || near(&fb, b.start, &fa, a.start))
}

fn find(map: &MineMap, truck: &TruckSetup, place: &PlaceId) -> Result<PlaceKind, SimError> {
    match map.place(place) {
        Some(found) => Ok(found.kind),
        None => Err(SimError::NoSuchPlace { truck: truck.id, place: place.clone(), mine: map.name.clone() }),
    }
}

fn wrong(truck: &TruckSetup, place: &PlaceId, wanted: &'static str, kind: PlaceKind) -> SimError {
    let found = match kind {
        PlaceKind::Load => "loading place",
        PlaceKind::Crusher => "crusher",
        PlaceKind::Dump => "dump",
        PlaceKind::Park => "park",
        PlaceKind::Fuel => "fuel point",
    };
    SimError::WrongKindOfPlace { truck: truck.id, place: place.clone(), wanted, found }
}
