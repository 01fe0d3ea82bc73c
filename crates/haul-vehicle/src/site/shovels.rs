//! Loading tools.

use crate::spec::quantity::Quantity::{Angle, Duration, Length, Mass, Ratio, Volume};
use crate::spec::reader::{FigureRange, Reader};
use haul_core::fault::{Faults, SourceText};
use serde::Serialize;
use std::sync::{Arc, LazyLock};

/// A loading tool: shovel or wheel loader.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShovelSpec {
    /// Name of the loading tool, as scenarios write it.
    pub name: String,
    /// Mean mass of a bucket load, t.
    pub bucket_t: f64,
    /// Bucket volume, m³.
    pub bucket_volume: f64,
    /// Relative standard deviation of a bucket load's mass.
    pub bucket_spread: f64,
    /// Mean duration of a pass, s: dig, swing, dump, return.
    pub pass_time_s: f64,
    /// Relative standard deviation of a pass's duration.
    pub pass_spread: f64,
    /// Swing angle from face to truck, rad.
    pub swing_angle: f64,
    /// Distance from the swing axis to the bucket over the truck, m.
    pub reach: f64,
    /// Height of the bucket teeth when the bucket empties, m.
    pub dump_height: f64,
    /// Radius of the counterweight's tail about the swing axis, m.
    pub tail_radius: f64,
}

static EMBEDDED: LazyLock<Vec<ShovelSpec>> = LazyLock::new(|| {
    let source = SourceText::new("seeds/shovels.toml", include_str!("../../../../seeds/shovels.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    shovels_from(&source).expect("the embedded shovels are valid")
});

/// Returns the built-in loading tools.
pub fn shovels() -> &'static [ShovelSpec] {
    &EMBEDDED
}

/// Returns the built-in loading tool with this name, if any.
pub fn shovel(name: &str) -> Option<ShovelSpec> {
    EMBEDDED.iter().find(|s| s.name == name).cloned()
}

/// Reads loading tools from a file's content. Errors: all faults of the file.
pub fn shovels_from(source: &Arc<SourceText>) -> Result<Vec<ShovelSpec>, Faults> {
    let mut r = Reader::new(source)?;
    let mut shovels: Vec<ShovelSpec> = Vec::new();
    for i in 0..r.count("shovel") {
        let key = |k: &str| format!("shovel.{i}.{k}");
        let p = FigureRange::Positive;
        let shovel = ShovelSpec {
            name: r.text(&key("name")),
            bucket_t: haul_core::units::to_tonnes(r.figure(&key("bucket"), Mass, p)),
            bucket_volume: r.figure(&key("bucket_volume"), Volume, p),
            bucket_spread: r.figure(&key("bucket_spread"), Ratio, FigureRange::NotNegative),
            pass_time_s: r.figure(&key("pass_time"), Duration, p),
            pass_spread: r.figure(&key("pass_spread"), Ratio, FigureRange::NotNegative),
            swing_angle: r.figure(&key("swing_angle"), Angle, p),
            reach: r.figure(&key("reach"), Length, p),
            dump_height: r.figure(&key("dump_height"), Length, p),
            tail_radius: r.figure(&key("tail_radius"), Length, p),
        };
        if shovels.iter().any(|s| s.name == shovel.name) {
            r.wrong(&key("name"), format!("`{}` appears twice", shovel.name), "each name once");
        }
        shovels.push(shovel);
    }
    if shovels.is_empty() {
        r.wrong("shovel", "no loading tool", "add [[shovel]] with name, bucket, pass_time and so on");
    }
    r.refuse_unknown();
    Faults::check(r.faults)?;
    Ok(shovels)
}
