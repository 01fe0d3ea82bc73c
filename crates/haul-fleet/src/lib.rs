//! The site: assignments, right of way, spots and queues, all-stop, and the production record.
//!
//! [`SiteCore`] is a plain state machine: it holds no clock, socket, thread or task. An input and the time go in, and
//! outputs come out. A simulation and a server drive the same core. The same inputs give the same outputs.
//!
//! ```
//! # use haul_core::{Footprint, Pose2, TruckId};
//! # use haul_fleet::right_of_way::{PathRequest, RightOfWay, Rules};
//! # use haul_messages::{PathPose, Uuid};
//! // A lane with two trucks in it, 40 m apart.
//! let truck = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };
//! let mut right = RightOfWay::new(Rules::of(&truck));
//! let path = |from: f64| -> Vec<PathPose> {
//!     let pose = |s: f64| Pose2::new(from + s, 0.0, 0.0);
//!     (0..=300).map(f64::from).map(|s| PathPose { station: s, pose: pose(s), reverse: false }).collect()
//! };
//! let (behind, before) = (path(0.0), path(40.0));
//! let ask = |path, wanted| PathRequest { request_id: Uuid::from_u128(1), path, stops: &[], passed: 0.0, wanted };
//! right.request(TruckId(1), &truck, &ask(&behind, 100.0))?;
//! right.request(TruckId(2), &truck, &ask(&before, 0.0))?;
//! right.settle();
//! // The truck behind may drive up to the tail of the truck ahead. Its grant names the truck that it waits for.
//! let grant = right.grant(TruckId(1)).ok_or("no grant")?;
//! assert!((15.0..30.0).contains(&grant.up_to), "{grant:?}");
//! assert_eq!(grant.behind, Some(TruckId(2)));
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
pub use site::{Beacon, RegisteredTruck, SiteCore};
