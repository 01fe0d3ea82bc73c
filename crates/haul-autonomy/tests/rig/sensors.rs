//! Noisy sensors of the rig's truck.

use super::truck::RigTruck;
use haul_autonomy::{GnssFix, ImuSample, SensorFrame};
use haul_core::random::{Draw, Stream, stream};
use haul_core::{Point3, SimTime, Vector3};

pub struct Sensors {
    noise: Stream,
    bias: f64,
    /// Start and end of the interval without fixes, s.
    pub silence: Option<(f64, f64)>,
    /// Standard deviation of each coordinate of a fix, m.
    pub sigma: f64,
}

const HEADING_SIGMA: f64 = 0.0025;

impl Sensors {
    pub fn new(seed: u64) -> Self {
        let mut noise = stream(seed, "bench", "sensors");
        let bias = noise.between(-0.004, 0.004);
        Self { noise, bias, silence: None, sigma: 0.015 }
    }

    pub fn frame(&mut self, now: SimTime, truck: &RigTruck) -> SensorFrame {
        let n = &mut self.noise;
        let silent = self.silence.is_some_and(|(from, to)| (from..to).contains(&now.seconds()));
        let fix_due = now.nanos().is_multiple_of(100_000_000) && !silent;
        let gnss = fix_due.then(|| GnssFix {
            position: Point3::new(
                truck.pose.x + self.sigma * n.normal(),
                truck.pose.y + self.sigma * n.normal(),
                truck.slope_east * truck.pose.x,
            ),
            heading: truck.pose.heading + HEADING_SIGMA * n.normal(),
            sigma: self.sigma,
            heading_sigma: HEADING_SIGMA,
        });
        let g = &truck.spec.geometry;
        let radius = truck.spec.tyre.rolling_radius * 1.006; // the tyres differ from the stack's assumption
        let half = g.track_front / 2.0;
        let rate = truck.yaw_rate;
        let wheel = |x: f64, y: f64| {
            let along = truck.speed - rate * y;
            let speed = if x > 0.0 { along.hypot(rate * x) * along.signum() } else { along };
            speed / radius
        };
        let rear = g.track_rear / 2.0;
        let clean = [
            wheel(g.wheelbase, half),
            wheel(g.wheelbase, -half),
            wheel(0.0, rear + 0.4),
            wheel(0.0, rear - 0.4),
            wheel(0.0, -rear + 0.4),
            wheel(0.0, -rear - 0.4),
        ];
        // Pulse sensors of the wheels read exactly 0 at rest.
        let wheel_speeds = clean.map(|w| if w.abs() < 0.004 { 0.0 } else { w + 0.004 * n.normal() });
        SensorFrame {
            time: now,
            gnss,
            imu: ImuSample {
                acceleration: Vector3::new(0.0, 0.0, haul_core::GRAVITY),
                angular_velocity: Vector3::new(0.0, 0.0, rate + self.bias + 0.002 * n.normal()),
            },
            wheel_speeds,
            steering_angle: truck.steering + 0.002 * n.normal(),
            gear: truck.shown_gear(),
            engine_speed: truck.engine_speed(),
            body_angle: truck.body_angle,
            payload_kg: truck.payload + 300.0 * n.normal(),
            retarder_temp: 350.0,
            lidar: None,
            objects: Vec::new(),
            is_blind: false,
        }
    }
}
