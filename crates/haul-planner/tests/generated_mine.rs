//! Journeys between all places of generated mines: out of every spot, and into every spot and queue position.

mod plotted;

use haul_core::{Pose2, angle};
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, Place, PlaceKind};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::manoeuvre::{FreeSpace, Obstacle};
use haul_planner::{Conditions, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

/// One end of a journey: name, pose, and the required direction of travel into it.
struct Stand {
    name: String,
    pose: Pose2,
    arrive: Option<Travel>,
}

fn stands(map: &MineMap, place: &Place) -> Vec<Stand> {
    let spots = place.spots.iter().map(|s| Stand {
        name: format!("{}/{}", place.id, s.name),
        pose: s.pose,
        arrive: Some(Travel::Reverse),
    });
    let queue = place.queue.iter().enumerate().map(|(i, &pose)| Stand {
        name: format!("{}/queue {i}", place.id),
        pose,
        arrive: Some(Travel::Forward),
    });
    // Skip a pose without enough room: room is the task of the mine generator.
    let truck = TruckSpec::tr100at().footprint();
    spots.chain(queue).filter(|s| map.drivable.footprint_clearance(&truck, s.pose) > 0.3).collect()
}

/// Plans from every stand of the places `from` to every stand of the places `to`. Returns the number of plans and the
/// failures.
fn drive_all(map: &MineMap, from: &[&Place], to: &[&Place], payload_kg: f64) -> (usize, Vec<String>) {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let conditions = Conditions::of(map);
    let obstacles: Vec<Obstacle> = map
        .places
        .iter()
        .filter(|p| p.obstacle_radius > 0.0)
        .filter_map(|p| Some(Obstacle::Circle { centre: p.machine?.position(), radius: p.obstacle_radius }))
        .collect();
    let space = FreeSpace { drivable: &map.drivable, obstacles: obstacles.clone() };
    let most = 0.9501 / truck.spec.min_turning_radius();
    let (mut planned, mut failed) = (0, Vec::new());
    for a in from.iter().flat_map(|p| stands(map, p)) {
        for b in to.iter().flat_map(|p| stands(map, p)) {
            let name = format!("{} to {}", a.name, b.name);
            let options = JourneyOptions {
                payload_kg,
                obstacles: obstacles.clone(),
                arrive: b.arrive,
                ..JourneyOptions::default()
            };
            let started = std::time::Instant::now();
            let journey = match plan_journey(map, &truck, &conditions, a.pose, b.pose, &options) {
                Ok(journey) => journey,
                Err(error) => {
                    failed.push(format!("{name}: {error}"));
                    continue;
                }
            };
            planned += 1;
            plotted::dump(map, &name.replace(['/', ' '], "_"), &journey.path);
            let points = &journey.path.points;
            #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
            {
                let least = points.iter().map(|p| p.clearance).fold(f64::INFINITY, f64::min);
                eprintln!(
                    "{name}: {:.0} m, {} sections, clearance {least:.2} m, {:?}",
                    journey.path.length(),
                    journey.path.sections().len(),
                    started.elapsed()
                );
            }
            let (first, last) = (points[0], points[points.len() - 1]);
            assert!(first.pose.distance(a.pose) < 0.06 && last.pose.distance(b.pose) < 0.06, "{name}");
            assert!(b.arrive.is_none_or(|t| t == last.travel), "{name} arrives {:?}", last.travel);
            let apart = angle::difference(last.pose.heading, b.pose.heading).abs();
            assert!(apart < 0.011, "{name}: heading off by {apart}");
            // At its ends, a path may have less clearance than on the rest.
            let stand = |p: Pose2| space.footprint_clearance(&truck.footprint, p);
            let needed = stand(a.pose).min(stand(b.pose)).min(0.5) - 0.1;
            for w in points.windows(2) {
                let p = w[1];
                let clearance = stand(p.pose);
                assert!(clearance > needed, "{name}: clearance {clearance} at {} ({:?})", p.station, p.pose);
                assert!(p.curvature.abs() <= most, "{name}: curvature {} at {}", p.curvature, p.station);
                let step = p.station - w[0].station;
                assert!((-1e-9..0.8).contains(&step), "{name}: step {step} at {}", p.station);
                assert!((w[0].pose.distance(p.pose) - step).abs() < 0.01, "{name}: gap at {}", p.station);
            }
        }
    }
    (planned, failed)
}

fn of_kinds<'a>(map: &'a MineMap, kinds: &[PlaceKind]) -> Vec<&'a Place> {
    map.places.iter().filter(|p| kinds.contains(&p.kind)).collect()
}

#[test]
fn every_stand_is_reached_from_every_other() {
    for seed in [1, 2] {
        let map = generate_pit(&PitSpec { seed, ..PitSpec::default() }).unwrap();
        let loads = of_kinds(&map, &[PlaceKind::Load]);
        let tips = of_kinds(&map, &[PlaceKind::Crusher, PlaceKind::Dump]);
        let parks = of_kinds(&map, &[PlaceKind::Park]);
        assert!(!loads.is_empty() && !tips.is_empty() && !parks.is_empty());
        let mut failed = Vec::new();
        for (from, to, payload) in [(&loads, &tips, 91_000.0), (&tips, &loads, 0.0), (&parks, &loads, 0.0)] {
            let (planned, refused) = drive_all(&map, from, to, payload);
            assert!(planned > 0, "{refused:?}");
            failed.extend(refused);
        }
        assert!(failed.is_empty(), "seed {seed}:\n{}", failed.join("\n"));
    }
}

/// Includes spiral mines, where the ramp passes nearer to a face behind the face's wall than where it enters the pad.
#[test]
fn drawn_mines_are_hauled_from_every_face_to_every_tip_and_back() {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let mut failed = Vec::new();
    for seed in [1, 2, 8, 12] {
        let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
        let conditions = Conditions::of(&map);
        let loads = of_kinds(&map, &[PlaceKind::Load]);
        let tips = of_kinds(&map, &[PlaceKind::Crusher, PlaceKind::Dump]);
        assert!(!loads.is_empty() && !tips.is_empty());
        for (face, tip) in loads.iter().flat_map(|a| tips.iter().map(move |b| (a, b))) {
            for (from, to, payload_kg) in [(face, tip, 91_000.0), (tip, face, 0.0)] {
                let options = JourneyOptions { payload_kg, arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
                let (a, b) = (from.spots[0].pose, to.spots[0].pose);
                if let Err(error) = plan_journey(&map, &truck, &conditions, a, b, &options) {
                    failed.push(format!("seed {seed}, {} to {}: {error}", from.id, to.id));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The queue positions lie on the trucks' approach to the place and have its heading. On a spiral ramp, the leg behind
/// the wall is nearer but leads elsewhere.
#[test]
fn every_queue_stand_of_drawn_mines_is_driven_up_to() {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let (mut stands, mut failed) = (0, Vec::new());
    for seed in [3, 7] {
        let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
        let conditions = Conditions::of(&map);
        let crusher = of_kinds(&map, &[PlaceKind::Crusher])[0].spots[0].pose;
        for face in of_kinds(&map, &[PlaceKind::Load]) {
            assert!(!face.queue.is_empty(), "seed {seed}: {} has no queue", face.id);
            for (k, &pose) in face.queue.iter().enumerate() {
                stands += 1;
                let options = JourneyOptions { arrive: Some(Travel::Forward), ..JourneyOptions::default() };
                if let Err(error) = plan_journey(&map, &truck, &conditions, crusher, pose, &options) {
                    failed.push(format!("seed {seed}, crusher to {}/queue {k}: {error}", face.id));
                }
            }
        }
    }
    assert!(stands >= 4 && failed.is_empty(), "{stands} stands:\n{}", failed.join("\n"));
}

/// On the wide floor of some pits, a spot is more than 150 m from the head of its queue, and the same point of the only
/// road is nearest to both.
#[test]
fn spots_on_a_wide_floor_are_backed_into_from_their_queue_and_left_again() {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let (mut farthest, mut failed) = (0.0_f64, Vec::new());
    for seed in [508, 541] {
        let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
        let conditions = Conditions::of(&map);
        for face in of_kinds(&map, &[PlaceKind::Load]) {
            let (Some(head), Some(spot)) = (face.queue.first(), face.spots.first()) else { continue };
            farthest = farthest.max(head.distance(spot.pose));
            for (from, to, arrive) in [(*head, spot.pose, Some(Travel::Reverse)), (spot.pose, *head, None)] {
                let options = JourneyOptions { arrive, ..JourneyOptions::default() };
                if let Err(error) = plan_journey(&map, &truck, &conditions, from, to, &options) {
                    failed.push(format!("seed {seed}, {}: {error}", face.id));
                }
            }
        }
    }
    assert!(farthest > 150.0, "no wide floor among them: {farthest} m");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
