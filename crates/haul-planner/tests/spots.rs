//! Spots: the four kinds of access, rigid vehicles of several sizes, scenes from the parking literature, moving
//! machines, and mines far from the datum.

mod areas;

use areas::{MARGIN, Oracle};
use haul_core::{Footprint, Point2, Polygon, Pose2, Vector2};
use haul_mine::Drivable;
use haul_planner::manoeuvre::{
    FreeSpace, ManoeuvreError, ManoeuvreOptions, MovingObstacle, Obstacle, SpotAccess, Trajectory, plan_among_moving,
    plan_manoeuvre, plan_visit,
};
use haul_planner::{Path, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::Arc;
use std::time::Instant;

/// Tolerance of the clearance where clothoids round off the path, m.
const ROUNDING: f64 = 0.05;

fn truck() -> TruckModel {
    TruckModel::new(Arc::new(TruckSpec::tr100at()))
}

fn surface(outer: &[(f64, f64)]) -> Drivable {
    Drivable::new(Polygon { outer: outer.iter().map(|&(x, y)| Point2::new(x, y)).collect(), holes: Vec::new() })
        .unwrap()
}

/// Returns a pad of 90 m by 60 m, open to the south by a road 24 m wide.
fn pad() -> Drivable {
    surface(&[
        (-45.0, -30.0),
        (-12.0, -30.0),
        (-12.0, -80.0),
        (12.0, -80.0),
        (12.0, -30.0),
        (45.0, -30.0),
        (45.0, 30.0),
        (-45.0, 30.0),
    ])
}

/// Returns the minimum clearance along a path, checked at each centimetre by brute force.
fn looked_at_again(drivable: &Drivable, obstacles: &[Obstacle], body: &Footprint, path: &Path) -> f64 {
    let area = areas::Area { drivable: drivable.clone(), obstacles: obstacles.to_vec() };
    Oracle::new(&area).along(body, path)
}

#[test]
fn a_spot_is_entered_and_left_by_each_kind_of_access() {
    let (drivable, truck) = (pad(), truck());
    let shovel = Obstacle::Circle { centre: Point2::new(-22.0, 22.0), radius: 7.0 };
    let space = FreeSpace { drivable: &drivable, obstacles: vec![shovel] };
    let (from, to) = (Pose2::new(-5.0, -60.0, FRAC_PI_2), Pose2::new(5.0, -60.0, -FRAC_PI_2));
    for (spot, tight) in [(Pose2::new(0.0, 0.0, 0.3), false), (Pose2::new(25.0, 12.0, -2.0), true)] {
        for way in SpotAccess::ALL {
            let visit = plan_visit(from, spot, to, way, &space, &truck, &ManoeuvreOptions::default())
                .unwrap_or_else(|e| panic!("{way:?} at {spot:?}: {e}"));
            let (into, out) = (&visit.into.points, &visit.out.points);
            assert_eq!(into[into.len() - 1].travel, way.arrives(), "{way:?} {tight}");
            assert_eq!(out[0].travel, way.leaves(), "{way:?} {tight}");
            // The exit must be half a truck's length, not a nudge.
            let first = visit.out.sections().first().map_or(0, |s| s.end - 1);
            assert!(out[first].station > 2.9, "{way:?}: out by {} m", out[first].station);
            assert!((into[into.len() - 1].pose.distance(spot)).max(out[0].pose.distance(spot)) < 1e-9);
            assert!(out[out.len() - 1].pose.distance(to) < 1e-9);
            for path in [&visit.into, &visit.out] {
                let least = looked_at_again(&drivable, &space.obstacles, &truck.footprint, path);
                assert!(least > 0.5 - ROUNDING, "{way:?} at {spot:?} comes within {least} m");
                assert!(path.sections().len() <= 4, "{way:?} at {spot:?}: {} sections", path.sections().len());
            }
        }
    }
}

#[test]
fn a_dead_end_allows_only_two_kinds_of_access() {
    let truck = truck();
    // The dead end is too narrow to turn in, so the truck must leave in the direction opposite to its entry.
    let drivable = surface(&[
        (-40.0, -40.0),
        (40.0, -40.0),
        (40.0, 0.0),
        (5.0, 0.0),
        (5.0, 40.0),
        (-5.0, 40.0),
        (-5.0, 0.0),
        (-40.0, 0.0),
    ]);
    let space = FreeSpace::new(&drivable);
    let (from, to) = (Pose2::new(-25.0, -20.0, 0.0), Pose2::new(25.0, -20.0, 0.0));
    let options = ManoeuvreOptions::default();
    // The spot is as far inside as the clearance allows, so that no path can go farther in and come back.
    let f = truck.footprint;
    let nose_in = Pose2::new(0.0, 40.0 - f.front - options.margin, FRAC_PI_2);
    let tail_in = Pose2::new(0.0, 40.0 - f.rear - options.margin, -FRAC_PI_2);
    for (spot, good, bad) in [
        (nose_in, SpotAccess::BackOut, SpotAccess::BackThrough),
        (tail_in, SpotAccess::BackIn, SpotAccess::PullThrough),
    ] {
        let visit = plan_visit(from, spot, to, good, &space, &truck, &options);
        assert!(visit.is_ok(), "{good:?}: {:?}", visit.err());
        let refused = plan_visit(from, spot, to, bad, &space, &truck, &options).err();
        let Some(refused) = refused else { panic!("{bad:?} has a way") };
        let proof = matches!(refused, ManoeuvreError::NoWay { .. } | ManoeuvreError::BudgetSpent { .. });
        assert!(proof, "{bad:?}: {refused}");
    }
}

#[test]
fn any_rigid_vehicle_is_planned_for_with_its_own_geometry() {
    let drivable = pad();
    let space = FreeSpace::new(&drivable);
    let options = ManoeuvreOptions { last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let (from, spot) = (Pose2::new(-5.0, -60.0, FRAC_PI_2), Pose2::new(20.0, 18.0, -FRAC_PI_2));
    // Length, width, wheelbase, rear overhang, maximum steering angle: a light vehicle, the truck, and a longer truck.
    let shapes = [(5.3, 1.9, 3.1, 1.2, 0.6), (10.5, 6.0, 4.6, 3.0, 0.65), (14.5, 7.5, 6.4, 4.2, 0.62)];
    let mut lengths = Vec::new();
    for (length, width, wheelbase, rear, steering) in shapes {
        let mut spec = TruckSpec::tr100at();
        let g = &mut spec.geometry;
        (g.length, g.width, g.wheelbase, g.rear_overhang) = (length, width, wheelbase, rear);
        g.front_overhang = length - wheelbase - rear;
        spec.steering.max_angle = steering;
        let vehicle = TruckModel::new(Arc::new(spec));
        let path = plan_manoeuvre(from, spot, &space, &vehicle, &options).unwrap_or_else(|e| panic!("{length} m: {e}"));
        let tightest = path.points.iter().map(|p| p.curvature.abs()).fold(0.0, f64::max);
        assert!(tightest <= libm::tan(steering) / wheelbase, "{length} m turns on {} m", 1.0 / tightest);
        let least = looked_at_again(&drivable, &[], &vehicle.footprint, &path);
        assert!(least > 0.5 - ROUNDING, "{length} m comes within {least} m");
        lengths.push(path.length());
    }
    assert!(lengths[0] < lengths[2], "a longer vehicle swings out further: {lengths:?}");
}

/// Length and width of the car in the parking literature, m. Scenes are scaled from this car to the truck.
const CAR: (f64, f64) = (4.7, 1.8);

/// An aisle with a bay in its lower side: widths of aisle and bay and depth of the bay (m at the car's scale), and the
/// bay's angle to the aisle (degrees). A parallel bay lies along the aisle and is `wide` long.
struct Bay {
    name: &'static str,
    aisle: f64,
    wide: f64,
    deep: f64,
    angle_deg: f64,
}

const BAYS: [Bay; 8] = [
    Bay { name: "perpendicular", aisle: 6.0, wide: 2.5, deep: 5.2, angle_deg: 90.0 },
    Bay { name: "perpendicular, narrow aisle", aisle: 5.5, wide: 2.7, deep: 5.2, angle_deg: 90.0 },
    Bay { name: "angled 60", aisle: 5.0, wide: 2.5, deep: 6.5, angle_deg: 60.0 },
    Bay { name: "angled 45", aisle: 4.5, wide: 2.5, deep: 7.0, angle_deg: 45.0 },
    Bay { name: "angled the other way", aisle: 6.0, wide: 2.7, deep: 6.5, angle_deg: 120.0 },
    Bay { name: "parallel", aisle: 4.0, wide: 6.7, deep: 2.3, angle_deg: 0.0 },
    // The bay is 1.32 vehicle lengths long: the truck moves to and fro about twelve times, by less than 3 m each.
    Bay { name: "parallel, tight", aisle: 4.0, wide: 6.2, deep: 2.3, angle_deg: 0.0 },
    Bay { name: "parallel, generous", aisle: 3.5, wide: 7.5, deep: 2.3, angle_deg: 0.0 },
];

impl Bay {
    /// Returns the surface, a start pose in the aisle and the goal in the bay, scaled to a truck.
    fn scaled(&self, truck: &TruckModel) -> (Drivable, Pose2, Pose2) {
        let f = truck.footprint;
        let (long, wide) = (f.length() / CAR.0, 2.0 * f.half_width / CAR.1);
        let parallel = self.angle_deg == 0.0;
        let end = 3.5 * f.length();
        let aisle = self.aisle * if parallel { wide } else { long };
        let start = Pose2::new(-1.5 * f.length(), aisle / 2.0, 0.0);
        let (opening, down, goal) = if parallel {
            let (bay, deep) = (self.wide * long, self.deep * wide);
            let goal = Pose2::new(bay / 2.0 - (f.front - f.rear) / 2.0, -deep / 2.0, 0.0);
            (bay, Vector2::new(0.0, -deep), goal)
        } else {
            let a = self.angle_deg.to_radians();
            let out = Vector2::new(libm::cos(a), libm::sin(a));
            let (opening, deep) = (self.wide * wide / libm::sin(a), self.deep * long);
            // The end of an oblique bay is oblique too, so the truck first meets its near corner.
            let gap = 0.6 + f.half_width * (libm::cos(a) / libm::sin(a)).abs();
            let at = Point2::new(opening / 2.0, 0.0) - out * (deep - f.rear - gap);
            (opening, -out * deep, Pose2::new(at.x, at.y, a))
        };
        let outer = [
            (-end, 0.0),
            (0.0, 0.0),
            (down.x, down.y),
            (opening + down.x, down.y),
            (opening, 0.0),
            (end, 0.0),
            (end, aisle),
            (-end, aisle),
        ];
        (surface(&outer), start, goal)
    }
}

#[test]
fn scenes_of_the_parking_literature_are_all_solved() {
    let truck = truck();
    let margin = 0.3;
    let options = ManoeuvreOptions { margin, last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let mut failed = Vec::new();
    let mut solve = |name: &str, drivable: &Drivable, start: Pose2, goal: Pose2, options: &ManoeuvreOptions| {
        let began = Instant::now();
        match plan_manoeuvre(start, goal, &FreeSpace::new(drivable), &truck, options) {
            Ok(path) => {
                let took = began.elapsed();
                let least = looked_at_again(drivable, &[], &truck.footprint, &path);
                assert!(least > margin - ROUNDING, "{name} comes within {least} m");
                assert!(path.points[path.points.len() - 1].pose.distance(goal) < 1e-9, "{name}");
                #[allow(clippy::print_stderr)] // Figures for a run with --nocapture.
                {
                    let (length, changes) = (path.length(), path.sections().len() - 1);
                    eprintln!("{name}: {length:.1} m, {changes} changes, {took:.0?}");
                }
            }
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    };
    for bay in BAYS {
        let (drivable, start, goal) = bay.scaled(&truck);
        solve(bay.name, &drivable, start, goal, &options);
        // Then out of the bay again, to the other end of the aisle.
        let away = Pose2::new(-start.x, start.y, 0.0);
        let out = ManoeuvreOptions { last: Some(Travel::Forward), ..options };
        solve(&format!("out of {}", bay.name), &drivable, goal, away, &out);
    }
    let l = truck.footprint.length();
    let any = ManoeuvreOptions { last: None, ..options };
    let alley = |w: f64| surface(&[(-4.0 * l, 0.0), (2.0 * l, 0.0), (2.0 * l, w), (-4.0 * l, w)]);
    let dead_end = alley(1.7 * l);
    solve("turn in a dead end", &dead_end, Pose2::new(0.0, 0.5 * l, 0.0), Pose2::new(0.0, 1.2 * l, PI), &any);
    let narrow = alley(1.5 * l);
    solve("turn in a narrow dead end", &narrow, Pose2::new(0.0, 0.75 * l, 0.0), Pose2::new(0.0, 0.75 * l, PI), &any);
    // A corner of two alleys, each 2.2 truck widths wide.
    let w = 4.4 * truck.footprint.half_width;
    let corner = surface(&[(-3.0 * l, 0.0), (w, 0.0), (w, 3.0 * l), (0.0, 3.0 * l), (0.0, w), (-3.0 * l, w)]);
    let (a, b) = (Pose2::new(-2.0 * l, w / 2.0, 0.0), Pose2::new(w / 2.0, 2.0 * l, FRAC_PI_2));
    solve("a narrow corner", &corner, a, b, &ManoeuvreOptions { last: Some(Travel::Forward), ..options });
    let reversed = ManoeuvreOptions { last: Some(Travel::Reverse), ..options };
    solve("a narrow corner in reverse", &corner, b, Pose2::new(a.x, a.y, 0.0), &reversed);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Returns the minimum distance of the truck from a machine along a trajectory, sampled every twentieth of a second, m.
fn nearest(timed: &Trajectory, machine: &MovingObstacle, body: &Footprint) -> f64 {
    let end = timed.arrival() + machine.track.last().map_or(0.0, |p| p.0);
    let mut least = f64::INFINITY;
    for k in 0..=(end / 0.05) as usize {
        let time = k as f64 * 0.05;
        let (ours, theirs) = (timed.path.at(timed.station_at(time)).pose, machine.at(time).unwrap());
        let edge = |f: &Footprint, at: Pose2, g: &Footprint, bt: Pose2| {
            f.outline(at, 0.1).map(|p| g.distance(bt, p)).fold(f64::INFINITY, f64::min)
        };
        least = least.min(edge(body, ours, &machine.footprint, theirs));
        least = least.min(edge(&machine.footprint, theirs, body, ours));
    }
    least
}

#[test]
fn the_truck_waits_for_one_that_comes_out() {
    let (drivable, truck) = (pad(), truck());
    let space = FreeSpace::new(&drivable);
    let (from, spot) = (Pose2::new(0.0, -62.0, FRAC_PI_2), Pose2::new(20.0, 18.0, -FRAC_PI_2));
    let options = ManoeuvreOptions { margin: MARGIN, last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let alone = plan_among_moving(from, spot, &space, &[], &truck, &options).unwrap();
    // The machine drives across the pad and into a corner, over the path that the truck would usually take.
    let track = vec![
        (0.0, Pose2::new(-30.0, -10.0, 0.0)),
        (8.0, Pose2::new(-30.0, -10.0, 0.0)),
        (38.0, Pose2::new(36.0, -10.0, 0.0)),
    ];
    let machine = MovingObstacle { footprint: truck.footprint, track };
    assert!(nearest(&alone, &machine, &truck.footprint) < 0.1, "the machine would not have been in the way");
    let timed = plan_among_moving(from, spot, &space, std::slice::from_ref(&machine), &truck, &options).unwrap();
    let least = nearest(&timed, &machine, &truck.footprint);
    assert!(least > MARGIN - ROUNDING, "{least} m from the machine");
    assert!(looked_at_again(&drivable, &[], &truck.footprint, &timed.path) > MARGIN - ROUNDING);
    assert!(timed.points.windows(2).all(|w| w[0].time <= w[1].time && w[0].station <= w[1].station), "both ascend");
    assert!(timed.arrival() >= alone.arrival() - 1e-9 && timed.arrival() < alone.arrival() + 60.0);
    assert!((timed.station_at(timed.arrival()) - timed.path.length()).abs() < 1e-9);
}

#[test]
fn a_machine_that_never_gives_way_is_reported() {
    let truck = truck();
    // An alley with room for one truck only.
    let drivable = surface(&[(-80.0, -5.0), (80.0, -5.0), (80.0, 5.0), (-80.0, 5.0)]);
    let space = FreeSpace::new(&drivable);
    let (from, to) = (Pose2::new(-20.0, 0.0, 0.0), Pose2::new(40.0, 0.0, 0.0));
    let options = ManoeuvreOptions { last: Some(Travel::Forward), ..ManoeuvreOptions::default() };
    let head_on = vec![(0.0, Pose2::new(60.0, 0.0, PI)), (60.0, Pose2::new(-60.0, 0.0, PI))];
    let machine = MovingObstacle { footprint: truck.footprint, track: head_on };
    let error = plan_among_moving(from, to, &space, &[machine], &truck, &options).unwrap_err();
    assert!(matches!(error, ManoeuvreError::NeverFree { .. }), "{error}");
    let broken = MovingObstacle { footprint: truck.footprint, track: vec![(5.0, from), (1.0, to)] };
    let error = plan_among_moving(from, to, &space, &[broken], &truck, &options).unwrap_err();
    assert!(error.to_string().contains("track"), "{error}");
}

#[test]
fn a_billion_metres_from_the_datum_nothing_changes() {
    let truck = truck();
    let options = ManoeuvreOptions { margin: MARGIN, last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    // Round to a grid that a double resolves a billion metres out, so that both queries are the same.
    let held = |v: f64| (v * 1024.0).round() / 1024.0;
    let mut compared = 0;
    for (number, by) in [(3, 1e9), (5, -1e9), (8, 1e9), (13, 1e9), (21, -1e9)] {
        let by = Vector2::new(by, -0.7 * by);
        let mut stream = haul_core::stream(number, "far", "area");
        let area = areas::area(&mut stream, &truck);
        let Some(case) = areas::case(&mut stream, &area, &truck) else { continue };
        let ring: Vec<Point2> =
            area.drivable.polygon().outer.iter().map(|p| Point2::new(held(p.x), held(p.y))).collect();
        let obstacles: Vec<Obstacle> = area
            .obstacles
            .iter()
            .map(|o| match *o {
                Obstacle::Circle { centre, radius } => {
                    Obstacle::Circle { centre: Point2::new(held(centre.x), held(centre.y)), radius }
                }
                Obstacle::Rect { footprint, pose } => {
                    Obstacle::Rect { footprint, pose: Pose2::new(held(pose.x), held(pose.y), pose.heading) }
                }
                Obstacle::Outline { ref ring } => {
                    Obstacle::Outline { ring: ring.iter().map(|p| Point2::new(held(p.x), held(p.y))).collect() }
                }
            })
            .collect();
        let plan = |by: Vector2| {
            let outer = ring.iter().map(|p| p + by).collect();
            let drivable = Drivable::new(Polygon { outer, holes: Vec::new() }).unwrap();
            let space = FreeSpace { drivable: &drivable, obstacles: obstacles.iter().map(|o| o.moved(by)).collect() };
            let moved = |p: Pose2| Pose2::new(held(p.x) + by.x, held(p.y) + by.y, p.heading);
            plan_manoeuvre(moved(case.start), moved(case.goal), &space, &truck, &options).unwrap()
        };
        let (near, far) = (plan(Vector2::zeros()), plan(by));
        compared += 1;
        assert_eq!(near.points.len(), far.points.len(), "area {number}");
        for (a, b) in near.points.iter().zip(&far.points) {
            assert!((a.pose.x - (b.pose.x - by.x)).abs() < 1e-6 && (a.pose.y - (b.pose.y - by.y)).abs() < 1e-6);
            assert!((a.pose.heading - b.pose.heading).abs() < 1e-6 && (a.station - b.station).abs() < 1e-6);
            assert!((a.clearance - b.clearance).abs() < 1e-6 && a.travel == b.travel);
        }
    }
    assert!(compared >= 4, "{compared}");
}
