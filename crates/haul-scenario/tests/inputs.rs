//! Scenarios written from runs with external inputs.

use haul_core::fault::SourceText;
use haul_core::{Point2, TruckId};
use haul_record::{Controls, Gear, SimInput, TruckFault};
use haul_scenario::{Overrides, Run, Scenario, with_inputs};
use std::path::PathBuf;

fn scenario(text: String) -> Scenario {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    Scenario::from_source(&SourceText::new("first.toml", text), folder).unwrap()
}

fn first() -> Scenario {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/01_first_haul.toml");
    scenario(std::fs::read_to_string(path).unwrap())
}

fn prepared(scenario: &Scenario) -> Run {
    scenario.prepare(&Overrides { duration_s: Some(40.0), ..Overrides::default() }).unwrap()
}

#[test]
fn the_scenario_of_what_was_done_by_hand_gives_the_same_run() {
    let first = first();
    let mut by_hand = prepared(&first);
    let truck = TruckId(1);
    let steering = 4_f64.to_radians();
    let controls = Controls {
        gear: Gear::Forward,
        throttle: 1.0,
        service_brake: 0.3,
        park_brake: false,
        steering,
        ..Controls::default()
    };
    let far = Point2::new(-900.123_456_789, 900.0);
    let acts = [
        (807, SimInput::PlaceObstacle { id: "rock_1".into(), at: far, radius: 1.5 }),
        (1_001, SimInput::SetRain(12.3 / 3.6e6)),
        (2_003, SimInput::Fail { truck, fault: TruckFault::SteeringSlow { share: 0.3 } }),
        (3_005, SimInput::Drive { truck, controls }),
        (3_333, SimInput::HandBack { truck }),
        (4_001, SimInput::Repair { truck, fault: TruckFault::SteeringSlow { share: 0.3 } }),
        (4_500, SimInput::AllStop),
        (5_003, SimInput::Resume),
        (5_500, SimInput::RemoveObstacle { id: "rock_1".into() }),
    ];
    let mut waiting = acts.iter().peekable();
    while !by_hand.is_finished() {
        while let Some((_, input)) = waiting.next_if(|(step, _)| *step == by_hand.world().steps()) {
            by_hand.inject(input.clone());
        }
        by_hand.step();
    }
    assert_eq!(by_hand.world().inputs().len(), acts.len());
    let text = with_inputs(&first, by_hand.world().inputs()).unwrap();
    assert!(text.starts_with(first.source_text().trim_end()));
    let mut again = prepared(&scenario(text));
    while !again.is_finished() {
        again.step();
    }
    let pose = |run: &Run| run.world().trucks()[0].pose();
    assert_eq!(pose(&again), pose(&by_hand), "bit for bit");
    assert_eq!(again.world().trucks()[0].truck().state(), by_hand.world().trucks()[0].truck().state());
    let mut plain = prepared(&first);
    while !plain.is_finished() {
        plain.step();
    }
    assert_ne!(pose(&plain), pose(&by_hand), "the acts change the run");
}

#[test]
fn an_end_of_a_fault_that_began_in_the_scenario_is_told_in_the_file() {
    let first = first();
    let mut run = prepared(&first);
    run.inject(SimInput::Repair { truck: TruckId(1), fault: TruckFault::Engine });
    run.step();
    let text = with_inputs(&first, run.world().inputs()).unwrap();
    assert!(text.contains("# At 0 s, not written:"), "{text}");
}

#[test]
fn events_in_one_line_are_refused_instead_of_overwritten() {
    let text = first().source_text().to_owned();
    let head = "event = [{ what = \"all_stop\", at_s = 5.0 }]\n";
    let inline = scenario(format!("{head}{text}"));
    let mut run = prepared(&inline);
    run.inject(SimInput::Resume);
    run.step();
    assert!(with_inputs(&inline, run.world().inputs()).is_err());
}
