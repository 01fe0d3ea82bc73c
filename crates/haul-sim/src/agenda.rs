//! The agenda of a world: its tasks, and the step at which each task is due.
//!
//! A repeating task is entered again when it is taken. The agenda is plain data, so a snapshot also holds the future
//! tasks.

use crate::setup::ScriptedInput;
use haul_core::Step;
use haul_record::SimInput;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Physics steps per second.
pub const PHYSICS_RATE: u32 = 200;
/// Number of physics steps between two control steps: the stack runs at 20 Hz.
pub const CONTROL_STEPS: u64 = 10;
/// Number of physics steps between two checks of the drivable surface: 10 Hz.
pub(crate) const SURFACE_STEPS: u64 = 20;
/// Number of physics steps between two ticks of the site: 1 Hz.
pub(crate) const SITE_STEPS: u64 = PHYSICS_RATE as u64;

/// A task of the world. Tasks that are due at the same step run in the order of the variants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Checks that every truck is on the drivable surface.
    Surface,
    /// Applies an input of the setup's script. The end of a fault is such an input as well.
    Scripted(SimInput),
    /// Applies an external input.
    Injected(SimInput),
    /// Sets the speed of every manned vehicle.
    Vehicles,
    /// Lists the objects that the trucks' detectors may see.
    Targets,
    /// Runs the control step of every truck.
    Trucks,
    /// Delivers arrived messages to the site.
    Messages,
    /// Ticks the site.
    Site,
    /// Advances every shovel.
    Shovels,
    /// Lets rain fall and roads dry.
    Weather,
}

/// Moment of a step at which a task runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// As soon as the step is reached, at the end of [`crate::World::step`].
    Reached,
    /// Before the bodies leave the step.
    Leaving,
}

/// Repeating tasks, with the step at which each task is first due.
const REPEATING_TASKS: [(Task, u64); 8] = [
    (Task::Surface, SURFACE_STEPS),
    (Task::Vehicles, 0),
    (Task::Targets, 0),
    (Task::Trucks, 0),
    (Task::Messages, 0),
    (Task::Site, 0),
    (Task::Shovels, 0),
    (Task::Weather, 0),
];

impl Task {
    /// Returns the position of this task in the order of one step.
    fn rank(&self) -> u8 {
        match self {
            Task::Surface => 0,
            Task::Scripted(_) => 1,
            Task::Injected(_) => 2,
            Task::Vehicles => 3,
            Task::Targets => 4,
            Task::Trucks => 5,
            Task::Messages => 6,
            Task::Site => 7,
            Task::Shovels => 8,
            Task::Weather => 9,
        }
    }

    fn moment(&self) -> Moment {
        if *self == Task::Surface { Moment::Reached } else { Moment::Leaving }
    }

    /// Returns the number of steps until the task is due again; `None` if it does not repeat.
    fn period(&self) -> Option<u64> {
        match self {
            Task::Surface => Some(SURFACE_STEPS),
            Task::Scripted(_) | Task::Injected(_) => None,
            Task::Site | Task::Weather => Some(SITE_STEPS),
            Task::Vehicles | Task::Targets | Task::Trucks | Task::Messages | Task::Shovels => Some(CONTROL_STEPS),
        }
    }
}

/// An entry of the agenda: one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Slot {
    step: u64,
    rank: u8,
    /// Number of the entry, which orders tasks of one kind.
    number: u64,
}

/// Tasks that are due, the earliest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Agenda {
    due: BTreeMap<Slot, Task>,
    entered: u64,
}

impl Agenda {
    /// Creates the agenda at the start of a run. Scripted inputs of the same instant keep their order.
    pub fn new(clock: Step, mut script: Vec<ScriptedInput>) -> Self {
        let mut agenda = Self { due: BTreeMap::new(), entered: 0 };
        for (task, first) in REPEATING_TASKS {
            agenda.enter(first, task);
        }
        script.sort_by_key(|scripted| scripted.at);
        for scripted in script {
            agenda.enter(clock.first_at(scripted.at), Task::Scripted(scripted.input));
        }
        agenda
    }

    /// Adds a task that is due at `step`.
    pub fn enter(&mut self, step: u64, task: Task) {
        self.due.insert(Slot { step, rank: task.rank(), number: self.entered }, task);
        self.entered = self.entered.wrapping_add(1);
    }

    /// Takes out the next task that is due by `step` and runs at `moment`. A repeating task is entered again.
    pub fn take(&mut self, step: u64, moment: Moment) -> Option<Task> {
        let first = self.due.first_entry()?;
        if first.key().step > step || first.get().moment() != moment {
            return None;
        }
        let (slot, task) = first.remove_entry();
        if let Some(period) = task.period() {
            self.enter(slot.step.saturating_add(period), task.clone());
        }
        Some(task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::SimTime;

    /// Takes out the tasks of some steps, in the order in which a world runs them. Returns each task with its step.
    fn run(agenda: &mut Agenda, steps: std::ops::Range<u64>) -> Vec<(u64, Task)> {
        let mut ran = Vec::new();
        for step in steps {
            for moment in [Moment::Leaving, Moment::Reached] {
                let at = if moment == Moment::Reached { step + 1 } else { step };
                while let Some(task) = agenda.take(at, moment) {
                    ran.push((at, task));
                }
            }
        }
        ran
    }

    fn scripted(seconds: f64, input: SimInput) -> ScriptedInput {
        ScriptedInput { at: SimTime::from_seconds(seconds), input }
    }

    fn agenda(script: Vec<ScriptedInput>) -> Agenda {
        Agenda::new(Step::at_rate(PHYSICS_RATE), script)
    }

    #[test]
    fn every_task_repeats_at_its_own_rate() {
        let ran = run(&mut agenda(Vec::new()), 0..2_000);
        let count = |task: &Task| ran.iter().filter(|(_, t)| t == task).count();
        let control = [Task::Vehicles, Task::Targets, Task::Trucks, Task::Messages, Task::Shovels];
        assert!(control.iter().all(|task| count(task) == 200), "20 Hz");
        assert_eq!((count(&Task::Site), count(&Task::Surface)), (10, 100), "1 Hz and 10 Hz");
        let steps = |task: &Task| ran.iter().filter(|(_, t)| t == task).map(|(at, _)| *at).take(2).collect::<Vec<_>>();
        assert_eq!((steps(&Task::Surface), steps(&Task::Trucks)), (vec![20, 40], vec![0, 10]));
    }

    #[test]
    fn tasks_of_one_step_run_in_a_fixed_order_whatever_the_order_of_entry() {
        let mut agenda = agenda(vec![scripted(1.0, SimInput::Resume), scripted(0.996, SimInput::AllStop)]);
        agenda.enter(200, Task::Injected(SimInput::AllStop));
        agenda.enter(200, Task::Injected(SimInput::Resume));
        run(&mut agenda, 0..199);
        let ran: Vec<Task> = run(&mut agenda, 199..201).into_iter().map(|(_, task)| task).collect();
        let expected = [
            Task::Surface,
            Task::Scripted(SimInput::AllStop),
            Task::Scripted(SimInput::Resume),
            Task::Injected(SimInput::AllStop),
            Task::Injected(SimInput::Resume),
            Task::Vehicles,
            Task::Targets,
            Task::Trucks,
            Task::Messages,
            Task::Site,
            Task::Shovels,
            Task::Weather,
        ];
        assert_eq!(ran, expected, "0.996 s lies between two steps: the later one takes it");
    }

    #[test]
    fn a_restored_agenda_continues_like_the_original() {
        let mut whole = agenda(vec![scripted(0.5, SimInput::AllStop)]);
        run(&mut whole, 0..77);
        let bytes = haul_core::state::encode(&whole).unwrap();
        let mut kept: Agenda = haul_core::state::decode(&bytes).unwrap();
        assert_eq!(run(&mut whole, 77..700), run(&mut kept, 77..700));
        assert_eq!(whole, kept);
    }
}
