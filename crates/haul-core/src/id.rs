//! Ids as types of their own, so that a truck is never taken for a shovel.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The place of this id in the list that gave it out.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

numbered!(
    /// A truck of the site.
    TruckId,
    "T"
);
numbered!(
    /// A shovel or excavator.
    ShovelId,
    "S"
);
numbered!(
    /// A node of the road graph: an index into its nodes.
    NodeId,
    "n"
);
numbered!(
    /// A road: the piece of haul road between two nodes. A name that stays when other roads come and go.
    RoadId,
    "r"
);

macro_rules! named {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

named!(
    /// The name of a place on the mine: a face, a dump, a crusher, a park. Unique on its mine.
    PlaceId
);
named!(
    /// The name of a manned vehicle: a light vehicle, a water cart. Unique in a run.
    VehicleId
);
named!(
    /// The name of an obstacle that an input placed. Unique among the obstacles of a run.
    ObstacleId
);
