//! Makes the pictures of `docs/gallery.md`.
//!
//! ```sh
//! cargo run --release -p haul-viewer --example gallery -- docs/pictures/gallery
//! ```
//!
//! A second argument picks pictures whose name contains it, and a third gives the size, e.g. `640x360`.

#![allow(clippy::print_stdout, reason = "it says which file it wrote")]

use haul_core::CycleState;
use haul_record::Frame;
use haul_scenario::{Overrides, Scenario};
use haul_viewer::{ChosenWeather, Quality, Studio, View, Weather};
use std::error::Error;
use std::path::Path;

/// A picture: its name, the latest time to look for it (s), the moment, the view, hour and weather, and true if plans
/// are shown.
struct Picture {
    name: &'static str,
    moment: Moment,
    view: View,
    weather: (f64, Option<Weather>),
    plans: bool,
}

/// Moment of a picture.
enum Moment {
    /// A simulated time, s.
    At(f64),
    /// First instant at which the function returns a truck.
    When(fn(&Frame) -> Option<usize>),
}

fn doing(frame: &Frame, cycle: CycleState) -> Option<usize> {
    frame.trucks.iter().position(|t| t.detail.cycle == cycle)
}

fn loading(frame: &Frame) -> Option<usize> {
    frame.trucks.iter().position(|t| t.detail.cycle == CycleState::Loading && t.payload > 40_000.0)
}

fn tipping(frame: &Frame) -> Option<usize> {
    frame
        .trucks
        .iter()
        .position(|t| t.detail.cycle == CycleState::Dumping && t.body_angle > 0.5 && t.payload > 15_000.0)
}

fn climbing(frame: &Frame) -> Option<usize> {
    let climbs = |t: &haul_record::TruckFrame| {
        t.detail.cycle == CycleState::TravelLoaded
            && (t.pose.rotation * haul_core::Vector3::x()).z > 0.06
            && t.speed > 2.0
    };
    frame.trucks.iter().position(climbs)
}

fn fast(frame: &Frame) -> Option<usize> {
    frame.trucks.iter().position(|t| t.detail.cycle == CycleState::TravelEmpty && t.speed > 8.0)
}

fn queueing(frame: &Frame) -> Option<usize> {
    doing(frame, CycleState::QueueAtLoad).or_else(|| doing(frame, CycleState::QueueAtDump))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "docs/pictures/gallery".into());
    let wanted = arguments.next().unwrap_or_default();
    let size =
        arguments.next().and_then(|s| s.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?))));
    let size = size.unwrap_or((1280, 720));
    let scene =
        |name, moment, view, hour, weather| Picture { name, moment, view, weather: (hour, weather), plans: false };
    use Moment::{At, When};
    let pictures = [
        scene("01_pit_in_the_morning", At(240.0), View::Overview, 8.0, None),
        scene("02_pit_from_above", At(240.0), View::Map, 10.0, None),
        scene("03_truck", When(fast), View::Side, 9.0, None),
        scene("04_dust", When(fast), View::Side, 16.5, Some(Weather::Dusty)),
        scene("05_loading", When(loading), View::Side, 10.0, None),
        scene("06_shovel_operator", When(loading), View::Shovel, 14.0, None),
        scene("07_ramp", When(climbing), View::Chase, 9.0, None),
        scene("08_cab", When(climbing), View::Cab, 15.0, None),
        scene("09_rain", When(climbing), View::Side, 13.0, Some(Weather::Rain)),
        scene("10_wet_roads", When(fast), View::Chase, 17.2, Some(Weather::Wet)),
        scene("11_tipping", When(tipping), View::Side, 11.0, None),
        scene("12_queue", When(queueing), View::Chase, 8.5, None),
        scene("13_snow", When(climbing), View::Side, 12.0, Some(Weather::Snow)),
        scene("14_fog", When(loading), View::Chase, 9.0, Some(Weather::Fog)),
        scene("15_night", When(loading), View::Side, 22.0, None),
        Picture { plans: true, ..scene("16_plans", When(climbing), View::Chase, 10.0, None) },
    ];
    let scenario = Scenario::load(Path::new("scenarios/04_ten_trucks_a_shift.toml"))?;
    let run = scenario.prepare(&Overrides::default()).map_err(|e| format!("the scenario cannot be prepared: {e:?}"))?;
    let mut studio = Studio::open(run, size, Quality::Full);
    let mut missed = 0;
    for picture in pictures.iter().filter(|p| p.name.contains(&wanted)) {
        // Set the weather first, because it determines how much dust the trucks raise until then.
        studio.choose(ChosenWeather { hour: Some(picture.weather.0), weather: picture.weather.1 });
        let truck = match picture.moment {
            At(seconds) => {
                studio.advance_to(seconds);
                0
            }
            When(moment) => {
                let latest = studio.now().seconds() + 1_800.0;
                let found = studio.advance_until(latest, |frame| moment(frame).is_some());
                if !found {
                    println!("{}: not taken, because its moment does not come before {latest:.0} s", picture.name);
                    missed += 1;
                    continue;
                }
                moment(studio.frame()).unwrap_or(0)
            }
        };
        studio.show_plans(picture.plans);
        let image = studio.take(picture.view, truck)?;
        let file = Path::new(&folder).join(format!("{}.png", picture.name));
        haul_viewer::write(&image, &file)?;
        println!("{}: {} truck {}", file.display(), studio.now(), truck + 1);
    }
    if missed > 0 { Err(format!("{missed} pictures were not taken").into()) } else { Ok(()) }
}
