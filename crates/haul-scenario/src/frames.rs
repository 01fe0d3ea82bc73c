//! Frames that show a world at one instant.

use haul_core::TruckId;
use haul_core::units::from_tonnes;
use haul_planner::Path;
use haul_planner::path::Travel;
use haul_planner::speed::SpeedProfile;
use haul_record::{
    Frame, HeapFrame, PathFrame, ShovelFrame, TruckDetail, TruckFrame, VehicleFrame, WeatherFrame, WheelFrame,
};
use haul_sim::{SimShovel, SimTruck, SimVehicle, VehicleState, World};
use haul_vehicle::{Direction, Ground, WheelState};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Distance between the points of a path in a frame, m.
const PATH_SPACING: f64 = 2.0;

/// Makes frames of a world. The paths of the last frame are kept, because they seldom change.
#[derive(Debug, Default)]
pub struct FrameMaker {
    paths: BTreeMap<TruckId, KnownPath>,
}

/// A truck's path, and its form in frames.
#[derive(Debug)]
struct KnownPath {
    path: Arc<Path>,
    profile: Option<Arc<SpeedProfile>>,
    frame: Arc<PathFrame>,
}

impl FrameMaker {
    /// Returns the frame of a world at the present instant.
    pub fn frame(&mut self, world: &World) -> Frame {
        let heaps = world.tips().iter().flat_map(|tip| {
            tip.heaps().iter().map(|heap| HeapFrame {
                place: tip.place().clone(),
                centre: heap.centre,
                radius: heap.radius,
                height: heap.height,
            })
        });
        Frame {
            at: world.now(),
            trucks: world.trucks().iter().map(|truck| self.truck(truck, world)).collect(),
            shovels: world.shovels().iter().map(shovel).collect(),
            heaps: heaps.collect(),
            vehicles: world.vehicles().iter().map(|v| vehicle(v, world)).collect(),
            weather: weather(world),
        }
    }

    fn truck(&mut self, truck: &SimTruck, world: &World) -> TruckFrame {
        let (machine, telemetry, command) = (truck.truck().state(), truck.onboard().telemetry(), truck.command());
        let here = truck.plan_pose().position();
        let standing = truck.stands().map(|(reason, _)| reason.to_string());
        TruckFrame {
            truck: truck.id(),
            pose: truck.pose(),
            speed: machine.speed,
            steering: machine.steering_angle,
            body_angle: machine.body_angle,
            payload: machine.load.mass,
            detail: TruckDetail {
                cycle: telemetry.state,
                standing,
                restriction: telemetry.restriction,
                target_speed: telemetry.target_speed,
                station: telemetry.station,
                lateral_error: telemetry.lateral_error,
                granted: telemetry.granted_to.is_finite().then_some(telemetry.granted_to),
                gear: if machine.direction == Direction::Neutral { 0 } else { machine.gear },
                engine_speed: machine.engine_speed,
                throttle: command.throttle,
                retarder: command.retarder,
                service_brake: command.service_brake,
                park_brake: command.park_brake,
                retarder_temperature: machine.retarder_temp,
                fuel_used: machine.fuel_used_kg,
                believed_friction: truck.onboard().friction(),
                friction: world.ground().under(here.x, here.y).friction,
                locked_up: machine.locked_up,
            },
            path: telemetry.path.as_ref().map(|path| self.path(truck.id(), path, telemetry.profile.as_ref())),
            wheels: machine.wheels.iter().map(wheel).collect(),
        }
    }

    fn path(&mut self, truck: TruckId, path: &Arc<Path>, profile: Option<&Arc<SpeedProfile>>) -> Arc<PathFrame> {
        let has_profile = |known: &KnownPath| match (&known.profile, profile) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        match self.paths.get(&truck) {
            Some(known) if Arc::ptr_eq(&known.path, path) && has_profile(known) => Arc::clone(&known.frame),
            _ => {
                let frame = Arc::new(thinned(path, profile.map(AsRef::as_ref)));
                let known = KnownPath { path: Arc::clone(path), profile: profile.cloned(), frame: Arc::clone(&frame) };
                self.paths.insert(truck, known);
                frame
            }
        }
    }
}

fn wheel(wheel: &WheelState) -> WheelFrame {
    WheelFrame { centre: wheel.centre, steer: wheel.steer, spin: wheel.spin_angle, load: wheel.load_n }
}

/// Returns points of a path, about [`PATH_SPACING`] apart, with both ends and every direction change.
fn thinned(path: &Path, profile: Option<&SpeedProfile>) -> PathFrame {
    let mut frame = PathFrame::default();
    let mut last = f64::NEG_INFINITY;
    for (i, point) in path.points.iter().enumerate() {
        let next = path.points.get(i + 1);
        let turns = next.is_none_or(|n| n.travel != point.travel);
        if turns || point.station - last >= PATH_SPACING {
            frame.points.push(point.pose.position());
            frame.heights.push(point.z);
            frame.stations.push(point.station);
            if let Some(profile) = profile {
                let speed = profile.speed_at(point.station);
                frame.speeds.push(if point.travel == Travel::Reverse { -speed } else { speed });
            }
            last = point.station;
        }
    }
    frame
}

fn weather(world: &World) -> WeatherFrame {
    let (weather, ground) = (world.weather(), world.ground());
    let (sky, sun) = (weather.sky(), weather.sun());
    WeatherFrame {
        rain: sky.rain,
        snow: sky.snow,
        visibility: weather.visibility(),
        wind: sky.wind,
        wind_heading: sky.wind_heading,
        air_temperature: sky.air,
        sun_heading: sun.heading,
        sun_elevation: sun.elevation,
        wetness: ground.wetness(),
        snow_depth: ground.snow_depth(),
    }
}

fn shovel(shovel: &SimShovel) -> ShovelFrame {
    ShovelFrame {
        place: shovel.place().clone(),
        pose: shovel.pose(),
        ground: shovel.ground(),
        swing: shovel.swing_angle(),
        boom: shovel.boom_angle(),
        stick: shovel.stick_angle(),
        bucket: shovel.bucket_angle(),
        bucket_mass: shovel.bucket() * from_tonnes(shovel.spec().bucket_t),
    }
}

fn vehicle(vehicle: &SimVehicle, world: &World) -> VehicleFrame {
    let pose = vehicle.pose();
    VehicleFrame {
        vehicle: vehicle.id().clone(),
        kind: vehicle.kind(),
        pose,
        ground: world.map().terrain.height(pose.x, pose.y),
        footprint: vehicle.kind().footprint(),
        height: vehicle.kind().height(),
        speed: vehicle.speed(),
        driven: vehicle.station(),
        activity: match vehicle.state() {
            VehicleState::Waiting => "has not started".to_owned(),
            VehicleState::Driving => "drives".to_owned(),
            VehicleState::AtStop => "stands at a stop".to_owned(),
            VehicleState::GivesWay(truck) => format!("gives way to {truck}"),
            VehicleState::Parked => "has parked".to_owned(),
        },
    }
}
