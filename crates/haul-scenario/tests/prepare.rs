//! Preparation of scenarios on the sample pit: starts, fleets, notes, checks.

use haul_core::Vector2;
use haul_core::fault::SourceText;
use haul_mine::{MineMap, Zone};
use haul_scenario::{Overrides, Run, Scenario, ScenarioError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn pit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit")
}

fn prepare(text: &str) -> Result<Run, ScenarioError> {
    let scenario = Scenario::from_source(&SourceText::new("s.toml", text), ".".into()).unwrap();
    scenario.prepare(&Overrides { mine: Some(pit()), ..Overrides::default() })
}

fn faults(text: &str) -> Vec<String> {
    match prepare(text) {
        Ok(_) => Vec::new(),
        Err(error) => error.into_faults().iter().map(ToString::to_string).collect(),
    }
}

fn truck(id: u32, start: &str) -> String {
    format!("[[truck]]\nid = {id}\n{start}\nload = \"face_1\"\ndump = \"crusher\"\n")
}

const HEAD: &str = "name = \"x\"\nduration_s = 1\n";

/// Returns the minimum distance between any two trucks' rear axles, m.
fn least_distance(run: &Run) -> f64 {
    let poses: Vec<_> = run.world().trucks().iter().map(|t| t.plan_pose()).collect();
    let pairs = poses.iter().enumerate().flat_map(|(i, a)| poses[..i].iter().map(move |b| a.distance(*b)));
    pairs.fold(f64::INFINITY, f64::min)
}

#[test]
fn a_fleet_is_numbered_after_the_trucks() {
    let fleet = "[[fleet]]\ncount = 4\nstart = \"park\"\nload = [\"face_1\", \"face_2\"]\ndump = [\"crusher\"]\n";
    let run = prepare(&format!("{HEAD}{}{fleet}", truck(7, "start = \"park\""))).unwrap();
    let ids: Vec<u32> = run.world().trucks().iter().map(|t| t.id().0).collect();
    assert_eq!(ids, [7, 8, 9, 10, 11]);
}

#[test]
fn trucks_that_find_no_spot_in_the_park_stand_beside_it_clear_of_everything() {
    let fleet = "[[fleet]]\ncount = 12\nstart = \"park\"\nload = [\"face_1\", \"face_2\"]\ndump = [\"crusher\"]\n";
    let run = prepare(&format!("{HEAD}{fleet}")).unwrap();
    let map = run.world().map();
    let spots = map.place(&"park".into()).unwrap().spots.len();
    assert!(spots < 12, "the park is too large for this test");
    assert!(run.notes()[0].starts_with(&format!("the {spots} spots of `park` are taken: T{} starts ", spots + 1)));
    assert!(run.notes()[0].contains("T12 starts "), "{:?}", run.notes());
    assert!(least_distance(&run) > 10.0, "{} m", least_distance(&run));
    for truck in run.world().trucks() {
        let clearance = map.drivable.footprint_clearance(&truck.footprint(), truck.plan_pose());
        assert!(clearance > 0.5, "{} stands {clearance} m from the edge", truck.id());
    }
}

#[test]
fn more_trucks_than_there_is_room_for_are_refused_with_a_remedy() {
    let fleet = "[[fleet]]\ncount = 400\nstart = \"park\"\nload = [\"face_1\"]\ndump = [\"crusher\"]\n";
    let found = faults(&format!("{HEAD}{fleet}"));
    assert_eq!(found.len(), 1, "one fault for the whole fleet");
    assert!(
        found[0].starts_with("s.toml:5:9: `park` has no room for all trucks: all 4 spots are taken"),
        "{}",
        found[0]
    );
    assert!(found[0].contains("start fewer trucks"), "{}", found[0]);
}

#[test]
fn a_second_truck_at_a_face_of_one_spot_is_refused() {
    let found = faults(&format!("{HEAD}{}{}", truck(1, "start = \"face_1\""), truck(2, "start = \"face_1\"")));
    assert_eq!(
        found,
        ["s.toml:10:9: `face_1` has no room for all trucks: its spot is taken \
          (help: start it at a park, or give a pose: start_at = [x, y, bearing])"]
    );
}

#[test]
fn a_truck_that_starts_half_in_the_wall_is_refused_and_the_remedy_works() {
    let text = format!("{HEAD}{}", truck(1, "start_at = [-95.8, 47.6, 60]"));
    let found = faults(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with(
            "s.toml:5:12: T1 does not fit there: its outline at (-95.8, 47.6) reaches into the machine of `face_1`"
        ),
        "{found:?}"
    );
    let remedy = found[0].split("(help: ").nth(1).unwrap().split(" is free").next().unwrap();
    assert!(prepare(&format!("{HEAD}{}", truck(1, remedy))).is_ok(), "{remedy}");
}

#[test]
fn a_truck_that_starts_off_the_mine_is_refused() {
    let found = faults(&format!("{HEAD}{}", truck(1, "start_at = [1e6, 0, 0]")));
    assert!(found[0].contains("is off the drivable surface (help: give a pose on a road"), "{found:?}");
}

#[test]
fn two_trucks_in_one_place_are_refused_with_both_lines() {
    let start = "start_at = [-800.0, 186.0, 90]";
    let found = faults(&format!("{HEAD}{}{}", truck(1, start), truck(2, start)));
    assert_eq!(found.len(), 1);
    assert!(
        found[0]
            .starts_with("s.toml:10:12: T2 does not fit there: T1 starts in the same place (line 5) (help: start_at ="),
        "{found:?}"
    );
}

#[test]
fn a_spot_on_which_a_truck_stands_is_left_out() {
    let run = prepare(&format!("{HEAD}{}", truck(1, "start = \"park\""))).unwrap();
    let pose = run.world().trucks()[0].plan_pose();
    let on_it = format!("start_at = [{}, {}, {}]", pose.x, pose.y, haul_core::units::to_compass(pose.heading));
    // The second truck of the file stands on the spot; the first truck is moved to another spot.
    let run = prepare(&format!("{HEAD}{}{}", truck(1, "start = \"park\""), truck(2, &on_it))).unwrap();
    assert!(least_distance(&run) > 5.0);
    assert!(run.world().trucks()[1].plan_pose().distance(pose) < 0.1);
}

#[test]
fn an_action_after_the_end_is_noted() {
    let late = "[[event]]\nat_s = 5000\nwhat = \"all_stop\"\n";
    let run = prepare(&format!("{HEAD}{}{late}", truck(1, "start = \"park\""))).unwrap();
    assert_eq!(run.notes(), ["`all_stop` at 5000 s (line 9) does not happen: the run ends at 1 s"]);
    assert_eq!(run.report(1.0).notes, run.notes());
}

#[test]
fn an_unknown_place_is_told_once_for_a_whole_fleet() {
    let fleet = "[[fleet]]\ncount = 8\nstart = \"park\"\nload = [\"face_1\", \"face_9\"]\ndump = [\"crusher\"]\n";
    let found = faults(&format!("{HEAD}{fleet}"));
    assert_eq!(found, ["s.toml:6:19: there is no place `face_9` (help: the mine `sample_pit` has face_1, face_2)"]);
}

#[test]
fn a_payload_that_the_truck_cannot_carry_is_refused() {
    let found = faults(&format!("{HEAD}{}payload_t = 300\n", truck(1, "start = \"park\"")));
    assert!(found[0].starts_with("s.toml:8:13: 300 t is too much for the TR100AT (help: 0 to 109."), "{found:?}");
}

#[test]
fn checks_of_figures_that_were_not_measured_fail() {
    let expect = "[expect]\nmin_clearance_m = { min = 0 }\nlateral_error_max_m = { max = 1 }\ncollisions = 0\n";
    let text = format!("name = \"x\"\nduration_s = 0.1\n{}{expect}", truck(1, "start = \"park\""));
    let mut run = prepare(&text.replace("duration_s = 0.1", "duration_s = 600")).unwrap();
    run.step();
    run.interrupt();
    let report = run.report(1.0);
    let found: Vec<(String, bool)> = report.checks.iter().map(|c| (c.found(), c.passed)).collect();
    let unmeasured = ("not measured".to_owned(), false);
    assert_eq!(found, [("0.000".to_owned(), true), unmeasured.clone(), unmeasured]);
    assert!(!report.passed);
}

#[test]
fn an_obstacle_goes_when_its_time_is_over() {
    let rock = "[[event]]\nat_s = 0.1\nwhat = \"obstacle\"\nat = [-366, -178]\nradius_m = 1\nfor_s = 0.5\n";
    let mut run = prepare(&format!("{HEAD}{}{rock}", truck(1, "start = \"park\""))).unwrap();
    let mut seen = Vec::new();
    while !run.is_finished() {
        run.step();
        seen.push(run.world().posts().iter().filter(|p| p.obstacle().is_some()).count());
    }
    assert!(seen[50] == 1 && seen[150] == 0, "{seen:?}");
    let events: Vec<String> = run.report(1.0).events.iter().map(|e| e.what.clone()).collect();
    assert!(events.contains(&"the obstacle `obstacle_1` is gone".to_owned()), "{events:?}");
}

#[test]
fn a_blocked_exit_of_a_face_is_told_at_the_start_with_place_and_remedy() {
    let mut map = MineMap::load(&pit()).unwrap();
    let machine = map.place(&"face_1".into()).unwrap().machine.unwrap().position();
    let head = map.place(&"face_1".into()).unwrap().queue[0].position();
    // A closed zone across the road, between the face with its waiting pose and the rest of the mine.
    let (inner, outer) = ((head - machine).norm() + 25.0, (head - machine).norm() + 45.0);
    let at = |radius: f64, k: u32| {
        let angle = f64::from(k) / 36.0 * std::f64::consts::TAU;
        machine + radius * Vector2::new(angle.cos(), angle.sin())
    };
    let ring = (0..=36).map(|k| at(outer, k)).chain((0..=36).rev().map(|k| at(inner, k))).collect();
    map.zones.push(Zone { name: "slide".into(), ring, closed: true, ..Zone::default() });
    let file = std::env::temp_dir().join(format!("haul-blocked-{}.mine", std::process::id()));
    std::fs::write(&file, map.to_bytes()).unwrap();
    let text = format!("{HEAD}mine = {file:?}\n{}", truck(1, "start = \"park\""));
    let scenario = Scenario::from_source(&SourceText::new("s.toml", text), ".".into()).unwrap();
    let run = scenario.prepare(&Overrides::default()).unwrap();
    std::fs::remove_file(&file).unwrap();
    let told = run.notes().iter().find(|n| n.contains("`face_1` cannot be worked by T1")).unwrap();
    assert!(told.contains("no exit path to `crusher`") && told.contains("clear the way"), "{told}");
    // There are no notes on the unchanged mine.
    let open = prepare(&format!("{HEAD}{}", truck(1, "start = \"park\""))).unwrap();
    assert!(open.notes().is_empty(), "{:?}", open.notes());
}

#[test]
fn a_place_with_less_room_than_trucks_is_told_at_the_start() {
    let fleet = "[[fleet]]\ncount = 6\nstart = \"park\"\nload = [\"face_1\"]\ndump = [\"crusher\"]\n";
    let run = prepare(&format!("{HEAD}{fleet}")).unwrap();
    let face = run.world().map().place(&"face_1".into()).unwrap();
    let outside = 6 - face.spots.len() - face.queue.len();
    let told = run.notes().iter().find(|n| n.starts_with("`face_1` has")).unwrap();
    assert!(told.contains(&format!("for 6 trucks: up to {outside} may")) && told.contains("`queue`"), "{told}");
}

#[test]
fn ten_trucks_of_one_type_plan_over_the_networks_and_paths_of_one() {
    let fleet = |count: u32| {
        format!("[[fleet]]\ncount = {count}\nstart = \"park\"\nload = [\"face_1\"]\ndump = [\"crusher\"]\n")
    };
    let kept = |count: u32| {
        let mut run = prepare(&format!("name = \"x\"\nduration_s = 20\n{}", fleet(count))).unwrap();
        while !run.is_finished() {
            run.step();
        }
        let atlas = |k: usize| run.world().trucks()[k].onboard().config().atlas.clone();
        assert!((0..count as usize).all(|k| Arc::ptr_eq(&atlas(k), &atlas(0))));
        (atlas(0).len(), atlas(0).paths_kept())
    };
    assert_eq!(kept(10), kept(1));
}

#[test]
fn a_vehicle_whose_way_leads_nowhere_or_that_starts_in_a_truck_is_refused() {
    let vehicle = |way: &str| {
        let truck = truck(1, "start = \"park\"");
        faults(&format!("{HEAD}{truck}[[vehicle]]\nid = \"lv\"\nspeed_kmh = 30\nway = [{way}]\n"))
    };
    let nowhere = vehicle("{ place = \"dump\" }, { place = \"nowhere\" }");
    assert!(nowhere.len() == 1 && nowhere[0].contains("there is no place `nowhere` (help: the mine"), "{nowhere:?}");
    let away = vehicle("{ place = \"dump\" }, { at = [4000, 4000, 0] }");
    assert!(away.len() == 1 && away[0].contains("`lv` does not get there: "), "{away:?}");
    assert!(away[0].starts_with("s.toml:11:28: "), "{away:?}");
    let taken = vehicle("{ place = \"park\" }, { place = \"dump\" }");
    assert!(
        taken.len() == 1 && taken[0].contains("`lv` starts in T1 (help: give a first point that is free)"),
        "{taken:?}"
    );
    assert!(vehicle("{ place = \"dump\" }, { place = \"crusher\" }").is_empty());
}

#[test]
fn a_truck_is_named_or_read_from_a_file_and_a_wrong_name_is_told_where_it_stands() {
    let with = |model: &str| format!("{HEAD}{}model = \"{model}\"\n", truck(1, "start = \"park\""));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds/trucks/wide_body_60t.toml");
    for model in ["wide_body_60t", file] {
        let run = prepare(&with(model)).unwrap();
        assert_eq!(run.world().trucks()[0].truck().spec().name, "wide-body 60 t");
    }
    let found = faults(&with("widebody"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("s.toml:8:9: there is no truck `widebody`"), "{}", found[0]);
    assert!(found[0].contains("tr100at, wide_body_60t"), "{}", found[0]);
    let found = faults(&with("missing.toml"));
    assert!(found[0].starts_with("s.toml:8:9: "), "{}", found[0]);
    assert!(found[0].contains("missing.toml` cannot be read"), "{}", found[0]);
}
