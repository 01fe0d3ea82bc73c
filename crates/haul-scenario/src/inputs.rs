//! Scenario files that contain external inputs as events.

use crate::file::{Action, FaultName, GearName, HoistName};
use crate::prepare::ScenarioError;
use crate::read::Scenario;
use haul_core::fault::SourceText;
use haul_record::{Controls, Gear, HoistLever, LoggedInput, SimInput, TruckFault};
use serde::Serialize;

/// Returns the text of a scenario with external inputs added as events. The text belongs in the folder of the scenario,
/// and its run equals the run that had the inputs.
///
/// # Errors
/// Returns an error if the scenario with the events has faults, for example because its own events are in an inline
/// array.
pub fn with_inputs(scenario: &Scenario, inputs: &[LoggedInput]) -> Result<String, ScenarioError> {
    #[derive(Serialize)]
    struct Events {
        event: Vec<Action>,
    }
    let mut text = scenario.source_text().trim_end().to_owned();
    text.push_str("\n\n# Done by hand.\n");
    let mut event = Vec::new();
    for (k, logged) in inputs.iter().enumerate() {
        match action(logged, &inputs[k + 1..]) {
            Some(action) => event.push(action),
            // The end of a fault is written together with its beginning.
            None if ends_a_fault(logged, &inputs[..k]) => {}
            None => text.push_str(&format!("# At {} s, not written: {}\n", seconds(logged), logged.input)),
        }
    }
    // An empty list would be read as a key of the preceding table.
    if !event.is_empty() {
        let events = toml::to_string(&Events { event }).map_err(|error| haul_core::Fault::new(error.to_string()))?;
        text.push_str(&events);
    }
    Scenario::from_source(&SourceText::new(scenario.path(), text.clone()), scenario.folder.clone())?;
    Ok(text)
}

fn seconds(logged: &LoggedInput) -> f64 {
    logged.step as f64 / f64::from(haul_sim::PHYSICS_RATE)
}

/// Rounds off the floating-point noise of a unit conversion.
fn tidy(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn ends_a_fault(logged: &LoggedInput, earlier: &[LoggedInput]) -> bool {
    earlier.iter().any(|before| is_end_of(before, logged))
}

fn is_end_of(begin: &LoggedInput, end: &LoggedInput) -> bool {
    matches!((&begin.input, &end.input),
        (SimInput::Fail { truck: a, fault: x }, SimInput::Repair { truck: b, fault: y }) if a == b && x.name() == y.name())
}

/// Returns the event of an input; `None` for an input that a scenario cannot hold by itself.
fn action(logged: &LoggedInput, later: &[LoggedInput]) -> Option<Action> {
    let at_s = seconds(logged);
    Some(match &logged.input {
        SimInput::AllStop => Action::AllStop { at_s },
        SimInput::Resume => Action::Resume { at_s },
        SimInput::PlaceObstacle { id, at, radius } => {
            Action::Obstacle { at_s, id: Some(id.to_string()), at: [at.x, at.y], radius_m: *radius, for_s: None }
        }
        SimInput::RemoveObstacle { id } => Action::RemoveObstacle { at_s, id: id.to_string() },
        SimInput::SetFriction(friction) => Action::Friction { at_s, friction: *friction },
        SimInput::SetRain(rain) => Action::Rain { at_s, mm_h: tidy(rain * 3.6e6) },
        SimInput::Drive { truck, controls } => drive(at_s, truck.0, controls),
        SimInput::HandBack { truck } => Action::HandBack { at_s, truck: truck.0 },
        SimInput::Fail { truck, fault } => {
            let end = later.iter().find(|end| is_end_of(logged, end));
            let for_s = end.map(|end| seconds(end) - at_s).filter(|lasts| *lasts >= 0.1).map(tidy);
            let (offset_m, rate_pct) = match fault {
                TruckFault::SatelliteOffset { east, north } => (Some([*east, *north]), None),
                TruckFault::SteeringSlow { share } => (None, Some(tidy(100.0 * share))),
                _ => (None, None),
            };
            Action::Fault { at_s, truck: truck.0, fault: fault_name(*fault)?, for_s, offset_m, rate_pct }
        }
        _ => return None,
    })
}

fn drive(at_s: f64, truck: u32, controls: &Controls) -> Action {
    Action::Drive {
        at_s,
        truck,
        gear: match controls.gear {
            Gear::Forward => GearName::Forward,
            Gear::Neutral => GearName::Neutral,
            Gear::Reverse => GearName::Reverse,
        },
        throttle_pct: tidy(100.0 * controls.throttle),
        retarder_pct: tidy(100.0 * controls.retarder),
        brake_pct: tidy(100.0 * controls.service_brake),
        park_brake: controls.park_brake,
        steering_deg: tidy(controls.steering.to_degrees()),
        hoist: match controls.hoist {
            HoistLever::Hold => HoistName::Hold,
            HoistLever::Raise => HoistName::Raise,
            HoistLever::Lower => HoistName::Lower,
        },
    }
}

/// Returns the name of a fault in a scenario file; `None` for a fault without a name.
fn fault_name(fault: TruckFault) -> Option<FaultName> {
    serde_json::from_value(serde_json::Value::String(fault.name().to_owned())).ok()
}
