//! A mine of one road: a face at its foot, a single-lane ramp with a passing place in its middle, a crusher at its top.

use haul_core::{Footprint, NodeId, PlaceId, Point2, Point3, Polygon, Polyline, Pose2, RoadId, SimTime, TruckId};
use haul_fleet::{FixedAssignment, RegisteredTruck, SiteCore, SiteInput, SiteOutput};
use haul_messages::{Body, Envelope, Epoch, PathPose, Uuid};
use haul_mine::{Drivable, MineMap, Place, PlaceKind, Road, RoadGraph, RoadNode, RoadStation, Side, Spot, Terrain};
use std::sync::Arc;

/// Length of the road, m.
pub const ROAD_LENGTH: f64 = 400.0;
/// Footprint of every truck of these tests.
pub const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };
/// Distance ahead of a truck up to which the truck asks for its path, m.
pub const LOOK_AHEAD: f64 = 60.0;
/// Road widths with two lanes and with one, m.
const TWO_LANE_WIDTH: f64 = 24.0;
const ONE_LANE_WIDTH: f64 = 13.0;

/// Returns true if the ramp is narrow at a station: everywhere except at its ends and in the passing place.
fn is_narrow(station: f64) -> bool {
    (60.0..=160.0).contains(&station) || (240.0..=340.0).contains(&station)
}

pub fn mine() -> Arc<MineMap> {
    let line = Polyline::new((0..=200).map(|i| Point3::new(f64::from(i) * 2.0, 0.0, f64::from(i) * 0.16)));
    let half = |station: f64| if is_narrow(station) { ONE_LANE_WIDTH / 2.0 } else { TWO_LANE_WIDTH / 2.0 };
    let stations = line
        .stations()
        .iter()
        .map(|&s| RoadStation { grade: 0.08, width_left: half(s), width_right: half(s), ..RoadStation::default() })
        .collect();
    let node = |id, x| RoadNode { id: NodeId(id), position: Point3::new(x, 0.0, x * 0.08) };
    let road =
        Road { id: RoadId(0), from: NodeId(0), to: NodeId(1), line, stations, one_way: false, speed_limit: None };
    let ring = [(-80.0, -60.0), (480.0, -60.0), (480.0, 60.0), (-80.0, 60.0)].map(|(x, y)| Point2::new(x, y));
    let place = |id: &str, kind, poses: &[(f64, f64)]| Place {
        id: PlaceId::from(id),
        kind,
        spots: poses
            .iter()
            .enumerate()
            .map(|(i, &(x, y))| Spot { name: format!("{id}/{i}"), pose: Pose2::new(x, y, 0.0) })
            .collect(),
        queue: vec![Pose2::new(poses[0].0, 40.0, 0.0)],
        machine: None,
        obstacle_radius: 0.0,
        material_density: 1_800.0,
    };
    let terrain = Terrain::new(Point2::new(-100.0, -100.0), 100.0, 7, vec![0.0; 21]).unwrap();
    let drivable = Drivable::new(Polygon { outer: ring.to_vec(), holes: vec![] }).unwrap();
    let roads = RoadGraph::new(vec![node(0, 0.0), node(1, ROAD_LENGTH)], vec![road]);
    Arc::new(MineMap {
        traffic_side: Side::Left,
        places: vec![
            place("face", PlaceKind::Load, &[(-40.0, 0.0)]),
            place("face_2", PlaceKind::Load, &[(-40.0, 50.0), (-40.0, 30.0)]),
            place("crusher", PlaceKind::Crusher, &[(440.0, 0.0)]),
            place("yard", PlaceKind::Park, &[(-60.0, 30.0), (-60.0, 45.0)]),
        ],
        ..MineMap::new("one ramp", terrain, drivable, roads)
    })
}

pub fn face() -> PlaceId {
    PlaceId::from("face")
}

/// Returns another face, with two spots.
pub fn face_2() -> PlaceId {
    PlaceId::from("face_2")
}

pub fn crusher() -> PlaceId {
    PlaceId::from("crusher")
}

/// A site with its trucks. Its time advances by one second with each message.
pub struct Site {
    pub core: SiteCore,
    pub second: u64,
}

impl Site {
    pub fn with_trucks(count: u32) -> Self {
        Self {
            core: SiteCore::new(mine(), (0..count).map(|truck| registered(work(truck))).collect()).unwrap(),
            second: 0,
        }
    }

    pub fn now(&self) -> SimTime {
        SimTime::from_seconds(self.second as f64)
    }

    pub fn input(&mut self, input: SiteInput) -> Vec<SiteOutput> {
        self.second += 1;
        self.core.handle(input, self.now())
    }

    /// Delivers a message that a truck sends now.
    pub fn says(&mut self, truck: u32, body: Body) -> Vec<SiteOutput> {
        self.second += 1;
        self.said(truck, self.second, body)
    }

    /// Delivers a message that a truck sent at an earlier second.
    pub fn said(&mut self, truck: u32, second: u64, body: Body) -> Vec<SiteOutput> {
        let sent = Epoch::default().at(SimTime::from_seconds(second as f64));
        let envelope = Envelope::new(TruckId(truck), sent, body);
        // Encoded and decoded, as on a site.
        let envelope = Envelope::from_json(&envelope.to_json().unwrap()).unwrap();
        self.core.handle(SiteInput::FromTruck(TruckId(truck), envelope), self.now())
    }

    /// Sends a truck's request for a path on the road, up or down the ramp.
    pub fn asks_for_path(&mut self, truck: u32, id: u128, up: bool, passed: f64) -> Vec<SiteOutput> {
        self.says(truck, path_request(id, up, passed))
    }
}

/// Returns the assignment between the first face and the crusher.
pub fn work(truck: u32) -> FixedAssignment {
    let park = Some(PlaceId::from("yard"));
    FixedAssignment { truck: TruckId(truck), load: face(), dump: crusher(), park }
}

pub fn registered(assignment: FixedAssignment) -> RegisteredTruck {
    RegisteredTruck { assignment, footprint: TRUCK }
}

/// Returns a request for a path along the whole road, with the station that the truck has reached.
pub fn path_request(id: u128, up: bool, passed: f64) -> Body {
    let (heading, from, sign) = if up { (0.0, 0.0, 1.0) } else { (std::f64::consts::PI, ROAD_LENGTH, -1.0) };
    let pose = |s: f64| PathPose { station: s, pose: Pose2::new(from + sign * s, 0.0, heading), reverse: false };
    let path = (0..=ROAD_LENGTH as u32).map(|i| pose(f64::from(i))).collect();
    let wanted = (passed + LOOK_AHEAD).min(ROAD_LENGTH);
    Body::PathRequestV1 { request_id: Uuid::from_u128(id), path, stops: vec![], passed, wanted }
}

/// Returns the messages to one truck, without the receipts that every statement gets.
pub fn told(outputs: &[SiteOutput], truck: u32) -> Vec<Body> {
    let to = |output: &SiteOutput| match output {
        SiteOutput::ToTruck(id, envelope) if *id == TruckId(truck) && !is_receipt(output) => {
            Some(envelope.body.clone())
        }
        _ => None,
    };
    outputs.iter().filter_map(to).collect()
}

/// Returns true if an output is a receipt.
pub fn is_receipt(output: &SiteOutput) -> bool {
    matches!(output, SiteOutput::ToTruck(_, envelope) if matches!(envelope.body, Body::ReceiptV1 { .. }))
}

/// Returns the station up to which a truck's path is granted, m.
pub fn granted(outputs: &[SiteOutput], truck: u32) -> Option<f64> {
    told(outputs, truck).into_iter().find_map(|body| match body {
        Body::PathGrantV1 { up_to_station, .. } => Some(up_to_station),
        _ => None,
    })
}
