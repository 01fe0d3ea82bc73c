//! The park beside the main road near the pit.

use super::super::alignment::{ProfileEnd, profile};
use super::axes::heading;
use super::line_points::{POINTS_PER_METRE, index};
use super::outside::{MainRoad, Outside};
use super::pit_layout::{PitLayout, PlannedPlace};
use super::radii::{PAD_CORNER, SMALL_FILLET};
use crate::places::PlaceKind;
use haul_core::Point2;

/// Distance from the pit exit to the access road, m.
const ACCESS_AT: f64 = 62.0;
/// Length of the access road, m.
const ACCESS_LENGTH: f64 = 85.0;
/// Distance from the main road at which the ground sets the park's height, m.
const LEVEL_AT: f64 = 80.0;
/// Maximum difference between the heights of the park and of the main road, m.
const LEVEL_STEP: f64 = 0.8;
/// Range of the park along the main road from the pit exit, m.
const PARK_ALONG: (f64, f64) = (16.0, 106.0);
/// Range of the park's distance from the main road, m.
const PARK_OUT: (f64, f64) = (55.0, 115.0);
/// Stations of the main road between which it joins the park, m.
const JOINT: (f64, f64) = (2.0, 122.0);
/// Position of the first truck along the main road and away from it, m.
const FIRST_TRUCK: (f64, f64) = (30.0, 105.0);
/// Number of trucks side by side.
const BAYS: u32 = 4;

impl Outside<'_> {
    /// Lays out the park and its access road.
    pub(super) fn lay_park(&self, main: &MainRoad, layout: &mut PitLayout) {
        let at = index(ACCESS_AT).min(main.line.len() - 1);
        let branch = main.line[at];
        let access: Vec<Point2> =
            (0..=index(ACCESS_LENGTH)).map(|k| branch.xy() + self.exit.out * (k as f64 / POINTS_PER_METRE)).collect();
        let start = ProfileEnd { height: branch.z, slope: 0.0 };
        let ground = self.ground.height(self.exit.at(ACCESS_AT, LEVEL_AT));
        let level = ground.clamp(branch.z - LEVEL_STEP, branch.z + LEVEL_STEP);
        let access = profile(&access, &|_| level, start, Some(ProfileEnd { height: level, slope: 0.0 }));
        let access_road = layout.surface.road(access, self.half_width);
        let pad = layout.surface.pad(self.exit.rectangle(PARK_ALONG, PARK_OUT, PAD_CORNER), level);
        let beside = index(JOINT.0)..index(JOINT.1);
        layout.surface.join(vec![(main.road, beside), (access_road, 0..usize::MAX), (pad, 0..0)], SMALL_FILLET);
        layout.places.push(PlannedPlace {
            kind: PlaceKind::Park,
            bays: BAYS,
            id: "park".to_owned(),
            at: self.exit.at(FIRST_TRUCK.0, FIRST_TRUCK.1),
            heading: heading(-self.exit.out),
        });
    }
}
