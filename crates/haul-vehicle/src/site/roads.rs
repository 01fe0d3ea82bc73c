//! Road classes, and the rolling resistance from the tyres' penetration.

use super::road_surface::DryRoad;
use crate::spec::quantity::Quantity::{Length, PerLength, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// A road class, which a mine names if its roads have not been measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoadClass {
    /// Name of the class, as mines write it.
    pub name: String,
    /// Rolling resistance, as a ratio to the wheel load.
    pub rolling_resistance: f64,
    /// Friction coefficient of an off-road tyre at its rated load.
    pub friction: f64,
    /// Share of fines in the wearing course that become slurry in rain, from 0 (clean sand) to 1 (clayey).
    pub slurry: f64,
    /// Maximum depth of mud under traffic in rain, m.
    pub mud: f64,
}

impl RoadClass {
    /// Returns a road of this class with another friction coefficient and rolling resistance, as input to
    /// [`SurfaceSpec`](super::SurfaceSpec).
    pub fn dry_road(&self, friction: f64, rolling_resistance: f64) -> DryRoad {
        DryRoad { friction, rolling_resistance, slurry: self.slurry, mud: self.mud }
    }
}

/// Rolling resistance as a function of tyre penetration, by the Caterpillar rule: 2 %, plus 0.6 % per centimetre. The
/// penetration is the depth of the rut that the loaded tyre leaves. The coefficient also holds for the empty truck,
/// whose tyres have about the same pressure on a smaller area.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PenetrationRule {
    /// Rolling resistance on firm ground, ratio.
    pub firm: f64,
    /// Increase in rolling resistance (ratio) per metre of tyre penetration, 1/m.
    pub per_depth: f64,
}

impl PenetrationRule {
    /// Returns the rolling resistance (ratio) at a tyre penetration (m, not negative).
    pub fn rolling(&self, depth: f64) -> f64 {
        self.firm + self.added(depth)
    }

    /// Returns the increase in rolling resistance (ratio) due to a tyre penetration (m).
    pub fn added(&self, depth: f64) -> f64 {
        self.per_depth * depth
    }
}

/// Road data for roads that have not been measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoadSeeds {
    /// The road classes.
    pub classes: Vec<RoadClass>,
    /// The rule for roads whose tyre penetration was measured.
    pub penetration: PenetrationRule,
}

static EMBEDDED: LazyLock<RoadSeeds> = LazyLock::new(|| {
    let source = SourceText::new("seeds/roads.toml", include_str!("../../../../seeds/roads.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    road_seeds_from(&source).expect("the embedded road classes are valid")
});

/// Returns the built-in road classes.
pub fn road_classes() -> &'static [RoadClass] {
    &EMBEDDED.classes
}

/// Returns the built-in road class with this name, if any.
pub fn road_class(name: &str) -> Option<RoadClass> {
    EMBEDDED.classes.iter().find(|c| c.name == name).cloned()
}

/// Returns the built-in penetration rule.
pub fn penetration_rule() -> PenetrationRule {
    EMBEDDED.penetration
}

/// Reads road classes and the penetration rule from a file's content. Errors: all faults of the file.
pub fn road_seeds_from(source: &Arc<SourceText>) -> Result<RoadSeeds, Faults> {
    let mut r = Reader::new(source)?;
    let mut classes: Vec<RoadClass> = Vec::new();
    for i in 0..r.count("road") {
        let class = RoadClass {
            name: r.text(&format!("road.{i}.name")),
            rolling_resistance: r.figure(&format!("road.{i}.rolling_resistance"), Ratio, FigureRange::Positive),
            friction: r.figure(&format!("road.{i}.friction"), Ratio, FigureRange::Positive),
            slurry: r.figure(&format!("road.{i}.slurry"), Ratio, FigureRange::NotNegative),
            mud: r.figure(&format!("road.{i}.mud"), Length, FigureRange::NotNegative),
        };
        if classes.iter().any(|c| c.name == class.name) {
            r.wrong(&format!("road.{i}.name"), format!("`{}` appears twice", class.name), "each name once");
        }
        classes.push(class);
    }
    if classes.is_empty() {
        r.wrong("road", "no road class", "add [[road]] with name, rolling_resistance, friction, slurry and mud");
    }
    let penetration = PenetrationRule {
        firm: r.figure("penetration.firm", Ratio, FigureRange::Positive),
        per_depth: r.figure("penetration.per_depth", PerLength, FigureRange::NotNegative),
    };
    r.refuse_unknown();
    Faults::check(r.faults)?;
    Ok(RoadSeeds { classes, penetration })
}
