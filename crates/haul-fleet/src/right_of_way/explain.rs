//! Explanation of the right of way: which truck waits for which other truck, on which ground, and why.

use super::holder::WaitCause;
use super::{Grant, RightOfWay};
use haul_core::{Point2, TruckId};
use std::fmt;

/// State of the right of way at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// All trucks, in the order of their ids.
    pub trucks: Vec<TruckRight>,
    /// Steps by which they can finish: the truck, and the station of its path to which it drives, m.
    pub steps: Vec<(TruckId, f64)>,
}

/// Right of way of one truck. Stations are metres along its path.
#[derive(Debug, Clone, PartialEq)]
pub struct TruckRight {
    /// The truck.
    pub truck: TruckId,
    /// Its grant; `None` for a truck that stands and has not requested a path.
    pub grant: Option<Grant>,
    /// Station behind which the ground is free again, m.
    pub passed: f64,
    /// Station at which its claim ends, m.
    pub claimed: f64,
    /// Station that it wants, m.
    pub wanted: f64,
    /// Station of its finish, m. Beyond it, no other truck comes towards it or crosses its path.
    pub finish: f64,
    /// Station up to which a schedule is known, m: the end of its path, or less.
    pub horizon: f64,
    /// Length of its path, m.
    pub length: f64,
    /// Stations at which it stops on its own, m.
    pub stops: Vec<f64>,
    /// Tells whether it can finish in the present state, or at least reach its horizon while others still drive.
    pub can_finish: bool,
    /// The trucks that keep it from ground that it wants now.
    pub waits: Vec<Wait>,
    /// The trucks that hold ground on the rest of its path.
    pub needs: Vec<Wait>,
}

/// A truck that waits for another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The truck that is in the way.
    pub behind: TruckId,
    /// Cause of the wait.
    pub cause: WaitCause,
    /// Station of the waiting truck's path at which the ground begins, m.
    pub station: f64,
    /// Middle of the waiting truck's rear axle where it reaches the ground.
    pub at: Point2,
}

impl Explanation {
    /// The trucks that want more than they have and cannot finish: nothing that other trucks do on their present paths
    /// helps them.
    pub fn stuck(&self) -> impl Iterator<Item = &TruckRight> {
        self.trucks.iter().filter(|right| !right.can_finish && right.waits_for_ground())
    }

    /// The right of way of a truck.
    pub fn truck(&self, truck: TruckId) -> Option<&TruckRight> {
        self.trucks.iter().find(|right| right.truck == truck)
    }
}

impl TruckRight {
    /// Tells whether the truck wants more than it has.
    pub fn waits_for_ground(&self) -> bool {
        self.grant.is_some_and(|grant| self.wanted > grant.up_to + super::STATION_TOLERANCE)
    }
}

impl RightOfWay {
    /// Tells whether another truck of the group still has steps to drive.
    fn others_drive(&self, truck: TruckId) -> bool {
        let drives = |(other, to): &(TruckId, u32)| self.holders.get(other).is_some_and(|h| *to > h.claimed);
        self.schedule.of(&self.group(truck)).steps.iter().any(|step| step.0 != truck && drives(step))
    }

    /// Explains the present state: which truck waits for which other truck, on which ground, and why.
    pub fn explain(&self) -> Explanation {
        let trucks = self.holders.iter().map(|(truck, h)| {
            let station = |sample: u32| h.swept.station(sample);
            let wait = |behind, cause, at: u32| Wait { behind, cause, station: station(at), at: h.swept.position(at) };
            let needs = self.neighbours(*truck).filter_map(|(other, crossings)| {
                let theirs = self.holders.get(&other)?;
                let mut ahead =
                    crossings.between(h.claimed, if h.sees_the_end() { h.finish } else { h.whole.end }).iter();
                let first = ahead.find(|c| c.is_covered_between(theirs.passed, theirs.claimed))?;
                Some(wait(other, WaitCause::Held, first.at))
            });
            TruckRight {
                truck: *truck,
                grant: self.grant(*truck),
                passed: station(h.passed),
                claimed: station(h.claimed),
                wanted: h.wanted,
                finish: station(h.finish),
                horizon: station(h.horizon.end),
                length: station(h.swept.last()),
                stops: h.stops.iter().map(|stop| station(*stop)).collect(),
                can_finish: self.schedule.finished.contains(truck) && (h.sees_the_end() || self.others_drive(*truck)),
                waits: h.behind.iter().map(|holdup| wait(holdup.truck, holdup.cause, holdup.at)).collect(),
                needs: needs.collect(),
            }
        });
        let steps = self.schedule.steps.iter();
        let steps = steps.filter_map(|(truck, to)| Some((*truck, self.holders.get(truck)?.swept.station(*to))));
        Explanation { trucks: trucks.collect(), steps: steps.collect() }
    }
}

impl fmt::Display for WaitCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "holds the ground",
            Self::Turn => "has waited longer for the ground",
            Self::ExitPath => "could no longer leave",
        })
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { behind, cause, station, at } = self;
        write!(f, "behind {behind}, which {cause} at {station:.0} m, ({:.1}, {:.1})", at.x, at.y)
    }
}

impl fmt::Display for TruckRight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.truck)?;
        let Some(grant) = self.grant else { return f.write_str("stands without a path") };
        write!(
            f,
            "passed {:.1}, granted {:.1}, claimed {:.1}, wants {:.1}, finish at {:.0} of {:.0} m; {}",
            self.passed,
            grant.up_to,
            self.claimed,
            self.wanted,
            self.finish,
            self.length,
            if self.can_finish { "can finish" } else { "cannot finish" }
        )?;
        if self.horizon < self.length {
            write!(f, " up to {:.0} m, not beyond", self.horizon)?;
        }
        self.waits.iter().try_for_each(|wait| write!(f, "; waits {wait}"))
    }
}

impl fmt::Display for Explanation {
    /// Writes one line per truck, one line per stuck truck, and the steps by which the others can finish.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for right in &self.trucks {
            writeln!(f, "{right}")?;
        }
        for right in self.stuck() {
            write!(f, "stuck: {} cannot finish", right.truck)?;
            for wait in right.needs.iter().chain(&right.waits) {
                write!(f, "; {wait}")?;
            }
            writeln!(f)?;
        }
        f.write_str("steps:")?;
        self.steps.iter().try_for_each(|(truck, to)| write!(f, " {truck} to {to:.0} m;"))
    }
}
