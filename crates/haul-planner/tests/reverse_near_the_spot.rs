//! Journeys from random poses on the lanes: a truck must turn where it can, and reverse only near the spot.

mod lane_starts;

use haul_core::units::from_compass;
use haul_core::{Point2, Pose2, angle};
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::journey::{Journey, JourneyOptions};
use haul_planner::{Atlas, Conditions, Path, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use lane_starts::lane_starts;
use std::collections::BTreeMap;
use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::Arc;

/// Maximum length in reverse of a journey, m. Backing into a spot takes 10 to 60 m.
const MOST: f64 = 60.0;

fn sample_pit() -> MineMap {
    MineMap::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/mines/sample_pit").as_ref()).unwrap()
}

fn reversed(path: &Path) -> f64 {
    let pairs = path.points.windows(2).filter(|pair| pair[1].travel == Travel::Reverse);
    pairs.map(|pair| pair[1].station - pair[0].station).sum()
}

/// Returns true if a whole turning circle of the truck fits at some point of the roads.
fn circle_fits(map: &MineMap, truck: &TruckModel) -> bool {
    let radius = (1.0 / truck.max_curvature() + truck.footprint.half_width).hypot(truck.footprint.front);
    let points = map.roads.roads.iter().flat_map(|road| road.line.points());
    points.into_iter().any(|p| map.drivable.contains(p.xy()) && map.drivable.clearance(p.xy()) > radius)
}

/// Returns the kind of place where a journey turns, and the point; `None` if it sets off in the truck's own direction.
fn turn(map: &MineMap, start: Pose2, journey: &Journey) -> Option<(&'static str, Point2)> {
    let road = |leg: &haul_planner::route::RouteLeg| map.roads.road(leg.road);
    let legs = &journey.route.legs;
    if let Some(pair) = legs.windows(2).find(|w| w[0].road == w[1].road && w[0].forward != w[1].forward) {
        let at = road(&pair[0])?.line.at(pair[0].to_station)?.xy();
        return Some((kind_of(map, at), at));
    }
    let first = legs.first()?;
    let along = road(first)?.line.heading(first.from_station)?;
    let along = if first.forward { along } else { along + PI };
    if angle::difference(along, start.heading).abs() < FRAC_PI_2 {
        return None;
    }
    let across = |p: &&haul_planner::PathPoint| angle::difference(p.pose.heading, start.heading).abs() > FRAC_PI_2;
    let at = journey.path.points.iter().find(across)?.pose.position();
    Some((kind_of(map, at), at))
}

/// Returns the kind of place at a point.
fn kind_of(map: &MineMap, at: Point2) -> &'static str {
    const NEAR: f64 = 50.0;
    let place = map.places.iter().find(|p| p.spots.iter().any(|s| (s.pose.position() - at).norm() < NEAR));
    if let Some(place) = place {
        return match place.kind {
            PlaceKind::Load => "at a face",
            PlaceKind::Park => "at a park",
            _ => "at a tip",
        };
    }
    let node = map.roads.nodes.iter().find(|n| (n.position.xy() - at).norm() < NEAR);
    match node.map(|n| map.roads.roads_at(n.id).len()) {
        Some(1) => "at an open end",
        Some(_) => "at a junction",
        None => "on the road",
    }
}

/// Figures of the journeys from random starts to places.
#[derive(Default)]
struct Figures {
    journeys: usize,
    turns: BTreeMap<&'static str, usize>,
    farthest: f64,
    faults: Vec<String>,
}

impl Figures {
    /// Adds the journeys from `count` starts to `goals` places each. The places are taken in turn.
    fn add(&mut self, name: &str, map: MineMap, truck: &TruckModel, [count, goals]: [usize; 2], seed: u64) {
        let (conditions, atlas) = (Conditions::of(&map), Atlas::new(Arc::new(map)));
        let map: &MineMap = atlas.map();
        let starts = lane_starts(map, truck, count, seed);
        assert_eq!(starts.len(), count, "{name}: not enough room for starts");
        let goals = goals.min(map.places.len());
        for (k, start) in starts.into_iter().enumerate() {
            for place in map.places.iter().cycle().skip(k).take(goals) {
                let options = JourneyOptions { arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
                let what =
                    || format!("{name}: ({:.1}, {:.1}, {:.2} rad) to {}", start.x, start.y, start.heading, place.id);
                let journey = match atlas.plan_journey(truck, &conditions, start, place.spots[0].pose, &options) {
                    Ok(journey) => journey,
                    Err(error) => {
                        self.faults.push(format!("{}: {error}", what()));
                        continue;
                    }
                };
                self.journeys += 1;
                if let Some((kind, _)) = turn(map, start, &journey) {
                    *self.turns.entry(kind).or_default() += 1;
                }
                let length = reversed(&journey.path);
                self.farthest = self.farthest.max(length);
                if length > MOST && circle_fits(map, truck) {
                    self.faults.push(format!("{}: {length:.0} m in reverse of {:.0} m", what(), journey.path.length()));
                }
            }
        }
    }
}

#[test]
fn journeys_on_the_sample_pit_reverse_only_near_the_spot() {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let mut figures = Figures::default();
    figures.add("sample_pit", sample_pit(), &truck, [60, 2], 1);
    assert!(figures.journeys == 120, "{} journeys", figures.journeys);
    assert!(figures.faults.is_empty(), "{:#?}", figures.faults);
    assert!(figures.turns.values().sum::<usize>() > 10, "{:?}", figures.turns);
}

/// Regression: from these starts on the road to the crusher, the planner drove the whole way in reverse.
#[test]
fn a_truck_on_the_road_drives_forward_to_the_crusher() {
    let (atlas, truck) = (Atlas::new(Arc::new(sample_pit())), TruckModel::new(Arc::new(TruckSpec::tr100at())));
    let map = atlas.map();
    let crusher = map.place(&"crusher".into()).unwrap().spots[0].pose;
    for [x, y, bearing] in [[-354.453, -211.309, 45.028], [-540.85, -190.8, 230.2], [-427.8, -103.1, 53.0]] {
        let start = Pose2::new(x, y, from_compass(bearing));
        let options = JourneyOptions { arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
        let journey = atlas.plan_journey(&truck, &Conditions::of(map), start, crusher, &options).unwrap();
        let (length, whole) = (reversed(&journey.path), journey.path.length());
        assert!((1.0..MOST).contains(&length), "from ({x}, {y}): {length} m in reverse of {whole} m");
    }
}

/// Drives from 2,000 starts on the lanes of 20 mines to every place. `HAUL_STARTS` sets another number of starts for
/// each mine than 100.
#[test]
#[ignore = "takes half an hour; prints the share of journeys that turn, and where"]
#[allow(clippy::print_stderr, reason = "figures for a run with --nocapture")]
fn journeys_on_twenty_mines_reverse_only_near_the_spot() {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let starts = std::env::var("HAUL_STARTS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let mut figures = Figures::default();
    for seed in 501..=520 {
        let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
        figures.add(&format!("seed {seed}"), map, &truck, [starts, usize::MAX], seed);
        let turned: usize = figures.turns.values().sum();
        eprintln!(
            "to seed {seed}: {} journeys, {turned} turn {:?}, at most {:.0} m in reverse, {} faults",
            figures.journeys,
            figures.turns,
            figures.farthest,
            figures.faults.len()
        );
    }
    assert!(figures.faults.is_empty(), "{:#?}", figures.faults);
}
