//! What a person asks of the generator.

use crate::places::TruckShape;
use haul_core::random::{Draw, stream};
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
    /// How the ramp climbs.
    pub shape: RampShape,
    /// Lanes of ramps and roads: 2, or 1 with trucks that wait for each other.
    pub lanes: u32,
    /// Loading faces: one at the last switchback where there is one, the others on the floor. 1 to 4.
    pub faces: u32,
    /// Crushers, side by side on one pad. 1 or 2.
    pub crushers: u32,
    /// Tip heads round the rim of the dump. 1 to 3.
    pub dumps: u32,
    /// Pushbacks: how often the pit was widened on one side and down to a bench. 0 to 5.
    pub phases: u32,
    /// Switchbacks of a ramp that has them; drawn from the seed (2, or 3 in a deep pit) where absent. 2 to 5.
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

/// How a ramp climbs out of a pit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RampShape {
    /// To and fro on one wall.
    #[default]
    Switchback,
    /// Round and round the pit.
    Spiral,
}

/// The outline of the TR100AT by the figures of `seeds/trucks/tr100at.toml`: 10.8 × 6.1 m, 4.6 m wheelbase, 39° at
/// the inner wheel.
fn tr100at_outline() -> TruckShape {
    TruckShape { footprint: Footprint { front: 7.7, rear: 3.1, half_width: 3.05 }, turning_radius: 7.8 }
}

/// Width of a two-way road over that of the truck (USBM IC 8758).
const TWO_WAY: f64 = 3.5;
/// The same of a road of one lane.
const ONE_WAY: f64 = 2.0;

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
            shape: RampShape::Switchback,
            lanes: 2,
            faces: 2,
            crushers: 1,
            dumps: 1,
            phases: 3,
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
/// Switchbacks of a ramp at the most.
pub const MOST_SWITCHBACKS: u32 = 5;
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
        within("depth", self.depth, 50.0, 400.0, " m");
        within("bench_height", self.bench_height, 8.0, 20.0, " m");
        within("batter_angle", degrees(self.batter_angle), 50.0, 80.0, "°");
        within("berm_width", self.berm_width, 5.0, 20.0, " m");
        within("floor_length", self.floor_length, 180.0, 600.0, " m");
        within("floor_width", self.floor_width, 130.0, 500.0, " m");
        within("ramp_grade", 100.0 * self.ramp_grade, 6.0, 10.0, " %");
        within("lanes", f64::from(self.lanes), 1.0, 2.0, "");
        within("ramp_width", self.ramp_width, self.least_width(), 40.0, " m");
        within("faces", f64::from(self.faces), 1.0, 4.0, "");
        within("crushers", f64::from(self.crushers), 1.0, 2.0, "");
        within("dumps", f64::from(self.dumps), 1.0, 3.0, "");
        within("phases", f64::from(self.phases), 0.0, 5.0, "");
        within("switchback_radius", self.switchback_radius, 20.0, 60.0, " m");
        within("switchback_grade", 100.0 * self.switchback_grade, 0.0, 4.0, " %");
        within("dump_height", self.dump_height, 15.0, 30.0, " m");
        within("grid_spacing", self.grid_spacing, 1.0, 5.0, " m");
        match (self.switchbacks, self.shape) {
            (Some(n), RampShape::Switchback) => {
                within("switchbacks", f64::from(n), 2.0, f64::from(MOST_SWITCHBACKS), "");
                // Two have room at any depth that is allowed.
                let needed = self.least_depth(n);
                if (3..=MOST_SWITCHBACKS).contains(&n) && self.depth < needed {
                    faults.push(
                        Fault::new(format!("switchbacks is {n}, and the pit is {} m deep", self.depth))
                            .help(format!("give a depth of {needed:.0} m or more, or fewer switchbacks")),
                    );
                }
            }
            (Some(n), RampShape::Spiral) => faults.push(
                Fault::new(format!("switchbacks is {n}, and the ramp is a spiral"))
                    .help("leave one of both out: a spiral has no switchbacks"),
            ),
            (None, _) => {}
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

    /// Least drivable width of the roads asked for, m: 3.5 widths of the truck for two lanes, 2 for one (USBM IC 8758), and
    /// whatever the truck so much that windrows and fillets keep their shape.
    pub fn least_width(&self) -> f64 {
        let (share, least) = if self.lanes == 1 { (ONE_WAY, 13.0) } else { (TWO_WAY, 20.0) };
        (share * 2.0 * self.truck.footprint.half_width).clamp(least, 40.0)
    }

    /// A mine of a seed in every respect: shape, depth from 50 to 400 m, lanes, faces, crushers, dumps and phases are drawn
    /// with the rest. What is drawn goes together.
    pub fn drawn(seed: u64) -> Self {
        let mut rng = stream(seed, "pit", "figures");
        // Shallow pits are more common than deep ones.
        let share = rng.unit();
        let depth = (50.0 + 350.0 * share * share).round();
        let shape = if rng.unit() < 0.45 { RampShape::Spiral } else { RampShape::Switchback };
        let lanes = if rng.unit() < 0.25 { 1 } else { 2 };
        let bench_height = (rng.between(10.0, 16.0) * 2.0).round() / 2.0;
        let mut spec = Self {
            name: format!("pit {seed}"),
            seed,
            depth,
            bench_height,
            batter_angle: rng.between(62.0, 72.0) * PI / 180.0,
            berm_width: (rng.between(6.5, 10.0) * 2.0).round() / 2.0,
            floor_length: rng.between(250.0, 420.0).round(),
            ramp_grade: (rng.between(0.08, 0.10) * 200.0).round() / 200.0,
            shape,
            lanes,
            faces: 1 + (rng.unit() * 3.0) as u32,
            crushers: 1 + u32::from(rng.unit() < 0.35),
            dumps: 1 + (rng.unit() * 3.0) as u32,
            phases: (rng.unit() * 5.0) as u32,
            dump_height: rng.between(16.0, 28.0).round(),
            ..Self::default()
        };
        spec.floor_width = (spec.floor_length * rng.between(0.6, 0.9)).round().max(160.0);
        let least = spec.least_width();
        spec.ramp_width = (least + rng.between(0.5, 6.0)).ceil();
        spec.switchback_radius = (spec.formation() / 2.0 + ISLAND).ceil().max(28.0) + rng.between(0.0, 6.0).round();
        spec
    }

    /// Depth from which on a ramp has room for so many switchbacks, m: each leg needs its vertical curves and room to close up
    /// to the wall again.
    pub fn least_depth(&self, switchbacks: u32) -> f64 {
        (f64::from(switchbacks) + 1.0) * LEAST_LEG * self.ramp_grade
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
