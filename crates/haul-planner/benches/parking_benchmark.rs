//! The public benchmark of automated parking (TPCAP, B. Li et al., *Trajectory Planning Competition of Automated
//! Parking*, 2022): twenty cases of a car among polygons, solved by the competition's own car and, scaled, by the
//! truck.
//!
//! ```text
//! cargo bench -p haul-planner --bench parking_benchmark -- FOLDER
//! ```
//!
//! FOLDER is an absolute path to the published cases, which are not part of this project. A case is one line of
//! numbers: start and goal (x, y, heading), the number of obstacles, the number of corners of each obstacle, and all
//! corners.
#![allow(clippy::print_stdout)]

#[path = "../tests/areas/mod.rs"]
mod areas;

use areas::{Area, Oracle};
use haul_core::{Point2, Polygon, Pose2};
use haul_mine::Drivable;
use haul_planner::TruckModel;
use haul_planner::manoeuvre::reeds_shepp::shortest;
use haul_planner::manoeuvre::{ManoeuvreOptions, Obstacle, plan_manoeuvre};
use haul_vehicle::TruckSpec;
use std::sync::Arc;
use std::time::Instant;

/// Distance of the surface's edge from start and goal (m at the car's scale), as in the competition's own reader.
const AROUND: f64 = 12.0;
/// Clearance (m at the car's scale). The competition only forbids contact.
const MARGIN: f64 = 0.05;

struct Case {
    start: Pose2,
    goal: Pose2,
    obstacles: Vec<Vec<Point2>>,
}

/// Reads a case of the benchmark; `None` if the text is not a case.
fn read(text: &str) -> Option<Case> {
    let numbers: Vec<f64> = text.split([',', '\n', '\r', ' ']).filter_map(|t| t.trim().parse().ok()).collect();
    let pose = |k: usize| Some(Pose2::new(*numbers.get(k)?, *numbers.get(k + 1)?, *numbers.get(k + 2)?));
    let count = *numbers.get(6)? as usize;
    let mut at = 7 + count;
    let mut obstacles = Vec::new();
    for corners in numbers.get(7..7 + count)? {
        let end = at + 2 * *corners as usize;
        obstacles.push(numbers.get(at..end)?.chunks(2).map(|c| Point2::new(c[0], c[1])).collect());
        at = end;
    }
    Some(Case { start: pose(0)?, goal: pose(3)?, obstacles })
}

impl Case {
    /// Returns the scene scaled about its datum.
    fn scaled(&self, by: f64) -> Case {
        let pose = |p: Pose2| Pose2::new(by * p.x, by * p.y, p.heading);
        let obstacles =
            self.obstacles.iter().map(|o| o.iter().map(|p| Point2::from(by * p.coords)).collect()).collect();
        Case { start: pose(self.start), goal: pose(self.goal), obstacles }
    }

    fn area(&self, around: f64) -> Option<Area> {
        let (a, b) = (self.start, self.goal);
        let (x0, x1) = (a.x.min(b.x) - around, a.x.max(b.x) + around);
        let (y0, y1) = (a.y.min(b.y) - around, a.y.max(b.y) + around);
        let outer = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| Point2::new(x, y)).to_vec();
        let obstacles = self.obstacles.iter().map(|o| Obstacle::Outline { ring: o.clone().into() }).collect();
        Some(Area { drivable: Drivable::new(Polygon { outer, holes: Vec::new() })?, obstacles })
    }
}

/// Returns the competition's car.
fn car() -> TruckModel {
    let mut spec = TruckSpec::tr100at();
    let g = &mut spec.geometry;
    (g.wheelbase, g.front_overhang, g.rear_overhang, g.width) = (2.8, 0.96, 0.929, 1.942);
    g.length = g.wheelbase + g.front_overhang + g.rear_overhang;
    spec.steering.max_angle = 0.75;
    spec.steering.rate = 0.5;
    TruckModel::new(Arc::new(spec))
}

fn main() {
    // `cargo bench` adds an option of its own.
    let Some(folder) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        println!("expected the folder that holds the cases, as an absolute path");
        return;
    };
    let (truck, car) = (TruckModel::new(Arc::new(TruckSpec::tr100at())), car());
    // The smallest scale at which the truck fits wherever the car does, by length, width and turning radius.
    let (t, c) = (truck.footprint, car.footprint);
    let turn = car.max_curvature() / truck.max_curvature();
    let scale = (t.length() / c.length()).max(t.half_width / c.half_width).max(turn);
    println!("the scene grows {scale:.2}-fold for the truck");
    for (name, model, by) in [("car", &car, 1.0), ("truck", &truck, scale)] {
        let (mut solved, mut tried, mut slowest) = (0, 0, 0.0_f64);
        for number in 1..=20 {
            let file = std::path::Path::new(&folder).join(format!("Case{number}.csv"));
            let Some(case) = std::fs::read_to_string(&file).ok().as_deref().and_then(read) else {
                println!("{}: no case", file.display());
                continue;
            };
            let case = case.scaled(by);
            let Some(area) = case.area(by * AROUND) else { continue };
            tried += 1;
            let options = ManoeuvreOptions { margin: by * MARGIN, ..ManoeuvreOptions::default() };
            let began = Instant::now();
            let found = plan_manoeuvre(case.start, case.goal, &area.space(), model, &options);
            let took = began.elapsed().as_secs_f64() * 1e3;
            slowest = slowest.max(took);
            match found {
                Ok(path) => {
                    solved += 1;
                    let least = Oracle::new(&area).along(&model.footprint, &path);
                    let free = shortest(case.start, case.goal, 1.0 / model.max_curvature()).length();
                    println!(
                        "{name}, case {number}: {took:.1} ms, {:.1} m ({:.2} of the free way), {} changes, {least:.2} m clear",
                        path.length(),
                        path.length() / free,
                        path.sections().len() - 1
                    );
                }
                Err(error) => println!("{name}, case {number}: {took:.1} ms, {error}"),
            }
        }
        println!("{name}: {solved} of {tried} solved, the slowest in {slowest:.0} ms");
    }
}
