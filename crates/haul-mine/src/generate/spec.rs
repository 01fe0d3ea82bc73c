//! The design figures of a generated pit.

use crate::places::TruckShape;
use haul_core::random::{Draw, stream};
use haul_core::{Fault, Faults, Footprint};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Design figures of an open pit. Lengths are in metres, angles in radians, grades are rise over run.
///
/// The defaults describe a medium hard-rock pit for a 91 t truck. It has 15 m benches with 68° batters and 8.5 m catch
/// berms, which makes an inter-ramp angle of 46°, and two-lane ramps of 9 %.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PitSpec {
    /// Name of the mine: letters, digits, spaces, `-` and `_`.
    pub name: String,
    /// Seed of everything that is drawn: outline, original ground, side and legs of the ramp, layout outside the
    /// pit.
    pub seed: u64,
    /// Depth of the pit floor below the original ground at the middle of the pit, m; 50 to 400.
    pub depth: f64,
    /// Height of a bench, m; 8 to 20.
    pub bench_height: f64,
    /// Angle of a batter above the horizontal, rad; 50° to 80°.
    pub batter_angle: f64,
    /// Width of a catch berm, m; 5 to 20.
    pub berm_width: f64,
    /// Length of the pit floor, m; 180 to 600.
    pub floor_length: f64,
    /// Width of the pit floor, m; 130 to 500, and at most the floor's length.
    pub floor_width: f64,
    /// Grade of the haul ramp outside switchbacks; 0.06 to 0.10. The upper end is the sustained limit in
    /// `seeds/design.toml`.
    pub ramp_grade: f64,
    /// Drivable width of ramps and roads, m; from [`PitSpec::least_width`] to 40. For the TR100AT the least width
    /// is 21.35 m with two lanes and 13 m with one.
    pub ramp_width: f64,
    /// Shape of the ramp.
    pub shape: RampShape,
    /// Lanes of ramps and roads: 2, or 1 where trucks wait for each other.
    pub lanes: u32,
    /// Number of loading faces; 1 to 4. With switchbacks and more than one face, one face is at the last
    /// switchback. The others are on the floor.
    pub faces: u32,
    /// Number of crushers on the one crusher pad; 1 or 2.
    pub crushers: u32,
    /// Number of tip heads around the rim of the dump; 1 to 3.
    pub dumps: u32,
    /// Number of pushbacks; 0 to 5. Each widens the pit on one side, down to a bench level.
    pub phases: u32,
    /// Number of switchbacks of a switchback ramp; 2 to 5. Three or more need the depth of
    /// [`PitSpec::least_depth`].
    ///
    /// Without a value, a pit shallower than 85 m gets one, and others get two. The seed may give three to a pit
    /// deeper than 170 m.
    pub switchbacks: Option<u32>,
    /// Radius of a switchback's centreline, m; 20 to 60. It must leave an island of 6 m radius inside the ramp's
    /// formation.
    pub switchback_radius: f64,
    /// Grade through a switchback; 0 to 0.04.
    pub switchback_grade: f64,
    /// Height of the waste dump above the original ground, m; 15 to 30.
    pub dump_height: f64,
    /// Spacing of the terrain grid, m; 1 to 5.
    pub grid_spacing: f64,
    /// The truck that places and roads are laid out for. The default is the outline of the TR100AT.
    #[serde(skip, default = "tr100at_outline")]
    pub truck: TruckShape,
}

/// Shape of the ramp out of a pit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RampShape {
    /// The ramp goes back and forth on one wall.
    #[default]
    Switchback,
    /// The ramp goes around the pit.
    Spiral,
}

/// Returns the outline of the TR100AT, from the figures in `seeds/trucks/tr100at.toml`: 10.8 m × 6.1 m, 4.6 m
/// wheelbase, 39° steering angle of the inner wheel.
fn tr100at_outline() -> TruckShape {
    TruckShape { footprint: Footprint { front: 7.7, rear: 3.1, half_width: 3.05 }, turning_radius: 7.8 }
}

/// Minimum width of a two-lane road, in truck widths (USBM IC 8758).
const TWO_LANE_TRUCK_WIDTHS: f64 = 3.5;
/// Minimum width of a one-lane road, in truck widths (USBM IC 8758).
const ONE_LANE_TRUCK_WIDTHS: f64 = 2.0;

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

/// Width of the verge between the drivable edge and the toe or crest beside it, m.
///
/// Along a drop, the verge has room for a safety berm of axle height at its natural slope. The axle height is 1.3 m or
/// more for this class of truck (Colorado DNR record 949134). Along a wall, the verge has room for a drain.
pub const VERGE: f64 = 4.5;

/// Seed of the sample pit. In this draw the dump and the crusher lie well apart.
const SAMPLE_SEED: u64 = 4;
/// Maximum number of switchbacks of a ramp.
pub const MOST_SWITCHBACKS: u32 = 5;
/// Minimum length of a ramp's leg between switchbacks, m.
const LEAST_LEG_LENGTH: f64 = 240.0;
/// Minimum radius of the island inside a switchback, m. It keeps the safety berms of the two legs apart.
const LEAST_ISLAND_RADIUS: f64 = 6.0;

impl PitSpec {
    /// Returns the figures of the pit in `assets/mines/sample_pit`.
    pub fn sample() -> Self {
        Self { name: "sample_pit".to_owned(), seed: SAMPLE_SEED, ..Self::default() }
    }

    /// Checks the figures.
    ///
    /// # Errors
    ///
    /// Returns every fault at once.
    pub fn check(&self) -> Result<(), Faults> {
        let degrees = |a: f64| a * 180.0 / PI;
        let mut faults = Vec::new();
        let mut within = |name: &str, value: f64, low: f64, high: f64, unit: &str| {
            if !(low..=high).contains(&value) {
                faults.push(Fault::new(format!(
                    "{name}: expected a value from {}{unit} to {high}{unit}, found {value}{unit}",
                    // Rounded up to the centimetre, because a minimum may be a computed value.
                    (100.0 * low).ceil() / 100.0
                )));
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
                // Every permitted depth has room for two switchbacks.
                let needed = self.least_depth(n);
                if (3..=MOST_SWITCHBACKS).contains(&n) && self.depth < needed {
                    faults.push(
                        Fault::new(format!(
                            "switchbacks: expected a pit {needed:.0} m deep or more for {n} of them, found {} m",
                            self.depth
                        ))
                        .help("make the pit deeper or use fewer switchbacks"),
                    );
                }
            }
            (Some(n), RampShape::Spiral) => faults.push(
                Fault::new(format!("switchbacks: expected no value for a spiral ramp, found {n}"))
                    .help("a spiral has no switchbacks; remove switchbacks or use shape = \"switchback\""),
            ),
            (None, _) => {}
        }
        if self.floor_width > self.floor_length {
            faults.push(
                Fault::new(format!(
                    "floor_width: expected at most the floor_length of {} m, found {} m",
                    self.floor_length, self.floor_width
                ))
                .help("the floor's length is the longer of the two"),
            );
        }
        let least = self.formation() / 2.0 + LEAST_ISLAND_RADIUS;
        if self.switchback_radius < least {
            faults.push(
                Fault::new(format!(
                    "switchback_radius: expected {least} m or more, found {} m",
                    self.switchback_radius
                ))
                .help("the legs need an island between them; use a larger radius or a narrower ramp"),
            );
        }
        if self.name.is_empty() || !self.name.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c)) {
            faults.push(
                Fault::new(format!("name: expected letters, digits, spaces, - and _, found {:?}", self.name))
                    .help("give a name of at least one character"),
            );
        }
        Faults::check(faults)
    }

    /// Returns the minimum drivable width of the roads, m.
    ///
    /// For two lanes it is 3.5 truck widths, within 20 m to 40 m; for one lane it is 2 truck widths (USBM IC 8758),
    /// within 13 m to 40 m. The lower limits keep the shape of safety berms and fillets for small trucks.
    pub fn least_width(&self) -> f64 {
        let (share, least) =
            if self.lanes == 1 { (ONE_LANE_TRUCK_WIDTHS, 13.0) } else { (TWO_LANE_TRUCK_WIDTHS, 20.0) };
        (share * 2.0 * self.truck.footprint.half_width).clamp(least, 40.0)
    }

    /// Returns the figures of a random pit.
    ///
    /// The seed draws the shape, a depth from 50 to 400 m, the lanes, faces, crushers, dumps and phases, and the
    /// other main figures. The drawn figures always pass [`PitSpec::check`].
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
        spec.switchback_radius =
            (spec.formation() / 2.0 + LEAST_ISLAND_RADIUS).ceil().max(28.0) + rng.between(0.0, 6.0).round();
        spec
    }

    /// Returns the minimum depth of a pit with the given number of switchbacks, m. Each leg needs room for its vertical
    /// curves, and for closing up to the wall again.
    pub fn least_depth(&self, switchbacks: u32) -> f64 {
        (f64::from(switchbacks) + 1.0) * LEAST_LEG_LENGTH * self.ramp_grade
    }

    /// Returns the width of a ramp or road between the toe above and the crest below, m.
    pub fn formation(&self) -> f64 {
        self.ramp_width + 2.0 * VERGE
    }

    /// Returns the length of a batter in plan, m.
    pub fn batter_run(&self) -> f64 {
        self.bench_height / libm::tan(self.batter_angle)
    }

    /// Returns the slope of the wall over benches and catch berms, between ramps (the tangent of the inter-ramp
    /// angle).
    pub fn wall_slope(&self) -> f64 {
        self.bench_height / (self.batter_run() + self.berm_width)
    }
}
