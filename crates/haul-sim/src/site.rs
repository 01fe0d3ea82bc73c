//! The site in the world: the site core, and the effects of its answers on the other actors.

use crate::effect::Effect;
use haul_core::SimTime;
use haul_core::keep_state;
use haul_fleet::{SiteCore, SiteInput, SiteOutput};
use haul_record::EventKind;

/// The site of a world.
pub(crate) struct Site {
    core: SiteCore,
}

keep_state!(Site { core: part });

impl Site {
    /// Creates a site that runs this core.
    pub fn new(core: SiteCore) -> Self {
        Self { core }
    }

    /// Returns the core.
    pub fn core(&self) -> &SiteCore {
        &self.core
    }

    /// Handles an input. Returns the effects of the answers, in order.
    pub fn handle(&mut self, input: SiteInput, now: SimTime) -> Vec<Effect> {
        self.core.handle(input, now).into_iter().filter_map(effect).collect()
    }
}

/// Returns the effect of the site's answer; `None` if the answer concerns no other actor.
fn effect(output: SiteOutput) -> Option<Effect> {
    Some(match output {
        SiteOutput::ToTruck(truck, message) => Effect::SendToTruck { truck, message },
        SiteOutput::LoadTruck { place, truck, spot_index } => Effect::BeginLoading { place, truck, spot: spot_index },
        SiteOutput::EndLoading { place, truck } => Effect::EndLoading { place, truck },
        SiteOutput::NoPath { truck, place, cause, instead } => {
            Effect::Tell(EventKind::NoPath { truck, place, cause, instead })
        }
        SiteOutput::Production(record) => {
            Effect::Tell(EventKind::Produced { truck: record.truck, place: record.dump, payload: record.payload_kg })
        }
        SiteOutput::BeaconLost(vehicle) => Effect::Tell(EventKind::BeaconLost { vehicle }),
        SiteOutput::BeaconBack(vehicle) => Effect::Tell(EventKind::BeaconBack { vehicle }),
        SiteOutput::BeaconRefused { vehicle, why } => {
            Effect::Tell(EventKind::BeaconRefused { vehicle, why: why.to_string() })
        }
        SiteOutput::Refused { truck, why } => Effect::Tell(EventKind::Refused { truck, why: why.to_string() }),
        _ => return None,
    })
}
