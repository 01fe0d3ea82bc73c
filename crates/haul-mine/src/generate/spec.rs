//! What a person asks of the generator.

use crate::places::TruckShape;
use haul_core::{Fault, Faults, Footprint};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// An open pit by its design figures. Lengths in metres, angles in radians, grades as rise over run.
///
/// The defaults are a medium hard-rock pit for a 91 t truck: 15 m benches with 68° batters and 8.5 m berms, which make
/// an inter-ramp angle of 46°, and two-way ramps of 9 %.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PitSpec {
    /// Name of the mine.
    pub name: String,
    /// Seed of everything that is drawn: outline, relief, side and length of the ramp's legs, layout of the surface.
    pub seed: u64,
    /// Depth of the pit floor below the ground at the middle of the pit, m. 60 to 300.
    pub depth: f64,
    /// Height of a bench, m. 8 to 20.
    pub bench_height: f64,
    /// Angle of a batter, rad. 50 to 80 degrees.
    pub batter_angle: f64,
    /// Width of a catch berm, m. 5 to 20.
    pub berm_width: f64,
    /// Length of the pit floor, m. 180 to 600.
    pub floor_length: f64,
    /// Width of the pit floor, m. 130 to 500, and not over its length.
    pub floor_width: f64,
    /// Grade of the haul ramp on its straight parts. 0.06 to 0.10 (10 % is the most that lasts; see seeds/roads.toml).
    pub ramp_grade: f64,
    /// Drivable width of ramps and roads, m. At least 3.5 truck widths, 21.4 m (USBM IC 8758); up to 40.
    pub ramp_width: f64,
    /// Switchbacks on the ramp; drawn from the seed (2, or 3 in a deep pit) where absent. 2 to 5.
    pub switchbacks: Option<u32>,
    /// Radius of a switchback's centreline, m. 20 to 60, and at least the ramp's formation fits inside.
    pub switchback_radius: f64,
    /// Grade through a switchback. 0 to 0.04.
    pub switchback_grade: f64,
    /// Height of the waste dump above the ground, m. 15 to 30.
    pub dump_height: f64,
    /// Spacing of the terrain grid, m. 1 to 5.
    pub grid_spacing: f64,
    /// The truck that places and roads are laid out for; the TR100AT's outline where none is set.
    #[serde(skip, default = "tr100at_outline")]
    pub truck: TruckShape,
}

/// The outline of the TR100AT by the figures of `seeds/trucks/tr100at.toml`: 10.8 × 6.1 m, 4.6 m wheelbase, 39° at
/// the inner wheel.
fn tr100at_outline() -> TruckShape {
    TruckShape { footprint: Footprint { front: 7.7, rear: 3.1, half_width: 3.05 }, turning_radius: 7.8 }
}

/// Width of a two-way road over that of the truck (USBM IC 8758).
const TWO_WAY: f64 = 3.5;

impl Default for PitSpec {
    fn default() -> Self {
        Self {
            name: "pit".to_owned(),
            seed: 1,
            depth: 120.0,
            bench_height: 15.0,
            batter_angle: 68.0 * PI / 180.0,
            berm_width: 8.5,
            floor_length: 270.0,
            floor_width: 180.0,
            ramp_grade: 0.09,
            ramp_width: 27.0,
            switchbacks: None,
            switchback_radius: 30.0,
            switchback_grade: 0.03,
            dump_height: 22.0,
            grid_spacing: 2.0,
            truck: tr100at_outline(),
        }
    }
}

/// Ground between the drivable edge and the toe or crest beside it, m: room for a windrow of axle height
/// (1.3 m or more for this class, Colorado DNR record 949134) at its natural slope, or for a drain at a wall.
pub const VERGE: f64 = 4.5;

/// A draw whose dump and crusher lie well apart.
const SAMPLE_SEED: u64 = 4;
/// Least length of a leg of the ramp between switchbacks, m.
const LEAST_LEG: f64 = 240.0;
/// Least radius of the island inside a switchback, m, so that the legs' windrows do not meet.
const ISLAND: f64 = 6.0;

impl PitSpec {
    /// The pit that ships in `assets/mines/sample_pit`.
    pub fn sample() -> Self {
        Self { name: "sample_pit".to_owned(), seed: SAMPLE_SEED, ..Self::default() }
    }

    /// Every fault of the figures at once.
    pub fn check(&self) -> Result<(), Faults> {
        let degrees = |a: f64| a * 180.0 / PI;
        let mut faults = Vec::new();
        let mut within = |name: &str, value: f64, low: f64, high: f64, unit: &str| {
            if !(low..=high).contains(&value) {
                faults.push(
                    Fault::new(format!("{name} is {value}{unit}"))
                        .help(format!("give between {low}{unit} and {high}{unit}")),
                );
            }
        };
        within("depth", self.depth, 60.0, 300.0, " m");
        within("bench_height", self.bench_height, 8.0, 20.0, " m");
        within("batter_angle", degrees(self.batter_angle), 50.0, 80.0, "°");
        within("berm_width", self.berm_width, 5.0, 20.0, " m");
        within("floor_length", self.floor_length, 180.0, 600.0, " m");
        within("floor_width", self.floor_width, 130.0, 500.0, " m");
        within("ramp_grade", self.ramp_grade, 0.06, 0.10, "");
        // Roads are at least 20 m wide whatever the truck, so that windrows and fillets keep their shape.
        let two_way = (TWO_WAY * 2.0 * self.truck.footprint.half_width).clamp(20.0, 40.0);
        within("ramp_width", self.ramp_width, two_way, 40.0, " m");
        within("switchback_radius", self.switchback_radius, 20.0, 60.0, " m");
        within("switchback_grade", self.switchback_grade, 0.0, 0.04, "");
        within("dump_height", self.dump_height, 15.0, 30.0, " m");
        within("grid_spacing", self.grid_spacing, 1.0, 5.0, " m");
        if let Some(n) = self.switchbacks {
            // Each leg needs its vertical curves and room to close up to the wall again.
            let most = (self.depth / self.ramp_grade / LEAST_LEG - 1.0).floor().clamp(2.0, 5.0);
            within("switchbacks", f64::from(n), 2.0, if most.is_finite() { most } else { 5.0 }, "");
        }
        if self.floor_width > self.floor_length {
            faults.push(
                Fault::new(format!("floor_width {} m is over floor_length {} m", self.floor_width, self.floor_length))
                    .help("the floor's length is the longer of the two"),
            );
        }
        let least = self.formation() / 2.0 + ISLAND;
        if self.switchback_radius < least {
            faults.push(
                Fault::new(format!("switchback_radius {} m leaves no island between the legs", self.switchback_radius))
                    .help(format!("give {least} m or more, or a narrower ramp")),
            );
        }
        if self.name.is_empty() || !self.name.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c)) {
            faults.push(Fault::new("name is empty or holds more than letters, digits, spaces, - and _"));
        }
        Faults::check(faults)
    }

    /// Width of a ramp or road between the toe above and the crest below, m.
    pub fn formation(&self) -> f64 {
        self.ramp_width + 2.0 * VERGE
    }

    /// Plan length of a batter, m.
    pub fn batter_run(&self) -> f64 {
        self.bench_height / libm::tan(self.batter_angle)
    }

    /// Slope of the wall over benches and berms, between ramps (the tangent of the inter-ramp angle).
    pub fn wall_slope(&self) -> f64 {
        self.bench_height / (self.batter_run() + self.berm_width)
    }
}
