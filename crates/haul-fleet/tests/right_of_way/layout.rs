//! Small mines of lanes that meet in the middle, each with a pad at its end.

use haul_core::{Footprint, Pose2, angle};
use haul_messages::PathPose;
use std::f64::consts::{FRAC_PI_2, PI};

/// Footprint of every truck of the tests.
pub const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };
/// Radius of the turns on a pad, m.
const TURN_RADIUS: f64 = 15.0;
/// Half the distance between the entry path and the exit path at the far end of a pad, m.
const HALF_PAD: f64 = 15.0;
/// Distance from the middle of the mine to the beginning of its lanes, m.
const JUNCTION_DISTANCE: f64 = 25.0;
/// Distance beyond a spot at which a truck is clear of the spot, m.
pub const CLEAR_DISTANCE: f64 = 14.0;

/// A lane from the middle outwards.
#[derive(Debug, Clone, Copy)]
pub struct Arm {
    /// Direction from the middle, rad.
    pub heading: f64,
    /// Length of the arm's lane, m.
    pub lane: f64,
    /// True if the arm's waiting pose is in the lane, on the exit path of the spot, and not on the pad.
    pub waits_in_lane: bool,
}

/// A mine: arms around a middle.
#[derive(Debug, Clone)]
pub struct Layout {
    pub arms: Vec<Arm>,
    /// Half the distance between the two lanes of a road, m; 0 for a single lane.
    pub offset: f64,
    /// Half the distance between the two lanes of a passing bay in the middle, m; 0 for none.
    pub bay: f64,
}

/// A path, and the actions of the truck on it.
#[derive(Debug, Clone, Default)]
pub struct Leg {
    pub path: Vec<PathPose>,
    pub stops: Vec<f64>,
    /// Stations of waiting poses, and the pad whose spot must be free before the truck drives on.
    pub gates: Vec<(f64, usize)>,
    /// Stations at which the truck is clear of a pad's spot.
    pub clears: Vec<(f64, usize)>,
}

/// Pen that draws a path as a truck would drive it.
struct Pen {
    at: Pose2,
    station: f64,
    path: Vec<PathPose>,
}

impl Pen {
    fn new(at: Pose2) -> Self {
        Self { at, station: 0.0, path: vec![PathPose { station: 0.0, pose: at, reverse: false }] }
    }

    fn drive(&mut self, length: f64, turn: f64) {
        let steps = length.ceil().max(1.0) as u32;
        let (step, bend) = (length / f64::from(steps), turn / f64::from(steps));
        for _ in 0..steps {
            let chord = if bend.abs() < 1e-9 { step } else { 2.0 * (step / bend) * (bend / 2.0).sin() };
            let middle = Pose2::new(self.at.x, self.at.y, self.at.heading + bend / 2.0).advanced(chord);
            self.at = Pose2::new(middle.x, middle.y, angle::wrap(self.at.heading + bend));
            self.station += step;
            self.path.push(PathPose { station: self.station, pose: self.at, reverse: false });
        }
    }

    fn arc(&mut self, radius: f64, turn: f64) {
        self.drive(radius * turn.abs(), turn);
    }

    /// Draws two arcs that shift the truck sideways.
    fn shift(&mut self, sideways: f64) {
        let turn = (1.0 - sideways.abs() / (2.0 * TURN_RADIUS)).acos() * sideways.signum();
        self.arc(TURN_RADIUS, turn);
        self.arc(TURN_RADIUS, -turn);
    }
}

impl Layout {
    /// Returns the pose at which the outward lane of an arm begins.
    fn out_from_middle(&self, arm: usize) -> Pose2 {
        let heading = self.arms[arm].heading;
        let along = Pose2::new(0.0, 0.0, heading);
        let at = along.place(JUNCTION_DISTANCE, -self.offset);
        Pose2::new(at.x, at.y, heading)
    }

    /// Returns the waiting pose of a pad, and the pose of its spot.
    pub fn rests(&self, pad: usize) -> [Pose2; 2] {
        let mut pen = Pen::new(self.out_from_middle(pad));
        let wait = self.draw_to_wait(pad, &mut pen);
        let spot = self.draw_to_spot(pad, &mut pen);
        let at = |station: f64| pen.path.iter().find(|p| p.station >= station - 1e-6).unwrap().pose;
        [at(wait), at(spot)]
    }

    /// Draws from the beginning of the lane to the waiting pose. Returns the station of the pose.
    fn draw_to_wait(&self, pad: usize, pen: &mut Pen) -> f64 {
        let arm = self.arms[pad];
        if arm.waits_in_lane {
            pen.drive(arm.lane - 5.0, 0.0);
            return pen.station;
        }
        pen.drive(arm.lane, 0.0);
        pen.shift(self.offset - HALF_PAD);
        pen.drive(10.0, 0.0);
        pen.station
    }

    /// Draws from the waiting pose to the spot. Returns the station of the spot.
    fn draw_to_spot(&self, pad: usize, pen: &mut Pen) -> f64 {
        if self.arms[pad].waits_in_lane {
            pen.drive(5.0, 0.0);
            pen.shift(self.offset - HALF_PAD);
            pen.drive(10.0, 0.0);
        }
        pen.drive(10.0, 0.0);
        pen.arc(TURN_RADIUS, PI);
        pen.drive(5.0, 0.0);
        pen.station
    }

    /// Draws from a pad's spot through the middle to the waiting pose of another pad. Returns the station of the pose.
    fn draw_across(&self, from: usize, to: usize, pen: &mut Pen) -> f64 {
        pen.drive(15.0, 0.0);
        pen.shift(HALF_PAD - self.offset);
        pen.drive(self.arms[from].lane, 0.0);
        let turn = angle::difference(self.arms[to].heading, self.arms[from].heading + PI);
        if turn.abs() < 0.1 {
            let begin = pen.at;
            if self.bay > 0.0 {
                pen.shift(-self.bay);
                let forward = pen.at.distance(begin).mul_add(pen.at.distance(begin), -self.bay * self.bay).sqrt();
                pen.drive(2.0 * (JUNCTION_DISTANCE - forward), 0.0);
                pen.shift(self.bay);
            } else {
                pen.drive(2.0 * JUNCTION_DISTANCE, 0.0);
            }
        } else {
            assert!((turn.abs() - FRAC_PI_2).abs() < 1e-6, "arms are at right angles");
            pen.arc(JUNCTION_DISTANCE + self.offset * turn.signum(), turn);
        }
        self.draw_to_wait(to, pen)
    }

    /// Returns the path from a pad's spot to the waiting pose of another pad.
    pub fn way_from_spot(&self, from: usize, to: usize) -> Vec<PathPose> {
        let mut pen = Pen::new(self.rests(from)[1]);
        self.draw_across(from, to, &mut pen);
        pen.path
    }

    /// Returns the leg from the waiting pose of one pad through its spot to the waiting pose of another.
    pub fn leg_from_wait(&self, from: usize, to: usize) -> Leg {
        let mut pen = Pen::new(self.rests(from)[0]);
        let spot = self.draw_to_spot(from, &mut pen);
        self.draw_across(from, to, &mut pen);
        Leg { path: pen.path, stops: vec![spot], gates: vec![(0.0, from)], clears: vec![(spot + CLEAR_DISTANCE, from)] }
    }

    /// Returns the leg from the spot of one pad through the spot of a second to the waiting pose of a third.
    pub fn leg_from_spot(&self, from: usize, through: usize, to: usize) -> Leg {
        let mut pen = Pen::new(self.rests(from)[1]);
        let wait = self.draw_across(from, through, &mut pen);
        let spot = self.draw_to_spot(through, &mut pen);
        self.draw_across(through, to, &mut pen);
        Leg {
            path: pen.path,
            stops: vec![wait, spot],
            gates: vec![(wait, through)],
            clears: vec![(CLEAR_DISTANCE, from), (spot + CLEAR_DISTANCE, through)],
        }
    }
}
