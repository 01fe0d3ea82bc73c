//! Tests of the elastic band on synthetic roads.

use super::edges::EdgePoints;
use super::elastic::{BandRequirements, BandWeights, Elastic, PointRow, curvature, direction};
use super::fit::first_row;
use super::guide::{Guide, GuidePoint};
use super::steering::SteeringBounds;
use haul_core::{Footprint, Polygon, Pose2};

const TRUCK: Footprint = Footprint { front: 7.2, rear: 3.6, half_width: 3.05 };

fn requirements() -> BandRequirements {
    let steering =
        SteeringBounds { curvature: 0.93 / 5.68, per_second: 0.04, lateral_acceleration: 1.5, speeds: [2.5, 13.0] };
    BandRequirements { footprint: TRUCK, steering, desired: 1.5, required: 0.7 }
}

/// Returns a line of straights and arcs (length, curvature), as poses 1 m apart.
fn line(pieces: &[(f64, f64)]) -> Vec<Pose2> {
    let mut pose = Pose2::default();
    let mut poses = vec![pose];
    for &(length, bend) in pieces {
        let n = length.round() as usize;
        for _ in 0..n {
            let h = pose.heading + bend / 2.0;
            pose = Pose2::new(pose.x + libm::cos(h), pose.y + libm::sin(h), pose.heading + bend);
            poses.push(pose);
        }
    }
    poses
}

fn road(poses: &[Pose2], half_width: f64) -> Polygon {
    let (first, last) = (poses[0].advanced(-20.0), poses[poses.len() - 1].advanced(20.0));
    let all: Vec<Pose2> = [first].into_iter().chain(poses.iter().copied()).chain([last]).collect();
    let right = all.iter().map(|p| p.place(0.0, -half_width));
    let left = all.iter().rev().map(|p| p.place(0.0, half_width));
    Polygon { outer: right.chain(left).collect(), holes: vec![] }
}

fn guide(poses: &[Pose2], offset: f64) -> Guide {
    let points = poses.iter().map(|p| GuidePoint { point: p.position(), offset, weight: 1.0, road: None }).collect();
    Guide { points }
}

fn settle(poses: &[Pose2], half_width: f64, offset: f64) -> (PointRow, Polygon) {
    let (polygon, guide) = (road(poses, half_width), guide(poses, offset));
    let first = first_row(&guide, 1.0);
    let band = Elastic {
        guide: &guide,
        requirements: requirements(),
        weights: BandWeights::default(),
        emphasis: &[],
        edges: |lo, hi| EdgePoints::of(polygon.segments(), lo, hi),
    };
    let (row, _) = band.settle(&first);
    (row, polygon)
}

fn clearances(row: &PointRow, polygon: &Polygon) -> Vec<f64> {
    (0..row.points.len())
        .map(|i| {
            let ahead = direction(&row.points, i);
            let pose = Pose2::new(row.points[i].x, row.points[i].y, libm::atan2(ahead.y, ahead.x));
            TRUCK.outline(pose, 0.25).map(|p| polygon.clearance(p)).fold(f64::INFINITY, f64::min)
        })
        .collect()
}

#[test]
fn a_switchback_is_driven_inside_its_edges() {
    let poses = line(&[(80.0, 0.0), (12.0 * std::f64::consts::PI, 1.0 / 12.0), (80.0, 0.0)]);
    let (row, polygon) = settle(&poses, 11.0, -5.0);
    let least = clearances(&row, &polygon).into_iter().fold(f64::INFINITY, f64::min);
    let bend = (0..row.points.len()).map(|i| curvature(&row.points, i).abs()).fold(0.0, f64::max);
    assert!(least > 0.5, "clearance {least}");
    assert!(bend < 0.95 / 5.68, "curvature {bend}");
}
