//! Road classes, and what a tyre's penetration makes of rolling resistance.

use crate::spec::quantity::Quantity::{PerLength, Ratio};
use crate::spec::reader::{Bound, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// A class of road: what a mine names instead of measuring.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoadClass {
    /// Name, as mines write it.
    pub name: String,
    /// Rolling resistance, ratio of the wheel load.
    pub rolling_resistance: f64,
    /// Friction of an off-road tyre at its rated load, ratio.
    pub friction: f64,
}

/// What a tyre that sinks in costs: the Caterpillar rule, 2 % and 0.6 % more for each centimetre. The depth is the rut that
/// the loaded tyre leaves; the coefficient holds for the empty truck too, as its tyres press about as hard, over less ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PenetrationRule {
    /// Rolling resistance where nothing gives way, ratio.
    pub firm: f64,
    /// What each metre of penetration adds, 1/m.
    pub per_depth: f64,
}

impl PenetrationRule {
    /// Rolling resistance (ratio) at a penetration of the tyres (m, not negative).
    pub fn rolling(&self, depth: f64) -> f64 {
        self.firm + self.added(depth)
    }

    /// What a penetration (m) adds to the rolling resistance of a road, ratio.
    pub fn added(&self, depth: f64) -> f64 {
        self.per_depth * depth
    }
}

/// What is known of roads before one is measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoadSeeds {
    /// The classes.
    pub classes: Vec<RoadClass>,
    /// The rule for a measured road.
    pub penetration: PenetrationRule,
}

static EMBEDDED: LazyLock<RoadSeeds> = LazyLock::new(|| {
    let source = SourceText::new("seeds/roads.toml", include_str!("../../../../seeds/roads.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    road_seeds_from(&source).expect("the embedded road classes are valid")
});

/// The road classes that come with the crate.
pub fn road_classes() -> &'static [RoadClass] {
    &EMBEDDED.classes
}

/// The road class of this name, where there is one.
pub fn road_class(name: &str) -> Option<RoadClass> {
    EMBEDDED.classes.iter().find(|c| c.name == name).cloned()
}

/// The rule of tyre penetration that comes with the crate.
pub fn penetration_rule() -> PenetrationRule {
    EMBEDDED.penetration
}

/// Reads road classes and the rule of penetration from a text. Errors: every fault of the text.
pub fn road_seeds_from(source: &Arc<SourceText>) -> Result<RoadSeeds, Faults> {
    let mut r = Reader::new(source)?;
    let mut classes: Vec<RoadClass> = Vec::new();
    for i in 0..r.count("road") {
        let class = RoadClass {
            name: r.text(&format!("road.{i}.name")),
            rolling_resistance: r.figure(&format!("road.{i}.rolling_resistance"), Ratio, Bound::Positive),
            friction: r.figure(&format!("road.{i}.friction"), Ratio, Bound::Positive),
        };
        if classes.iter().any(|c| c.name == class.name) {
            r.wrong(&format!("road.{i}.name"), format!("`{}` is there twice", class.name), "each name once");
        }
        classes.push(class);
    }
    if classes.is_empty() {
        r.wrong("road", "no road class", "add [[road]] with name, rolling_resistance and friction");
    }
    let penetration = PenetrationRule {
        firm: r.figure("penetration.firm", Ratio, Bound::Positive),
        per_depth: r.figure("penetration.per_depth", PerLength, Bound::NotNegative),
    };
    r.refuse_unknown();
    Faults::check(r.faults)?;
    Ok(RoadSeeds { classes, penetration })
}
