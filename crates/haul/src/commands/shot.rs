//! `haul shot`: a picture of a scenario at a simulated time.

use crate::cli::shot::{CameraArg, QualityArg, ShotArgs, ViewArgs};
use crate::commands::prepare;
use crate::failure::Failure;
use crate::out;
use haul_core::Fault;
use haul_viewer::{ChosenWeather, Quality, SceneOptions, ShotOptions, View, probe_device};

/// Runs a scenario to a simulated time and draws it.
pub fn shot(args: &ShotArgs) -> Result<(), Failure> {
    let run = prepare(&args.scenario, &args.overrides)?;
    if let Err(missing) = probe_device() {
        return Err(Fault::new(missing.what).help(missing.help).into());
    }
    let options = ShotOptions { at: args.at, scene: scene(&args.view), out: args.out.clone(), frames: args.frames };
    let report = haul_viewer::shot(run, &options).map_err(Failure::sentence)?;
    let state = report.truck.map(|(id, cycle)| format!(", {id} {cycle:?}")).unwrap_or_default();
    out::line(format!("{}: {}{state}", args.out.display(), report.at));
    if report.at.seconds() + 0.01 < args.at {
        out::line(format!("the run ended at {}, before {} s", report.at, args.at));
    }
    if let Some(rate) = report.rate {
        out::line(format!("{rate:.1} frames/s at {} x {}", args.view.size.0, args.view.size.1));
    }
    Ok(())
}

/// Returns the options of a scene.
pub fn scene(args: &ViewArgs) -> SceneOptions {
    SceneOptions {
        size: args.size,
        view: match args.camera {
            CameraArg::Chase => View::Chase,
            CameraArg::Side => View::Side,
            CameraArg::Cab => View::Cab,
            CameraArg::Shovel => View::Shovel,
            CameraArg::Overview => View::Overview,
            CameraArg::Map => View::Map,
            CameraArg::Director => View::Director,
        },
        truck: usize::from(args.truck) - 1,
        weather: ChosenWeather { hour: args.hour, weather: args.weather },
        quality: match args.quality {
            QualityArg::Light => Quality::Light,
            QualityArg::Full => Quality::Full,
        },
    }
}
