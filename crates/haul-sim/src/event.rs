//! What happened in the world, as the truth has it.

use crate::physics::Touched;
use haul_autonomy::Restriction;
use haul_core::{PlaceId, SimTime, TruckId};
use haul_messages::CycleState;

/// Something that happened at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct SimEvent {
    /// When.
    pub at: SimTime,
    /// What.
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Happening {
    /// A truck's stage of the haul cycle changed.
    State {
        /// The truck.
        truck: TruckId,
        /// The stage it was in.
        from: CycleState,
        /// The stage it is in now.
        to: CycleState,
    },
    /// The first bucket is on its way to a truck that stands at the spot.
    LoadingBegan {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// Distance of the rear axle from the spot, m.
        off_spot: f64,
    },
    /// A bucket was emptied into a truck.
    Pass {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// What the bucket held, kg.
        mass: f64,
    },
    /// The shovel has kicked the truck out.
    Loaded {
        /// The truck.
        truck: TruckId,
        /// The loading place.
        place: PlaceId,
        /// Payload, kg.
        payload: f64,
    },
    /// A truck has emptied its body.
    Tipped {
        /// The truck.
        truck: TruckId,
        /// The place that received it; `None` where the tail was at no dump or crusher and the load is lost.
        place: Option<PlaceId>,
        /// What was tipped, kg.
        mass: f64,
    },
    /// A haul cycle is complete.
    Cycle {
        /// The truck.
        truck: TruckId,
        /// Its length, s.
        seconds: f64,
        /// What it delivered, kg.
        payload: f64,
    },
    /// A truck's body touched something.
    Collision {
        /// The truck.
        truck: TruckId,
        /// What it touched.
        with: Touched,
        /// Speed of the truck, m/s.
        speed: f64,
    },
    /// A part of a truck's outline left the drivable surface.
    OffSurface {
        /// The truck.
        truck: TruckId,
        /// How far, m.
        by: f64,
    },
    /// The whole outline is on the drivable surface again.
    BackOnSurface {
        /// The truck.
        truck: TruckId,
    },
    /// The safety supervisor began to hold a truck back.
    Restricted {
        /// The truck.
        truck: TruckId,
        /// Why.
        why: Restriction,
    },
    /// A truck lies on its side or its back.
    Overturned {
        /// The truck.
        truck: TruckId,
    },
    /// A truck left the map. It takes no further part.
    LeftMap {
        /// The truck.
        truck: TruckId,
    },
    /// A truck's motion was no number any more. It takes no further part.
    Diverged {
        /// The truck.
        truck: TruckId,
    },
    /// The production record of the site has a new line.
    Produced {
        /// The truck.
        truck: TruckId,
        /// Where the site believes it was tipped.
        place: PlaceId,
        /// What the site believes was tipped, kg.
        payload: f64,
    },
    /// The site refused what a truck or a shovel said.
    Refused {
        /// The truck it was about.
        truck: TruckId,
        /// Why.
        why: String,
    },
    /// An input from outside took effect.
    Input(crate::input::SimInput),
}
