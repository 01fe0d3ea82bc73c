//! Effects: requests of one actor of the world to others. The world routes each effect to the actor that it concerns.

use haul_core::{PlaceId, Point2, TruckId};
use haul_fleet::SiteInput;
use haul_messages::Envelope;
use haul_record::EventKind;

/// An effect of an actor.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// Reports an event.
    Tell(EventKind),
    /// Gives the site an input that does not use the radio line: from its console or its shovels.
    AskSite(SiteInput),
    /// Sends a truck's message to the site over the line.
    SendToSite { truck: TruckId, at: Point2, message: Envelope },
    /// Sends a message of the site to a truck over the line.
    SendToTruck { truck: TruckId, message: Envelope },
    /// Tells the shovel of a place that a truck is spotted.
    BeginLoading { place: PlaceId, truck: TruckId, spot: usize },
    /// Tells the shovel of a place that a truck has left.
    EndLoading { place: PlaceId, truck: TruckId },
    /// Takes a lost truck out of the simulation.
    Withdraw { truck: TruckId, index: u32 },
}
