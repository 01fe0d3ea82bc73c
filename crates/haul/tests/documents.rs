//! Every example in the README, in `docs/` and in `examples/` is run, so that a reader can trust it.
//!
//! The info string of a fenced block says what the block is:
//!
//! | info string | the test |
//! | --- | --- |
//! | `sh` | runs every command in a copy of the project's `assets`, `scenarios` and `seeds`; each must succeed |
//! | `toml scenario` | runs the whole scenario |
//! | `toml part of a scenario` | runs a scenario with two trucks and this text at its end |
//! | `toml part of mine.toml` | inspects the sample pit with this text at the end of its `mine.toml` |
//! | `csv NAME` | writes the file, for the commands after it |
//! | `text` | does nothing: a diagram is not an example |
//! | `LANGUAGE not run: REASON` | does nothing, and counts the block |

mod examples;

use examples::{Block, Page};
use std::path::Path;

/// The pages with examples, in the order of a first reading.
const PAGES: [&str; 20] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/simulator.md",
    "docs/gallery.md",
    "docs/browser.md",
    "docs/scenarios.md",
    "docs/snapshots.md",
    "docs/sensors.md",
    "docs/weather.md",
    "docs/control.md",
    "docs/haul-cycle.md",
    "docs/right-of-way.md",
    "docs/mines.md",
    "docs/planner.md",
    "docs/truck.md",
    "examples/01_plan_a_route/README.md",
    "examples/02_into_a_spot/README.md",
    "examples/03_your_own_mine/README.md",
    "examples/04_your_own_scenario/README.md",
];

#[test]
fn every_page_is_under_test() {
    for page in examples::pages() {
        let is_listed = PAGES.contains(&page.as_str());
        assert!(is_listed || Page::read(&page).blocks().is_empty(), "{page} has examples that no test runs");
    }
}

#[test]
fn blocks_that_are_not_run_say_why_and_are_few() {
    let blocks: Vec<Block> = PAGES.iter().flat_map(|page| Page::read(page).blocks()).collect();
    let reasons: Vec<(String, &str)> = blocks.iter().filter_map(|b| Some((b.place(), b.reason_not_run()?))).collect();
    assert!(reasons.iter().all(|(_, reason)| reason.len() > 10), "a reason says something: {reasons:?}");
    assert_eq!(reasons.len(), 14, "change this number only for a block that a test cannot run: {reasons:#?}");
}

#[test]
fn the_commands_of_the_readme_work() {
    Page::read("README.md").run();
}

#[test]
fn the_commands_for_contributors_work() {
    Page::read("CONTRIBUTING.md").run();
}

#[test]
fn the_commands_of_the_simulator_page_work() {
    Page::read("docs/simulator.md").run();
}

#[test]
fn the_commands_of_the_browser_page_work() {
    Page::read("docs/browser.md").run();
}

#[test]
fn the_commands_of_the_snapshot_page_work() {
    Page::read("docs/snapshots.md").run();
}

#[test]
fn the_examples_of_the_mine_page_work() {
    Page::read("docs/mines.md").run();
}

#[test]
fn the_examples_of_the_weather_page_work() {
    Page::read("docs/weather.md").run();
}

#[test]
fn the_commands_of_the_planner_page_work() {
    Page::read("docs/planner.md").run();
}

#[test]
fn the_examples_of_the_truck_page_work() {
    Page::read("docs/truck.md").run();
}

#[test]
fn the_examples_of_the_scenario_page_work() {
    Page::read("docs/scenarios.md").run();
}

#[test]
fn the_commands_of_the_example_pages_work() {
    PAGES.iter().filter(|page| page.starts_with("examples/")).for_each(|page| Page::read(page).run());
}

#[test]
fn the_rock_of_the_scenario_page_stops_a_truck() {
    let page = Page::read("docs/scenarios.md");
    let scenario = page.blocks().into_iter().find(|block| block.info == "toml scenario").expect("a whole scenario");
    let report = scenario.report(&["--duration", "400"]);
    let stopped = report["by_truck"]
        .as_array()
        .unwrap()
        .iter()
        .any(|truck| truck["stood_s"].as_object().is_some_and(|reasons| reasons.contains_key("obstacle")));
    assert!(stopped, "no truck stood for the rock: {:#}", report["by_truck"]);
}

#[test]
fn no_page_refers_to_a_file_that_is_not_there() {
    for page in examples::pages() {
        let text = std::fs::read_to_string(examples::project().join(&page)).unwrap();
        let folder = Path::new(&page).parent().unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            let is_local = !file.is_empty() && !file.contains("://");
            let path = examples::project().join(folder).join(file);
            assert!(!is_local || path.exists(), "{page} links to {link}, which is not there");
        }
    }
}
