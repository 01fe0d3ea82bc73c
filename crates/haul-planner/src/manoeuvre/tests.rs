//! Tests of manoeuvres in loading areas.

use super::segment_path::Segment;
use super::*;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Polygon, Vector2, angle};
use haul_mine::Drivable;
use haul_vehicle::TruckSpec;
use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::Arc;

fn truck() -> TruckModel {
    TruckModel::new(Arc::new(TruckSpec::tr100at()))
}

/// Returns a loading area: a haul road 24 m wide leads from the west into a bench of 70 m by 60 m with a ragged face.
fn bench() -> Drivable {
    let outer = [
        (-80.0, -12.0),
        (0.0, -12.0),
        (6.0, -28.0),
        (20.0, -33.0),
        (38.0, -30.0),
        (55.0, -34.0),
        (68.0, -25.0),
        (72.0, -8.0),
        (69.0, 9.0),
        (71.0, 22.0),
        (60.0, 33.0),
        (42.0, 30.0),
        (25.0, 34.0),
        (8.0, 28.0),
        (0.0, 12.0),
        (-80.0, 12.0),
    ];
    Drivable::new(Polygon { outer: outer.iter().map(|&(x, y)| Point2::new(x, y)).collect(), holes: Vec::new() })
        .unwrap()
}

/// Inputs of a case: name, start, goal, obstacles, required direction of travel at the goal.
type Case = (&'static str, Pose2, Pose2, Vec<Obstacle>, Option<Travel>);

fn cases() -> Vec<Case> {
    let shovel = || Obstacle::Circle { centre: Point2::new(62.0, 0.0), radius: 7.0 };
    let parked = || Obstacle::Rect { footprint: truck().footprint, pose: Pose2::new(52.0, 12.0, 2.6) };
    let road = Pose2::new(-40.0, -5.0, 0.0);
    let spot = Pose2::new(51.0, -6.0, PI * 0.95);
    vec![
        ("spot", road, spot, vec![shovel()], Some(Travel::Reverse)),
        ("second spot", road, Pose2::new(60.0, -15.0, -2.3), vec![shovel()], Some(Travel::Reverse)),
        ("beside a parked truck", road, spot, vec![shovel(), parked()], Some(Travel::Reverse)),
        ("out of the spot", spot, Pose2::new(-40.0, 5.0, PI), vec![shovel()], Some(Travel::Forward)),
        ("from the queue", Pose2::new(15.0, 10.0, -0.6), spot, vec![shovel(), parked()], Some(Travel::Reverse)),
        ("turn on the road", Pose2::new(-60.0, -5.0, 0.0), Pose2::new(-60.0, 5.0, PI), vec![], None),
        ("tail at the face", road, Pose2::new(30.0, -25.5, FRAC_PI_2), vec![shovel()], Some(Travel::Reverse)),
        ("from near the wall", Pose2::new(40.0, 26.8, 0.05), spot, vec![shovel()], Some(Travel::Reverse)),
    ]
}

/// Checks the properties that every manoeuvre must have.
fn assert_sound(
    name: &str,
    path: &Path,
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    truck: &TruckModel,
    last: Option<Travel>,
) {
    let (first, end) = (path.points.first().unwrap(), path.points.last().unwrap());
    assert!(first.pose.distance(start) < 1e-9, "{name} starts at {:?}", first.pose);
    assert!(end.pose.distance(goal) < 1e-6, "{name} ends at {:?}", end.pose);
    assert!(angle::difference(end.pose.heading, goal.heading).abs() < 1e-6);
    assert!(last.is_none_or(|t| end.travel == t), "{name} ends in {:?}", end.travel);
    for (i, w) in path.points.windows(2).enumerate() {
        let (a, b) = (w[0], w[1]);
        let ds = b.station - a.station;
        if a.travel != b.travel {
            assert_eq!((a.pose, a.station), (b.pose, b.station), "{name}: the cusp at {i}");
            continue;
        }
        assert!(ds > 0.0 && ds <= SPACING + 1e-9, "{name}: step {ds} at {i}");
        // A segment between the two curvatures must lead from one point to the next.
        let segment = Segment { travel: a.travel, from: a.curvature, to: b.curvature, length: ds };
        let reached = segment.driven(a.pose, ds);
        assert!(reached.distance(b.pose) < 0.02, "{name}: {:?} at {i}, not {:?}", b.pose, reached);
        assert!(a.curvature.abs() <= truck.max_curvature() + 1e-9, "{name}: curvature {} at {i}", a.curvature);
    }
    for k in 0..=(path.length() / 0.1) as usize {
        let at = path.at(k as f64 * 0.1).pose;
        let clearance = space.footprint_clearance(&truck.footprint, at);
        let stands = space.footprint_clearance(&truck.footprint, start);
        let least = if stands < 0.5 { 0.3 * stands } else { 0.5 };
        assert!(clearance > least - 0.05, "{name}: {clearance} m at {k}");
    }
}

#[test]
fn manoeuvres_of_a_loading_area_are_sound() {
    let (drivable, truck) = (bench(), truck());
    for (name, start, goal, obstacles, last) in cases() {
        let space = FreeSpace { drivable: &drivable, obstacles };
        let options = ManoeuvreOptions { last, ..Default::default() };
        let path = plan_manoeuvre(start, goal, &space, &truck, &options).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_sound(name, &path, start, goal, &space, &truck, last);
    }
}

#[test]
fn a_truck_drives_past_the_spot_and_backs_in_once() {
    let (drivable, truck) = (bench(), truck());
    for (name, start, goal, obstacles, last) in cases().into_iter().filter(|c| c.4 == Some(Travel::Reverse)).take(3) {
        let space = FreeSpace { drivable: &drivable, obstacles };
        let options = ManoeuvreOptions { last, ..Default::default() };
        let path = plan_manoeuvre(start, goal, &space, &truck, &options).unwrap();
        let travels: Vec<Travel> = path.sections().iter().map(|s| path.points[s.start].travel).collect();
        assert_eq!(travels, [Travel::Forward, Travel::Reverse], "{name}");
    }
}

/// Scales a scene and its vehicle down, with proportionally faster steering. The path must scale with them.
#[test]
fn a_vehicle_of_a_quarter_of_the_size_drives_a_path_of_a_quarter_of_the_length() {
    const SHARE: f64 = 0.25;
    let mut small = TruckSpec::tr100at();
    let g = &mut small.geometry;
    for length in [&mut g.wheelbase, &mut g.front_overhang, &mut g.rear_overhang, &mut g.width, &mut g.length] {
        *length *= SHARE;
    }
    small.steering.rate /= SHARE;
    let (large, small) = (truck(), TruckModel::new(Arc::new(small)));
    assert_eq!(small.footprint.front, SHARE * large.footprint.front);
    let shrunk = |p: &Point2| p * SHARE;
    let shrunk_pose = |p: Pose2| Pose2::new(SHARE * p.x, SHARE * p.y, p.heading);
    let field = bench();
    let small_field = Polygon { outer: field.polygon().outer.iter().map(shrunk).collect(), holes: Vec::new() };
    let small_field = Drivable::new(small_field).unwrap();
    for (name, start, goal, obstacles, last) in cases() {
        let small_obstacles = obstacles.iter().map(|o| match o {
            Obstacle::Circle { centre, radius } => Obstacle::Circle { centre: shrunk(centre), radius: SHARE * radius },
            Obstacle::Rect { pose, .. } => Obstacle::Rect { footprint: small.footprint, pose: shrunk_pose(*pose) },
            Obstacle::Outline { ring } => Obstacle::Outline { ring: ring.iter().map(shrunk).collect() },
        });
        let small_space = FreeSpace { drivable: &small_field, obstacles: small_obstacles.collect() };
        let space = FreeSpace { drivable: &field, obstacles };
        let options = ManoeuvreOptions { last, ..Default::default() };
        let whole = plan_manoeuvre(start, goal, &space, &large, &options).unwrap();
        let options = ManoeuvreOptions { margin: SHARE * options.margin, ..options };
        let part = plan_manoeuvre(shrunk_pose(start), shrunk_pose(goal), &small_space, &small, &options).unwrap();
        assert_eq!(part.sections().len(), whole.sections().len(), "{name}");
        assert!((part.length() / SHARE - whole.length()).abs() < 0.05 * whole.length(), "{name}: {}", part.length());
        let least = whole.points.iter().map(|p| SHARE * p.clearance).fold(f64::INFINITY, f64::min);
        for p in &part.points {
            let clearance = small_space.footprint_clearance(&small.footprint, p.pose);
            assert!((p.clearance - clearance).abs() < 1e-9 && clearance > least - 0.02, "{name}: {p:?}");
            assert!(p.curvature.abs() <= small.max_curvature() + 1e-9, "{name}: {p:?}");
        }
        assert!(part.points.windows(2).all(|w| w[1].station - w[0].station <= SPACING + 1e-9), "{name}");
    }
    let rock = Obstacle::Circle { centre: Point2::new(-10.0, 0.0), radius: 1.0 };
    let space = FreeSpace { drivable: &small_field, obstacles: vec![rock] };
    let free = Pose2::new(7.5, 0.0, 0.0);
    let goal = Pose2::new(-10.0, 0.0, 0.0);
    match plan_manoeuvre(free, goal, &space, &small, &ManoeuvreOptions::default()) {
        Err(ManoeuvreError::GoalBlocked { clearance, margin }) => {
            assert_eq!(clearance, space.footprint_clearance(&small.footprint, goal));
            assert_eq!(margin, 0.5);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_truck_at_its_goal_stays() {
    let (drivable, truck) = (bench(), truck());
    let at = Pose2::new(20.0, 0.0, 0.3);
    let path = plan_manoeuvre(at, at, &FreeSpace::new(&drivable), &truck, &ManoeuvreOptions::default()).unwrap();
    assert_eq!((path.points.len(), path.length(), path.points[0].pose), (1, 0.0, at));
}

#[test]
fn a_heading_of_many_turns_is_reduced_to_one() {
    let (drivable, truck) = (bench(), truck());
    let space = FreeSpace::new(&drivable);
    // At this size, the spacing of doubles is larger than a full turn.
    let many = 1e300;
    let once = libm::atan2(libm::sin(many), libm::cos(many));
    let plan = |heading| {
        let (start, goal) = (Pose2::new(20.0, 0.0, heading), Pose2::new(50.0, 8.0, 2.0));
        plan_manoeuvre(start, goal, &space, &truck, &ManoeuvreOptions::default()).unwrap()
    };
    assert_eq!(plan(many), plan(once));
}

#[test]
fn an_error_names_the_cause() {
    let (drivable, truck) = (bench(), truck());
    let space = FreeSpace::new(&drivable);
    let plan =
        |start, goal, space: &FreeSpace| plan_manoeuvre(start, goal, space, &truck, &ManoeuvreOptions::default());
    let (free, wall) = (Pose2::new(30.0, 0.0, 0.0), Pose2::new(70.0, 0.0, 0.0));
    assert!(matches!(plan(wall, free, &space), Err(ManoeuvreError::StartBlocked { clearance }) if clearance < -1.0));
    assert!(matches!(plan(free, wall, &space), Err(ManoeuvreError::GoalBlocked { clearance, .. }) if clearance < -1.0));
    let rock = Obstacle::Circle { centre: Point2::new(-40.0, 0.0), radius: 1.0 };
    let goal = Pose2::new(-40.0, 0.0, 0.0);
    let space = FreeSpace { drivable: &drivable, obstacles: vec![rock] };
    assert!(
        matches!(plan(free, goal, &space), Err(ManoeuvreError::GoalBlocked { clearance, .. }) if clearance <= -1.0)
    );
    for odd in [f64::NAN, f64::INFINITY, -1e300] {
        assert!(
            matches!(plan(Pose2::new(odd, 0.0, 0.0), free, &space), Err(ManoeuvreError::NotFinite { .. })),
            "{odd}"
        );
    }
    // A wall of rocks across the road: no path exists, and the search must prove this itself.
    let wall = (-3..=3).map(|k| Obstacle::Circle { centre: Point2::new(-30.0, 4.0 * f64::from(k)), radius: 2.5 });
    let space = FreeSpace { drivable: &drivable, obstacles: wall.collect() };
    let error = plan(Pose2::new(-60.0, 0.0, 0.0), free, &space).unwrap_err();
    assert!(matches!(error, ManoeuvreError::CutOff { nearest } if (20.0..40.0).contains(&nearest)), "{error}");
}

/// Generates a random case: a spot where the truck stands tail to the edge of the area, a start pose, and rocks clear
/// of both.
fn random_case(stream: &mut Stream, drivable: &Drivable, truck: &TruckModel) -> (Pose2, Pose2, Vec<Obstacle>) {
    let ring = &drivable.polygon().outer;
    let clear = |pose| drivable.footprint_clearance(&truck.footprint, pose) >= 0.5;
    loop {
        let i = 1 + (stream.unit() * (ring.len() - 3) as f64) as usize;
        let along = (ring[i + 1] - ring[i]).normalize();
        let inwards = Vector2::new(-along.y, along.x);
        let foot = ring[i] + (ring[i + 1] - ring[i]) * stream.unit();
        let at = foot + inwards * (truck.footprint.rear + stream.between(0.6, 2.5));
        let heading = libm::atan2(inwards.y, inwards.x) + stream.between(-0.3, 0.3);
        let goal = Pose2::new(at.x, at.y, heading);
        let anywhere = Pose2::new(stream.between(5.0, 60.0), stream.between(-25.0, 25.0), stream.between(-3.0, 3.0));
        let start = if stream.unit() < 0.5 { Pose2::new(-50.0, -5.0, 0.0) } else { anywhere };
        if !(clear(goal) && clear(start)) {
            continue;
        }
        let mut rocks = Vec::new();
        for _ in 0..(stream.unit() * 4.0) as usize {
            let centre = Point2::new(stream.between(10.0, 65.0), stream.between(-28.0, 28.0));
            let radius = stream.between(1.0, 7.0);
            let far = |pose| truck.footprint.distance(pose, centre) > radius + 1.0;
            if far(goal) && far(start) {
                rocks.push(Obstacle::Circle { centre, radius });
            }
        }
        return (start, goal, rocks);
    }
}

#[test]
fn random_spots_among_rocks_have_sound_manoeuvres() {
    let (drivable, truck) = (bench(), truck());
    let mut stream = haul_core::stream(7, "test", "spots");
    let last = Some(Travel::Reverse);
    let (mut reached, mut once) = (0, 0);
    for k in 0..60 {
        let (start, goal, obstacles) = random_case(&mut stream, &drivable, &truck);
        let space = FreeSpace { drivable: &drivable, obstacles };
        // A rock may block the way to the spot, so not every case has a solution.
        let options = ManoeuvreOptions { last, ..Default::default() };
        let Ok(path) = plan_manoeuvre(start, goal, &space, &truck, &options) else { continue };
        assert_sound(&format!("case {k}"), &path, start, goal, &space, &truck, last);
        reached += 1;
        once += usize::from(path.sections().len() <= 2);
    }
    assert!(reached >= 57 && once >= reached - 6, "{reached} reached, {once} with at most one change of direction");
}

#[test]
fn a_goal_that_can_only_be_backed_into_is_found_without_a_requested_direction() {
    // A machine in the mouth of the bench leaves a gap of 7.02 m, and the spot is in the corner behind the machine.
    let (truck, drivable) = (truck(), bench());
    let machine = Obstacle::Circle { centre: Point2::new(-4.575778961880998, -2.0211032938060374), radius: 7.0 };
    let space = FreeSpace { drivable: &drivable, obstacles: vec![machine] };
    let start = Pose2::new(-26.858289584455164, -4.434444593974334, -0.07303292949499132);
    let goal = Pose2::new(5.192977140774469, -12.24711934145781, 0.620636119263275);
    let options = ManoeuvreOptions { margin: 0.3, ..ManoeuvreOptions::default() };
    let path = plan_manoeuvre(start, goal, &space, &truck, &options).unwrap();
    assert!(path.points.iter().all(|p| p.clearance > 0.25));
    assert_eq!(path.points.last().map(|p| p.travel), Some(Travel::Reverse));
}

#[test]
fn results_do_not_depend_on_the_distance_from_the_datum() {
    let (drivable, truck) = (bench(), truck());
    let options = ManoeuvreOptions { last: Some(Travel::Reverse), ..Default::default() };
    let (_, start, goal, ..) = cases().remove(6);
    let near = plan_manoeuvre(start, goal, &FreeSpace::new(&drivable), &truck, &options).unwrap();
    let again = plan_manoeuvre(start, goal, &FreeSpace::new(&drivable), &truck, &options).unwrap();
    assert_eq!(near, again);
    let by = Vector2::new(65_536.0, -32_768.0);
    let moved = Polygon { outer: drivable.polygon().outer.iter().map(|p| p + by).collect(), holes: Vec::new() };
    let far = Drivable::new(moved).unwrap();
    let shifted = |p: Pose2| Pose2::new(p.x + by.x, p.y + by.y, p.heading);
    let path = plan_manoeuvre(shifted(start), shifted(goal), &FreeSpace::new(&far), &truck, &options).unwrap();
    assert_eq!(path.sections().len(), near.sections().len());
    assert!((path.length() - near.length()).abs() < 0.5, "{} {}", path.length(), near.length());
}

#[test]
fn steering_never_jumps_while_the_truck_rolls() {
    let (drivable, truck) = (bench(), truck());
    let (_, start, goal, obstacles, last) = cases().remove(4);
    let space = FreeSpace { drivable: &drivable, obstacles };
    let (before, after) = (Some(0.05), Some(0.0));
    let options = ManoeuvreOptions { last, start_curvature: before, goal_curvature: after, ..Default::default() };
    let path = plan_manoeuvre(start, goal, &space, &truck, &options).unwrap();
    assert_sound("rolling", &path, start, goal, &space, &truck, last);
    assert!((path.points[0].curvature - 0.05).abs() < 1e-9 && path.points.last().unwrap().curvature.abs() < 1e-9);
    for w in path.points.windows(2).filter(|w| w[0].travel == w[1].travel) {
        let rate = (w[1].curvature - w[0].curvature).abs() / (w[1].station - w[0].station);
        let crawl = 0.5 * truck.spec.geometry.wheelbase * rate;
        assert!(crawl < truck.spec.steering.rate, "{rate} 1/m² at {} m", w[0].station);
    }
}

#[test]
fn a_truck_beside_a_wall_leaves_it_without_touching() {
    let (drivable, truck) = (bench(), truck());
    let start = Pose2::new(-40.0, -12.0 + truck.footprint.half_width + 0.2, 0.0);
    let goal = Pose2::new(30.0, 0.0, 0.0);
    let space = FreeSpace::new(&drivable);
    let path = plan_manoeuvre(start, goal, &space, &truck, &ManoeuvreOptions::default()).unwrap();
    for p in &path.points {
        let away = p.pose.distance(start) - truck.footprint.reach();
        let regained = (0.06 + 0.05 * away.max(0.0)).min(0.5);
        assert!(p.clearance > regained - 0.03, "{} m at {} m", p.clearance, p.station);
    }
}
