//! Reading of scenario files: every fault at once, each with line, column and remedy.

use haul_core::fault::SourceText;
use haul_scenario::Scenario;
use haul_scenario::file::Action;

const HEAD: &str = "name = \"x\"\nduration_s = 60\n";
const TRUCK: &str = "[[truck]]\nid = 1\nstart = \"park\"\nload = \"face_1\"\ndump = \"crusher\"\n";

fn read(text: &str) -> Result<Scenario, Vec<String>> {
    Scenario::from_source(&SourceText::new("s.toml", text), ".".into())
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// Returns the faults of a scenario: two lines of head, five lines of a truck (3 to 7), and `rest` from line 8.
fn faults(rest: &str) -> Vec<String> {
    read(&format!("{HEAD}{TRUCK}{rest}")).map(|_| Vec::new()).unwrap_or_else(|faults| faults)
}

fn fault(rest: &str) -> String {
    let found = faults(rest);
    assert_eq!(found.len(), 1, "{found:#?}");
    found[0].clone()
}

#[test]
fn every_action_is_read_by_its_own_keys() {
    let text = format!(
        "{HEAD}{TRUCK}\
        [[event]]\nat_s = 1\nwhat = \"all_stop\"\n\
        [[event]]\nat_s = 2\nwhat = \"resume\"\n\
        [[event]]\nat_s = 3\nwhat = \"obstacle\"\nat = [1, 2.5]\nradius_m = 1\nfor_s = 10\n\
        [[event]]\nat_s = 4\nwhat = \"obstacle\"\nid = \"rock\"\nat = [1, 2]\nradius_m = 1\n\
        [[event]]\nat_s = 5\nwhat = \"remove_obstacle\"\nid = \"rock\"\n\
        [[event]]\nat_s = 6\nwhat = \"friction\"\nfriction = 0.35\n"
    );
    let actions = read(&text).unwrap().file.actions;
    let names: Vec<&str> = actions.iter().map(Action::name).collect();
    assert_eq!(names, ["all_stop", "resume", "obstacle", "obstacle", "remove_obstacle", "friction"]);
    assert_eq!(actions.iter().map(Action::at_s).collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(actions[2].places_obstacle(2).as_deref(), Some("obstacle_3"));
    assert_eq!(actions[3].places_obstacle(3).as_deref(), Some("rock"));
}

#[test]
fn every_misspelt_key_is_named_with_its_place_and_its_neighbour() {
    let text = "name = \"x\"\ndurtion_s = 5\n[[truck]]\nid = 1\nstart = \"park\"\nlaod = \"a\"\n[expect]\ncycles = { mni = 1 }\n";
    assert_eq!(
        read(text).unwrap_err(),
        [
            "s.toml: the key `duration_s` is missing (help: duration_s: Longest simulated time of the run, s)",
            "s.toml:2:1: unknown key `durtion_s` (help: did you mean `duration_s`?)",
            "s.toml:3:1: the key `load` is missing (help: load: Place at which the truck is loaded)",
            "s.toml:3:1: the key `dump` is missing (help: dump: Place at which the truck tips)",
            "s.toml:6:1: unknown key `laod` (help: did you mean `load`?)",
            "s.toml:8:12: unknown key `mni` (help: did you mean `min`?)",
        ]
    );
}

#[test]
fn a_missing_key_of_an_action_is_refused() {
    assert_eq!(
        faults("[[event]]\nat_s = 5\nwhat = \"obstacle\"\nradius_m = 1\n"),
        ["s.toml:8:1: the key `at` is missing (help: at: East and north of its centre, m)"]
    );
    assert_eq!(faults("[[event]]\nwhat = \"friction\"\n").len(), 2, "a friction without its time and its value");
}

#[test]
fn a_superfluous_key_of_an_action_is_refused() {
    assert_eq!(
        fault("[[event]]\nat_s = 5\nwhat = \"all_stop\"\nradius_m = 1\n"),
        "s.toml:11:1: `all_stop` takes no `radius_m` (help: it takes `at_s`, `what`)"
    );
}

#[test]
fn an_unknown_action_is_refused_with_its_neighbour() {
    assert_eq!(
        fault("[[event]]\nat_s = 5\nwhat = \"obstcle\"\n"),
        "s.toml:10:8: expected one of `all_stop`, `resume`, `obstacle`, `remove_obstacle`, `friction`, `rain`, \
         `snow`, `fog`, `ice`, `water_cart`, `grader`, `drive`, `hand_back`, `fault`, found \"obstcle\" (help: did you mean `obstacle`?)"
    );
    assert!(fault("[[event]]\nat_s = 5\n").starts_with("s.toml:8:1: the key `what` is missing (help: what is one of "));
}

#[test]
fn a_value_of_a_wrong_kind_is_refused_with_what_was_expected() {
    assert_eq!(
        fault("[[event]]\nat_s = 5\nwhat = \"obstacle\"\nat = [1, 2]\nradius_m = \"abc\"\n"),
        "s.toml:12:12: expected a number, found \"abc\" (help: Radius, m)"
    );
    assert_eq!(
        fault("[[event]]\nat_s = 5\nwhat = \"obstacle\"\nat = [1, 2, 3]\nradius_m = 1\n"),
        "s.toml:11:6: expected 2 values, found 3 (help: East and north of its centre, m)"
    );
    assert!(
        fault("[[fleet]]\ncount = -1\nstart = \"park\"\nload = [\"a\"]\ndump = [\"b\"]\n")
            .starts_with("s.toml:9:9: expected a whole number of 0 or more, found -1")
    );
    assert!(
        fault("[[fleet]]\ncount = 2\nstart = \"park\"\nload = \"a\"\ndump = [\"b\"]\n")
            .starts_with("s.toml:11:8: expected a list in brackets, found \"a\"")
    );
    assert!(
        fault("[expect]\ncycles = \"two\"\n").starts_with("s.toml:9:10: expected a number or a table, found \"two\"")
    );
}

#[test]
fn numbers_that_are_not_finite_are_refused_wherever_they_stand() {
    let found = faults(
        "[[event]]\nat_s = 5\nwhat = \"obstacle\"\nat = [nan, 0.0]\nradius_m = inf\n\
         [conditions]\nfriction = nan\n\
         [[place]]\nid = \"p\"\nkind = \"park\"\nat = [0, -inf]\n\
         [expect]\ncycles = nan\n",
    );
    let places: Vec<&str> = found.iter().map(|f| f.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["s.toml:11:7", "s.toml:12:12", "s.toml:14:12", "s.toml:18:10", "s.toml:20:10"]);
    assert!(found.iter().all(|f| f.contains("expected a finite number, found ")), "{found:#?}");
}

#[test]
fn an_obstacle_for_a_negative_time_is_refused() {
    assert_eq!(
        fault("[[event]]\nat_s = 5\nwhat = \"obstacle\"\nat = [1, 2]\nradius_m = 1\nfor_s = -10\n"),
        "s.toml:13:9: -10 is out of range (help: 0.1 to 31622400 s; Time until the rock is removed, s; leave it out if it stays)"
    );
}

#[test]
fn values_out_of_range_are_all_named() {
    let found = faults(
        "[[event]]\nat_s = -1\nwhat = \"obstacle\"\nat = [1, 2]\nradius_m = 0\n\
         [[event]]\nat_s = 1\nwhat = \"friction\"\nfriction = 7\n\
         [[fleet]]\ncount = 0\nstart = \"park\"\nload = []\ndump = [\"b\"]\nfuel_pct = 0\n\
         [conditions]\nspeed_limit_kmh = 0\n",
    );
    let places: Vec<&str> = found.iter().map(|f| f.split(": ").next().unwrap()).collect();
    let expected =
        ["s.toml:9:8", "s.toml:12:12", "s.toml:16:12", "s.toml:18:9", "s.toml:20:8", "s.toml:22:12", "s.toml:24:19"];
    assert_eq!(places, expected, "{found:#?}");
    assert!(read(&format!("name = \"x\"\nduration_s = -5\n{TRUCK}")).unwrap_err()[0].starts_with("s.toml:2:14: -5 is"));
    assert!(
        read(&format!("{HEAD}until_cycles = 0\n{TRUCK}")).unwrap_err()[0].starts_with("s.toml:3:16: 0 cycles end the")
    );
}

#[test]
fn a_number_used_twice_is_refused_with_the_line_of_the_first() {
    assert_eq!(
        fault(TRUCK),
        "s.toml:9:6: the number 1 is taken by another truck (line 4) (help: give every truck a number of its own)"
    );
    let fleet = "[[fleet]]\ncount = 3\nfirst_id = 1\nstart = \"park\"\nload = [\"a\"]\ndump = [\"b\"]\n";
    assert!(fault(fleet).starts_with("s.toml:10:12: the number 1 is taken by another truck (line 4)"));
    assert_eq!(faults(&fleet.replace("first_id = 1\n", "")), Vec::<String>::new(), "numbers follow by themselves");
}

#[test]
fn a_place_an_obstacle_or_a_shovel_named_twice_is_refused() {
    let place = "[[place]]\nid = \"p\"\nkind = \"park\"\nat = [0, 0]\n";
    assert!(
        fault(&format!("{place}{place}")).starts_with("s.toml:13:6: the name `p` is taken by another place (line 9)")
    );
    let rock = "[[event]]\nwhat = \"obstacle\"\nid = \"rock\"\nat_s = 1\nat = [0, 0]\nradius_m = 1\n";
    assert!(
        fault(&format!("{rock}{rock}"))
            .starts_with("s.toml:16:6: the name `rock` is taken by another obstacle (line 10)")
    );
    let shovel = "[[shovel]]\nplace = \"face_1\"\nmodel = \"hydraulic_15m3\"\n";
    assert!(fault(&format!("{shovel}{shovel}")).starts_with("s.toml:12:9: `face_1` has a shovel (line 9)"));
}

#[test]
fn an_obstacle_that_is_removed_must_be_there() {
    let rock = "[[event]]\nwhat = \"obstacle\"\nid = \"rock\"\nat_s = 1\nat = [0, 0]\nradius_m = 1\n";
    assert_eq!(
        fault(&format!("{rock}[[event]]\nwhat = \"remove_obstacle\"\nid = \"rok\"\nat_s = 2\n")),
        "s.toml:16:6: there is no obstacle `rok` (help: did you mean `rock`?)"
    );
}

#[test]
fn a_truck_has_one_start() {
    let both = "[[truck]]\nid = 2\nstart = \"park\"\nstart_at = [0, 0, 0]\nload = \"a\"\ndump = \"b\"\n";
    assert!(fault(both).starts_with("s.toml:8:1: the truck has two starts"));
    let none = "[[truck]]\nid = 2\nload = \"a\"\ndump = \"b\"\n";
    assert!(fault(none).starts_with("s.toml:8:1: the truck has no start"));
    assert!(read(HEAD).unwrap_err()[0].contains("the scenario has no truck"));
}

#[test]
fn an_expectation_of_an_unknown_figure_or_without_a_bound_is_refused() {
    assert_eq!(
        faults("[expect]\ncycls = 1\ncollisions = {}\ndelivered_t = { min = 2, max = 1 }\n"),
        [
            "s.toml:9:1: the report has no figure `cycls` (help: did you mean `cycles`?)",
            "s.toml:10:14: the bound is empty (help: 12 for exactly this value, or { min = 1, max = 2 } with one or both)",
            "s.toml:11:15: the minimum 2 is above the maximum 1 (help: swap them, or leave one out)",
        ]
    );
}

#[test]
fn the_schema_tells_the_actions_apart() {
    let schema = haul_scenario::json_schema();
    let choices = schema["$defs"]["Action"]["oneOf"].as_array().unwrap();
    assert_eq!(choices.len(), 14);
    for choice in choices {
        assert_eq!(choice["additionalProperties"], false, "{choice:#}");
        assert!(choice["required"].as_array().unwrap().contains(&"at_s".into()), "{choice:#}");
    }
}

#[test]
fn a_line_out_of_range_is_refused_with_place_and_remedy() {
    assert_eq!(
        fault("[line]\nloss_pct = 101\n"),
        "s.toml:9:12: 101 is out of range (help: 0 to 90 %; Share of messages that are lost, %)"
    );
    assert_eq!(
        fault("[line]\ndelay_s = [3, 1]\n"),
        "s.toml:9:11: the shortest delay 3 s is above the longest 1 s (help: delay_s = [1, 3])"
    );
    assert_eq!(fault("[line]\nlos_pct = 5\n"), "s.toml:9:1: unknown key `los_pct` (help: did you mean `loss_pct`?)");
    assert!(fault("[[line.hole]]\nat = [0, 0]\nradius_m = -3\n").starts_with("s.toml:10:12: -3 is out of range"));
    assert!(faults("[line]\nloss_pct = 5\ndelay_s = [0, 2]\nduplicates_pct = 5\nreorder = false\n").is_empty());
}

#[test]
fn events_of_a_truck_name_one_that_is_there_and_take_their_own_keys() {
    let event = |rest: &str| format!("[[event]]\nat_s = 5\n{rest}");
    assert_eq!(
        fault(&event("what = \"hand_back\"\ntruck = 4\n")),
        "s.toml:11:9: there is no truck 4 (help: there are 1)"
    );
    let offset = fault(&event("what = \"fault\"\ntruck = 1\nfault = \"satellite_offset\"\n"));
    assert!(offset.contains("`satellite_offset` needs `offset_m` (help: offset_m = [east, north]"), "{offset}");
    let stray = fault(&event("what = \"fault\"\ntruck = 1\nfault = \"engine\"\nrate_pct = 30\n"));
    assert_eq!(stray, "s.toml:13:12: only `steering_slow` takes `rate_pct` (help: leave it out)");
    let unknown = fault(&event("what = \"fault\"\ntruck = 1\nfault = \"enginee\"\n"));
    assert!(unknown.starts_with("s.toml:12:9: expected one of `satellite_lost`"), "{unknown}");
    let throttle = fault(&event("what = \"drive\"\ntruck = 1\nthrottle_pct = 130\n"));
    assert_eq!(throttle, "s.toml:12:16: 130 is out of range (help: 0 to 100 %; Throttle, %)");
    let whole = event("what = \"drive\"\ntruck = 1\ngear = \"forward\"\nthrottle_pct = 30\nsteering_deg = -5\n");
    assert!(faults(&whole).is_empty(), "{:?}", faults(&whole));
}

#[test]
fn a_vehicle_needs_a_way_of_two_points_that_are_places_or_poses() {
    let vehicle = |rest: &str| format!("[[vehicle]]\nid = \"lv\"\nspeed_kmh = 30\n{rest}");
    assert!(fault(&vehicle("way = [{ place = \"park\" }]\n")).contains("a way needs two points or more"));
    let none = fault(&vehicle("way = [{ place = \"park\" }, { stop_s = 3 }]\n"));
    assert!(none.contains("the point names no place and no pose"), "{none}");
    let both = fault(&vehicle("way = [{ place = \"park\", at = [0, 0, 0] }, { place = \"face_1\" }]\n"));
    assert!(both.contains("the point has both, `place` and `at`"), "{both}");
    let kind = fault(&vehicle("kind = \"bus\"\nway = [{ place = \"park\" }, { place = \"face_1\" }]\n"));
    assert!(kind.contains("`light_vehicle`, `water_cart`"), "{kind}");
}

#[test]
fn unknown_keys_wrong_kinds_and_values_out_of_range_are_told_in_one_round() {
    let found = faults(
        "durations_s = 5\n[line]\nlos_pct = 5\nduplicates_pct = 200\ndelay_s = \"long\"\n\
        [[event]]\nat_s = -3\nwhat = \"friction\"\nfriction = \"low\"\nfoo = 1\n\
        [[event]]\nwhat = \"drive\"\ntruck = 4\nat_s = 5\nthrottle_pct = 130\n\
        [[vehicle]]\nid = \"lv\"\nspeed_kmh = 300\ncolour = \"red\"\nway = [{ place = \"park\" }]\n\
        [expect]\ncycls = 3\n",
    );
    let told = |part: &str| found.iter().filter(|fault| fault.contains(part)).count();
    for part in [
        "unknown key `durations_s`",
        "unknown key `los_pct`",
        "200 is out of range",
        "expected a list of 2 values, found \"long\"",
        "-3 is out of range",
        "expected a number, found \"low\"",
        "`friction` takes no `foo`",
        "there is no truck 4",
        "130 is out of range",
        "300 is out of range",
        "unknown key `colour`",
        "a way needs two points or more",
        "the report has no figure `cycls`",
    ] {
        assert_eq!(told(part), 1, "{part}: {found:#?}");
    }
    assert_eq!(found.len(), 13, "{found:#?}");
    let line = |fault: &String| fault.split(':').nth(1).unwrap().parse::<u32>().unwrap();
    assert!(found.is_sorted_by_key(line), "in the order of the file: {found:#?}");
    assert!(found.iter().all(|fault| fault.contains("(help: ")), "each with a remedy: {found:#?}");
}

#[test]
fn a_fault_does_not_bring_forth_others_that_only_follow_from_it() {
    // A misspelt start is not a missing start; a truck whose number is misspelt may be the one that an event names.
    let truck = |id: &str, start: &str| {
        format!("{HEAD}[[truck]]\n{id} = 7\n{start} = \"park\"\nload = \"face_1\"\ndump = \"dump\"\n")
    };
    let event = "[[event]]\nat_s = 5\nwhat = \"hand_back\"\ntruck = 7\n";
    let of = |text: &str| read(text).map(|_| ()).unwrap_err();
    assert_eq!(of(&truck("id", "strat")).len(), 1, "{:#?}", of(&truck("id", "strat")));
    let found = of(&format!("{}{event}", truck("idd", "start")));
    assert!(found.len() == 2 && found.iter().all(|fault| fault.contains("id")), "{found:#?}");
    // An event of an unknown kind may be the obstacle that another event removes.
    let events = "[[event]]\nat_s = 1\nwhat = \"obstacl\"\nid = \"rock\"\nat = [1, 2]\nradius_m = 1\n\
        [[event]]\nat_s = 9\nwhat = \"remove_obstacle\"\nid = \"rock\"\n";
    assert_eq!(faults(events).len(), 1, "{:#?}", faults(events));
}
