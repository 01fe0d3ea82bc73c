//! Messages about a truck.

use super::rounded;
use crate::frame::{PathFrame, TruckDetail, TruckFrame};
use haul_core::units::{from_celsius, from_kmh, to_celsius, to_compass, to_kmh, to_tonnes};
use haul_core::{CycleState, Point2, Pose2, Restriction};
use serde::{Deserialize, Serialize};

/// One message on `/truck/T1/state`.
#[derive(Debug, Serialize, Deserialize)]
pub struct TruckStateMessage {
    x: f64,
    y: f64,
    z: f64,
    bearing_deg: f64,
    speed_kmh: f64,
    target_speed_kmh: f64,
    state: CycleState,
    standing: String,
    restriction: String,
    station_m: f64,
    lateral_error_m: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    granted_m: Option<f64>,
    gear: i8,
    engine_rpm: f64,
    throttle: f64,
    retarder: f64,
    service_brake: f64,
    park_brake: bool,
    retarder_temp_c: f64,
    steering_deg: f64,
    body_deg: f64,
    payload_t: f64,
    fuel_used_kg: f64,
    #[serde(default)]
    believed_friction: f64,
    #[serde(default)]
    friction: f64,
}

impl TruckStateMessage {
    pub fn new(truck: &TruckFrame) -> Self {
        let (plan, state) = (Pose2::from_isometry(&truck.pose), &truck.detail);
        Self {
            x: rounded(plan.x, 3),
            y: rounded(plan.y, 3),
            z: rounded(truck.pose.translation.z, 3),
            bearing_deg: rounded(to_compass(plan.heading), 2),
            speed_kmh: rounded(to_kmh(truck.speed), 3),
            target_speed_kmh: rounded(to_kmh(state.target_speed), 2),
            state: state.cycle,
            standing: state.standing.clone().unwrap_or_default(),
            restriction: state.restriction.map(|r| r.to_string()).unwrap_or_default(),
            station_m: rounded(state.station, 2),
            lateral_error_m: rounded(state.lateral_error, 4),
            granted_m: state.granted.filter(|g| g.is_finite()).map(|g| rounded(g, 2)),
            gear: state.gear,
            engine_rpm: rounded(state.engine_speed * 60.0 / std::f64::consts::TAU, 1),
            throttle: rounded(state.throttle, 3),
            retarder: rounded(state.retarder, 3),
            service_brake: rounded(state.service_brake, 3),
            park_brake: state.park_brake,
            retarder_temp_c: rounded(to_celsius(state.retarder_temperature), 2),
            steering_deg: rounded(truck.steering.to_degrees(), 3),
            body_deg: rounded(truck.body_angle.to_degrees(), 3),
            payload_t: rounded(to_tonnes(truck.payload), 4),
            fuel_used_kg: rounded(state.fuel_used, 3),
            believed_friction: rounded(state.believed_friction, 3),
            friction: rounded(state.friction, 3),
        }
    }

    pub fn detail(&self) -> TruckDetail {
        TruckDetail {
            cycle: self.state,
            standing: (!self.standing.is_empty()).then(|| self.standing.clone()),
            restriction: Restriction::ALL.into_iter().find(|r| r.to_string() == self.restriction),
            target_speed: from_kmh(self.target_speed_kmh),
            station: self.station_m,
            lateral_error: self.lateral_error_m,
            granted: self.granted_m,
            gear: self.gear,
            engine_speed: self.engine_rpm * std::f64::consts::TAU / 60.0,
            throttle: self.throttle,
            retarder: self.retarder,
            service_brake: self.service_brake,
            park_brake: self.park_brake,
            retarder_temperature: from_celsius(self.retarder_temp_c),
            fuel_used: self.fuel_used_kg,
            believed_friction: self.believed_friction,
            friction: self.friction,
            locked_up: false,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct PlanPoint {
    x: f64,
    y: f64,
}

/// One message on `/truck/T1/path`.
#[derive(Serialize, Deserialize)]
pub struct PathMessage {
    points: Vec<PlanPoint>,
}

impl PathMessage {
    pub fn new(path: &PathFrame) -> Self {
        Self { points: path.points.iter().map(|p| PlanPoint { x: rounded(p.x, 2), y: rounded(p.y, 2) }).collect() }
    }

    pub fn path(&self) -> PathFrame {
        PathFrame { points: self.points.iter().map(|p| Point2::new(p.x, p.y)).collect(), ..PathFrame::default() }
    }
}
