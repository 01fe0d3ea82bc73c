//! Several trucks over a line that loses, delays, repeats and reorders messages.

use haul_core::fault::SourceText;
use haul_scenario::{Overrides, Report, Scenario};
use std::path::Path;

/// Runs the lossy-line scenario, over its own line or over a perfect line.
fn run(is_perfect: bool) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let text = std::fs::read_to_string(folder.join("06_lossy_line.toml")).unwrap();
    let mut scenario = Scenario::from_source(&SourceText::new("06", text), folder).unwrap();
    if is_perfect {
        scenario.file.line = Default::default();
        scenario.file.expect.retain(|figure, _| !figure.starts_with("messages"));
    }
    let mut run = scenario.prepare(&Overrides::default()).unwrap();
    while !run.is_finished() {
        run.step();
    }
    run.report(1.0)
}

#[test]
fn four_trucks_over_a_lossy_line_haul_as_much_as_over_a_perfect_one() {
    let (lossy, perfect) = std::thread::scope(|scope| {
        let (lossy, perfect) = (scope.spawn(|| run(false)), scope.spawn(|| run(true)));
        (lossy.join().unwrap(), perfect.join().unwrap())
    });
    for report in [&lossy, &perfect] {
        assert!(report.passed, "{:?} {:?}", report.checks, report.notes());
        assert_eq!((report.stuck, report.collisions), (0, 0));
    }
    let share = |n: u64| n as f64 / lossy.messages.sent as f64;
    assert!((share(lossy.messages.lost) - 0.05).abs() < 0.01, "{:?}", lossy.messages);
    assert!((share(lossy.messages.repeated) - 0.0475).abs() < 0.01, "{:?}", lossy.messages);
    assert_eq!((perfect.messages.lost, perfect.messages.repeated), (0, 0));
    assert!((lossy.delivered_t / perfect.delivered_t - 1.0).abs() < 0.1, "{} t", lossy.delivered_t);
    let slower = 1.0 - lossy.delivered_tph / perfect.delivered_tph;
    assert!(slower < 0.1, "{:.0} t/h against {:.0} t/h", lossy.delivered_tph, perfect.delivered_tph);
}
