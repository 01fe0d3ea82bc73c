//! Manoeuvres: short paths with changes of direction, between poses in free space.
//!
//! [`plan_manoeuvre`] searches with [hybrid A*](Budget) over segments of constant steering and reaches the goal by a
//! [Reeds-Shepp word](reeds_shepp). It then puts clothoids between the segments and smooths the path by optimisation.

mod analytic;
mod clothoids;
mod cost;
mod error;
mod free_space;
mod obstacle_heuristic;
pub mod reeds_shepp;
mod reference_point;
mod search;
mod search_frame;
mod segment_path;
mod shortcut;
mod smooth;
mod spot_access;
mod spot_visit;
mod staging;
mod sweep;
mod trajectory;
mod tuning;

pub use error::ManoeuvreError;
pub use free_space::{FreeSpace, Obstacle, closed_zone_at};
pub use reference_point::ReferencePoint;
pub use search::Budget;
pub use spot_access::SpotAccess;
pub use spot_visit::{SpotVisit, plan_visit};
pub use trajectory::{MovingObstacle, Trajectory, TrajectoryPoint, TrajectoryWait, plan_among_moving};

use crate::TruckModel;
use crate::path::{Path, PathPoint, Travel};
use crate::steering_reserve::{CLOTHOID_RATE, Lock};
use analytic::SearchGoal;
use clothoids::Clothoids;
use cost::{ManoeuvreCost, MotionState};
use haul_core::{Footprint, Pose2};
use search::Search;
use search_frame::{SearchFrame, SearchSpace};
use segment_path::SegmentPath;
use smooth::Smoothing;
use sweep::Sweep;
use tuning::TUNING;

/// Requirements of a manoeuvre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ManoeuvreOptions {
    /// Minimum clearance of the footprint from edges and obstacles, m. A truck that starts closer than this may stay
    /// closer near the start, as far as the swing of its tail requires.
    pub margin: f64,
    /// Limits of the search.
    pub budget: Budget,
    /// Maximum total length driven in reverse, m. A longer one is accepted only if no path within this limit exists.
    pub max_reverse: f64,
    /// Required direction of travel at the goal: [`Travel::Reverse`] to back into a spot. `None`: either direction.
    pub last: Option<Travel>,
    /// Required direction of travel at the start, for at least half a truck's length. `None`: either direction.
    pub first: Option<Travel>,
    /// Curvature at which the truck rolls into the manoeuvre (1/m, + = left). `None`: the truck starts from a
    /// standstill.
    pub start_curvature: Option<f64>,
    /// Curvature at which the truck rolls on after the goal (1/m, + = left). `None`: the truck stops at the goal.
    pub goal_curvature: Option<f64>,
}

impl Default for ManoeuvreOptions {
    /// Requires half a metre of clearance, from standstill to standstill, with either direction of travel at both ends.
    fn default() -> Self {
        Self {
            margin: 0.5,
            budget: Budget::default(),
            max_reverse: MAX_REVERSE,
            last: None,
            first: None,
            start_curvature: None,
            goal_curvature: None,
        }
    }
}

/// Usual limit of the total length in reverse, m. Backing into a spot takes 10 to 60 m, and smoothing may add a little.
/// A reversing truck has no forward view, and other traffic does not expect it.
pub const MAX_REVERSE: f64 = 55.0;
/// Spacing of the path's points, m.
const SPACING: f64 = 0.5;
/// Speed (m/s) at which a truck can follow a clothoid with its share of the steering rate: walking pace.
const CLOTHOID_SPEED: f64 = 1.2;
/// Factors by which clothoids are shortened, in turn, until the footprint is clear. The last moves a path by
/// millimetres.
const CLOTHOID_SHARES: [f64; 5] = [1.0, 0.6, 0.35, 0.2, 0.08];
/// Clearance that the shortest clothoids may take from the margin, m.
const CLOTHOID_TOLERANCE: f64 = 0.02;
/// Maximum overlap from which a truck may still leave its start, m: the tracking error of a truck in a tight spot.
const START_OVERLAP: f64 = 0.3;

/// Returns a path from `start` to `goal` whose footprint keeps the margin everywhere, with few changes of direction.
///
/// The path ends exactly at the goal. Height and grade of its points are 0; [`Path::lay_on`] sets them. The clearance
/// of each point takes obstacles into account.
///
/// # Errors
///
/// A [`ManoeuvreError`] with the reason why no manoeuvre was found.
pub fn plan_manoeuvre(
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Path, ManoeuvreError> {
    match plan_short_reverse(start, goal, space, truck, options) {
        Err(error) if error.is_of_search() && options.max_reverse.is_finite() => {
            let options = ManoeuvreOptions { max_reverse: f64::INFINITY, ..*options };
            plan_short_reverse(start, goal, space, truck, &options)
        }
        other => other,
    }
}

/// Plans a manoeuvre like [`plan_manoeuvre`], but never returns a path that reverses more than `options.max_reverse`.
///
/// # Errors
///
/// As [`plan_manoeuvre`].
pub fn plan_short_reverse(
    start: Pose2,
    goal: Pose2,
    space: &FreeSpace,
    truck: &TruckModel,
    options: &ManoeuvreOptions,
) -> Result<Path, ManoeuvreError> {
    let error = match plan_within(Lock::Reserve, start, goal, space, truck, options) {
        Err(error) if error.is_of_search() => error,
        other => return other,
    };
    plan_within(Lock::Tight, start, goal, space, truck, options).map_err(|_| error)
}

/// Plans a manoeuvre that uses a given share of the steering lock.
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
    let frame = SearchFrame::about(start, space, steady.recip());
    let near = frame.near();
    let ground = &frame.ground(near.as_ref(), space);
    let (start, goal) = (frame.inwards(start), frame.inwards(goal));
    let curvature = |k: Option<f64>| k.map(|k| frame.curvature(k));
    let asked = ManoeuvreOptions {
        margin: frame.length(options.margin),
        max_reverse: frame.length(options.max_reverse),
        start_curvature: curvature(options.start_curvature),
        goal_curvature: curvature(options.goal_curvature),
        ..*options
    };
    let vehicle = Vehicle {
        footprint: frame.footprint(&truck.footprint),
        radius: frame.length(steady.recip()),
        // This is a length divided by a curvature, so the scale of lengths applies twice.
        clothoid: frame.length(
            frame.length(CLOTHOID_SPEED * truck.spec.geometry.wheelbase / (CLOTHOID_RATE * truck.spec.steering.rate)),
        ),
        greatest_curvature: frame.curvature(greatest),
    };
    let path = search_path(start, goal, ground, &vehicle, &asked).map_err(|e| frame.error(e))?;
    let points = path.points(frame.length(SPACING), goal);
    let clear = |p: PathPoint| {
        let clearance = ground.footprint_clearance(&vehicle.footprint, p.pose);
        frame.path_point(PathPoint { clearance, ..p })
    };
    Ok(Path::new(points.into_iter().map(clear).collect()))
}

/// Data of a vehicle, in the units of the search frame.
struct Vehicle {
    footprint: Footprint,
    /// Minimum radius of segments with constant steering.
    radius: f64,
    /// Length of a clothoid at walking pace, divided by its change of curvature.
    clothoid: f64,
    /// Maximum curvature of clothoids and of the smoothed path.
    greatest_curvature: f64,
}

/// Plans a path in the search frame.
fn search_path(
    start: Pose2,
    goal: Pose2,
    ground: &SearchSpace,
    vehicle: &Vehicle,
    options: &ManoeuvreOptions,
) -> Result<SegmentPath, ManoeuvreError> {
    let sweep = |margin| Sweep::new(ground, vehicle.footprint, margin, TUNING.comfort_clearance, start);
    let asked = sweep(options.margin);
    if asked.start_clearance() < -START_OVERLAP {
        return Err(ManoeuvreError::StartBlocked { clearance: asked.start_clearance() });
    }
    let clearance = ground.footprint_clearance(&vehicle.footprint, goal);
    if clearance < asked.required(goal) - CLOTHOID_TOLERANCE {
        return Err(ManoeuvreError::GoalBlocked { clearance, margin: options.margin });
    }
    // Accept a goal where the footprint fits with slightly less than the margin.
    let margin = options.margin.min(clearance);
    let (sweep, loose) = (sweep(margin), sweep(margin - CLOTHOID_TOLERANCE));
    let cost = ManoeuvreCost {
        greatest_curvature: vehicle.radius.recip(),
        max_reverse: options.max_reverse,
        reverses_in: Travel::Reverse,
    };
    let target = SearchGoal { goal, last: options.last, radius: vehicle.radius, cost };
    let rolling = options.start_curvature.unwrap_or(0.0);
    let steady = found(&sweep, &target, margin, options, start)?;
    let still = MotionState::standing(rolling);
    let steady = shortcut::shortened(&steady, &target.cost, margin, &sweep, still);
    let clothoids = Clothoids {
        per_curvature: vehicle.clothoid,
        greatest_curvature: vehicle.greatest_curvature,
        before: options.start_curvature,
        after: options.goal_curvature,
    };
    let with_clothoids = CLOTHOID_SHARES.iter().find_map(|share| {
        let clothoids = Clothoids { per_curvature: share * clothoids.per_curvature, ..clothoids };
        clothoids::with_clothoids(&steady, goal, &clothoids).filter(|d| loose.path(d).is_some())
    });
    let rough = with_clothoids.unwrap_or_else(|| {
        tracing::debug!(?start, ?goal, "no clothoids fit between the segments: the steering changes at a crawl");
        steady
    });
    let smoothing = Smoothing {
        sweep: &sweep,
        kept: &loose,
        margin,
        goal,
        clothoids: &clothoids,
        runs_in: options.last.is_some(),
        min_exit: options.first.map_or(0.0, |_| TUNING.exit_lengths[0]),
    };
    Ok(smoothing.smoothed(&rough).unwrap_or(rough))
}

/// Finds a path, by several searches if necessary.
///
/// The order is:
/// - If the goal or the start is confined: a search around it whose motion primitives run until they are blocked.
/// - The plain search.
/// - A search with a fine lattice around the start.
/// - A search with a fine lattice around the goal, from the goal to the start, reversed in time.
/// - If the goal may be reached in either direction: all these searches again, for reverse only.
///
/// If all fail, the error is that of the plain search.
fn found(
    sweep: &Sweep,
    target: &SearchGoal,
    margin: f64,
    options: &ManoeuvreOptions,
    start: Pose2,
) -> Result<SegmentPath, ManoeuvreError> {
    let goal = target.goal;
    let (back, leaves) = (target.reversed_in_time(start, options.first), target.last.map(Travel::other));
    let rolling = [options.start_curvature, options.goal_curvature].map(|c| c.unwrap_or(0.0));
    let search = || Search::new(sweep, target, margin, options.budget, start, rolling[0], options.first);
    let from_goal = || Search::new(sweep, &back, margin, options.budget, goal, rolling[1], leaves);
    let turned = |path: SegmentPath| path.reversed_in_time(start);
    if from_goal().is_confined(goal, leaves)
        && let Ok(path) = from_goal().until_blocked(goal).run(goal)
    {
        return Ok(turned(path));
    }
    if search().is_confined(start, options.first)
        && let Ok(path) = search().until_blocked(start).run(start)
    {
        return Ok(path);
    }
    let error = match search().run(start) {
        Err(error) if error.is_of_search() => error,
        other => return other,
    };
    let about_start = || search().with_fine_lattice(start).run(start).ok();
    let about_goal = || from_goal().with_fine_lattice(goal).run(goal).ok().map(turned);
    // Some goals with a free choice of direction are found only by the search for backing in.
    let backed = SearchGoal { last: Some(Travel::Reverse), ..*target };
    let backwards = || target.last.is_none().then(|| found(sweep, &backed, margin, options, start).ok()).flatten();
    about_start().or_else(about_goal).or_else(backwards).ok_or(error)
}

fn check_numbers(start: Pose2, goal: Pose2, options: &ManoeuvreOptions) -> Result<(), ManoeuvreError> {
    let curvatures = [options.start_curvature, options.goal_curvature];
    let refused = [
        ("the start", !start.is_on_a_map()),
        ("the goal", !goal.is_on_a_map()),
        ("the margin", !options.margin.is_finite()),
        ("the greatest length in reverse", options.max_reverse.is_nan()),
        ("a curvature at the start or goal", curvatures.iter().flatten().any(|k| !k.is_finite())),
    ];
    match refused.iter().find(|(_, bad)| *bad) {
        Some((what, _)) => Err(ManoeuvreError::NotFinite { what }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
