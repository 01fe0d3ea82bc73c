//! The localiser with the rig's truck: its errors, and whether its stated uncertainty covers them.
#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod rig;

use haul_autonomy::{Chassis, GnssFix, Localiser, SensorFrame};
use haul_core::{Point3, Pose2, SimTime, angle};
use haul_vehicle::{ActuatorCommand, Direction, TruckSpec};
use rig::sensors::Sensors;
use rig::truck::RigTruck;

struct Ride {
    truck: RigTruck,
    sensors: Sensors,
    localiser: Localiser,
    step: u64,
    /// Speed to which the truck is held, m/s.
    crawl: f64,
    /// True pose of the truck at the last frame.
    truth: Pose2,
}

impl Ride {
    fn new(seed: u64) -> Self {
        Self {
            truck: RigTruck::new(Pose2::new(100.0, -40.0, 2.8), 91_000.0, 0.0),
            sensors: Sensors::new(seed),
            localiser: Localiser::new(Chassis::of(&TruckSpec::tr100at())),
            step: 0,
            crawl: 6.0,
            truth: Pose2::default(),
        }
    }

    /// Weaves for some seconds at about 6 m/s. Returns the maximum errors of position and heading after the first 5 s.
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
                throttle: if self.truck.speed < self.crawl { 0.8 } else { 0.3 },
                service_brake: if self.truck.speed > self.crawl + 1.0 { 0.3 } else { 0.0 },
                park_brake: false,
                steering_angle: 0.15 * phase.sin(),
                ..ActuatorCommand::default()
            };
            self.advance(&command);
        }
        (position, heading)
    }

    /// Returns the distance of the estimate from the true position at the last frame, m.
    fn off(&self) -> f64 {
        self.truth.distance(self.localiser.estimate().pose)
    }

    fn advance(&mut self, command: &ActuatorCommand) {
        self.truth = self.truck.pose;
        for _ in 0..10 {
            self.truck.step(0.005, command);
        }
        self.step += 1;
    }

    /// Stands for some seconds with the brakes on.
    fn stand(&mut self, seconds: f64, change: impl Fn(&mut SensorFrame)) {
        for _ in 0..(seconds * 20.0) as u64 {
            let now = SimTime::from_nanos(self.step * 50_000_000);
            let mut frame = self.sensors.frame(now, &self.truck);
            change(&mut frame);
            self.localiser.update(&frame);
            self.advance(&ActuatorCommand { service_brake: 0.5, ..ActuatorCommand::default() });
        }
    }

    fn stop(&mut self) {
        self.stand(15.0, |_| {});
        assert_eq!(self.truck.speed, 0.0);
    }

    fn stop_blind(&mut self) {
        self.stand(15.0, |f| f.gnss = None);
        assert_eq!(self.truck.speed, 0.0);
    }
}

#[test]
fn with_fixes_the_error_is_centimetres() {
    let (position, heading) = Ride::new(1).weave(120.0, |_| {});
    println!("with fixes: {position:.3} m, {heading:.4} rad");
    assert!(position < 0.10, "{position} m off");
    assert!(heading < 0.008, "{heading} rad off");
}

#[test]
fn without_fixes_the_estimate_drifts_slowly_within_its_uncertainty() {
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

fn shifted(east: f64, north: f64) -> impl Fn(&mut SensorFrame) {
    move |f| {
        if let Some(fix) = &mut f.gnss {
            fix.position.x += east;
            fix.position.y += north;
        }
    }
}

#[test]
fn lasting_jump_of_the_satellites_never_moves_the_truck() {
    for (east, north) in [(5.0, 0.0), (-0.6, 0.9), (0.0, 60.0)] {
        let mut ride = Ride::new(3);
        ride.weave(30.0, |_| {});
        for _ in 0..60 {
            ride.weave(1.0, shifted(east, north));
            let e = *ride.localiser.estimate();
            let off = ride.off();
            assert!(off < 0.1 + 4.0 * e.position_sigma, "off by {off} m, believes {} m", e.position_sigma);
        }
        let e = *ride.localiser.estimate();
        assert!(e.fix_age > 59.0, "a fix was used {} s ago", e.fix_age);
        assert!(e.position_sigma > 0.25, "it drives on and claims {} m", e.position_sigma);
        // The receiver jumps back.
        ride.weave(2.0, |_| {});
        let e = *ride.localiser.estimate();
        assert!(e.fix_age < 0.2 && ride.off() < 0.1, "{e:?}");
    }
}

#[test]
fn jump_under_the_shovel_does_not_move_a_standing_truck() {
    let mut ride = Ride::new(13);
    ride.weave(20.0, |_| {});
    ride.stop();
    ride.stand(600.0, shifted(1.0, 0.5));
    let e = *ride.localiser.estimate();
    assert!(ride.off() < 0.1 && e.standing, "{e:?}");
    ride.stand(2.0, |_| {});
    assert!(ride.localiser.estimate().fix_age < 0.2);
}

#[test]
fn a_jump_during_an_outage_is_not_accepted_when_fixes_come_back() {
    let mut ride = Ride::new(14);
    ride.weave(20.0, |_| {});
    ride.weave(4.0, |f| f.gnss = None);
    let before = *ride.localiser.estimate();
    ride.weave(20.0, shifted(5.0, 5.0));
    let e = *ride.localiser.estimate();
    assert!(e.fix_age > 23.0 && e.position_sigma > before.position_sigma, "{e:?}");
    assert!(ride.off() < 0.1 + 4.0 * e.position_sigma);
    ride.weave(2.0, |_| {});
    assert!(ride.localiser.estimate().fix_age < 0.2);
}

#[test]
fn a_lasting_jump_of_the_heading_is_not_accepted() {
    let mut ride = Ride::new(15);
    ride.weave(20.0, |_| {});
    let turned = |f: &mut SensorFrame| {
        if let Some(fix) = &mut f.gnss {
            fix.heading += 0.4;
        }
    };
    for _ in 0..20 {
        ride.weave(1.0, turned);
        let e = ride.localiser.estimate();
        let off = angle::difference(ride.truck.pose.heading, e.pose.heading).abs();
        assert!(off < 0.02 + 4.0 * e.heading_sigma, "{off}");
    }
    ride.weave(2.0, |_| {});
    assert!(ride.localiser.estimate().fix_age < 0.2);
}

#[test]
fn fixes_after_long_outages_are_used_again_when_they_agree() {
    for seed in 20..30 {
        let mut ride = Ride::new(seed);
        ride.weave(20.0, |_| {});
        ride.weave(12.0, |f| f.gnss = None);
        ride.stop_blind();
        ride.stand(3_600.0, |f| f.gnss = None);
        ride.stand(3.0, |_| {});
        let e = *ride.localiser.estimate();
        assert!(e.fix_age < 0.2 && e.position_sigma < 0.05, "seed {seed}: {e:?}");
        let (position, _) = ride.weave(20.0, |_| {});
        assert!(position < 0.2, "seed {seed}: {position}");
    }
}

#[test]
fn a_truck_that_slides_aside_is_followed_and_its_wheels_are_not_trusted() {
    let mut ride = Ride::new(16);
    ride.weave(20.0, |_| {});
    let from = ride.step;
    // Slide at 4 m/s² to the side for 0.5 s, then at 2 m/s for 1.5 s.
    let slid = |step: u64| {
        let t = (step - from) as f64 * 0.05;
        if t < 0.5 { 2.0 * t * t } else { 0.5 + 2.0 * (t.min(2.0) - 0.5) }
    };
    let mut doubted = false;
    for _ in 0..100 {
        let aside = slid(ride.step);
        ride.weave(0.05, shifted(0.0, aside));
        doubted |= !ride.localiser.estimate().wheels_trusted;
    }
    let e = *ride.localiser.estimate();
    let off = libm::hypot(e.pose.x - ride.truth.x, e.pose.y - ride.truth.y - 3.5);
    assert!(doubted && off < 0.2, "off by {off} m: {e:?}");
}

#[test]
fn first_fix_that_was_an_outlier_is_forgotten() {
    let mut ride = Ride::new(17);
    ride.stand(0.05, shifted(8.0, 0.0));
    ride.stand(2.0, |_| {});
    let e = *ride.localiser.estimate();
    assert!(ride.off() < 0.1 && e.fix_age < 0.2, "{e:?}");
}

#[test]
fn six_wheel_sensors_stuck_at_zero_are_not_a_standstill() {
    for gnss in [true, false] {
        let mut ride = Ride::new(5);
        ride.weave(20.0, |_| {});
        let mut claims = 0;
        for _ in 0..60 {
            ride.weave(0.05, |f| {
                f.wheel_speeds = [0.0; 6];
                f.gnss = f.gnss.filter(|_| gnss);
            });
            let e = ride.localiser.estimate();
            claims += u32::from(e.standing || e.speed.abs() < 0.05);
        }
        let e = *ride.localiser.estimate();
        assert!(ride.truck.speed > 4.0, "it drives");
        assert_eq!(claims, 0, "with satellites: {gnss}");
        assert!(!e.wheels_trusted, "with satellites: {gnss}");
        if gnss {
            assert!((e.speed - ride.truck.speed).abs() < 0.5, "{} of {}", e.speed, ride.truck.speed);
            assert!(ride.off() < 0.3);
        }
        // The sensors recover, and after a while they are trusted again.
        ride.weave(6.0, |_| {});
        assert!(ride.localiser.estimate().wheels_trusted);
    }
}

#[test]
fn motion_is_detected_with_wheel_sensors_stuck_at_zero() {
    for crawl in [8.0, 0.3] {
        let mut ride = Ride::new(6);
        ride.weave(10.0, |_| {});
        ride.stop();
        ride.stand(5.0, |_| {});
        assert!(ride.localiser.estimate().standing);
        ride.crawl = crawl;
        let from = ride.truck.pose;
        let mut rolled = 0.0_f64;
        for _ in 0..200 {
            ride.weave(0.05, |f| f.wheel_speeds = [0.0; 6]);
            let e = ride.localiser.estimate();
            if e.standing {
                rolled = rolled.max(ride.truck.pose.distance(from));
            }
        }
        assert!(ride.truck.pose.distance(from) > 1.0);
        assert!(rolled < 0.4, "at {crawl} m/s it counts as standing {rolled} m on");
        assert!(!ride.localiser.estimate().wheels_trusted);
    }
}

#[test]
fn a_repeated_frame_with_the_same_stamp_changes_nothing() {
    let mut ride = Ride::new(7);
    ride.weave(20.0, |_| {});
    let now = SimTime::from_nanos(ride.step * 50_000_000);
    let frame = ride.sensors.frame(now, &ride.truck);
    let first = ride.localiser.update(&frame);
    for _ in 0..1_000 {
        assert_eq!(ride.localiser.update(&frame), first);
    }
    let older = SensorFrame { time: SimTime::from_nanos(now.nanos() - 1), ..frame };
    assert_eq!(ride.localiser.update(&older), first);
}

#[test]
fn readings_that_are_not_numbers_do_no_harm() {
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
    assert!(position < 2.0 && ride.off() < 0.4);
}

#[test]
fn before_the_first_fix_the_estimate_is_not_ready() {
    let mut localiser = Localiser::new(Chassis::of(&TruckSpec::tr100at()));
    let e = localiser.update(&SensorFrame::default());
    assert!(!e.ready && e.position_sigma.is_infinite());
}
