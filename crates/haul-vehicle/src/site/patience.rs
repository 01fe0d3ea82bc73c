//! Patience: the time for which a truck may stand before it counts as stuck.

use crate::spec::quantity::Quantity::Duration;
use crate::spec::reader::{FigureRange, Reader};
use haul_core::StandKind;
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// Maximum time without progress for each reason of standing, s, from `seeds/standing.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patience {
    limits: BTreeMap<StandKind, f64>,
    in_turn: f64,
}

static EMBEDDED: LazyLock<Patience> = LazyLock::new(|| {
    let source = SourceText::new("seeds/standing.toml", include_str!("../../../../seeds/standing.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    Patience::from_text(&source).expect("the embedded patience is valid")
});

/// Returns the built-in patience.
pub fn patience() -> &'static Patience {
    &EMBEDDED
}

impl Patience {
    /// Reads the patience from a file's content.
    ///
    /// # Errors
    /// All faults of the file.
    pub fn from_text(source: &Arc<SourceText>) -> Result<Self, Faults> {
        let mut reader = Reader::new(source)?;
        let mut limits = BTreeMap::new();
        for kind in StandKind::ALL.into_iter().filter(|kind| !is_endless(*kind)) {
            let limit = reader.figure(&format!("patience.{}", kind.name()), Duration, FigureRange::NotNegative);
            limits.insert(kind, limit);
        }
        let in_turn = reader.figure("turn.longest", Duration, FigureRange::NotNegative);
        reader.refuse_unknown();
        Faults::check(reader.faults)?;
        Ok(Self { limits, in_turn })
    }

    /// Returns the maximum time without progress for a reason, s; infinite if the truck may stand for ever.
    pub fn limit(&self, kind: StandKind) -> f64 {
        self.limits.get(&kind).copied().unwrap_or(f64::INFINITY)
    }

    /// Returns the maximum time that a truck may wait while the trucks it waits for make progress, s.
    pub fn in_turn(&self) -> f64 {
        self.in_turn
    }

    /// Returns the maximum time without progress over all reasons, s.
    pub fn longest(&self) -> f64 {
        self.limits.values().copied().fold(0.0, f64::max)
    }
}

/// Returns true if a truck may stand for ever for this reason: it has no work, or a person decides.
fn is_endless(kind: StandKind) -> bool {
    matches!(kind, StandKind::NoAssignment | StandKind::ByHand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_patience_is_valid_and_ends_for_every_reason_but_two() {
        assert!(patience().in_turn() > patience().longest());
        for kind in StandKind::ALL {
            assert_eq!(patience().limit(kind).is_finite(), !is_endless(kind), "{kind:?}");
        }
        assert_eq!(patience().longest(), patience().limit(StandKind::WaitingForSpot));
    }
}
