//! What happened, in words.

use haul_core::units::{to_kmh, to_tonnes};
use haul_sim::{Happening, SimInput};

/// One event as a sentence without a full stop.
pub fn happening(what: &Happening) -> String {
    match what {
        Happening::State { truck, from, to } => format!("{truck}: {from:?} to {to:?}"),
        Happening::LoadingBegan { truck, place, off_spot } => {
            format!("{truck}: loading begins at {place}, {off_spot:.2} m off the spot")
        }
        Happening::Pass { truck, place, mass } => format!("{truck}: a bucket of {:.1} t at {place}", to_tonnes(*mass)),
        Happening::Loaded { truck, place, payload } => {
            format!("{truck}: loaded at {place} with {:.1} t", to_tonnes(*payload))
        }
        Happening::Tipped { truck, place: Some(place), mass } => {
            format!("{truck}: tipped {:.1} t at {place}", to_tonnes(*mass))
        }
        Happening::Tipped { truck, place: None, mass } => {
            format!("{truck}: lost {:.1} t where nothing receives it", to_tonnes(*mass))
        }
        Happening::Cycle { truck, seconds, payload } => {
            format!("{truck}: a cycle of {seconds:.0} s with {:.1} t", to_tonnes(*payload))
        }
        Happening::Collision { truck, with, speed } => {
            format!("{truck}: collision with {with:?} at {:.1} km/h", to_kmh(*speed))
        }
        Happening::OffSurface { truck, by } => format!("{truck}: off the drivable surface by {by:.2} m"),
        Happening::BackOnSurface { truck } => format!("{truck}: back on the drivable surface"),
        Happening::Restricted { truck, why } => format!("{truck}: held by its supervisor ({why})"),
        Happening::Overturned { truck } => format!("{truck}: overturned"),
        Happening::LeftMap { truck } => format!("{truck}: left the map"),
        Happening::Diverged { truck } => format!("{truck}: its motion is no number any more"),
        Happening::Produced { truck, place, payload } => {
            format!("site: {truck} delivered {:.1} t to {place}", to_tonnes(*payload))
        }
        Happening::Input(SimInput::AllStop) => "all-stop".into(),
        Happening::Input(SimInput::Resume) => "all-stop is over".into(),
        Happening::Input(SimInput::PlaceObstacle { at, radius }) => {
            format!("an obstacle of {radius:.1} m lies at ({:.1}, {:.1})", at.x, at.y)
        }
        Happening::Input(SimInput::RemoveObstacle { at }) => {
            format!("the obstacle at ({:.1}, {:.1}) is gone", at.x, at.y)
        }
        Happening::Input(SimInput::SetFriction(friction)) => format!("the roads' friction is {friction:.2} now"),
        other => format!("{other:?}"),
    }
}
