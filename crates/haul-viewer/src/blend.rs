//! Frames between two frames.

use haul_core::{Isometry3, Pose2, SimTime};
use haul_record::{Frame, ShovelFrame, TruckFrame, VehicleFrame, WheelFrame};
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

/// Returns the frame at a share of the way from one frame to the next, 0 to 1. Motion is blended; everything else is
/// taken from the earlier frame. Machines are matched by their order.
pub fn blended(from: &Frame, to: &Frame, share: f64) -> Frame {
    let mut frame = from.clone();
    let span = to.at.since(from.at);
    frame.at = SimTime::from_seconds(from.at.seconds() + share * span);
    for (truck, next) in frame.trucks.iter_mut().zip(&to.trucks).filter(|(a, b)| a.truck == b.truck) {
        blend_truck(truck, next, share);
    }
    for (shovel, next) in frame.shovels.iter_mut().zip(&to.shovels) {
        blend_shovel(shovel, next, share);
    }
    for (vehicle, next) in frame.vehicles.iter_mut().zip(&to.vehicles).filter(|(a, b)| a.vehicle == b.vehicle) {
        blend_vehicle(vehicle, next, share);
    }
    frame
}

fn mix(a: f64, b: f64, share: f64) -> f64 {
    a + (b - a) * share
}

/// Blends two angles along the shorter arc.
fn mix_angle(a: f64, b: f64, share: f64) -> f64 {
    let turn = (b - a + PI).rem_euclid(TAU) - PI;
    a + turn * share
}

fn blend_truck(truck: &mut TruckFrame, next: &TruckFrame, share: f64) {
    truck.pose = mix_pose(&truck.pose, &next.pose, share);
    truck.speed = mix(truck.speed, next.speed, share);
    truck.steering = mix(truck.steering, next.steering, share);
    truck.body_angle = mix(truck.body_angle, next.body_angle, share);
    truck.payload = mix(truck.payload, next.payload, share);
    let has_same_path = matches!((&truck.path, &next.path), (Some(a), Some(b)) if Arc::ptr_eq(a, b));
    if has_same_path {
        truck.detail.station = mix(truck.detail.station, next.detail.station, share);
    }
    for (wheel, next) in truck.wheels.iter_mut().zip(&next.wheels) {
        *wheel = WheelFrame {
            centre: wheel.centre + (next.centre - wheel.centre) * share,
            steer: mix(wheel.steer, next.steer, share),
            spin: mix_angle(wheel.spin, next.spin, share),
            load: mix(wheel.load, next.load, share),
        };
    }
}

fn mix_pose(a: &Isometry3, b: &Isometry3, share: f64) -> Isometry3 {
    // Rotations half a turn apart have no shortest way between them: such a jump is shown as a jump.
    a.try_lerp_slerp(b, share, 1e-9).unwrap_or(*a)
}

fn blend_shovel(shovel: &mut ShovelFrame, next: &ShovelFrame, share: f64) {
    shovel.swing = mix_angle(shovel.swing, next.swing, share);
    shovel.boom = mix_angle(shovel.boom, next.boom, share);
    shovel.stick = mix_angle(shovel.stick, next.stick, share);
    shovel.bucket = mix_angle(shovel.bucket, next.bucket, share);
    shovel.bucket_mass = mix(shovel.bucket_mass, next.bucket_mass, share);
}

fn blend_vehicle(vehicle: &mut VehicleFrame, next: &VehicleFrame, share: f64) {
    let (a, b) = (vehicle.pose, next.pose);
    vehicle.pose = Pose2::new(mix(a.x, b.x, share), mix(a.y, b.y, share), mix_angle(a.heading, b.heading, share));
    vehicle.ground = mix(vehicle.ground, next.ground, share);
    vehicle.speed = mix(vehicle.speed, next.speed, share);
    vehicle.driven = mix(vehicle.driven, next.driven, share);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_take_the_shorter_arc() {
        assert!((mix_angle(6.2, 0.1, 0.5) - (6.2 + (0.1 + TAU - 6.2) / 2.0)).abs() < 1e-9);
        assert!((mix_angle(0.1, 6.2, 0.0) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn a_pose_half_way_is_in_the_middle() {
        let a = Isometry3::new(nalgebra::Vector3::new(0.0, 0.0, 1.0), nalgebra::Vector3::z() * 3.0);
        let b = Isometry3::new(nalgebra::Vector3::new(2.0, 4.0, 3.0), nalgebra::Vector3::z() * -3.0);
        let middle = mix_pose(&a, &b, 0.5);
        assert!((middle.translation.vector - nalgebra::Vector3::new(1.0, 2.0, 2.0)).norm() < 1e-9);
        assert!((middle.rotation.angle() - PI).abs() < 1e-9, "the short way passes through half a turn");
    }
}
