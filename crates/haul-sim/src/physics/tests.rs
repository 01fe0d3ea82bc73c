use super::*;
use haul_core::{Point2, Point3};
use haul_vehicle::MassProperties;
use nalgebra::Matrix3;

const DT: f64 = 0.005;

fn shape() -> ChassisShape {
    ChassisShape {
        front: 7.6,
        rear: 3.2,
        half_width: 3.0,
        top: 5.2,
        deck: 1.5,
        wheels_behind: 1.3,
        tail: 2.2,
        belly: 0.8,
        belly_half_width: 1.4,
        belly_span: (0.5, 5.0),
    }
}

fn mass() -> MassProperties {
    MassProperties {
        mass: 160e3,
        centre: Point3::new(2.0, 0.0, 2.5),
        inertia: Matrix3::from_diagonal(&Vector3::new(8e5, 1.3e6, 1.4e6)),
    }
}

/// Returns the height of a slope that rises to the north by 1 in 10 and to the east by 1 in 20.
fn slope(x: f64, y: f64) -> f64 {
    0.05 * x + 0.1 * y
}

#[test]
fn the_terrain_lies_where_the_map_has_it() {
    let mut physics = Physics::new(DT);
    let looker = physics.add_truck(0, &shape(), &Isometry3::translation(-500.0, 0.0, 100.0), &mass());
    assert!(
        physics
            .add_terrain((-20.0, -10.0), 2.0, (31, 16), |i, j| slope(-20.0 + 2.0 * i as f64, -10.0 + 2.0 * j as f64))
    );
    physics.step();
    for (x, y) in [(-15.0, -5.0), (3.3, 12.7), (39.0, 19.0)] {
        let seen = physics.look(&Point3::new(x, y, 50.0), &-Vector3::z(), 100.0, looker).unwrap();
        assert!(seen.is_terrain && (50.0 - seen.distance - slope(x, y)).abs() < 1e-6, "{seen:?} at {x}, {y}");
    }
    assert!(physics.look(&Point3::new(41.0, 0.0, 50.0), &-Vector3::z(), 100.0, looker).is_none());
}

#[test]
fn a_grid_without_a_surface_is_refused() {
    let mut physics = Physics::new(DT);
    assert!(!physics.add_terrain((0.0, 0.0), 2.0, (1, 9), |_, _| 0.0));
    assert!(!physics.add_terrain((0.0, 0.0), 2.0, (9, 9), |i, _| if i == 4 { f64::NAN } else { 0.0 }));
}

#[test]
fn a_force_equal_to_the_weight_keeps_the_body_at_rest() {
    let mut physics = Physics::new(DT);
    let mass = mass();
    let body = physics.add_truck(0, &shape(), &Isometry3::translation(0.0, 0.0, 10.0), &mass);
    let weight = Vector3::new(0.0, 0.0, mass.mass * GRAVITY);
    for _ in 0..200 {
        physics.set_wrench(body, &Wrench { force: weight, torque: Vector3::zeros() });
        physics.step();
    }
    let motion = physics.motion(body);
    assert!(motion.velocity.norm() < 1e-9 && (motion.pose.translation.z - 10.0).abs() < 1e-9, "{motion:?}");
}

#[test]
fn a_force_moves_the_centre_of_mass_by_newtons_law() {
    let mut physics = Physics::new(DT);
    let mass = mass();
    let body = physics.add_truck(0, &shape(), &Isometry3::translation(0.0, 0.0, 10.0), &mass);
    for _ in 0..200 {
        let force = Vector3::new(mass.mass * 0.5, 0.0, mass.mass * GRAVITY);
        physics.set_wrench(body, &Wrench { force, torque: Vector3::new(0.0, 0.0, mass.inertia[(2, 2)] * 0.1) });
        physics.step();
    }
    let motion = physics.motion(body);
    assert!((motion.velocity.x - 0.5).abs() < 1e-6, "{motion:?}");
    assert!((motion.angular_velocity.z - 0.1).abs() < 1e-6, "{motion:?}");
}

#[test]
fn a_change_of_the_centre_of_mass_does_not_kick_the_frame() {
    let mut physics = Physics::new(DT);
    let body = physics.add_truck(0, &shape(), &Isometry3::translation(0.0, 0.0, 10.0), &mass());
    let spin = Motion {
        pose: Isometry3::translation(0.0, 0.0, 10.0),
        velocity: Vector3::new(5.0, 2.0 * 0.3, 0.0), // the frame's origin moves at 5 m/s ahead
        angular_velocity: Vector3::new(0.0, 0.0, 0.3),
    };
    physics.set_motion(body, &spin);
    physics.set_mass(body, &MassProperties { centre: Point3::new(1.0, 0.0, 3.0), ..mass() });
    let motion = physics.motion(body);
    assert!((motion.velocity - Vector3::new(5.0, 0.3, 0.0)).norm() < 1e-9, "{motion:?}");
}

#[test]
fn each_accident_is_reported_once_to_each_truck_in_it() {
    let mut physics = Physics::new(DT);
    let first = physics.add_truck(0, &shape(), &Isometry3::translation(0.0, 0.0, 10.0), &mass());
    let second = physics.add_truck(1, &shape(), &Isometry3::translation(20.0, 0.0, 10.0), &mass());
    physics.add_post(7, Point2::new(-12.0, 0.0), 10.0, 1.0, 3.0);
    let weight = Wrench { force: Vector3::new(0.0, 0.0, 160e3 * GRAVITY), torque: Vector3::zeros() };
    let drive = |physics: &mut Physics, speed: f64| {
        let at = physics.motion(first).pose;
        physics.set_motion(
            first,
            &Motion { pose: at, velocity: Vector3::new(speed, 0.0, 0.0), angular_velocity: Vector3::zeros() },
        );
        let mut touches = Vec::new();
        for _ in 0..600 {
            physics.set_wrench(first, &weight);
            physics.set_wrench(second, &weight);
            touches.extend(physics.step());
        }
        touches
    };
    let ahead = drive(&mut physics, 5.0);
    assert_eq!(ahead.iter().map(|t| (t.truck, t.other_truck())).collect::<Vec<_>>(), [(0, Some(1)), (1, Some(0))]);
    physics.retire(second);
    let back = drive(&mut physics, -8.0);
    assert_eq!(back.iter().map(|t| (t.truck, t.other_fixed())).collect::<Vec<_>>(), [(0, Some(7))]);
}

#[test]
fn a_belly_on_the_ground_is_a_touch() {
    let mut physics = Physics::new(DT);
    assert!(physics.add_terrain((-50.0, -50.0), 2.0, (51, 51), |_, _| 0.0));
    physics.add_truck(0, &shape(), &Isometry3::translation(0.0, 0.0, 0.5), &mass());
    let touches: Vec<Touch> = (0..200).flat_map(|_| physics.step()).collect();
    assert_eq!(touches.len(), 1);
    assert!(touches[0].other_truck().is_none() && touches[0].other_fixed().is_none());
}

#[test]
fn a_falling_chassis_touches_the_ground_when_it_arrives() {
    let mut physics = Physics::new(DT);
    // The node under the frame's middle is the highest, 1.6 m.
    let rough = |i: usize, j: usize| 0.4 * ((i * 7 + j * 3) % 5) as f64;
    assert!(physics.add_terrain((-50.0, -50.0), 2.0, (51, 51), rough));
    let body = physics.add_truck(0, &shape(), &Isometry3::translation(0.3, 0.2, 6.0), &mass());
    let mut steps = 0;
    while physics.step().is_empty() {
        steps += 1;
        assert!(steps < 400, "it falls through the ground: {:?}", physics.motion(body).pose);
    }
    let belly = physics.motion(body).pose.translation.z + shape().belly;
    assert!((1.45..1.65).contains(&belly), "the frame touches the ground with its belly at {belly} m");
}
