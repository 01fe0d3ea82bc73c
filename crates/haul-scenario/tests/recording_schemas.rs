//! Every JSON message of a recording satisfies the schema that its channel names in the file, by a public validator.

use haul_core::fault::SourceText;
use haul_record::{Recording, SimInput};
use haul_scenario::{Overrides, Recorder, Scenario};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A scenario with trucks that load, tip, stand, are driven by hand and fail; a vehicle; an obstacle; rain; an
/// all-stop.
const RICH: &str = r#"
name = "rich"
seed = 3
duration_s = 240

[[truck]]
id = 1
start = "park"
load = "face_1"
dump = "crusher"

[[truck]]
id = 2
start = "face_2"
payload_t = 90
load = "face_2"
dump = "dump"

[[vehicle]]
id = "lv"
speed_kmh = 30
start_s = 20
way = [{ at = [-689.9, -539.9, 124] }, { place = "face_2", stop_s = 5 }]

[line]
loss_pct = 5
delay_s = [0.1, 0.5]

[[event]]
what = "obstacle"
at_s = 10
at = [-354.4, -211.3]
radius_m = 1
for_s = 30

[[event]]
what = "fault"
at_s = 15
truck = 1
fault = "satellite_offset"
offset_m = [1, 2]
for_s = 10

[[event]]
what = "drive"
at_s = 30
truck = 1
brake_pct = 50

[[event]]
what = "hand_back"
at_s = 40
truck = 1

[[event]]
what = "friction"
at_s = 45
friction = 0.4

[[event]]
what = "all_stop"
at_s = 50

[[event]]
what = "resume"
at_s = 60
"#;

#[test]
fn every_message_keeps_the_schema_that_its_channel_names() {
    let short = include_str!("cases/scenario-record-keeps-its-schema/scenario.toml");
    let seen = checked("short", short);
    assert!(seen["/truck/T1/state"] >= 40, "{seen:?}");
    let seen = checked("rich", RICH);
    for topic in
        ["/truck/T1/state", "/truck/T2/path", "/tf", "/shovels", "/vehicles", "/events", "/inputs", "/checkpoints"]
    {
        assert!(seen.contains_key(topic), "no message of {topic}: {seen:?}");
    }
}

/// Records a scenario and checks its messages. Returns their number by topic.
fn checked(name: &str, text: &str) -> BTreeMap<String, usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mine = folder.join("../../assets/mines/sample_pit");
    let scenario = Scenario::from_source(&SourceText::new(name, text), folder.into()).unwrap();
    let mut run = scenario.prepare(&Overrides { mine: Some(mine), ..Overrides::default() }).unwrap();
    let file = std::env::temp_dir().join(format!("haul-schemas-{}-{name}.mcap", std::process::id()));
    let mut recorder = Recorder::create(&file, &run, true).unwrap();
    // Inject an external input, as an operator at the window would.
    run.inject(SimInput::SetFriction(0.5));
    while !run.is_finished() {
        run.step();
        recorder.sample(&mut run).unwrap();
    }
    recorder.finish(&run).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    // Read the schemas from the file, as another reader would.
    let summary = mcap::Summary::read(&bytes).unwrap().expect("a summary");
    let mut validators = BTreeMap::new();
    for channel in summary.channels.values().filter(|channel| channel.message_encoding == "json") {
        let schema = channel.schema.clone().unwrap_or_else(|| panic!("{} names no schema", channel.topic));
        let schema: Value = serde_json::from_slice(&schema.data).unwrap();
        let (mut compiled, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("recording.json", schema.clone()).unwrap();
        let index = compiler.compile("recording.json", &mut compiled).unwrap();
        validators.insert(channel.topic.clone(), (schema, compiled, index));
    }
    let mut seen = BTreeMap::new();
    Recording::from_bytes(bytes).unwrap().messages(|message| {
        if message.encoding != "json" {
            return;
        }
        let topic = message.topic.to_owned();
        let (schema, compiled, index) = &validators[&topic];
        let value: Value = serde_json::from_slice(message.data).unwrap();
        if let Err(error) = compiled.validate(&value, *index) {
            panic!("{topic}: {error} in {value}");
        }
        let known = schema["properties"].as_object().unwrap();
        let unknown: Vec<&String> = value.as_object().unwrap().keys().filter(|key| !known.contains_key(*key)).collect();
        assert!(unknown.is_empty(), "{topic}: {unknown:?} are not in the schema");
        *seen.entry(topic).or_insert(0) += 1;
    });
    seen
}
