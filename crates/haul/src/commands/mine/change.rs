//! `haul mine change`: the next revision of a mine.

use super::shape_of;
use crate::cli::mine::ChangeArgs;
use crate::commands::{load_mine, truck_spec};
use crate::failure::Failure;
use crate::out;
use haul_core::{Fault, Faults, RoadId};
use haul_mine::MineMap;
use haul_mine::change::{dig_face, grade_roads, tip_over, wear_roads};
use serde::Serialize;

#[derive(Serialize)]
struct Changed {
    revision: u32,
    done: Vec<String>,
}

/// Digs, tips, wears and grades in this order, and writes the new mine.
pub fn change(args: &ChangeArgs) -> Result<(), Failure> {
    let mut map = load_mine(&args.mine)?;
    let shape = shape_of(&*truck_spec(args.truck.as_deref())?);
    let first = map.revision.number;
    let mut done = Vec::new();
    for (face, volume) in &args.dig {
        dig_face(&mut map, face, *volume, &shape)?;
        done.push(map.revision.note.clone());
    }
    for (dump, volume) in &args.tip {
        tip_over(&mut map, dump, *volume, &shape)?;
        done.push(map.revision.note.clone());
    }
    let mut traffic = Vec::new();
    for (road, tonnes) in &args.traffic {
        traffic.extend(roads(&map, road)?.into_iter().map(|id| (id, *tonnes)));
    }
    if !traffic.is_empty() {
        wear_roads(&mut map, &traffic)?;
        done.push(map.revision.note.clone());
    }
    let mut graded = Vec::new();
    for road in &args.grade {
        graded.extend(roads(&map, road)?);
    }
    if !graded.is_empty() {
        grade_roads(&mut map, &graded)?;
        done.push(map.revision.note.clone());
    }
    if done.is_empty() {
        let fault = Fault::new("nothing is to be changed");
        return Err(fault.help("give --dig, --tip, --traffic or --grade").into());
    }
    // One run of the command is one revision.
    map.revision.number = first + 1;
    map.revision.note = done.join("; ");
    map.save(&args.out)?;
    let changed = Changed { revision: map.revision.number, done };
    if args.json {
        out::json(&changed);
        return Ok(());
    }
    changed.done.iter().for_each(out::line);
    out::line(format!("revision {} written to {}", changed.revision, args.out.display()));
    Ok(())
}

/// Returns the roads that a word names.
fn roads(map: &MineMap, word: &str) -> Result<Vec<RoadId>, Faults> {
    if word == "all" {
        return Ok(map.roads.roads.iter().map(|r| r.id).collect());
    }
    let number = word.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok().map(RoadId);
    match number.filter(|id| map.roads.road(*id).is_some()) {
        Some(id) => Ok(vec![id]),
        None => {
            let known: Vec<String> = map.roads.roads.iter().map(|r| r.id.to_string()).collect();
            let fault = Fault::new(format!("the mine has no road `{word}`"));
            Err(fault.help(format!("one of {}, or all", known.join(", "))).into())
        }
    }
}
