//! Ids. Each kind has its own type, so that a truck cannot be mistaken for a shovel.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// Returns the index of the entity with this id in its list.
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
    /// Id of a truck.
    TruckId,
    "T"
);
numbered!(
    /// Id of a shovel or excavator.
    ShovelId,
    "S"
);
numbered!(
    /// Index of a node of the road graph.
    NodeId,
    "n"
);
numbered!(
    /// Id of a road, which is the haul road between two nodes. It does not change when other roads are added or
    /// removed.
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
            /// Returns the name as text.
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
    /// Name of a place of the mine: a face, a dump, a crusher or a park. Unique in its mine.
    PlaceId
);
named!(
    /// Name of a manned vehicle: a light vehicle or a water cart. Unique in a run.
    VehicleId
);
named!(
    /// Name of an obstacle from an input. Unique among the obstacles of a run.
    ObstacleId
);
