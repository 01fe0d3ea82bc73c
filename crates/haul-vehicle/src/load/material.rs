//! Hauled materials: density, angle of repose, friction on steel, carry-back.

use crate::spec::quantity::Quantity::{Angle, Density, Ratio};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// A loose material in the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaterialSpec {
    /// Name of the material, as scenarios write it.
    pub name: String,
    /// Loose (bulk) density, kg/m³.
    pub density: f64,
    /// Angle of repose, rad.
    pub repose: f64,
    /// Angle of a steel floor from which the whole load slides, rad.
    pub wall_friction: f64,
    /// Share of a load that sticks to the body after tipping: 0 or more, less than 1.
    pub carry_back: f64,
}

static EMBEDDED: LazyLock<Vec<MaterialSpec>> = LazyLock::new(|| {
    let source = SourceText::new("seeds/materials.toml", include_str!("../../../../seeds/materials.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    materials_from(&source).expect("the embedded materials are valid")
});

/// Returns the built-in materials; the first is the default.
pub fn materials() -> &'static [MaterialSpec] {
    &EMBEDDED
}

/// Returns the built-in material with this name, if any.
pub fn material(name: &str) -> Option<MaterialSpec> {
    EMBEDDED.iter().find(|m| m.name == name).cloned()
}

/// Maximum angle of repose of a loose material, rad (60°).
const MAX_REPOSE: f64 = std::f64::consts::FRAC_PI_3;

/// Reads materials from a file's content. Errors: all faults of the file.
pub fn materials_from(source: &Arc<SourceText>) -> Result<Vec<MaterialSpec>, Faults> {
    let mut r = Reader::new(source)?;
    let mut found: Vec<MaterialSpec> = Vec::new();
    for i in 0..r.count("material") {
        let key = |k: &str| format!("material.{i}.{k}");
        let spec = MaterialSpec {
            name: r.text(&key("name")),
            density: r.figure(&key("density"), Density, FigureRange::Positive),
            repose: r.figure(&key("repose"), Angle, FigureRange::Positive),
            wall_friction: r.figure(&key("wall_friction"), Angle, FigureRange::Positive),
            carry_back: r.figure(&key("carry_back"), Ratio, FigureRange::NotNegative),
        };
        if found.iter().any(|m| m.name == spec.name) {
            r.wrong(&key("name"), format!("`{}` appears twice", spec.name), "each name once");
        }
        for (field, angle) in [("repose", spec.repose), ("wall_friction", spec.wall_friction)] {
            if angle > MAX_REPOSE {
                r.wrong(&key(field), "the angle is too steep for a loose material", "25 to 45°");
            }
        }
        if spec.carry_back >= 1.0 {
            r.wrong(&key("carry_back"), "the whole load would stick", "0 to 20 %");
        }
        found.push(spec);
    }
    if found.is_empty() {
        r.wrong("material", "no material", "add [[material]] with name, density, repose, wall_friction, carry_back");
    }
    r.refuse_unknown();
    Faults::check(r.faults)?;
    Ok(found)
}
