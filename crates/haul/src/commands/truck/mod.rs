//! `haul truck`: the answers of a manufacturer's handbook.

mod chart;
mod climb;
mod curve;
mod cycle;
mod datasheet;
mod descend;
mod handling;
mod road;
mod stop;

use crate::cli::truck::{CommonArgs, MassArgs, TruckArgs, TruckCommand};
use crate::commands::{payload_kg, truck_spec};
use crate::failure::Failure;
use haul_core::Fault;
use haul_core::units::{from_tonnes, to_tonnes};
use haul_vehicle::{Limits, RoadClass, TruckSpec, penetration_rule, road_class, road_classes};
use std::sync::Arc;

/// Performs a command of `haul truck`.
pub fn truck(args: &TruckArgs) -> Result<(), Failure> {
    let asked = Asked::new(&args.common)?;
    match &args.command {
        None => datasheet::datasheet(&asked, &args.datasheet),
        Some(TruckCommand::Datasheet(more)) => datasheet::datasheet(&asked, more),
        Some(TruckCommand::Climb(more)) => climb::climb(&asked, more),
        Some(TruckCommand::Descend(more)) => descend::descend(&asked, more),
        Some(TruckCommand::Stop(more)) => stop::stop(&asked, more),
        Some(TruckCommand::Curve(more)) => curve::curve(&asked, more),
        Some(TruckCommand::Chart(more)) => chart::chart(&asked, more),
        Some(TruckCommand::Handling(more)) => handling::handling(&asked, more),
        Some(TruckCommand::Cycle(more)) => cycle::cycle(&asked, more),
    }
}

/// Truck and options of a query.
struct Asked {
    spec: Arc<TruckSpec>,
    limits: Limits,
    json: bool,
}

/// Everyday names of surfaces, with their road classes.
const SURFACES: [(&str, &str); 4] =
    [("dry", "maintained"), ("wet", "maintained_wet"), ("snow", "packed_snow"), ("ice", "ice")];

impl Asked {
    fn new(common: &CommonArgs) -> Result<Self, Failure> {
        let spec = truck_spec(common.file.as_deref())?;
        let limits = Limits::in_environment(&spec, common.air.environment());
        Ok(Self { spec, limits, json: common.json })
    }

    /// Returns the payload in kilograms, given directly or as gross mass.
    fn payload(&self, args: &MassArgs) -> Result<f64, Failure> {
        match (args.gross, args.load) {
            (Some(gross), _) => {
                let payload = from_tonnes(gross) - self.spec.own_mass();
                payload_kg(to_tonnes(payload), &self.spec).map_err(|_| {
                    let own = to_tonnes(self.spec.own_mass());
                    // A tenth of overload is usual, a fifth is the limit: see the range of the payload.
                    let most = own + to_tonnes(1.2 * self.spec.rated_payload());
                    let fault = Fault::new(format!("--gross {gross} is out of range"));
                    fault.help(format!("{own:.1} to {most:.1} t for the {}", self.spec.name)).into()
                })
            }
            (None, Some(tonnes)) => payload_kg(tonnes, &self.spec),
            (None, None) => Ok(self.spec.rated_payload()),
        }
    }

    fn gross(&self, args: &MassArgs) -> Result<f64, Failure> {
        Ok(self.limits.gross_mass(self.payload(args)?))
    }
}

/// Returns the mass as options of a command; empty for the rated payload.
fn mass_words(args: &MassArgs) -> String {
    match (args.gross, args.load) {
        (Some(gross), _) => format!(" --gross {gross}"),
        (None, Some(load)) => format!(" --load {load}"),
        (None, None) => String::new(),
    }
}

/// Returns the rolling resistance (ratio) from percent, or from the measured tyre penetration in centimetres.
fn rolling(percent: f64, penetration_cm: Option<f64>) -> f64 {
    penetration_cm.map_or(percent / 100.0, |depth| penetration_rule().rolling(depth / 100.0))
}

/// Finds a surface by its everyday name or its road class.
fn surface(name: &str) -> Result<RoadClass, Failure> {
    let class = SURFACES.iter().find(|(short, _)| *short == name).map_or(name, |(_, class)| class);
    road_class(class).ok_or_else(|| {
        let known: Vec<&str> =
            SURFACES.iter().map(|(s, _)| *s).chain(road_classes().iter().map(|c| c.name.as_str())).collect();
        Fault::new(format!("no surface is named `{name}`")).help(format!("known: {}", known.join(", "))).into()
    })
}
