//! The link road between the dump's road and the main road. Because of it, ore and waste do not cross at the pit exit.

use super::super::alignment::{ProfileEnd, align, profile};
use super::dump::DumpRoad;
use super::line_points::{around_branch, index, tail};
use super::outside::{MainRoad, Outside};
use super::pit_layout::PitLayout;
use super::radii::{FILLET, TIGHT_BEND};
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Vector2};

/// Range of the station of the dump road where the link begins, m.
const FROM_DUMP_ROAD: (f64, f64) = (105.0, 135.0);
/// Range of the station of the main road where the link ends, m.
const TO_MAIN_ROAD: (f64, f64) = (390.0, 420.0);
/// Minimum distance from the link's end to the end of the main road, m.
const BEFORE_CRUSHER: f64 = 100.0;
/// Length of the link's first part, parallel to the ramp's last heading, m.
const LEAD: f64 = 110.0;
/// Minimum distance of the link's last corner from the main road, m.
const LEAST_DROP: f64 = 70.0;
/// Minimum cosine between the main road's normal and the direction away from the pit, for placing the link's last
/// corner.
const LEAST_COSINE: f64 = 0.5;
/// Length of the link that its joints include, m.
const JOINT_LENGTH: f64 = 55.0;

impl Outside<'_> {
    /// Lays out the link road.
    pub(super) fn lay_link(&self, main: &MainRoad, dump: &DumpRoad, rng: &mut Stream, layout: &mut PitLayout) {
        let on_dump = index(rng.between(FROM_DUMP_ROAD.0, FROM_DUMP_ROAD.1));
        let on_main = index(rng.between(TO_MAIN_ROAD.0, TO_MAIN_ROAD.1))
            .min((main.line.len() - 1).saturating_sub(index(BEFORE_CRUSHER)));
        let from = dump.line[on_dump.min(dump.line.len() - 1)];
        let to = main.line[on_main];
        let tangent = (main.line[on_main + 1].xy() - main.line[on_main - 1].xy()).normalize();
        let left = Vector2::new(-tangent.y, tangent.x);
        let out = self.exit.out;
        let normal = left * if left.dot(&out) > 0.0 { 1.0 } else { -1.0 };
        let lead = from.xy() + self.exit.along * LEAD;
        let drop = ((lead - to.xy()).dot(&out)).max(LEAST_DROP);
        let corner = to.xy() + normal * (drop / normal.dot(&out).max(LEAST_COSINE));
        let line = align(&[from.xy(), lead, corner, to.xy()], TIGHT_BEND);
        let ground = |p: Point2| self.ground.height(p);
        let (start, end) = (ProfileEnd { height: from.z, slope: 0.0 }, ProfileEnd { height: to.z, slope: 0.0 });
        let line = profile(&line, &ground, start, Some(end));
        let points = line.len();
        let road = layout.surface.road(line, self.half_width);
        let at_dump = vec![(dump.road, around_branch(on_dump)), (road, 0..index(JOINT_LENGTH))];
        layout.surface.join(at_dump, FILLET);
        let at_main = vec![(main.road, around_branch(on_main)), (road, tail(points, JOINT_LENGTH))];
        layout.surface.join(at_main, FILLET);
    }
}
