//! Journeys on a surveyed mine: from a face on the north-eastern bench to the crusher yard in the west, and back.

mod plotted;

use haul_core::{Point2, Pose2};
use haul_mine::{ImportOptions, MineMap, TruckShape, import_edges_csv, propose_places, resolve_place};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, Obstacle, plan_manoeuvre};
use haul_planner::{Conditions, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

/// Returns the folder of real mines: `HAUL_REAL_MINES`, or a folder beside the project.
fn surveys() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("HAUL_REAL_MINES").map_or_else(beside, PathBuf::from)
}

static DAPAI: LazyLock<MineMap> = LazyLock::new(|| {
    let file = surveys().join("dapai/edges.csv");
    assert!(file.exists(), "no survey at {}: set HAUL_REAL_MINES to the folder of real mines", file.display());
    import_edges_csv(&file, &ImportOptions::default()).unwrap().0
});

/// Returns a pose with room around it, near a point in the survey's coordinates.
fn roomy(map: &MineMap, easting: f64, northing: f64, heading: f64) -> Pose2 {
    let near = Point2::new(easting - map.datum.easting, northing - map.datum.northing);
    let truck = TruckSpec::tr100at().footprint();
    let mut best: Option<(f64, Pose2)> = None;
    for i in -20..=20 {
        for j in -20..=20 {
            let p = Pose2::new(near.x + 3.0 * f64::from(i), near.y + 3.0 * f64::from(j), heading);
            let clearance = map.drivable.footprint_clearance(&truck, p).min(8.0);
            let score = clearance - 0.02 * (p.position() - near).norm();
            if best.is_none_or(|(s, _)| score > s) {
                best = Some((score, p));
            }
        }
    }
    best.unwrap().1
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn from_the_north_eastern_bench_to_the_crusher_yard_and_back() {
    let map = &*DAPAI;
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let conditions = Conditions::of(map);
    let (face, yard) = (roomy(map, 2_900.0, 1_080.0, 0.0), roomy(map, 1_080.0, 800.0, 0.0));
    for (name, from, to, payload_kg) in [("down", face, yard, 91_000.0), ("up", yard, face, 0.0)] {
        let options = JourneyOptions { payload_kg, ..JourneyOptions::default() };
        let started = std::time::Instant::now();
        let journey =
            plan_journey(map, &truck, &conditions, from, to, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
        let took = started.elapsed();
        plotted::dump(map, name, &journey.path);
        let points = &journey.path.points;
        let least = points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min);
        let most = points.iter().map(|p| p.curvature.abs()).fold(0.0, f64::max);
        #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
        {
            eprintln!(
                "{name}: {:.0} m, {} legs, {} sections, least clearance {least:.2} m, least radius {:.1} m, planned in {took:?}",
                journey.path.length(),
                journey.route.legs.len(),
                journey.path.sections().len(),
                1.0 / most
            );
        }
        assert!(least > 0.0 && most <= 0.9501 / truck.spec.min_turning_radius());
        assert!(points.windows(2).all(|w| w[1].station >= w[0].station && w[1].station - w[0].station < 0.8));
        for p in points {
            assert!(map.drivable.footprint_clearance(&truck.footprint, p.pose) > 0.0, "{p:?}");
        }
        let rise = points[points.len() - 1].z - points[0].z;
        assert!(rise.abs() > 150.0, "{rise}");
    }
}

/// Drives from every wide place to three others. The footprint must stay inside on every road.
#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn from_every_wide_place_to_others() {
    let map = &*DAPAI;
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let conditions = Conditions::of(map);
    let options = JourneyOptions::default();
    let (mut planned, mut refused) = (0, Vec::new());
    let datum = |p: Point2| (p.x + map.datum.easting, p.y + map.datum.northing);
    let stands: Vec<Pose2> = map
        .areas
        .iter()
        .enumerate()
        .map(|(i, a)| roomy(map, datum(a.centre).0, datum(a.centre).1, i as f64 * 2.0))
        .filter(|p| map.drivable.footprint_clearance(&truck.footprint, *p) > 1.0)
        .collect();
    for (i, &from) in stands.iter().enumerate() {
        for j in [1, 7, 13].map(|k| (i + k) % stands.len()) {
            let to = stands[j];
            match plan_journey(map, &truck, &conditions, from, to, &options) {
                Ok(journey) => {
                    planned += 1;
                    for p in &journey.path.points {
                        let clearance = map.drivable.footprint_clearance(&truck.footprint, p.pose);
                        assert!(clearance > 0.0, "{i} to {j}: {clearance} at {p:?}");
                    }
                    plotted::dump(map, &format!("wide_{i}_{j}"), &journey.path);
                }
                Err(error) => refused.push(format!("{i} to {j}: {error}")),
            }
        }
    }
    #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
    {
        eprintln!("{planned} planned between {} places, refused:\n{}", stands.len(), refused.join("\n"));
    }
    assert!(refused.is_empty(), "{planned} planned, refused:\n{}", refused.join("\n"));
}

/// The mine with the places for which its wide areas have room.
static WITH_PLACES: LazyLock<MineMap> = LazyLock::new(|| {
    let mut map = DAPAI.clone();
    let spec = TruckSpec::tr100at();
    let shape = TruckShape { footprint: spec.footprint(), turning_radius: spec.min_turning_radius() };
    let proposed = propose_places(&map, &shape);
    let places = proposed.iter().map(|p| resolve_place(&map, p, &shape).unwrap()).collect();
    map.set_places(places);
    map
});

fn machines(map: &MineMap) -> Vec<Obstacle> {
    let machine = |p: &haul_mine::Place| {
        let at = p.machine.filter(|_| p.obstacle_radius > 0.0)?;
        Some(Obstacle::Circle { centre: at.position(), radius: p.obstacle_radius })
    };
    map.places.iter().filter_map(machine).collect()
}

#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn every_pair_of_places_has_a_clear_path() {
    let map = &*WITH_PLACES;
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let conditions = Conditions::of(map);
    let obstacles = machines(map);
    let (mut planned, mut failed) = (0, Vec::new());
    for a in &map.places {
        for b in map.places.iter().filter(|b| b.id != a.id) {
            let options =
                JourneyOptions { obstacles: obstacles.clone(), arrive: Some(Travel::Reverse), ..Default::default() };
            let (Some(from), Some(to)) = (a.spots.first(), b.spots.first()) else { continue };
            match plan_journey(map, &truck, &conditions, from.pose, to.pose, &options) {
                Ok(journey) => {
                    planned += 1;
                    for p in &journey.path.points {
                        let clearance = map.drivable.footprint_clearance(&truck.footprint, p.pose);
                        assert!(clearance > 0.0, "{} to {}: {clearance} m at {p:?}", a.id, b.id);
                    }
                }
                Err(error) => failed.push(format!("{} to {}: {error}", a.id, b.id)),
            }
        }
    }
    #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
    {
        eprintln!("{planned} journeys between {} places; {} failed", map.places.len(), failed.len());
    }
    assert!(planned > 10 && failed.is_empty(), "{planned} planned\n{}", failed.join("\n"));
}

/// Backs into every face, crusher and dump from either side: the truck first passes with the spot on its left, then on
/// its right.
#[test]
#[ignore = "needs the survey of a real mine in the folder that HAUL_REAL_MINES names"]
fn every_spot_is_backed_into_from_either_side() {
    let map = &*WITH_PLACES;
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let options = ManoeuvreOptions { last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let obstacles = machines(map);
    let space = FreeSpace { drivable: &map.drivable, obstacles };
    let (mut planned, mut failed) = (0, Vec::new());
    for place in &map.places {
        for spot in &place.spots {
            for side in [1.0, -1.0] {
                // Take the nearest clear pose ahead of the spot and across it.
                let stands = (0..60).map(|k| {
                    let (ahead, aside) = (16.0 + f64::from(k % 6) * 4.0, side * (f64::from(k / 6) * 4.0 - 4.0));
                    let at = spot.pose.place(ahead, aside);
                    Pose2::new(at.x, at.y, spot.pose.heading - side * std::f64::consts::FRAC_PI_2)
                });
                let roomy = |p: &Pose2| space.footprint_clearance(&truck.footprint, *p) > 0.8;
                let Some(start) = stands.into_iter().find(roomy) else {
                    failed.push(format!("{}: no room before it", spot.name));
                    continue;
                };
                match plan_manoeuvre(start, spot.pose, &space, &truck, &options) {
                    Ok(path) => {
                        planned += 1;
                        for k in 0..=(path.length() / 0.05) as usize {
                            let at = path.at(k as f64 * 0.05).pose;
                            let clearance = space.footprint_clearance_up_to(&truck.footprint, at, 0.5);
                            assert!(clearance > 0.2, "{} from side {side}: {clearance} m", spot.name);
                        }
                        assert_eq!(path.points[path.points.len() - 1].travel, Travel::Reverse);
                    }
                    Err(error) => failed.push(format!("{} from side {side}: {error}", spot.name)),
                }
            }
        }
    }
    #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
    {
        eprintln!("{planned} manoeuvres into {} places; {}", map.places.len(), failed.join("; "));
    }
    assert!(planned > 0 && failed.is_empty(), "{planned} planned\n{}", failed.join("\n"));
}
