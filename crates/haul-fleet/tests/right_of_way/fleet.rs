//! Trucks that drive as far as they are granted, and an oracle that checks their claims and outlines directly.

use super::layout::{Layout, Leg, TRUCK};
use haul_core::{Pose2, TruckId};
use haul_fleet::right_of_way::{PathRequest, RightOfWay, Rules};
use haul_messages::Uuid;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// A truck's leg, position and claim.
type Situation = (usize, usize, u64, Option<(u128, u64)>, Option<(u32, u32)>);
/// Two trucks as the oracle compares them.
pub type Pair = [Situation; 2];

/// Distance ahead of a truck up to which the truck asks for its path, m.
const LOOK_AHEAD: f64 = 30.0;

/// A truck and the legs that it drives in order.
#[derive(Debug, Clone)]
pub struct Driver {
    pub id: TruckId,
    legs: Rc<Vec<Leg>>,
    pub leg: usize,
    pub passed: f64,
}

/// All trucks, the spots that they hold, and their right of way.
#[derive(Debug, Clone)]
pub struct Fleet {
    pub right: RightOfWay,
    pub drivers: Vec<Driver>,
    /// The truck that holds each pad's spot, by its number in `drivers`.
    spots: Vec<Option<usize>>,
    /// True if trucks stay where their last leg ends. Otherwise they are taken off the mine there.
    stay: bool,
}

impl Fleet {
    /// Creates trucks that begin in spots (`true`) or at waiting poses, each with the pads that it goes to.
    pub fn new(layout: &Layout, tours: &[(bool, Vec<usize>)]) -> Self {
        let mut spots = vec![None; layout.arms.len()];
        let mut drivers = Vec::new();
        for (number, (in_spot, tour)) in tours.iter().enumerate() {
            let mut legs = Vec::new();
            let mut rest = &tour[..];
            if *in_spot {
                spots[tour[0]] = Some(number);
                legs.push(layout.leg_from_spot(tour[0], tour[1], tour[2]));
                rest = &tour[2..];
            }
            legs.extend(rest.windows(2).map(|pair| layout.leg_from_wait(pair[0], pair[1])));
            drivers.push(Driver { id: TruckId(number as u32), legs: Rc::new(legs), leg: 0, passed: 0.0 });
        }
        let mut fleet = Self { right: RightOfWay::new(Rules::of(&TRUCK)), drivers, spots, stay: false };
        for number in 0..fleet.drivers.len() {
            let pose = fleet.drivers[number].legs[0].path[0].pose;
            fleet.right.stands(fleet.drivers[number].id, pose, &TRUCK);
        }
        fleet
    }

    /// Returns the same trucks, each of which stays where its last leg ends.
    pub fn that_stay(mut self) -> Self {
        self.stay = true;
        self
    }

    pub fn is_done(&self, number: usize) -> bool {
        let driver = &self.drivers[number];
        driver.leg >= driver.legs.len()
    }

    pub fn all_done(&self) -> bool {
        (0..self.drivers.len()).all(|number| self.is_done(number))
    }

    /// Lets one truck drive to the next multiple of `stride` (m) along its path, to a stop or to the end of its grant,
    /// and report. Returns true if it has moved or has got a spot or path.
    pub fn act(&mut self, number: usize, stride: f64) -> Result<bool, String> {
        if self.is_done(number) {
            return Ok(false);
        }
        let driver = &mut self.drivers[number];
        let id = driver.id;
        let legs = Rc::clone(&driver.legs);
        let leg = &legs[driver.leg];
        let request_id = Uuid::from_u128(u128::from(id.0) << 64 | (driver.leg as u128 + 1));
        let known = self.right.knows(id, request_id);
        let granted = self.right.grant(id).filter(|g| g.request_id == request_id).map_or(0.0, |g| g.up_to);
        let before = driver.passed;
        let end = leg.path.last().unwrap().station;
        let stop_after = |at: f64| leg.stops.iter().copied().chain([end]).find(|s| *s > at + 0.01).unwrap_or(end);
        let next_mark = ((before / stride + 1.0e-6).floor() + 1.0) * stride;
        driver.passed = next_mark.min(granted).min(stop_after(before)).max(before);
        let mut changed = driver.passed > before + 1e-9 || !known;
        for (station, pad) in &leg.clears {
            if driver.passed >= *station && self.spots[*pad] == Some(number) {
                // Only the visit that ends at this station: the truck may hold the spot of the same pad again later.
                if leg.gates.iter().all(|(gate, other)| other != pad || *gate < *station || driver.passed < *gate) {
                    self.spots[*pad] = None;
                    changed = true;
                }
            }
        }
        let mut wanted = (driver.passed + LOOK_AHEAD).min(end);
        let mut next = stop_after(driver.passed);
        for (gate, pad) in &leg.gates {
            if driver.passed > *gate + 0.01 {
                continue;
            }
            if driver.passed > *gate - 0.01 && self.spots[*pad].is_none() {
                self.spots[*pad] = Some(number);
                changed = true;
            }
            if self.spots[*pad] != Some(number) || driver.passed < *gate - 0.01 {
                next = next.min(*gate);
            }
        }
        wanted = wanted.min(next);
        let (passed, path) = (driver.passed, if known { &[][..] } else { &leg.path[..] });
        let request = PathRequest { request_id, path, stops: &leg.stops, passed, wanted };
        self.right.request(id, &TRUCK, &request)?;
        if driver.passed >= end - 0.01 {
            driver.leg += 1;
            driver.passed = 0.0;
            changed = true;
            if driver.leg >= legs.len() && !self.stay {
                self.right.forget(id);
            }
        }
        let told = self.right.settle();
        Ok(changed || !told.is_empty())
    }

    /// Returns the hash of everything on which the future depends.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for driver in &self.drivers {
            (driver.leg, (driver.passed * 100.0).round() as i64).hash(&mut hasher);
        }
        self.spots.hash(&mut hasher);
        self.right.hash_state(&mut hasher);
        hasher.finish()
    }

    /// Describes the trucks' progress and their right of way.
    pub fn words(&self) -> String {
        let drivers: Vec<_> = self.drivers.iter().map(|d| (d.id.0, d.leg, d.passed)).collect();
        format!("(truck, leg, passed): {drivers:?}, spots {:?}\n{}", self.spots, self.right.explain())
    }

    /// Returns poses that a truck may take now: its position, the end of its grant, and every third pose between them.
    fn poses(&self, number: usize) -> Vec<Pose2> {
        let driver = &self.drivers[number];
        let Some(leg) = driver.legs.get(driver.leg) else {
            let last = driver.legs.last().and_then(|leg| leg.path.last());
            return last.filter(|_| self.stay).map(|at| at.pose).into_iter().collect();
        };
        let request_id = Uuid::from_u128(u128::from(driver.id.0) << 64 | (driver.leg as u128 + 1));
        let up_to = self.right.grant(driver.id).filter(|g| g.request_id == request_id).map_or(0.0, |g| g.up_to);
        let ahead: Vec<Pose2> = leg
            .path
            .iter()
            .filter(|p| p.station >= driver.passed - 0.01 && p.station <= up_to + 0.01)
            .map(|p| p.pose)
            .collect();
        let mut poses: Vec<Pose2> = ahead.iter().copied().step_by(3).collect();
        poses.extend(ahead.last());
        if poses.is_empty() {
            poses.extend(leg.path.iter().rfind(|p| p.station <= driver.passed + 0.01).map(|p| p.pose));
        }
        poses
    }

    /// Checks, as the oracle, that no cell is in two claims, and that the outlines of two trucks can never come nearer
    /// to each other than twice the margin. Pairs in `known` have been checked before.
    pub fn check(&self, known: &mut HashSet<Pair>) -> Result<(), String> {
        for i in 0..self.drivers.len() {
            for j in i + 1..self.drivers.len() {
                let pair = [self.situation(i), self.situation(j)];
                if !known.contains(&pair) {
                    self.check_pair(i, j)?;
                    known.insert(pair);
                }
            }
        }
        Ok(())
    }

    /// Returns everything on which a truck's cells depend: its leg, its position and its claim.
    fn situation(&self, number: usize) -> Situation {
        let driver = &self.drivers[number];
        let grant = self.right.grant(driver.id);
        let path = grant.map(|grant| (grant.request_id.as_u128(), grant.up_to.to_bits()));
        (number, driver.leg, driver.passed.to_bits(), path, self.right.claimed(driver.id))
    }

    fn check_pair(&self, i: usize, j: usize) -> Result<(), String> {
        let (a, b) = (self.drivers[i].id, self.drivers[j].id);
        let (ours, theirs) = (self.right.ground(a), self.right.ground(b));
        if let Some(cell) = ours.intersection(&theirs).next() {
            return Err(format!("{a} and {b} both hold {cell:?}\n{}", self.right.explain()));
        }
        let least = 2.0 * self.right.rules().margin;
        let (ours, theirs) = (self.poses(i), self.poses(j));
        for (a, b) in ours.iter().flat_map(|a| theirs.iter().map(move |b| (a, b))) {
            if a.distance(*b) > 2.0 * TRUCK.reach() + least {
                continue;
            }
            let apart = TRUCK.outline(*b, 0.5).map(|p| TRUCK.distance(*a, p)).fold(f64::INFINITY, f64::min);
            if apart < least - 0.01 {
                return Err(format!("trucks {i} and {j} can come within {apart:.2} m: {a:?}, {b:?}"));
            }
        }
        Ok(())
    }
}
