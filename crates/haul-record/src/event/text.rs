//! Events in words.

use super::{EventKind, Touched};
use crate::input::SimInput;
use haul_core::Point2;
use haul_core::units::{to_kmh, to_tonnes};
use std::fmt;

impl fmt::Display for EventKind {
    /// Writes the event as one sentence without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventKind::State { truck, from, to } => write!(f, "{truck}: {from} to {to}"),
            EventKind::LoadingBegan { truck, place, off_spot } => {
                write!(f, "{truck}: loading begins at {place}, {off_spot:.2} m off the spot")
            }
            EventKind::Pass { truck, place, mass } => {
                write!(f, "{truck}: a bucket of {:.1} t at {place}", to_tonnes(*mass))
            }
            EventKind::Loaded { truck, place, payload } => {
                write!(f, "{truck}: loaded at {place} with {:.1} t", to_tonnes(*payload))
            }
            EventKind::Tipped { truck, place: Some(place), mass } => {
                write!(f, "{truck}: tipped {:.1} t at {place}", to_tonnes(*mass))
            }
            EventKind::Tipped { truck, place: None, mass } => {
                write!(f, "{truck}: lost {:.1} t away from any dump or crusher", to_tonnes(*mass))
            }
            EventKind::Cycle { truck, seconds, payload } => {
                write!(f, "{truck}: a cycle of {seconds:.0} s with {:.1} t", to_tonnes(*payload))
            }
            EventKind::Collision { truck, with, speed } => {
                write!(f, "{truck}: collision with {with} at {:.1} km/h", to_kmh(*speed))
            }
            EventKind::OffSurface { truck, by } => write!(f, "{truck}: off the drivable surface by {by:.2} m"),
            EventKind::BackOnSurface { truck } => write!(f, "{truck}: back on the drivable surface"),
            EventKind::Restricted { truck, why } => write!(f, "{truck}: held by its supervisor ({why})"),
            EventKind::Overturned { truck } => write!(f, "{truck}: overturned"),
            EventKind::LeftMap { truck } => write!(f, "{truck}: left the map"),
            EventKind::Diverged { truck } => write!(f, "{truck}: its motion is not a number"),
            EventKind::Produced { truck, place, payload } => {
                write!(f, "site: {truck} delivered {:.1} t to {place}", to_tonnes(*payload))
            }
            EventKind::Refused { truck, why } => write!(f, "site: refused a message about {truck} ({why})"),
            EventKind::Stands { truck, reason, since } => {
                write!(f, "{truck}: stands since {:.0} s: {reason}", since.seconds())
            }
            EventKind::StoodFor { truck, reason, seconds } => write!(f, "{truck}: stood for {seconds:.0} s: {reason}"),
            EventKind::Stuck { truck, reason, seconds } => {
                write!(f, "{truck}: stuck, without progress for {seconds:.0} s: {reason}")
            }
            EventKind::NoPath { truck, place, cause, instead: Some(instead) } => {
                write!(f, "site: {truck} finds no path to {place} ({cause}) and is sent to {instead}")
            }
            EventKind::NoPath { truck, place, cause, instead: None } => {
                write!(f, "site: {truck} finds no path to {place} ({cause}), and no other place serves")
            }
            EventKind::BeaconLost { vehicle } => {
                write!(f, "site: lost the beacon of `{vehicle}`; trucks know of it by their own sensors only")
            }
            EventKind::BeaconBack { vehicle } => write!(f, "site: hears the beacon of `{vehicle}` again"),
            EventKind::BeaconRefused { vehicle, why } => write!(f, "site: refused a beacon of `{vehicle}` ({why})"),
            EventKind::Input(input) => input.fmt(f),
        }
    }
}

impl fmt::Display for Touched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Touched::Terrain => f.write_str("the ground"),
            Touched::Truck(other) => other.fmt(f),
            Touched::Machine(place) => write!(f, "the machine of {place}"),
            Touched::Obstacle(id) => write!(f, "the obstacle `{id}`"),
            Touched::Vehicle(id) => write!(f, "the vehicle `{id}`"),
        }
    }
}

impl fmt::Display for SimInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SimInput::AllStop => f.write_str("all-stop"),
            SimInput::Resume => f.write_str("the all-stop is over"),
            SimInput::PlaceObstacle { id, at, radius } => {
                write!(f, "the obstacle `{id}` of {radius:.1} m radius lies at ({:.1}, {:.1})", at.x, at.y)
            }
            SimInput::RemoveObstacle { id } => write!(f, "the obstacle `{id}` is gone"),
            SimInput::SetFriction(friction) => write!(f, "the friction of the roads is {friction:.2} now"),
            SimInput::SetRain(rain) if *rain > 0.0 => write!(f, "it rains {:.1} mm/h", 3.6e6 * rain),
            SimInput::SetRain(_) => f.write_str("the rain is over"),
            SimInput::SetSnow(snow) if *snow > 0.0 => write!(f, "it snows {:.1} mm/h of water", 3.6e6 * snow),
            SimInput::SetSnow(_) => f.write_str("the snowfall is over"),
            SimInput::SetVisibility(visibility) => write!(f, "fog and dust leave a visibility of {visibility:.0} m"),
            SimInput::LayIce { depth, within } => {
                write!(f, "{:.1} mm of ice lie on {}", 1e3 * depth, Roads(within))
            }
            SimInput::WaterRoads { within } => write!(f, "a water cart has wet {}", Roads(within)),
            SimInput::GradeRoads { within } => write!(f, "a grader has cut {}", Roads(within)),
            SimInput::Drive { truck, controls } => write!(f, "{truck}: driven by hand ({controls})"),
            SimInput::HandBack { truck } => write!(f, "{truck}: handed back to its stack"),
            SimInput::Fail { truck, fault } => write!(f, "{truck}: fault {}: {fault}", fault.name()),
            SimInput::Repair { truck, fault } => write!(f, "{truck}: the fault {} is mended", fault.name()),
        }
    }
}

/// The roads that an input affects, in words.
struct Roads<'a>(&'a Option<(Point2, f64)>);

impl fmt::Display for Roads<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((at, radius)) => write!(f, "the roads within {radius:.0} m of ({:.1}, {:.1})", at.x, at.y),
            None => f.write_str("all roads"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Controls, Event, TruckFault};
    use haul_core::{CycleState, PlaceId, Restriction, SimTime, TruckId};

    fn every_kind() -> Vec<EventKind> {
        let (truck, place) = (TruckId(7), PlaceId::from("face_1"));
        let input = |input| EventKind::Input(input);
        vec![
            EventKind::State { truck, from: CycleState::Parked, to: CycleState::TravelEmpty },
            EventKind::LoadingBegan { truck, place: place.clone(), off_spot: 0.125 },
            EventKind::Pass { truck, place: place.clone(), mass: 23_400.0 },
            EventKind::Loaded { truck, place: place.clone(), payload: 91_000.0 },
            EventKind::Tipped { truck, place: Some(place.clone()), mass: 91_000.0 },
            EventKind::Tipped { truck, place: None, mass: 0.1 },
            EventKind::Cycle { truck, seconds: 640.0, payload: 91_000.0 },
            EventKind::Collision { truck, with: Touched::Terrain, speed: 2.0 },
            EventKind::Collision { truck, with: Touched::Truck(TruckId(8)), speed: 2.0 },
            EventKind::Collision { truck, with: Touched::Machine(place.clone()), speed: 2.0 },
            EventKind::Collision { truck, with: Touched::Obstacle("rock".into()), speed: 2.0 },
            EventKind::Collision { truck, with: Touched::Vehicle("cart".into()), speed: 2.0 },
            EventKind::OffSurface { truck, by: 0.3 },
            EventKind::BackOnSurface { truck },
            EventKind::Restricted { truck, why: Restriction::Obstacle },
            EventKind::Overturned { truck },
            EventKind::LeftMap { truck },
            EventKind::Diverged { truck },
            EventKind::Produced { truck, place, payload: 91_000.0 },
            EventKind::Refused { truck, why: "no such journey".into() },
            EventKind::BeaconLost { vehicle: "cart".into() },
            EventKind::BeaconBack { vehicle: "cart".into() },
            EventKind::BeaconRefused { vehicle: "cart".into(), why: "no pose".into() },
            input(SimInput::AllStop),
            input(SimInput::Resume),
            input(SimInput::PlaceObstacle { id: "rock".into(), at: Point2::new(1.0, 2.0), radius: 1.5 }),
            input(SimInput::RemoveObstacle { id: "rock".into() }),
            input(SimInput::SetFriction(0.35)),
            input(SimInput::SetRain(0.02 / 3600.0)),
            input(SimInput::SetRain(0.0)),
            input(SimInput::SetSnow(0.002 / 3600.0)),
            input(SimInput::SetSnow(0.0)),
            input(SimInput::SetVisibility(80.0)),
            input(SimInput::LayIce { depth: 0.005, within: Some((Point2::new(1.0, 2.0), 30.0)) }),
            input(SimInput::WaterRoads { within: None }),
            input(SimInput::GradeRoads { within: Some((Point2::new(1.0, 2.0), 30.0)) }),
            input(SimInput::Drive { truck, controls: Controls { throttle: 0.3, ..Controls::default() } }),
            input(SimInput::HandBack { truck }),
            input(SimInput::Fail { truck, fault: TruckFault::SatelliteOffset { east: 5.0, north: 0.0 } }),
            input(SimInput::Repair { truck, fault: TruckFault::LineSilent }),
        ]
    }

    #[test]
    fn every_event_comes_back_from_json_as_it_was() {
        for what in every_kind() {
            let event = Event { at: SimTime::from_nanos(1_234_567_890_123), what };
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event, "{text}");
        }
    }

    #[test]
    fn every_event_about_a_truck_names_it() {
        for what in every_kind() {
            let text = what.to_string();
            assert_eq!(what.truck().is_some(), text.contains("T7"), "{text}");
            assert!(!text.ends_with('.') && !text.contains('{'), "{text}");
        }
    }
}
