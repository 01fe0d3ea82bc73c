//! Spot access: the directions of travel into and out of a spot.

use crate::path::Travel;
use serde::{Deserialize, Serialize};

/// Directions of travel in which a truck enters and leaves a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpotAccess {
    /// In forward, out forward: a spot open at both ends.
    PullThrough,
    /// In reverse, out forward: the tail faces the shovel, the berm or the hopper.
    #[default]
    BackIn,
    /// In forward, out in reverse: a dead end.
    BackOut,
    /// In reverse, out in reverse: a spot open at both ends, passed tail first.
    BackThrough,
}

impl SpotAccess {
    /// All four kinds of access.
    pub const ALL: [SpotAccess; 4] =
        [SpotAccess::PullThrough, SpotAccess::BackIn, SpotAccess::BackOut, SpotAccess::BackThrough];

    /// Returns the direction of travel into the spot.
    pub fn arrives(self) -> Travel {
        match self {
            SpotAccess::PullThrough | SpotAccess::BackOut => Travel::Forward,
            SpotAccess::BackIn | SpotAccess::BackThrough => Travel::Reverse,
        }
    }

    /// Returns the direction of travel out of the spot.
    pub fn leaves(self) -> Travel {
        match self {
            SpotAccess::PullThrough | SpotAccess::BackIn => Travel::Forward,
            SpotAccess::BackOut | SpotAccess::BackThrough => Travel::Reverse,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_kinds_of_access_are_the_four_pairs_of_directions() {
        let mut pairs: Vec<(Travel, Travel)> = SpotAccess::ALL.iter().map(|a| (a.arrives(), a.leaves())).collect();
        pairs.dedup();
        assert_eq!(pairs.len(), 4);
        let both = |access: SpotAccess| (access.arrives(), access.leaves());
        assert_eq!(both(SpotAccess::BackIn), (Travel::Reverse, Travel::Forward));
        assert_eq!(both(SpotAccess::BackOut), (Travel::Forward, Travel::Reverse));
    }
}
