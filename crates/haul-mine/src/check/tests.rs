//! Tests of the check: a straight road with one fault at a time breaks only the rule for this fault.

use super::*;
use crate::build::{BuildInput, BuildOptions, EdgeString, StringKind, build_map};
use crate::terrain::Terrain;
use haul_core::{Point2, Point3};

/// Returns a road of a given width along a line over known ground.
fn road(line: impl Fn(f64) -> Point2, length: f64, width: f64, ground: impl Fn(Point2) -> f64) -> MineMap {
    let at = |s: f64| {
        let (p, q) = (line(s - 0.5), line(s + 0.5));
        let ahead = (q - p).normalize();
        (line(s), nalgebra::Vector2::new(-ahead.y, ahead.x))
    };
    let side = |hand: f64| (0..=(length / 2.0) as u32).map(move |k| (f64::from(k) * 2.0, hand)).collect::<Vec<_>>();
    let mut points: Vec<Point2> = Vec::new();
    for (s, hand) in side(1.0).into_iter().chain(side(-1.0).into_iter().rev()) {
        let (p, left) = at(s);
        points.push(p + left * (hand * width / 2.0));
    }
    let (low, high) = points.iter().fold((points[0], points[0]), |(l, h), p| (l.inf(p), h.sup(p)));
    let origin = Point2::new(low.x.floor() - 40.0, low.y.floor() - 40.0);
    let (columns, rows) = ((high.x - origin.x) as usize + 40, (high.y - origin.y) as usize + 40);
    let node = |k: usize| Point2::new(origin.x + (k % columns) as f64, origin.y + (k / columns) as f64);
    let heights = (0..columns * rows).map(|k| ground(node(k)) as f32).collect();
    let terrain = Terrain::new(origin, 1.0, columns, heights).unwrap().surveyed();
    let string = EdgeString {
        name: "edge".into(),
        kind: StringKind::Drivable,
        closed: true,
        points: points.iter().map(|p| Point3::new(p.x, p.y, terrain.height(p.x, p.y))).collect(),
    };
    let input = BuildInput {
        name: "road".into(),
        strings: vec![string],
        ground: Some(terrain),
        options: BuildOptions::default(),
        ..BuildInput::default()
    };
    build_map(input).unwrap().0
}

/// Returns the broken rules for a truck 6.1 m wide that drives 36 km/h and stops in 20 m.
fn broken(map: &MineMap) -> Vec<RuleId> {
    let rules = DesignRules::standard();
    let truck = DesignTruck {
        name: "test".into(),
        width: 6.1,
        turning_circle: 10.9,
        speed: &|_| 10.0,
        stopping: &|v, _| v * v / 5.0,
    };
    let report = check_design(map, &rules, &truck);
    assert!(report.findings.windows(2).all(|w| w[0].severity <= w[1].severity));
    assert_eq!(report.passed, report.must_broken == 0);
    let mut ids: Vec<RuleId> = report.findings.iter().map(|f| f.rule).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn straight(s: f64) -> Point2 {
    Point2::new(s, 0.0)
}

#[test]
fn embedded_rules_are_valid_and_a_good_road_breaks_none() {
    assert!(DesignRules::standard().grade_sustained.limit.value == 10.0);
    assert_eq!(broken(&road(straight, 500.0, 24.0, |p| 0.08 * p.x)), []);
}

#[test]
fn sustained_and_short_grades_are_told_apart() {
    assert_eq!(broken(&road(straight, 500.0, 24.0, |p| 0.112 * p.x)), [RuleId::GradeSustained]);
    // 14 % over 60 m, with long vertical curves on both sides.
    let dip = |p: Point2| 4.2 * libm::tanh((p.x - 250.0) / 30.0);
    let found = broken(&road(straight, 500.0, 24.0, dip));
    assert!(found.contains(&RuleId::GradeShort) && !found.contains(&RuleId::GradeSustained), "{found:?}");
}

#[test]
fn narrow_roads_break_the_width_rules() {
    assert_eq!(broken(&road(straight, 400.0, 15.0, |_| 0.0)), [RuleId::WidthTwoWay]);
    assert_eq!(broken(&road(straight, 400.0, 11.0, |_| 0.0)), [RuleId::WidthOneWay, RuleId::WidthTwoWay]);
}

#[test]
fn excessive_crossfall_is_reported() {
    assert_eq!(broken(&road(straight, 400.0, 24.0, |p| 0.09 * p.y)), [RuleId::CrossfallGreatest]);
}

#[test]
fn sharp_bends_break_the_speed_or_the_radius_rule() {
    // Straight, then a half circle, then back.
    let hairpin = |radius: f64| {
        move |s: f64| {
            let arc = std::f64::consts::PI * radius;
            let a = ((s - 150.0) / radius).clamp(0.0, std::f64::consts::PI);
            let p = Point2::new(150.0 + radius * libm::sin(a), radius - radius * libm::cos(a));
            let along = if s < 150.0 { s - 150.0 } else { -(s - 150.0 - arc).max(0.0) };
            Point2::new(p.x + along, p.y)
        }
    };
    let wide = broken(&road(hairpin(30.0), 390.0, 22.0, |_| 0.0));
    assert!(wide.contains(&RuleId::CurveSpeed) && !wide.contains(&RuleId::SwitchbackRadius), "{wide:?}");
    let tight = broken(&road(hairpin(14.0), 340.0, 22.0, |_| 0.0));
    assert!(tight.contains(&RuleId::SwitchbackRadius), "{tight:?}");
}

#[test]
fn sharp_crest_breaks_the_crest_rule() {
    let crest = |p: Point2| 40.0 - 0.13 * libm::hypot(p.x - 250.0, 4.0);
    let found = broken(&road(straight, 500.0, 24.0, crest));
    assert!(found.contains(&RuleId::VerticalCrest), "{found:?}");
}

#[test]
fn drop_without_a_berm_of_axle_height_is_reported() {
    let falls = |berm: f64| {
        move |p: Point2| {
            let out = p.y.abs() - 12.0;
            if out < 0.0 {
                0.0
            } else if out < 5.0 {
                berm * (1.0 - (out - 2.5).abs() / 2.5)
            } else {
                -4.0
            }
        }
    };
    assert_eq!(broken(&road(straight, 400.0, 24.0, falls(0.6))), [RuleId::BermHeight]);
    assert_eq!(broken(&road(straight, 400.0, 24.0, falls(1.8))), []);
}

#[test]
fn faulty_rule_is_reported_with_its_position() {
    let text = include_str!("../../../../seeds/design.toml").replacen("value = 10.0", "value = -1.0", 1);
    let source = haul_core::fault::SourceText::new("r.toml", text);
    let error = DesignRules::from_toml(&source).unwrap_err().to_string();
    assert!(error.contains("r.toml:9:19") && error.contains("-1"), "{error}");
}
