//! Random starts on the lanes of a mine, in the direction of traffic.

use haul_core::random::{Draw, stream};
use haul_core::{Pose2, angle};
use haul_mine::{MineMap, Road, Side};
use haul_planner::TruckModel;
use haul_planner::path::{REQUIRED_CLEARANCE, lane_offset};

/// Draws `count` poses on the lanes, spread evenly over the length of the roads and over both directions of travel.
pub fn lane_starts(map: &MineMap, truck: &TruckModel, count: usize, seed: u64) -> Vec<Pose2> {
    let roads = &map.roads.roads;
    let whole: f64 = roads.iter().map(|r| r.line.length()).sum();
    let mut draw = stream(seed, "lanes", "starts");
    let mut starts = Vec::with_capacity(count);
    for _ in 0..100 * count {
        if starts.len() == count {
            break;
        }
        let mut at = draw.between(0.0, whole);
        let forward = draw.unit() < 0.5;
        let road = roads.iter().find(|r| {
            at -= r.line.length();
            at < 0.0
        });
        let Some(road) = road.filter(|r| forward || !r.one_way) else { continue };
        let Some(pose) = on_lane(map, truck, road, at + road.line.length(), forward) else { continue };
        if map.drivable.footprint_clearance(&truck.footprint, pose) >= REQUIRED_CLEARANCE {
            starts.push(pose);
        }
    }
    starts
}

/// Returns the pose on the lane of a road in a direction of travel; `None` on a road without a line.
fn on_lane(map: &MineMap, truck: &TruckModel, road: &Road, station: f64, forward: bool) -> Option<Pose2> {
    let along = road.line.pose(station)?;
    let widths = road.stations.get(road.line.piece(station))?;
    let side = if map.traffic_side == Side::Left { 1.0 } else { -1.0 };
    let own = if road.one_way { 0.0 } else { side * lane_offset(truck, widths.width_left + widths.width_right) };
    let heading = if forward { along.heading } else { angle::wrap(along.heading + std::f64::consts::PI) };
    let at = Pose2::new(along.x, along.y, heading).place(0.0, own);
    Some(Pose2::new(at.x, at.y, heading))
}
