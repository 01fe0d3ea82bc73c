//! Road classes.

use crate::spec::quantity::Quantity::Ratio;
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

static EMBEDDED: LazyLock<Vec<RoadClass>> = LazyLock::new(|| {
    let source = SourceText::new("seeds/roads.toml", include_str!("../../../../seeds/roads.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    road_classes_from(&source).expect("the embedded road classes are valid")
});

/// The road classes that come with the crate.
pub fn road_classes() -> &'static [RoadClass] {
    &EMBEDDED
}

/// The road class of this name, where there is one.
pub fn road_class(name: &str) -> Option<RoadClass> {
    EMBEDDED.iter().find(|c| c.name == name).cloned()
}

/// Reads road classes from a text. Errors: every fault of the text.
pub fn road_classes_from(source: &Arc<SourceText>) -> Result<Vec<RoadClass>, Faults> {
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
    r.refuse_unknown();
    Faults::check(r.faults)?;
    Ok(classes)
}
