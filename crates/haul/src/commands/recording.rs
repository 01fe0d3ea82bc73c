//! `haul rerun` and `haul info`: recordings.

use crate::cli::RecordingArgs;
use crate::commands::run::bar;
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_core::units::to_kmh;
use haul_record::Recording;
use serde_json::json;

/// Runs a recording again and compares the state hashes.
pub fn rerun(args: &RecordingArgs) -> Result<(), Failure> {
    let recording = open(args)?;
    let ours = env!("CARGO_PKG_VERSION");
    if recording.info.haul != ours {
        out::aside(format!("note: haul {} wrote the recording, this is haul {ours}", recording.info.haul));
    }
    if let Some(cut) = &recording.cut {
        out::aside(format!("note: the file is cut at {cut}; the run is repeated up to its last state hash"));
    }
    let bar = bar();
    let report = haul_scenario::rerun(&recording, |share| bar.set_position((share * 1_000.0) as u64))
        .map_err(|error| Failure::BadInput(error.into_faults()))?;
    bar.finish_and_clear();
    if args.json {
        out::json(&report);
    } else {
        out::line(out::pairs([
            ("repeated", format!("{:.3} s, {} steps", report.sim_seconds, report.steps)),
            ("state hashes compared", report.compared.to_string()),
            ("recorded", report.recorded_hash.clone()),
            ("rerun", report.rerun_hash.clone()),
        ]));
        out::line(match report.differs_at_s {
            None => "same".to_owned(),
            Some(at) => format!("different, seen first at {at:.1} s"),
        });
    }
    if report.same { Ok(()) } else { Err(Failure::CheckFailed) }
}

/// Prints the content of a recording.
pub fn info(args: &RecordingArgs) -> Result<(), Failure> {
    let recording = open(args)?;
    let info = &recording.info;
    let end = recording.end.as_ref();
    if args.json {
        out::json(&json!({
            "scenario": info.scenario,
            "scenario_file": info.path,
            "mine": info.mine,
            "seed": info.seed,
            "duration_s": info.duration_s,
            "overrides": info.overrides,
            "haul": info.haul,
            "format": haul_record::recording::FORMAT,
            "size_bytes": recording.size(),
            "recorded_s": recording.last.seconds(),
            "frames": recording.frame_count,
            "events": recording.events.len(),
            "inputs": recording.inputs,
            "state_hashes": recording.checkpoints.len(),
            "ended": end.map(|e| &e.ended),
            "steps": end.map(|e| e.steps),
            "state_hash": end.map(|e| &e.state_hash),
            "cut": recording.cut,
            "damaged_messages": recording.damaged_messages,
            "vehicles": recording.last_vehicles(),
            "topics": recording.topics,
            "attachments": recording.attachments.iter().map(|a| (&a.name, a.data.len())).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    out::line(out::pairs([
        ("scenario", format!("{} ({})", info.scenario, info.path)),
        ("mine", info.mine.clone()),
        ("seed", info.seed.to_string()),
        ("longest time", format!("{} s", info.duration_s)),
        (
            "from the command line",
            match info.overrides.is_empty() {
                true => "nothing".to_owned(),
                false => info.overrides.iter().map(|(k, v)| format!("--{k} {v}")).collect::<Vec<_>>().join(" "),
            },
        ),
        ("written by", format!("haul {}, recording format {}", info.haul, haul_record::recording::FORMAT)),
        ("size", format!("{:.2} MB", recording.size() as f64 / 1e6)),
        ("recorded", format!("{} in {} frames", recording.last, recording.frame_count)),
        ("events", recording.events.len().to_string()),
        ("inputs", recording.inputs.len().to_string()),
        ("end", end.map_or("none: the run was killed".into(), |e| format!("{}, after {} steps", e.ended, e.steps))),
        ("state hash", end.map_or("none".into(), |e| e.state_hash.clone())),
    ]));
    if let Some(cut) = &recording.cut {
        out::line(format!("\nThe file is cut at {cut}. It is readable up to {}.", recording.last));
    }
    if recording.damaged_messages > 0 {
        out::line(format!("{} messages could not be read", recording.damaged_messages));
    }
    let vehicles = recording.last_vehicles();
    if !vehicles.is_empty() {
        let rows = vehicles.iter().map(|v| {
            let place = format!("{:.1}, {:.1}", v.pose.x, v.pose.y);
            vec![v.vehicle.to_string(), v.kind.to_string(), place, format!("{:.1}", to_kmh(v.speed))]
        });
        out::line(format!("\n{}", out::table(&["manned vehicle", "kind", "last at, m", "km/h"], rows)));
    }
    let topics = recording.topics.iter().map(|(topic, count)| vec![topic.clone(), count.to_string()]);
    out::line(format!("\n{}", out::table(&["topic", "messages"], topics)));
    let files = recording.attachments.iter().map(|a| vec![a.name.clone(), format!("{:.1}", a.data.len() as f64 / 1e3)]);
    out::line(format!("\n{}", out::table(&["attached file", "kB"], files)));
    Ok(())
}

fn open(args: &RecordingArgs) -> Result<Recording, Failure> {
    Ok(Recording::open(&args.file).map_err(|error| Fault::new(error.to_string()).in_file(args.file.display()))?)
}
