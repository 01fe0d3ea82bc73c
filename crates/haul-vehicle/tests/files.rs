//! Common faults in truck files: all are reported at once, each with line, column and the correct form.

use haul_core::Standing;
use haul_core::fault::{Faults, SourceText};
use haul_vehicle::{TruckSpec, datasheet, road_classes, shovels};
use std::path::Path;

fn seed(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds").join(path)).unwrap()
}

fn truck() -> String {
    seed("trucks/tr100at.toml")
}

fn read(text: &str) -> Result<TruckSpec, Faults> {
    TruckSpec::from_toml(&SourceText::new("mine.toml", text))
}

/// Returns a file's content with the value of one figure replaced.
fn with(text: &str, key: &str, value: &str) -> String {
    let line = text.lines().find(|l| l.starts_with(&format!("{key} ="))).unwrap_or_else(|| panic!("no {key}"));
    let (start, rest) = line.split_once("value = ").unwrap();
    let end = if rest.starts_with('[') { rest.find(", unit").unwrap() } else { rest.find(',').unwrap() };
    text.replace(line, &format!("{start}value = {value}{}", &rest[end..]))
}

fn line_of(text: &str, key: &str) -> usize {
    text.lines().position(|l| l.starts_with(&format!("{key} ="))).unwrap() + 1
}

/// Returns the faults of a file's content as lines; at least one is required.
fn faults(text: &str) -> Vec<String> {
    read(text).expect_err("this truck is wrong").iter().map(|f| f.to_string()).collect()
}

#[test]
fn the_embedded_truck_is_the_file_in_seeds() {
    let file = read(&truck()).unwrap();
    let embedded = TruckSpec::tr100at();
    assert_eq!(file, embedded);
    assert_eq!(embedded.name, "TR100AT");
    assert_eq!((embedded.own_mass(), embedded.rated_payload()), (69e3, 91e3));
}

#[test]
fn every_figure_is_on_the_data_sheet_with_source_and_standing() {
    let rows = datasheet(&TruckSpec::tr100at());
    assert!(rows.len() > 120, "{}", rows.len());
    assert!(rows.iter().all(|r| !r.source.is_empty() && !r.unit.is_empty()));
    let payload = rows.iter().find(|r| r.name == "mass.rated_payload").unwrap();
    assert_eq!((payload.value.as_str(), payload.unit.as_str(), payload.standing), ("91.0", "t", Standing::Stated));
    assert!(rows.iter().any(|r| r.name == "gears.forward") && rows.iter().any(|r| r.name == "tyre.tkph"));
}

#[test]
fn all_faults_come_at_once_and_each_has_its_place() {
    let text = with(&truck(), "wheelbase", "-4.6");
    let text = with(&text, "rated_payload", "\"much\"");
    let text = with(&text, "front_share_empty", "140.0");
    let text = text.replace("track_rear =", "track_raer =");
    let text = text.replace("unit = \"s\", source = \"slow end", "unit = \"kN\", source = \"slow end");
    let found = faults(&text);
    for (key, words) in [
        ("wheelbase", "greater than 0"),
        ("rated_payload", "not a finite number"),
        ("front_share_empty", "between 0 and 1"),
        ("track_raer", "did you mean `track_rear`?"),
        ("park_build_up", "cannot be written in \"kN\""),
    ] {
        let place = format!("mine.toml:{}:", line_of(&text, key));
        assert!(
            found.iter().any(|f| f.starts_with(&place) && f.contains(words)),
            "no fault at {place} saying {words}:\n{}",
            found.join("\n")
        );
    }
    assert!(found.iter().any(|f| f.contains("`geometry.track_rear` is missing")), "{found:?}");
    assert!(found.iter().all(|f| f.contains("help:")), "each says what would be right: {found:#?}");
}

#[test]
fn a_fault_points_at_the_value_itself() {
    let text = with(&truck(), "hinge_height", "-2.0");
    let line = text.lines().nth(line_of(&text, "hinge_height") - 1).unwrap();
    let column = line.find("-2.0").unwrap() + 1;
    assert!(faults(&text)[0].starts_with(&format!("mine.toml:{}:{column}: ", line_of(&text, "hinge_height"))));
}

#[test]
fn figures_that_contradict_each_other_are_named() {
    for (key, value, words) in [
        ("length", "9.0", "add up to 10.80 m"),
        ("body_length", "12.0", "longer than the truck"),
        ("body_width", "7.0", "wider than the truck"),
        ("track_rear", "5.9", "wider apart than the truck"),
        ("dual_spacing", "0.5", "touch"),
        ("front_share_loaded", "45.0", "payload centre give"),
        ("body", "80.0", "weigh"),
        ("gyration_roll", "0.5", "leave nothing for the chassis"),
        ("payload_centre_height", "4.6", "heaped in the body is"),
        ("payload_centre_ahead", "0.5", "heaped in the body is"),
        ("side_height", "2.0", "below the tail edge"),
        ("floor_angle", "40.0", "dips into the ground"),
        ("secondary_rear", "900.0", "stronger than the whole service brake"),
        ("rear_spacing", "4.0", "wider apart than the wheels"),
        ("front_gas_column", "200.0", "gone before the stroke ends"),
        ("front_gas_exponent", "3.0", "exponent of 3 is out of range"),
        ("efficiency", "0.95", "meshes and drag pass"),
        ("rear_axles", "1.5", "expected 1 or 2 rear axles, found 1.5"),
        ("front_fade", "[[20, 50], [300, 100]]", "gain force by heat"),
        ("park", "100.0", "park brake holds 100 kN"),
        ("service_rear", "20.0", "too little"),
        ("wheel_angle", "80.0", "wheel angle of 80° is out of range"),
        ("dump_angle", "80.0", "dump angle of 80° is out of range"),
        ("body_volume_struck", "60.0", "holds more than the heaped"),
        ("body_volume_heaped", "80.0", "the body's inside gives"),
    ] {
        let text = with(&truck(), key, value);
        let found = faults(&text);
        let place = format!("mine.toml:{}:", line_of(&text, key));
        assert!(found.iter().any(|f| f.starts_with(&place) && f.contains(words)), "{key} = {value}: {found:#?}");
    }
}

/// Loads a truck whose parts are in files beside it, one of them changed.
fn beside(part: &str, folder: &str, change: impl Fn(&str) -> String) -> Result<TruckSpec, Faults> {
    let here = tempfile_folder(part);
    let mut text = truck();
    for (kind, name, file) in [
        ("engine", "kta38-c", "engines/kta38-c.toml"),
        ("transmission", "h8610ar", "transmissions/h8610ar.toml"),
        ("tyre", "27.00r49-e4", "tyres/27.00r49-e4.toml"),
    ] {
        if kind == folder {
            text = text.replace(&format!("{kind} = \"{name}\""), &format!("{kind} = \"part.toml\""));
            std::fs::write(here.join("part.toml"), change(&seed(file))).unwrap();
        }
    }
    let path = here.join("truck.toml");
    std::fs::write(&path, text).unwrap();
    TruckSpec::load(&path)
}

fn tempfile_folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("truck-files-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_part_can_be_a_file_beside_the_truck() {
    let spec = beside("plain", "tyre", str::to_string).unwrap();
    assert_eq!(spec, TruckSpec::tr100at());
    let stiffer = beside("stiff", "tyre", |t| with(t, "rated_load", "26.0")).unwrap();
    assert!(stiffer.tyre.rated_load < TruckSpec::tr100at().tyre.rated_load);
}

#[test]
fn faults_of_parts_are_found_in_the_parts_file() {
    let wrong = |name: &str, kind: &str, key: &str, value: &str| {
        let error = beside(name, kind, |t| with(t, key, value)).unwrap_err();
        error.iter().map(|f| f.to_string()).collect::<Vec<_>>()
    };
    for (i, (kind, key, value, words)) in [
        (
            "transmission",
            "forward",
            "[4.24, 2.32, 2.69, 1.31, 1.00, 0.73]",
            "out of order: gear 2 has 2.32, gear 3 has 2.69",
        ),
        ("transmission", "release", "1700", "opens where it closes"),
        ("transmission", "up_closed_throttle", "2100", "later at closed throttle"),
        ("transmission", "stall_ratio", "2.5", "begins at 1.86"),
        ("transmission", "continuous_power", "1500", "peak power is below"),
        ("transmission", "limit_temperature", "80", "no heat would flow"),
        ("transmission", "input_torque_limit", "4000", "exceed the transmission's input limit"),
        ("engine", "gross_power", "900", "the curve gives 783 kW"),
        ("engine", "fan", "90", "gross minus net power"),
        ("tyre", "limit_temperature", "30", "as hot as the tyre's limit"),
        ("engine", "idle", "2300", "not below rated"),
        ("engine", "high_idle", "2000", "cuts fuel before rated"),
        ("engine", "full_load_torque", "[[800, 3300], [700, 4040]]", "x must rise"),
        ("tyre", "loaded_radius", "1.40", "not below the free one"),
        ("tyre", "rolling_radius", "1.50", "outside of loaded and free"),
        ("tyre", "vertical_stiffness", "0.5", "correct the stiffness"),
    ]
    .into_iter()
    .enumerate()
    {
        let found = wrong(&format!("wrong-{i}"), kind, key, value);
        assert!(found.iter().any(|f| f.contains(words) && f.contains(".toml:")), "{key} = {value}: {found:#?}");
    }
}

#[test]
fn a_part_that_is_nowhere_is_named_with_those_that_are() {
    let found = faults(&truck().replace("\"kta38-c\"", "\"kta50\""));
    assert!(found[0].contains("no engine is named \"kta50\"") && found[0].contains("kta38-c"), "{}", found[0]);
    let found = faults(&truck().replace("\"kta38-c\"", "\"missing.toml\""));
    assert!(found[0].contains("missing.toml cannot be read"), "{}", found[0]);
    let error = TruckSpec::load(Path::new("no/such/truck.toml")).unwrap_err();
    assert!(error.to_string().starts_with("no/such/truck.toml: cannot be read"));
}

#[test]
fn text_that_is_no_toml_is_a_fault_with_its_place() {
    let found = faults("name = \"x\"\n[geometry\nlength = 3\n");
    assert!(found[0].starts_with("mine.toml:2:"), "{}", found[0]);
    assert!(faults("").len() > 50, "an empty file lacks everything");
}

#[test]
fn a_figure_needs_unit_source_and_standing() {
    let text = truck().replace(
        "value = 4.6, unit = \"m\", source = \"TR100 family\", standing = \"L\"",
        "value = 4.6, sorce = \"x\"",
    );
    let found = faults(&text).join("\n");
    for words in ["lacks its unit", "lacks its source", "lacks its standing", "did you mean `source`?"] {
        assert!(found.contains(words), "{words}:\n{found}");
    }
    let text = truck().replacen("standing = \"L\"", "standing = \"certain\"", 1);
    assert!(faults(&text)[0].contains("standing \"certain\" is not known"));
    let text =
        truck().replacen("{ value = 10.8, unit = \"m\", source = \"TR100 family\", standing = \"L\" }", "10.8", 1);
    assert!(faults(&text)[0].contains("not a figure with unit, source and standing"));
}

#[test]
fn the_same_truck_in_other_units_is_the_same_truck() {
    let text =
        with(&truck(), "wheelbase", "460.0").replace("value = 460.0, unit = \"m\"", "value = 460.0, unit = \"cm\"");
    let a = read(&text).unwrap();
    assert!((a.geometry.wheelbase - 4.6).abs() < 1e-12);
}

#[test]
fn any_single_line_lost_is_a_fault_and_no_panic() {
    let text = truck();
    let count = text.lines().count();
    for lost in 0..count {
        let line = text.lines().nth(lost).unwrap();
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let rest: Vec<&str> = text.lines().enumerate().filter(|(i, _)| *i != lost).map(|(_, l)| l).collect();
        assert!(read(&rest.join("\n")).is_err(), "nothing is missed without: {line}");
    }
}

#[test]
fn road_classes_and_shovels_of_the_seeds_make_sense() {
    for class in road_classes() {
        assert!((0.01..=0.20).contains(&class.rolling_resistance), "{}", class.name);
        assert!((0.1..=0.8).contains(&class.friction), "{}", class.name);
    }
    for shovel in shovels() {
        // Loading took 150 to 280 s (10th to 90th percentile) on the observed trucks, including spotting.
        let passes = (91.0 / shovel.bucket_t).ceil();
        let seconds = passes * shovel.pass_time_s;
        assert!((100.0..280.0).contains(&seconds), "{}: {seconds}", shovel.name);
    }
}
