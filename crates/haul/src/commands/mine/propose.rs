//! `haul mine propose`: places for the wide areas of a mine.

use super::shape_of;
use crate::cli::mine::ProposeArgs;
use crate::commands::{load_mine, truck_spec};
use crate::failure::Failure;
use crate::out;
use haul_mine::{PlaceSpec, propose_places};
use serde::Serialize;

#[derive(Serialize)]
struct Proposal {
    place: Vec<PlaceSpec>,
}

/// Prints places at which trucks can spot, as `[[place]]` entries for `mine.toml` or a scenario.
pub fn propose(args: &ProposeArgs) -> Result<(), Failure> {
    let mut map = load_mine(&args.mine)?;
    let shape = shape_of(&*truck_spec(args.truck.as_deref())?);
    if !args.beside {
        map.set_places(Vec::new());
    }
    let proposal = Proposal { place: propose_places(&map, &shape) };
    if args.json {
        out::json(&proposal);
        return Ok(());
    }
    let f = &shape.footprint;
    out::line(format!(
        "# Proposed from the wide areas of {}: high ones to load, low ones to tip. Check them against the plan of the mine.\n\
         # For mine.toml they want the truck they are laid out for as well:\n\
         # [truck]\n# front_m = {:.2}\n# rear_m = {:.2}\n# half_width_m = {:.2}\n# turning_radius_m = {:.2}\n",
        map.name, f.front, f.rear, f.half_width, shape.turning_radius
    ));
    // Plain structs of numbers and text always have a TOML form.
    out::line(toml::to_string(&proposal).unwrap_or_default());
    Ok(())
}
