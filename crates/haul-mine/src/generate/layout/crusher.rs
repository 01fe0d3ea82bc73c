//! The main road from the ramp to the crushers, and their pad.

use super::super::alignment::{ProfileEnd, align, profile};
use super::super::ramp::Ramp;
use super::axes::{LocalAxes, heading};
use super::line_points::tail;
use super::outside::{MainRoad, Outside};
use super::pit_layout::{PitLayout, PlannedPlace};
use super::radii::{BEND, FILLET, PAD_CORNER};
use crate::places::PlaceKind;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Vector2};

/// Range of the distance from the pit exit to the crusher along the ramp's last heading, m.
const CRUSHER_ALONG: (f64, f64) = (560.0, 640.0);
/// Range of the distance from the pit exit to the crusher away from the pit, m.
const CRUSHER_OUT: (f64, f64) = (70.0, 170.0);
/// Range of the distance from the pit exit to the main road's bend, m.
const BEND_ALONG: (f64, f64) = (270.0, 310.0);
/// Height of the crusher's pad above the original ground, m. Trucks feed the hopper over the pad's edge.
const CRUSHER_RAISE: f64 = 5.0;
/// Distance before the pad at which the climb to the pad begins, m. The length avoids a sharp crest before the pad.
const CLIMB_BEFORE: f64 = 170.0;
/// Distance before the pad at which the climb to the pad ends, m.
const LEVEL_BEFORE: f64 = 20.0;
/// Number of points of ramp and main road in the joint where they meet.
const EXIT_JOINT_POINTS: usize = 10;
/// Radius of the fillets in the joint of ramp and main road, m. The two roads continue each other.
const EXIT_FILLET: f64 = 1.0;
/// Length of the main road that the joint with the pad includes, m.
const PAD_JOINT_LENGTH: f64 = 70.0;

/// Distance from the main road's end back to the near side of the pad, m.
const PAD_BACK: f64 = 12.0;
/// Length of the pad beyond the main road's end, m.
const PAD_LENGTH: f64 = 68.0;
/// Width of the pad beyond the road's edge, on the side without a hopper, m.
const PAD_MARGIN: f64 = 6.0;
/// Distance from the main road's centreline to the pad's far edge, where the first hopper is, m.
const PAD_WIDTH: f64 = 62.0;
/// Distance from the truck's position to the pad's edge when it dumps, m.
const DUMP_STANDOFF: f64 = 7.0;
/// Position of the first hopper along the pad, m.
const FIRST_HOPPER: f64 = 40.0;
/// Position of the second hopper across the pad's end, m.
const SECOND_HOPPER: f64 = 8.0;
/// Distances from the pad's edge between which a hopper's well lies, m.
const WELL_OFFSETS: (f64, f64) = (1.5, 32.0);
/// Half the length of a well along the pad's edge, m.
const WELL_HALF_LENGTH: f64 = 12.0;
/// Radius of the corners of a well, m.
const WELL_CORNER: f64 = 0.5;
/// Depth of a well's floor below the original ground, m.
const WELL_DEPTH: f64 = 2.0;

impl Outside<'_> {
    /// Lays out the main road and the pad at its end.
    pub(super) fn lay_main_road(
        &self,
        ramp: &Ramp,
        ramp_road: usize,
        rng: &mut Stream,
        layout: &mut PitLayout,
    ) -> MainRoad {
        let to = self.exit.at(draw(rng, CRUSHER_ALONG), draw(rng, CRUSHER_OUT));
        let bend = self.exit.at(draw(rng, BEND_ALONG), 0.0);
        let line = align(&[self.exit.origin, bend, to], BEND);
        let level = self.ground.height(to) + CRUSHER_RAISE;
        let climbing = |p: Point2| {
            let share = (((p - to).norm() - LEVEL_BEFORE) / (CLIMB_BEFORE - LEVEL_BEFORE)).clamp(0.0, 1.0);
            level + (self.ground.height(p) - level) * (share * share * (3.0 - 2.0 * share))
        };
        let start = ProfileEnd { height: ramp.points[ramp.points.len() - 1].at.z, slope: 0.0 };
        let line = profile(&line, &climbing, start, Some(ProfileEnd { height: level, slope: 0.0 }));
        let road = layout.surface.road(line.clone(), self.half_width);
        let ramp_end = ramp.points.len().saturating_sub(EXIT_JOINT_POINTS)..usize::MAX;
        layout.surface.join(vec![(ramp_road, ramp_end), (road, 0..EXIT_JOINT_POINTS)], EXIT_FILLET);
        let main = MainRoad { road, line };
        self.lay_crushers(&main, level, layout);
        main
    }

    /// Lays out the crushers' pad beyond the main road's end. Trucks back up to its far edge.
    fn lay_crushers(&self, main: &MainRoad, level: f64, layout: &mut PitLayout) {
        let last = main.line.len() - 1;
        let along = (main.line[last].xy() - main.line[last - 4].xy()).normalize();
        let left = Vector2::new(-along.y, along.x);
        let side = if self.exit.out.dot(&left) > 0.0 { 1.0 } else { -1.0 };
        let axes = LocalAxes { origin: main.line[last].xy(), along, out: left * side };
        let ring = axes.rectangle((-PAD_BACK, PAD_LENGTH), (-self.half_width - PAD_MARGIN, PAD_WIDTH), PAD_CORNER);
        let pad = layout.surface.pad(ring, level);
        layout.surface.join(vec![(pad, 0..0), (main.road, tail(last, PAD_JOINT_LENGTH))], FILLET);
        let well_floor = level - CRUSHER_RAISE - WELL_DEPTH;
        layout.places.push(PlannedPlace {
            kind: PlaceKind::Crusher,
            bays: 1,
            id: "crusher".to_owned(),
            at: axes.at(FIRST_HOPPER, PAD_WIDTH - DUMP_STANDOFF),
            heading: heading(-axes.out),
        });
        let (along, out) = (beside(FIRST_HOPPER), beyond(PAD_WIDTH));
        layout.earthworks.wells.push((axes.rectangle(along, out, WELL_CORNER), well_floor));
        if self.spec.crushers > 1 {
            // The second hopper is at the pad's end, on the side away from the first.
            layout.places.push(PlannedPlace {
                kind: PlaceKind::Crusher,
                bays: 1,
                id: "crusher_2".to_owned(),
                at: axes.at(PAD_LENGTH - DUMP_STANDOFF, SECOND_HOPPER),
                heading: heading(-axes.along),
            });
            let (along, out) = (beyond(PAD_LENGTH), beside(SECOND_HOPPER));
            layout.earthworks.wells.push((axes.rectangle(along, out, WELL_CORNER), well_floor));
        }
    }
}

/// Draws a value from a range.
fn draw(rng: &mut Stream, (low, high): (f64, f64)) -> f64 {
    rng.between(low, high)
}

/// Returns the range that a well covers along the pad's edge (m), given the position of its hopper.
fn beside(hopper: f64) -> (f64, f64) {
    (hopper - WELL_HALF_LENGTH, hopper + WELL_HALF_LENGTH)
}

/// Returns the range that a well covers beyond the pad's edge, m.
fn beyond(edge: f64) -> (f64, f64) {
    (edge + WELL_OFFSETS.0, edge + WELL_OFFSETS.1)
}
