//! Plans a manoeuvre: from a road, past a shovel, backwards into a loading spot.
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use haul_core::{Point2, Polygon, Pose2};
use haul_mine::Drivable;
use haul_planner::manoeuvre::{FreeSpace, ManoeuvreOptions, Obstacle, plan_manoeuvre};
use haul_planner::{Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::error::Error;
use std::f64::consts::PI;
use std::sync::Arc;

fn main() -> Result<(), Box<dyn Error>> {
    // 1. The surface: a bench of 70 m by 50 m with a road of 20 m width from the west. East is x, north is y, metres.
    let edge = [
        (-60.0, -10.0),
        (0.0, -10.0),
        (0.0, -25.0),
        (70.0, -25.0),
        (70.0, 25.0),
        (0.0, 25.0),
        (0.0, 10.0),
        (-60.0, 10.0),
    ];
    let outer = edge.iter().map(|&(x, y)| Point2::new(x, y)).collect();
    let bench = Drivable::new(Polygon { outer, holes: Vec::new() }).ok_or("the edge is not a polygon")?;

    // 2. The shovel is an obstacle.
    let shovel = Obstacle::Circle { centre: Point2::new(62.0, -10.0), radius: 7.0 };
    let space = FreeSpace { drivable: &bench, obstacles: vec![shovel] };

    // 3. Start and goal: poses of the middle of the rear axle. A heading of 0 points east.
    let start = Pose2::new(-40.0, -4.0, 0.0);
    let spot = Pose2::new(60.0, 4.0, PI);

    // 4. The truck must come in backwards, with half a metre of clearance (the default).
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let options = ManoeuvreOptions { last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let path = plan_manoeuvre(start, spot, &space, &truck, &options)?;

    for section in path.sections() {
        let part = &path.points[section];
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let clearance = part.iter().map(|point| point.clearance).fold(f64::INFINITY, f64::min);
        let length = last.station - first.station;
        println!("{:?}: {length:.1} m, clearance of {clearance:.2} m or more", first.travel);
    }
    println!("length {:.1} m", path.length());
    Ok(())
}
