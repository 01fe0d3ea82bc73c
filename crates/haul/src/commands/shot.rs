//! `haul shot`: a picture of a scenario at a simulated time.

use crate::cli::shot::{CameraArg, ShotArgs};
use crate::commands::prepare;
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_viewer::{ShotCamera, ShotOptions, probe_device};

/// Runs a scenario to a simulated time and draws it.
pub fn shot(args: &ShotArgs) -> Result<(), Failure> {
    if !(args.at.is_finite() && args.at >= 0.0) {
        return Err(Fault::new(format!("--at {} is not a time", args.at)).help("0 s or more").into());
    }
    let mut run = prepare(&args.scenario, &args.overrides)?;
    if let Err(missing) = probe_device() {
        return Err(Fault::new(missing.what).help(missing.help).into());
    }
    while run.world().now().seconds() + 0.5 * run.step_length() < args.at && !run.is_finished() {
        run.step();
    }
    let reached = run.world().now();
    let state = run.world().trucks().first().map(|t| format!(", {} {:?}", t.id(), t.onboard().telemetry().state));
    let options = ShotOptions {
        size: args.size,
        camera: match args.camera {
            CameraArg::Chase => ShotCamera::Chase,
            CameraArg::Side => ShotCamera::Side,
            CameraArg::Overview => ShotCamera::Overview,
        },
        out: args.out.clone(),
        frames: args.frames,
    };
    let rate = haul_viewer::shot(run, &options).map_err(Failure::sentence)?;
    out::line(format!("{}: {reached}{}", args.out.display(), state.unwrap_or_default()));
    if let Some(rate) = rate {
        out::line(format!("{rate:.1} frames/s at {} x {}", args.size.0, args.size.1));
    }
    Ok(())
}
