//! Safety berms along drops: the ground just outside the edge of the surface.

use super::finding::Finding;
use super::rules::{DesignRules, RuleId};
use crate::map::MineMap;
use haul_core::{Point3, Vector2};

/// Spacing of the points checked along the edge, m.
const STEP: f64 = 5.0;
/// Distance inside the edge at which the road's height is measured, m.
const INSIDE_DISTANCE: f64 = 1.0;
/// Maximum distance of a safety berm from the edge, m.
const BERM_REACH: f64 = 6.0;
/// Spacing of the ground points across the edge, m.
const BERM_STEP: f64 = 0.5;
/// Maximum distance from the edge at which a drop is searched for, m.
const DROP_REACH: f64 = 14.0;
/// Minimum slope of a drop, rise over run. A truck can run out on a gentler slope.
const LEAST_FALL: f64 = 1.0 / 3.0;
/// Length over which the slope of a drop is measured, m.
const FALL_LENGTH: f64 = 2.0;
/// Minimum length of a gap in a safety berm that is reported, m.
const LEAST_GAP_LENGTH: f64 = 3.0 * STEP;
/// Distance from a spot within which no berm of full height is needed, m. Trucks dump there, or a hopper is there.
const SPOT_DISTANCE: f64 = 16.0;

/// Returns the stretches of the edge that have a drop beside them and too low a safety berm.
pub(super) fn berms(map: &MineMap, rules: &DesignRules) -> Vec<Finding> {
    let rule = &rules.berm_height;
    let mut findings = Vec::new();
    for ring in map.drivable.polygon().rings() {
        let mut station = 0.0;
        let mut open: Vec<(f64, Point3, f64)> = Vec::new();
        let mut close = |run: &mut Vec<(f64, Point3, f64)>| {
            let run = std::mem::take(run);
            let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
            if last.0 - first.0 < LEAST_GAP_LENGTH {
                return;
            }
            let Some(worst) = run.iter().min_by(|a, b| a.2.total_cmp(&b.2)) else { return };
            let value = worst.2.max(0.0);
            findings.push(Finding {
                rule: RuleId::BermHeight,
                severity: rule.severity,
                road: None,
                from_m: first.0,
                to_m: last.0,
                at: [worst.1.x, worst.1.y, worst.1.z],
                value,
                limit: rule.limit.value,
                unit: "m",
                excess: rule.limit.value / value.max(0.1),
                what: format!("berm of {value:.1} m along a drop, at least {:.1} m is required", rule.limit.value),
                source: rule.limit.source.clone(),
                standing: rule.limit.standing,
                line: run.iter().map(|r| r.1).collect(),
            });
        };
        for (i, a) in ring.iter().enumerate() {
            let b = ring[(i + 1) % ring.len()];
            let along = b - a;
            let length = along.norm();
            if length == 0.0 {
                continue;
            }
            // Outer rings run anticlockwise and islands clockwise, so the ground that is not drivable lies to the
            // right.
            let out = Vector2::new(along.y, -along.x) / length;
            let pieces = (length / STEP).ceil().max(1.0);
            for k in 0..pieces as usize {
                let t = k as f64 / pieces;
                let p = a + along * t;
                let inside = p - out * INSIDE_DISTANCE;
                let road = map.terrain.height(inside.x, inside.y);
                let ground = |d: f64| {
                    let q = p + out * d;
                    map.terrain.height(q.x, q.y)
                };
                let steps = |reach: f64| (1..=(reach / BERM_STEP) as usize).map(|n| ground(n as f64 * BERM_STEP));
                let lowest = steps(DROP_REACH).fold(f64::INFINITY, f64::min);
                let berm = steps(BERM_REACH).fold(f64::NEG_INFINITY, f64::max) - road;
                let steps = (DROP_REACH / BERM_STEP) as usize;
                let falls = (0..steps).any(|n| {
                    let d = n as f64 * BERM_STEP;
                    ground(d) - ground(d + FALL_LENGTH) > LEAST_FALL * FALL_LENGTH
                });
                let drops = road - lowest > rules.with.drop.value && falls;
                let at_place = map
                    .places
                    .iter()
                    .flat_map(|pl| pl.spots.iter())
                    .any(|s| (s.pose.position() - p).norm() < SPOT_DISTANCE);
                if drops && !at_place && berm < rule.limit.value {
                    open.push((station + t * length, Point3::new(p.x, p.y, road), berm));
                } else {
                    close(&mut open);
                }
            }
            station += length;
        }
        close(&mut open);
    }
    findings
}
