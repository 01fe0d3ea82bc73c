//! `haul film`: a series of pictures of a scenario.

use crate::cli::shot::FilmArgs;
use crate::commands::prepare;
use crate::commands::shot::scene;
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_viewer::{FilmOptions, probe_device};

/// Runs a scenario and draws it at regular intervals.
pub fn film(args: &FilmArgs) -> Result<(), Failure> {
    if args.to < args.from {
        let what = format!("expected a film that ends after its start, found --from {} --to {}", args.from, args.to);
        return Err(Fault::new(what).help("give a later --to").into());
    }
    let run = prepare(&args.scenario, &args.overrides)?;
    if let Err(missing) = probe_device() {
        return Err(Fault::new(missing.what).help(missing.help).into());
    }
    let options = FilmOptions {
        from: args.from,
        to: args.to,
        every: args.every,
        scene: scene(&args.view),
        folder: args.out.clone(),
    };
    let count = haul_viewer::film(run, &options).map_err(Failure::sentence)?;
    out::line(format!("{}: {count} pictures", args.out.display()));
    Ok(())
}
