//! Paths into and out of the places of a run. They are planned before the run, so that blocked paths are reported at
//! the start.

use haul_core::{PlaceId, Pose2};
use haul_mine::{ExitPath, MineMap, Place, PlaceKind, QueueMove, TruckShape};
use haul_planner::journey::JourneyOptions;
use haul_planner::{Atlas, Conditions, PlanError, Travel, TruckModel};
use haul_sim::TruckSetup;
use haul_vehicle::{Environment, TruckSpec};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Maximum number of times that queues are moved off the driven exit paths. A moved queue changes the paths to it.
const MOST_ROUNDS: usize = 3;
/// Length of an exit path on which no truck of another direction may wait, m.
const EXIT_LENGTH: f64 = 400.0;
/// Distance between two poses of an exit path, m.
const EXIT_STEP: f64 = 2.0;

/// Work shared by trucks of one type.
pub struct Work {
    spec: Arc<TruckSpec>,
    load: PlaceId,
    dump: PlaceId,
    trucks: Vec<String>,
}

/// Returns the distinct work of some trucks.
pub fn work_of(trucks: &[TruckSetup]) -> Vec<Work> {
    let mut all: Vec<Work> = Vec::new();
    for truck in trucks {
        let same = |w: &&mut Work| Arc::ptr_eq(&w.spec, &truck.spec) && w.load == truck.load && w.dump == truck.dump;
        match all.iter_mut().find(same) {
            Some(work) => work.trucks.push(truck.id.to_string()),
            None => all.push(Work {
                spec: Arc::clone(&truck.spec),
                load: truck.load.clone(),
                dump: truck.dump.clone(),
                trucks: vec![truck.id.to_string()],
            }),
        }
    }
    all
}

/// Moves queues off the paths by which the trucks leave their spots, as they are driven. Returns the networks and paths
/// of the changed map, and the moves. A waiting truck on such a path would block the truck on the spot for ever.
pub fn clear_driven_paths(
    mut map: MineMap,
    shape: Option<TruckShape>,
    air: (&Conditions, Environment),
    work: &[Work],
) -> (Arc<Atlas>, Vec<QueueMove>) {
    let mut moves = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let atlas = Arc::new(Atlas::new(Arc::new(map.clone())));
        let Some(shape) = &shape else { return (atlas, moves) };
        let driven: Vec<ExitPath> = work.iter().flat_map(|work| exit_paths(&atlas, air, work)).collect();
        let moved = map.clear_driven_paths(&driven, shape);
        // A queue that stays where it is cannot be moved in another round either.
        if moved.iter().all(|m| m.to.is_none()) {
            return (atlas, moves);
        }
        moves.extend(moved.into_iter().filter(|m| m.to.is_some()));
    }
    (Arc::new(Atlas::new(Arc::new(map))), moves)
}

/// Returns the exit paths of the spots at which the trucks of one kind of work load and tip.
fn exit_paths(atlas: &Atlas, (conditions, air): (&Conditions, Environment), work: &Work) -> Vec<ExitPath> {
    let model = atlas.truck_model(&work.spec, air);
    let full = model.spec.rated_payload();
    let (load, dump) = (atlas.map().place(&work.load), atlas.map().place(&work.dump));
    let (Some(load), Some(dump)) = (load, dump) else { return Vec::new() };
    let mut paths = Vec::new();
    for (place, next, payload_kg) in [(load, dump, full), (dump, load, 0.0)] {
        let Some(goal) = next.queue.first() else { continue };
        for spot in &place.spots {
            let options = JourneyOptions { payload_kg, arrive: None, ..JourneyOptions::default() };
            let Ok(path) = atlas.path(&model, conditions, spot.pose, *goal, &options) else { continue };
            let mut poses: Vec<Pose2> = Vec::new();
            for point in path.points.iter().take_while(|point| point.station <= EXIT_LENGTH) {
                if poses.last().is_none_or(|last| last.distance(point.pose) >= EXIT_STEP) {
                    poses.push(point.pose);
                }
            }
            paths.push(ExitPath { spot: spot.name.clone(), poses });
        }
    }
    paths
}

/// Returns notes about spots that trucks cannot enter or leave, and about places with less room than trucks. The plans
/// stay in the atlas for use by the trucks.
pub fn notes(atlas: &Atlas, conditions: &Conditions, environment: Environment, work: &[Work]) -> Vec<String> {
    let mut notes = Vec::new();
    let mut at_place: BTreeMap<&PlaceId, usize> = BTreeMap::new();
    for work in work {
        *at_place.entry(&work.load).or_default() += work.trucks.len();
        *at_place.entry(&work.dump).or_default() += work.trucks.len();
        let (Some(load), Some(dump)) = (atlas.map().place(&work.load), atlas.map().place(&work.dump)) else { continue };
        let model = atlas.truck_model(&work.spec, environment);
        let planner = Planner { atlas, model: &model, conditions };
        notes.extend(planner.blocked(work, load, dump));
        notes.extend(planner.blocked(work, dump, load));
    }
    for (id, trucks) in at_place {
        let Some(place) = atlas.map().place(id) else { continue };
        notes.extend(crowded(place, trucks));
    }
    notes
}

/// Returns a note about a place with fewer spots and waiting poses than trucks.
fn crowded(place: &Place, trucks: usize) -> Option<String> {
    let (spots, poses) = (place.spots.len(), place.queue.len());
    let outside = trucks.checked_sub(spots + poses).filter(|n| *n > 0)?;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    Some(format!(
        "`{}` has {} and {} for {trucks} trucks: up to {outside} may have to wait on the road before it; \
         give it more `spots` or `queue` poses, or send trucks to other places",
        place.id,
        count(spots, "spot"),
        count(poses, "waiting pose"),
    ))
}

/// Planner for one type of truck.
struct Planner<'a> {
    atlas: &'a Atlas,
    model: &'a TruckModel,
    conditions: &'a Conditions,
}

impl Planner<'_> {
    /// Returns notes about spots of a place that cannot be reached from its waiting pose, or left towards the next
    /// place.
    fn blocked(&self, work: &Work, place: &Place, next: &Place) -> Vec<String> {
        let full = self.model.spec.rated_payload();
        let (before, after) = if place.kind == PlaceKind::Load { (0.0, full) } else { (full, 0.0) };
        let faults: Vec<(usize, String)> = place
            .spots
            .iter()
            .enumerate()
            .filter_map(|(k, spot)| {
                let into = place.queue.first().and_then(|head| {
                    let error = self.path(*head, spot.pose, Some(Travel::Reverse), before).err()?;
                    Some(format!("no way in from its waiting pose: {error}"))
                });
                Some((k, into.or_else(|| self.no_exit_path(spot.pose, next, after))?))
            })
            .collect();
        let trucks = work.trucks.join(", ");
        let remedy = "clear the way in the map, move the place, or give the trucks other work";
        let id = &place.id;
        match faults.first() {
            Some((_, cause)) if faults.len() == place.spots.len() => {
                vec![format!("`{id}` cannot be worked by {trucks}: {cause}; {remedy}")]
            }
            _ => faults
                .iter()
                .map(|(k, cause)| format!("spot {} of `{id}` is of no use to {trucks}: {cause}; {remedy}", k + 1))
                .collect(),
        }
    }

    /// Returns the reason why no waiting pose of the next place can be reached from a spot; `None` if one can be
    /// reached or the place has none.
    fn no_exit_path(&self, spot: Pose2, next: &Place, payload_kg: f64) -> Option<String> {
        let mut first = None;
        for goal in &next.queue {
            match self.path(spot, *goal, None, payload_kg) {
                Ok(()) => return None,
                Err(error) => first = first.or(Some(format!("no exit path to `{}`: {error}", next.id))),
            }
        }
        first
    }

    fn path(&self, from: Pose2, to: Pose2, arrive: Option<Travel>, payload_kg: f64) -> Result<(), PlanError> {
        let options = JourneyOptions { payload_kg, arrive, ..JourneyOptions::default() };
        self.atlas.path(self.model, self.conditions, from, to, &options).map(drop)
    }
}
