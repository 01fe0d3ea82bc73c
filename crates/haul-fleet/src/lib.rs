//! What runs at the site: assignments, right of way, spots and queues, all-stop, and the production record.
//!
//! [`SiteCore`] is a plain state machine: it holds no clock, socket, thread or task. An input and the time go in, outputs
//! come out; a simulation and a server drive the same core. The same inputs give the same outputs.
//!
//! ```
//! # use haul_core::{Footprint, NodeId, RoadId, TruckId};
//! # use haul_fleet::right_of_way::{Network, RightOfWay, RoadShape, Rules};
//! # use haul_messages::{RoadSpan, Uuid, WHOLE_JOURNEY};
//! // A single-lane road of 300 m, and two trucks that want to use it from either end.
//! let road = RoadShape { from: NodeId(0), to: NodeId(1), length: 300.0, one_way: false, narrow: vec![(0.0, 300.0)] };
//! let truck = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };
//! let mut right = RightOfWay::new(Network::new(vec![road]), Rules::of(&truck));
//! let way = |forward: bool| {
//!     let (from_station, to_station) = if forward { (0.0, 300.0) } else { (300.0, 0.0) };
//!     [RoadSpan { road: RoadId(0), forward, from_station, to_station, journey_from: 30.0, journey_to: 330.0 }]
//! };
//! let (up, down) = (Uuid::from_u128(1), Uuid::from_u128(2));
//! right.request(TruckId(1), up, &way(true), 0.0, true)?;
//! right.request(TruckId(2), down, &way(false), 0.0, true)?;
//! right.settle();
//! assert_eq!(right.grant(TruckId(1)), Some((up, WHOLE_JOURNEY)));
//! // The other comes up to the road: 30 m, less 7 m of nose and 10 m of stopping gap.
//! assert_eq!(right.grant(TruckId(2)), Some((down, 13.0)));
//! # Ok::<(), String>(())
//! ```

mod all_stop;
pub mod assignment;
pub mod error;
pub mod exchange;
pub mod right_of_way;
pub mod site;
pub mod spots;

pub use assignment::FixedAssignment;
pub use error::FleetError;
pub use exchange::{ProductionRecord, SiteInput, SiteOutput};
pub use site::SiteCore;
