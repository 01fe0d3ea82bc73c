//! Explanation of the right of way: which truck waits for which other truck, where, and why.

use super::holder::WaitCause;
use super::{Grant, RightOfWay};
use haul_core::{Point2, TruckId};
use std::fmt;

/// State of the right of way at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// All trucks, in the order of their ids.
    pub trucks: Vec<TruckRight>,
    /// Steps by which the trucks can finish: a truck, and the station on its path up to which it drives, m.
    pub steps: Vec<(TruckId, f64)>,
}

/// Right of way of one truck. Stations are metres along the truck's path.
#[derive(Debug, Clone, PartialEq)]
pub struct TruckRight {
    /// The truck.
    pub truck: TruckId,
    /// Grant of the truck; `None` for a truck that stands and has not requested a path.
    pub grant: Option<Grant>,
    /// Station behind which the truck has freed its cells, m.
    pub passed: f64,
    /// Station at which the truck's claim ends, m.
    pub claimed: f64,
    /// Station up to which the truck wants to drive, m.
    pub wanted: f64,
    /// Station of the truck's finish, m. Beyond it, no other truck comes towards this truck or crosses its path.
    pub finish: f64,
    /// Station up to which a schedule is known, m: the end of the truck's path, or less.
    pub horizon: f64,
    /// Length of the truck's path, m.
    pub length: f64,
    /// Stations at which the truck stops on its own, m.
    pub stops: Vec<f64>,
    /// True if the truck can finish in the present state, or at least reach its horizon while others still drive.
    pub can_finish: bool,
    /// The trucks that keep this truck from cells that it wants now.
    pub waits: Vec<Wait>,
    /// The trucks that hold cells on the rest of this truck's path.
    pub needs: Vec<Wait>,
}

/// A truck that waits for another one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The truck that is in the way of the waiting truck.
    pub behind: TruckId,
    /// Cause of the wait.
    pub cause: WaitCause,
    /// Station on the waiting truck's path at which the disputed cells begin, m.
    pub station: f64,
    /// Rear-axle centre of the waiting truck where it reaches the disputed cells.
    pub at: Point2,
}

impl Explanation {
    /// Returns the trucks that want to drive beyond their grants and cannot finish. Nothing that other trucks do on
    /// their present paths helps them.
    pub fn stuck(&self) -> impl Iterator<Item = &TruckRight> {
        self.trucks.iter().filter(|right| !right.can_finish && right.waits_for_ground())
    }

    /// Returns the right of way of a truck.
    pub fn truck(&self, truck: TruckId) -> Option<&TruckRight> {
        self.trucks.iter().find(|right| right.truck == truck)
    }
}

impl TruckRight {
    /// Returns true if the truck wants to drive beyond its grant.
    pub fn waits_for_ground(&self) -> bool {
        self.grant.is_some_and(|grant| self.wanted > grant.up_to + super::STATION_TOLERANCE)
    }
}

impl RightOfWay {
    /// Returns true if another truck of the group still has steps to drive.
    fn others_drive(&self, truck: TruckId) -> bool {
        let drives = |(other, to): &(TruckId, u32)| self.holders.get(other).is_some_and(|h| *to > h.claimed);
        self.schedule.of(&self.group(truck)).steps.iter().any(|step| step.0 != truck && drives(step))
    }

    /// Explains the present state: which truck waits for which other truck, where, and why.
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
