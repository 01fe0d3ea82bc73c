//! A small synthetic mine: two square pads joined by a straight two-way road on a slope. A face is on the lower pad; a
//! dump and a crusher are on the upper pad.

use haul_core::{NodeId, PlaceId, Point2, Point3, Polygon, Polyline, Pose2, RoadId, TruckId};
use haul_mine::{Drivable, MineMap, Place, PlaceKind, Road, RoadGraph, RoadNode, RoadStation, Spot, Terrain};
use haul_planner::Conditions;
use haul_sim::{SensorLevel, Setup, ShovelSetup, TruckSetup};
use haul_vehicle::TruckSpec;
use std::f64::consts::PI;
use std::sync::Arc;

/// Half the side of a pad, m.
pub const PAD: f64 = 60.0;
/// Distance between the centres of the pads, m.
pub const PAD_DISTANCE: f64 = 420.0;
/// Half the width of the road, m.
const HALF_ROAD: f64 = 13.0;
/// Mean slope of the road, rise over run.
const SLOPE: f64 = 0.06;

/// Returns the height of the ground: level pads with a smooth rise between them.
fn height(x: f64) -> f64 {
    let run = PAD_DISTANCE - 2.0 * PAD;
    let share = ((x - PAD) / run).clamp(0.0, 1.0);
    SLOPE * run * share * share * (3.0 - 2.0 * share)
}

/// Returns the synthetic mine.
pub fn mine() -> Arc<MineMap> {
    let spacing = 3.0;
    let (west, south) = (-120.0, -120.0);
    let (columns, rows) = ((PAD_DISTANCE + 240.0) as usize / 3 + 1, 81);
    let heights: Vec<f32> =
        (0..rows).flat_map(|_| (0..columns).map(move |i| height(west + spacing * i as f64) as f32)).collect();
    let terrain = Terrain::new(Point2::new(west, south), spacing, columns, heights).unwrap();
    let ring = [
        (-PAD, -PAD),
        (PAD, -PAD),
        (PAD, -HALF_ROAD),
        (PAD_DISTANCE - PAD, -HALF_ROAD),
        (PAD_DISTANCE - PAD, -PAD),
        (PAD_DISTANCE + PAD, -PAD),
        (PAD_DISTANCE + PAD, PAD),
        (PAD_DISTANCE - PAD, PAD),
        (PAD_DISTANCE - PAD, HALF_ROAD),
        (PAD, HALF_ROAD),
        (PAD, PAD),
        (-PAD, PAD),
    ];
    let outer = ring.iter().map(|&(x, y)| Point2::new(x, y)).collect();
    let drivable = Drivable::new(Polygon { outer, holes: vec![] }).unwrap();
    let points: Vec<Point3> =
        (0..=(PAD_DISTANCE as usize / 2)).map(|i| 2.0 * i as f64).map(|x| Point3::new(x, 0.0, height(x))).collect();
    let stations = points
        .iter()
        .map(|p| {
            let width = if p.x < PAD || p.x > PAD_DISTANCE - PAD { PAD } else { HALF_ROAD };
            let grade = (height(p.x + 10.0) - height(p.x - 10.0)) / 20.0;
            RoadStation { grade, width_left: width, width_right: width, ..RoadStation::default() }
        })
        .collect();
    let node = |id, p: Point3| RoadNode { id: NodeId(id), position: p };
    let nodes = vec![node(0, points[0]), node(1, points[points.len() - 1])];
    let road = Road {
        id: RoadId(0),
        from: NodeId(0),
        to: NodeId(1),
        line: Polyline::new(points),
        stations,
        one_way: false,
        speed_limit: None,
    };
    let place = |id: &str, kind, spot: Pose2, queue: Pose2, machine: Option<Pose2>, radius| Place {
        id: PlaceId::from(id),
        kind,
        spots: vec![Spot { name: format!("{id}/1"), pose: spot }],
        queue: vec![queue],
        machine,
        obstacle_radius: radius,
        material_density: 1_750.0,
    };
    let places = vec![
        place(
            "face",
            PlaceKind::Load,
            Pose2::new(-35.0, -20.0, 0.0),
            Pose2::new(20.0, 30.0, PI),
            Some(Pose2::new(-49.0, -20.0, 0.0)),
            6.0,
        ),
        place(
            "dump",
            PlaceKind::Dump,
            Pose2::new(PAD_DISTANCE + 50.0, 25.0, PI),
            Pose2::new(PAD_DISTANCE - 20.0, -30.0, 0.0),
            None,
            0.0,
        ),
        place(
            "crusher",
            PlaceKind::Crusher,
            Pose2::new(PAD_DISTANCE + 40.0, -25.0, PI),
            Pose2::new(PAD_DISTANCE - 20.0, -30.0, 0.0),
            Some(Pose2::new(PAD_DISTANCE + 50.0, -25.0, PI)),
            5.0,
        ),
        place("park", PlaceKind::Park, Pose2::new(0.0, 40.0, 0.0), Pose2::new(20.0, 30.0, PI), None, 0.0),
    ];
    Arc::new(MineMap { places, ..MineMap::new("two pads", terrain, drivable, RoadGraph::new(nodes, vec![road])) })
}

/// Returns the setup of a run with `trucks` trucks between face and dump. The first truck stands on the lower pad, the
/// others on the road towards it.
pub fn setup(trucks: u32, seed: u64) -> Setup {
    let map = mine();
    let spec = Arc::new(TruckSpec::tr100at());
    let truck = |i: u32| TruckSetup {
        id: TruckId(i + 1),
        spec: Arc::clone(&spec),
        start: match i {
            0 => Pose2::new(0.0, 45.0, 0.0),
            _ => Pose2::new(PAD_DISTANCE - PAD - 60.0 * f64::from(i - 1), 5.2, PI),
        },
        payload_kg: 0.0,
        fuel_kg: None,
        load: PlaceId::from("face"),
        dump: PlaceId::from("dump"),
        park: Some(PlaceId::from("park")),
        driver: Default::default(),
        lateral_control: Default::default(),
    };
    Setup {
        trucks: (0..trucks).map(truck).collect(),
        shovels: vec![ShovelSetup {
            place: PlaceId::from("face"),
            spec: haul_vehicle::shovel("hydraulic_15m3").unwrap(),
        }],
        seed,
        conditions: Conditions::of(&map),
        sensors: SensorLevel::Objects,
        slippery: Vec::new(),
        weather: Default::default(),
        script: Vec::new(),
        line: Default::default(),
        vehicles: Vec::new(),
        epoch: haul_messages::Epoch::default(),
        map,
        atlas: None,
    }
}
