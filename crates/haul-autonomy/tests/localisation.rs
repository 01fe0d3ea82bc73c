//! The localiser against the bench truck: how well it knows where it is, and that it knows how well.
#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod bench;

use bench::sensors::Sensors;
use bench::truck::BenchTruck;
use haul_autonomy::{Chassis, GnssFix, Localiser, SensorFrame};
use haul_core::{Point3, Pose2, SimTime, angle};
use haul_vehicle::{ActuatorCommand, Direction, TruckSpec};

struct Ride {
    truck: BenchTruck,
    sensors: Sensors,
    localiser: Localiser,
    step: u64,
}

impl Ride {
    fn new(seed: u64) -> Self {
        Self {
            truck: BenchTruck::new(Pose2::new(100.0, -40.0, 2.8), 91_000.0, 0.0),
            sensors: Sensors::new(seed),
            localiser: Localiser::new(Chassis::of(&TruckSpec::tr100at())),
            step: 0,
        }
    }

    /// So many seconds of weaving at some 6 m/s; the worst errors of position and heading after the first five.
    fn weave(&mut self, seconds: f64, change: impl Fn(&mut SensorFrame)) -> (f64, f64) {
        let (mut position, mut heading) = (0.0_f64, 0.0_f64);
        for _ in 0..(seconds * 20.0) as u64 {
            let now = SimTime::from_nanos(self.step * 50_000_000);
            let mut frame = self.sensors.frame(now, &self.truck);
            change(&mut frame);
            let e = self.localiser.update(&frame);
            if now.seconds() > 5.0 {
                position = position.max(self.truck.pose.distance(e.pose));
                heading = heading.max(angle::difference(self.truck.pose.heading, e.pose.heading).abs());
            }
            let phase = 0.25 * now.seconds();
            let command = ActuatorCommand {
                direction: Direction::Forward,
                throttle: if self.truck.speed < 6.0 { 0.8 } else { 0.3 },
                park_brake: false,
                steering_angle: 0.15 * phase.sin(),
                ..ActuatorCommand::default()
            };
            for _ in 0..10 {
                self.truck.step(0.005, &command);
            }
            self.step += 1;
        }
        (position, heading)
    }
}

#[test]
fn with_fixes_it_knows_to_centimetres() {
    let (position, heading) = Ride::new(1).weave(120.0, |_| {});
    println!("with fixes: {position:.3} m, {heading:.4} rad");
    assert!(position < 0.10, "{position} m off");
    assert!(heading < 0.008, "{heading} rad off");
}

#[test]
fn without_fixes_it_drifts_slowly_and_says_so() {
    let mut ride = Ride::new(2);
    ride.weave(60.0, |_| {});
    let (position, _) = ride.weave(10.0, |f| f.gnss = None);
    let e = *ride.localiser.estimate();
    println!("after 10 s without fixes: {position:.2} m off, believes {:.2} m", e.position_sigma);
    assert!(position < 0.8, "{position} m after 60 m of road");
    assert!(e.fix_age > 9.0);
    let now = ride.truck.pose.distance(e.pose);
    assert!(now < 4.0 * e.position_sigma, "off by {now} m, believes {} m", e.position_sigma);
}

#[test]
fn a_fix_that_jumps_is_refused_and_one_that_stays_is_believed() {
    let mut ride = Ride::new(3);
    ride.weave(30.0, |_| {});
    let shift = |f: &mut SensorFrame| {
        if let Some(fix) = &mut f.gnss {
            fix.position.x += 5.0;
        }
    };
    let (position, _) = ride.weave(0.6, shift);
    assert!(position < 0.2, "a jump of 5 m moved the estimate by {position} m");
    ride.weave(3.0, shift);
    let e = ride.localiser.estimate();
    let off = e.pose.x - ride.truck.pose.x;
    assert!((off - 5.0).abs() < 0.5, "after seconds of them the fixes are the truth: off by {off}");
}

#[test]
fn readings_that_are_no_numbers_do_no_harm() {
    let mut ride = Ride::new(4);
    ride.weave(20.0, |_| {});
    let (position, _) = ride.weave(2.0, |f| {
        f.wheel_speeds = [f64::NAN; 6];
        f.imu.angular_velocity.z = f64::INFINITY;
        f.steering_angle = f64::NAN;
        f.gnss = f.gnss.map(|fix| GnssFix { position: Point3::new(f64::NAN, 0.0, 0.0), ..fix });
    });
    let e = ride.localiser.estimate();
    assert!(e.pose.is_finite() && e.position_sigma.is_finite());
    assert!(position < 2.0, "{position}");
    let (position, _) = ride.weave(20.0, |_| {});
    assert!(position < 2.0 && ride.truck.pose.distance(ride.localiser.estimate().pose) < 0.4);
}

#[test]
fn before_the_first_fix_it_claims_nothing() {
    let mut localiser = Localiser::new(Chassis::of(&TruckSpec::tr100at()));
    let e = localiser.update(&SensorFrame::default());
    assert!(!e.ready && e.position_sigma.is_infinite());
}
