//! The waste dump: its road, its head with the tip heads, and the lower lifts.

use super::super::alignment::{ProfileEnd, align, profile};
use super::super::outline::blob;
use super::super::surface_layout::{Element, SurfaceLayout};
use super::axes::{LocalAxes, heading};
use super::line_points::{around_branch, index, tail};
use super::outside::{MainRoad, Outside};
use super::pit_layout::{PitLayout, PlannedPlace};
use super::radii::FILLET;
use crate::places::PlaceKind;
use haul_core::polygon::ring_contains;
use haul_core::random::{Draw, Stream};
use haul_core::{Point2, Point3, Vector2};

/// Range of the station of the main road where the dump road branches off, m.
const BRANCH_AT: (f64, f64) = (155.0, 170.0);
/// Radius of the bends of the dump road, m.
const ROAD_BEND: f64 = 75.0;
/// Grade of the dump road up the dump, rise over run.
const DUMP_GRADE: f64 = 0.08;
/// Distance along the dump road at which its climb begins, m.
const DUMP_FOOT: f64 = 215.0;
/// Length of the level part between the end of the climb and the dump's head, m.
const DUMP_LANDING: f64 = 35.0;
/// Number of iterations that find the length of the climb.
const CLIMB_ROUNDS: u32 = 6;
/// First estimate of the length of the climb, m.
const CLIMB_ESTIMATE: f64 = 300.0;
/// Sideways distance from the dump road's axis to the ground point that sets the dump's height, m.
const LEVEL_OUT: f64 = 60.0;
/// Minimum height of the dump above the foot of its road, as a share of the dump's height.
const LEAST_RISE_SHARE: f64 = 0.6;
/// Length of the dump road that its joint with the main road includes, m.
const BRANCH_JOINT_LENGTH: f64 = 70.0;
/// Length of the dump road that its joint with the head includes, m.
const HEAD_JOINT_LENGTH: f64 = 110.0;

/// Distance along the axis from the branch to the first bend of the dump road, m. The three constants below place the
/// other bends and the end of the road: along the axis from the start of the dump's head, and sideways, m.
const STRAIGHT_LENGTH: f64 = 150.0;
const BEFORE_HEAD: (f64, f64) = (0.0, -30.0);
const TURN_AT_HEAD: (f64, f64) = (95.0, 60.0);
const ROAD_END: (f64, f64) = (95.0, 150.0);

/// Centre of the dump's head: distance along the axis from the start of the head, and sideways, m.
const HEAD_CENTRE: (f64, f64) = (75.0, 150.0);
/// Semi-axes of the head along the road and across it, m.
const HEAD_AXES: (f64, f64) = (88.0, 62.0);
/// Waviness of the head's rim.
const HEAD_WAVINESS: f64 = 0.5;
/// Points that the tip heads face, along from the dump road's head and sideways, m: the far end first, then both sides.
const TIP_DIRECTIONS: [(f64, f64); 3] = [(75.0 + 40.0, 600.0), (600.0, 260.0), (-500.0, 330.0)];
/// Distance from the rim to the truck's position at a tip head, m.
const TIP_STANDOFF: f64 = 6.0;
/// Number of trucks side by side at the first tip head.
const FIRST_TIP_BAYS: u32 = 3;
/// Number of trucks side by side at other tip heads.
const OTHER_TIP_BAYS: u32 = 2;

/// A lower lift of the dump, which was dumped earlier.
struct Lift {
    /// Centre relative to the head of the dump road: along the road and to its side, m.
    centre: (f64, f64),
    /// Semi-axes of the lift along the road and across it, m.
    axes: (f64, f64),
    /// Rotation of the lift relative to the road, rad.
    turn: f64,
    /// Depth below the dump's head, as a share of the dump's height.
    depth_share: f64,
}

/// The lower lifts, the higher one first.
const LIFTS: [Lift; 2] = [
    Lift { centre: (-40.0, 78.0), axes: (165.0, 85.0), turn: 0.06, depth_share: 0.5 },
    Lift { centre: (-100.0, 70.0), axes: (160.0, 95.0), turn: 0.1, depth_share: 0.72 },
];
/// Waviness of a lift's rim.
const LIFT_WAVINESS: f64 = 0.8;

/// The road to the dump.
pub(super) struct DumpRoad {
    /// Index of the road's surface element.
    pub(super) road: usize,
    /// Points of the road's centreline.
    pub(super) line: Vec<Point3>,
}

impl Outside<'_> {
    /// Lays out the dump and its road.
    pub(super) fn lay_dump(&self, main: &MainRoad, rng: &mut Stream, layout: &mut PitLayout) -> DumpRoad {
        let branch = index(rng.between(BRANCH_AT.0, BRANCH_AT.1)).min(main.line.len() - 1);
        let lateral = if rng.unit() < 0.5 { 1.0 } else { -1.0 };
        let axes = LocalAxes { origin: main.line[branch].xy(), along: self.exit.out, out: self.exit.along * lateral };
        let foot_height = self.ground.height(axes.at(DUMP_FOOT, 0.0));
        let (head, level) = self.climb(&axes, foot_height);
        let line = align(
            &[
                axes.at(0.0, 0.0),
                axes.at(STRAIGHT_LENGTH, 0.0),
                axes.at(head + BEFORE_HEAD.0, BEFORE_HEAD.1),
                axes.at(head + TURN_AT_HEAD.0, TURN_AT_HEAD.1),
                axes.at(head + ROAD_END.0, ROAD_END.1),
            ],
            ROAD_BEND,
        );
        let climbing = |p: Point2| {
            let s = (p - axes.origin).dot(&axes.along);
            if s < DUMP_FOOT { self.ground.height(p) } else { (foot_height + (s - DUMP_FOOT) * DUMP_GRADE).min(level) }
        };
        let start = ProfileEnd { height: main.line[branch].z, slope: 0.0 };
        let line = profile(&line, &climbing, start, Some(ProfileEnd { height: level, slope: 0.0 }));
        let road = layout.surface.road(line.clone(), self.half_width);
        let joint = vec![(main.road, around_branch(branch)), (road, 0..index(BRANCH_JOINT_LENGTH))];
        layout.surface.join(joint, FILLET);

        let turn = heading(axes.along);
        let rim =
            blob(axes.at(head + HEAD_CENTRE.0, HEAD_CENTRE.1), HEAD_AXES.0, HEAD_AXES.1, turn, HEAD_WAVINESS, rng);
        let pad = layout.surface.pad(rim, level);
        layout.surface.join(vec![(pad, 0..0), (road, tail(line.len(), HEAD_JOINT_LENGTH))], FILLET);
        self.lay_tip_heads(&axes, head, pad, layout);
        for lift in &LIFTS {
            let centre = axes.at(head + lift.centre.0, lift.centre.1);
            let ring = blob(centre, lift.axes.0, lift.axes.1, turn - lift.turn * lateral, LIFT_WAVINESS, rng);
            layout.earthworks.fills.push((ring, level - lift.depth_share * self.spec.dump_height));
        }
        DumpRoad { road, line }
    }

    /// Finds the distance from the branch to the dump's head and the head's height, m.
    ///
    /// The climb is as long as the grade requires between the ground at the foot and the top of the dump.
    fn climb(&self, axes: &LocalAxes, foot_height: f64) -> (f64, f64) {
        let height = self.spec.dump_height;
        let mut head = DUMP_FOOT + CLIMB_ESTIMATE;
        let mut level = foot_height;
        for _ in 0..CLIMB_ROUNDS {
            let ground = self.ground.height(axes.at(head, LEVEL_OUT));
            level = (ground + height).max(foot_height + LEAST_RISE_SHARE * height);
            head = DUMP_FOOT + (level - foot_height) / DUMP_GRADE + DUMP_LANDING;
        }
        (head, level)
    }

    /// Lays out the tip heads around the rim of the dump's head.
    fn lay_tip_heads(&self, axes: &LocalAxes, head: f64, pad: usize, layout: &mut PitLayout) {
        for (k, (along, out)) in TIP_DIRECTIONS.into_iter().enumerate().take(self.spec.dumps as usize) {
            if let Some((tip, inward)) = rim_point(&layout.surface, pad, axes.at(head + along, out)) {
                layout.places.push(PlannedPlace {
                    kind: PlaceKind::Dump,
                    bays: if k == 0 { FIRST_TIP_BAYS } else { OTHER_TIP_BAYS },
                    id: if k == 0 { "dump".to_owned() } else { format!("dump_{}", k + 1) },
                    at: tip + inward * TIP_STANDOFF,
                    heading: heading(inward),
                });
            }
        }
    }
}

/// Returns the point of a pad's rim nearest to `towards`, and the unit vector inward there.
fn rim_point(surface: &SurfaceLayout, pad: usize, towards: Point2) -> Option<(Point2, Vector2)> {
    let Element::Pad(pad) = surface.elements.get(pad)? else { return None };
    let n = pad.ring.len();
    let k = (0..n).min_by(|&a, &b| (pad.ring[a] - towards).norm().total_cmp(&(pad.ring[b] - towards).norm()))?;
    let t = (pad.ring[(k + 1) % n] - pad.ring[(k + n - 1) % n]).normalize();
    let inward = Vector2::new(-t.y, t.x);
    let probe = pad.ring[k] + inward * 5.0;
    let inward = if ring_contains(&pad.ring, probe) { inward } else { -inward };
    Some((pad.ring[k], inward))
}
