//! Manoeuvres: short paths with changes of travel, between poses in free space.
//!
//! [`plan_manoeuvre`] searches ([hybrid A*](Budget)) with pieces of steady steering, joins the goal by
//! [Reeds and Shepp's words](reeds_shepp), lays ramps of steering between the pieces, and smooths the drive by optimisation.

mod analytic;
mod cost;
mod drive;
mod error;
mod free_space;
mod gates;
mod ground;
mod holonomic;
mod moving;
pub mod reeds_shepp;
mod search;
mod shortcut;
mod smooth;
mod steering;
mod sweep;
mod visit;
mod way;

pub use error::ManoeuvreError;
pub use free_space::{FreeSpace, Obstacle, closed_zone_at};
pub use moving::{Moving, Timed, plan_among_moving};
pub use search::Budget;
pub use visit::{Visit, plan_visit};
pub use way::{Origin, Way};

use crate::TruckModel;
use crate::path::{Path, PathPoint, Travel};
use crate::steering_reserve::{Lock, RAMP_RATE};
use analytic::Target;
use cost::{Cost, Motion};
use drive::Drive;
use ground::{Frame, Ground};
use haul_core::{Footprint, Pose2};
use search::Search;
use smooth::Smoothing;
use steering::Ramps;
use sweep::Sweep;

/// What a manoeuvre must keep to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ManoeuvreOptions {
    /// Clearance of the footprint from edges and obstacles, m. A start with less is left with what it has, as little of
    /// it as the tail's swing takes.
    pub margin: f64,
    /// What the search may use up.
    pub budget: Budget,
    /// The travel in which the goal must be reached: [`Travel::Reverse`] for a spot.
    pub last: Option<Travel>,
    /// The travel in which the start must be left, for half a truck's length at least; `None`: either.
    pub first: Option<Travel>,
    /// Curvature (1/m, + = left) with which the truck rolls into the manoeuvre; `None`: it starts from a stand.
    pub start_curvature: Option<f64>,
    /// Curvature (1/m, + = left) with which the truck rolls on behind the goal; `None`: it stops there.
    pub goal_curvature: Option<f64>,
}

impl Default for ManoeuvreOptions {
    /// Half a metre of clearance, any travel at the goal, from stand to stand.
    fn default() -> Self {
        Self {
            margin: 0.5,
            budget: Budget::default(),
            last: None,
            first: None,
            start_curvature: None,
            goal_curvature: None,
        }
    }
}

/// Spacing of the points, m.
const SPACING: f64 = 0.5;
/// Speed at which ramps can be followed with their share of the steering's rate, m/s: a walking pace.
const RAMP_SPEED: f64 = 1.2;
/// Ramps are shortened by these shares until the footprint stays clear. The shortest moves a path by millimetres.
const RAMP_SHARES: [f64; 5] = [1.0, 0.6, 0.35, 0.2, 0.08];
/// The shortest ramps' rounding of the clearance asked for, m.
const RAMP_TOLERANCE: f64 = 0.02;
/// A start may overlap by this much and still be left: what a truck's own tracking error makes of a tight spot, m.
const START_OVERLAP: f64 = 0.3;

/// A path from `start` to `goal` whose footprint keeps the margin everywhere, with as few changes of travel as is
/// worth it. It ends exactly at the goal. Height and grade of its points are 0: [`Path::lay_on`] fills them in. Each
/// point's clearance counts obstacles too.
///
/// Errors: [`ManoeuvreError`], each naming why.
pub fn plan_manoeuvre(
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Path, ManoeuvreError> {
    let error = match plan_within(Lock::Reserve, start, goal, space, truck, options) {
        Err(error @ (ManoeuvreError::NoWay { .. } | ManoeuvreError::BudgetSpent { .. })) => error,
        other => return other,
    };
    plan_within(Lock::Tight, start, goal, space, truck, options).map_err(|_| error)
}

/// A manoeuvre that uses a given part of the lock.
pub(crate) fn plan_within(
    lock: Lock,
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Path, ManoeuvreError> {
    check_numbers(start, goal, options)?;
    let (steady, greatest) = truck.manoeuvre_curvatures(lock);
    let frame = Frame::about(start, space, steady.recip());
    let near = frame.near();
    let ground = &frame.ground(near.as_ref(), space);
    let (start, goal) = (frame.inwards(start), frame.inwards(goal));
    let curvature = |k: Option<f64>| k.map(|k| frame.curvature(k));
    let asked = ManoeuvreOptions {
        margin: frame.length(options.margin),
        start_curvature: curvature(options.start_curvature),
        goal_curvature: curvature(options.goal_curvature),
        ..*options
    };
    let vehicle = Vehicle {
        footprint: frame.footprint(&truck.footprint),
        radius: frame.length(steady.recip()),
        // A length for each curvature: twice in the frame's measure.
        ramp: frame
            .length(frame.length(RAMP_SPEED * truck.spec.geometry.wheelbase / (RAMP_RATE * truck.spec.steering.rate))),
        greatest_curvature: frame.curvature(greatest),
    };
    let drive = drive(start, goal, ground, &vehicle, &asked).map_err(|e| frame.error(e))?;
    let points = drive.points(frame.length(SPACING), goal);
    let clear = |p: PathPoint| {
        let clearance = ground.footprint_clearance(&vehicle.footprint, p.pose);
        frame.path_point(PathPoint { clearance, ..p })
    };
    Ok(Path::new(points.into_iter().map(clear).collect()))
}

/// A vehicle in the measure of a search's frame.
struct Vehicle {
    footprint: Footprint,
    /// Least radius that steady pieces are planned with.
    radius: f64,
    /// Length of a ramp of steering per change of curvature at a walking pace.
    ramp: f64,
    /// What ramps and smoothing may go up to.
    greatest_curvature: f64,
}

/// The drive in the frame of a search.
fn drive(
    start: Pose2,
    goal: Pose2,
    ground: &Ground,
    vehicle: &Vehicle,
    options: &ManoeuvreOptions,
) -> Result<Drive, ManoeuvreError> {
    let sweep = |margin| Sweep::new(ground, vehicle.footprint, margin, cost::COMFORT, start);
    let asked = sweep(options.margin);
    if asked.start_clearance() < -START_OVERLAP {
        return Err(ManoeuvreError::StartBlocked { clearance: asked.start_clearance() });
    }
    let clearance = ground.footprint_clearance(&vehicle.footprint, goal);
    if clearance < asked.required(goal) - RAMP_TOLERANCE {
        return Err(ManoeuvreError::GoalBlocked { clearance, margin: options.margin });
    }
    // A goal that just fits may be reached.
    let margin = options.margin.min(clearance);
    let (sweep, loose) = (sweep(margin), sweep(margin - RAMP_TOLERANCE));
    let cost = Cost { greatest_curvature: vehicle.radius.recip() };
    let target = Target { goal, last: options.last, radius: vehicle.radius, cost };
    let rolling = options.start_curvature.unwrap_or(0.0);
    let steady = found(&sweep, &target, margin, options, start)?;
    let still = Motion { travel: None, curvature: rolling };
    let steady = shortcut::shortened(&steady, &target.cost, margin, &sweep, still);
    let ramps = Ramps {
        per_curvature: vehicle.ramp,
        greatest_curvature: vehicle.greatest_curvature,
        before: options.start_curvature,
        after: options.goal_curvature,
    };
    let ramped = RAMP_SHARES.iter().find_map(|share| {
        let ramps = Ramps { per_curvature: share * ramps.per_curvature, ..ramps };
        steering::ramped(&steady, goal, &ramps).filter(|d| loose.drive(d).is_some())
    });
    let rough = ramped.unwrap_or_else(|| {
        tracing::debug!(?start, ?goal, "no ramps fit between the pieces: steering changes at a crawl");
        steady
    });
    let smoothing = Smoothing {
        sweep: &sweep,
        kept: &loose,
        margin,
        goal,
        ramps: &ramps,
        runs_in: options.last.is_some(),
        leaves_by: options.first.map_or(0.0, |_| search::EXITS[0]),
    };
    Ok(smoothing.smoothed(&rough).unwrap_or(rough))
}

/// A drive by the search; where it has none, by one that goes to and fro about the start, and by one that does so about the
/// goal, from there to the start and turned round; where any travel will do at the goal, at last by those of who backs in. Where
/// the goal or the start is hemmed in, first by one from wall to wall about that. The error is the plain search's.
fn found(
    sweep: &Sweep,
    target: &Target,
    margin: f64,
    options: &ManoeuvreOptions,
    start: Pose2,
) -> Result<Drive, ManoeuvreError> {
    let goal = target.goal;
    let (back, leaves) = (target.turned_round(start, options.first), target.last.map(Travel::other));
    let rolling = [options.start_curvature, options.goal_curvature].map(|c| c.unwrap_or(0.0));
    let search = || Search::new(sweep, target, margin, options.budget, start, rolling[0], options.first);
    let from_goal = || Search::new(sweep, &back, margin, options.budget, goal, rolling[1], leaves);
    let turned = |drive: Drive| drive.turned_round(start);
    if from_goal().is_hemmed_in(goal, leaves)
        && let Ok(drive) = from_goal().wall_to_wall(goal).run(goal)
    {
        return Ok(turned(drive));
    }
    if search().is_hemmed_in(start, options.first)
        && let Ok(drive) = search().wall_to_wall(start).run(start)
    {
        return Ok(drive);
    }
    let error = match search().run(start) {
        Err(e @ (ManoeuvreError::NoWay { .. } | ManoeuvreError::BudgetSpent { .. })) => e,
        other => return other,
    };
    let about_start = || search().out_of_a_tight_place(start).run(start).ok();
    let about_goal = || from_goal().out_of_a_tight_place(goal).run(goal).ok().map(turned);
    // Who may come either way still finds some places only as those do who back in.
    let backed = Target { last: Some(Travel::Reverse), ..*target };
    let backwards = || target.last.is_none().then(|| found(sweep, &backed, margin, options, start).ok()).flatten();
    about_start().or_else(about_goal).or_else(backwards).ok_or(error)
}

fn check_numbers(start: Pose2, goal: Pose2, options: &ManoeuvreOptions) -> Result<(), ManoeuvreError> {
    let curvatures = [options.start_curvature, options.goal_curvature];
    let refused = [
        ("the start", !start.is_on_a_map()),
        ("the goal", !goal.is_on_a_map()),
        ("the margin", !options.margin.is_finite()),
        ("a curvature at the start or goal", curvatures.iter().flatten().any(|k| !k.is_finite())),
    ];
    match refused.iter().find(|(_, bad)| *bad) {
        Some((what, _)) => Err(ManoeuvreError::NotFinite { what }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
