//! Each rule at each station, and stations that break one rule put together to stretches.

use super::finding::Finding;
use super::profile::{RoadProfile, Station};
use super::rules::{DesignRules, RuleId};
use super::truck::DesignTruck;
use crate::roads::{Lanes, SIGHT_REACH};
use haul_core::GRAVITY;
use haul_core::units::to_kmh;

/// A bend that turns by less than this is none, rad.
const LEAST_TURN: f64 = 0.35;
/// A switchback turns by more than this, rad.
const SWITCHBACK: f64 = 2.0 * std::f64::consts::FRAC_PI_3;
/// Curves gentler than this need no lean, m.
const GENTLE: f64 = 150.0;
/// Changes of grade smaller than this make no vertical curve, ratio.
const LEVEL_CHANGE: f64 = 0.01;
/// Shorter stretches that keep the rule between two that break it are part of them, m.
const GAP: f64 = 12.0;
/// Shorter stretches are noise of the survey, m.
const SHORTEST: f64 = 4.0;

/// A rule broken at a station.
#[derive(Debug, Clone, Copy)]
pub(super) struct Breach {
    pub(super) value: f64,
    pub(super) limit: f64,
    pub(super) excess: f64,
}

/// `Some` where `value` is more than `limit` by more than `slack`.
fn over(value: f64, limit: f64, slack: f64) -> Option<Breach> {
    (value > limit + slack).then(|| Breach {
        value,
        limit,
        excess: if limit > 0.0 { value / limit } else { 1.0 + value },
    })
}

/// `Some` where `value` is less than `limit`.
fn under(value: f64, limit: f64) -> Option<Breach> {
    (value < limit).then(|| Breach { value, limit, excess: if value > 0.0 { limit / value } else { f64::MAX } })
}

/// Whether a road breaks a rule at a station.
pub(super) fn breach(
    id: RuleId,
    k: usize,
    profile: &RoadProfile,
    rules: &DesignRules,
    truck: &DesignTruck,
) -> Option<Breach> {
    let s = &profile.stations[k];
    let limit = rules.rule(id).limit.value;
    if !s.judged {
        return None;
    }
    let radius = if s.curvature == 0.0 { f64::INFINITY } else { 1.0 / s.curvature.abs() };
    match id {
        RuleId::GradeSustained => over(100.0 * s.sustained?.abs(), limit, rules.with.survey_grade.value),
        RuleId::GradeShort => over(100.0 * s.known.grade.abs(), limit, rules.with.survey_grade.value),
        RuleId::WidthOneWay => under(s.known.width(), limit * truck.width),
        RuleId::WidthTwoWay if !profile.one_way => under(s.known.width(), limit * truck.width),
        RuleId::CurveRadius if s.bends && (LEAST_TURN..SWITCHBACK).contains(&s.turn) => {
            under(radius, limit * truck.turning_circle)
        }
        RuleId::SwitchbackRadius if s.bends && s.turn >= SWITCHBACK => under(radius, limit * truck.turning_circle),
        RuleId::CurveSpeed if s.bends && s.turn >= LEAST_TURN => {
            let grip = (limit + s.known.superelevation()).max(0.0);
            under(to_kmh(libm::sqrt(GRAVITY * radius * grip)), to_kmh(fastest(s, profile.one_way)))
        }
        RuleId::SuperelevationLeast if s.bends && s.turn >= LEAST_TURN && radius < GENTLE => {
            let lean = -s.known.crossfall * s.curvature.signum();
            let slack = rules.with.survey_crossfall.value;
            let value = 100.0 * lean;
            (value < limit - slack).then(|| Breach { value, limit, excess: 1.0 + (limit - value) / GREATEST_LEAN })
        }
        RuleId::CrossfallGreatest => over(100.0 * s.known.crossfall.abs(), limit, rules.with.survey_crossfall.value),
        RuleId::VerticalCrest => {
            let (behind, ahead, length) = s.bend_in_grade?;
            let stop = longest_stop(s, profile.one_way);
            let h = libm::sqrt(2.0 * rules.with.eye_height.value) + libm::sqrt(2.0 * rules.with.object_height.value);
            let needed = stop * stop / (100.0 * h * h);
            vertical(behind - ahead, length, limit * needed)
        }
        RuleId::VerticalSag => {
            let (behind, ahead, length) = s.bend_in_grade?;
            let v = to_kmh(fastest(s, profile.one_way));
            vertical(ahead - behind, length, limit * v * v / SAG)
        }
        RuleId::SightDistance => {
            let ahead = under(s.known.sight_ahead, limit * s.stopping.0.min(SIGHT_REACH));
            let back = under(s.known.sight_back, limit * s.stopping.1.min(SIGHT_REACH)).filter(|_| !profile.one_way);
            [ahead, back].into_iter().flatten().max_by(|a, b| a.excess.total_cmp(&b.excess))
        }
        _ => None,
    }
}

/// Divisor of the comfort rule for sags, (km/h)² for each metre a per cent.
const SAG: f64 = 395.0;
/// Lean by which an adverse camber is measured, %.
const GREATEST_LEAN: f64 = 7.0;

/// Length for each per cent of change, against what is needed.
fn vertical(change: f64, length: f64, needed: f64) -> Option<Breach> {
    if change < LEVEL_CHANGE {
        return None;
    }
    under(length / (100.0 * change), needed)
}

fn fastest(s: &Station, one_way: bool) -> f64 {
    if one_way { s.speed.0 } else { s.speed.0.max(s.speed.1) }
}

fn longest_stop(s: &Station, one_way: bool) -> f64 {
    let longest = if one_way { s.stopping.0 } else { s.stopping.0.max(s.stopping.1) };
    longest.min(SIGHT_REACH)
}

/// Findings of one rule along one road.
pub(super) fn merged(
    id: RuleId,
    breaches: &[Option<Breach>],
    profile: &RoadProfile,
    rules: &DesignRules,
) -> Vec<Finding> {
    let stations = &profile.stations;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for k in (0..breaches.len()).filter(|&k| breaches[k].is_some()) {
        match found.last_mut() {
            Some((_, end)) if stations[k].station - stations[*end].station <= GAP => *end = k,
            _ => found.push((k, k)),
        }
    }
    found
        .into_iter()
        .filter(|&(a, b)| stations[b].station - stations[a].station >= SHORTEST)
        .filter_map(|(a, b)| {
            let worst = (a..=b).filter(|&k| breaches[k].is_some()).max_by(|&i, &j| {
                let excess = |k: usize| breaches[k].map_or(0.0, |b| b.excess);
                excess(i).total_cmp(&excess(j))
            })?;
            let breach = breaches[worst]?;
            let rule = rules.rule(id);
            let s = &stations[worst];
            Some(Finding {
                rule: id,
                severity: rule.severity,
                road: Some(profile.road),
                from_m: stations[a].station,
                to_m: stations[b].station,
                at: [s.at.x, s.at.y, s.at.z],
                value: breach.value,
                limit: breach.limit,
                unit: unit(id),
                excess: breach.excess,
                what: words(id, s, &breach),
                source: rule.limit.source.clone(),
                standing: rule.limit.standing,
                line: stations[a..=b].iter().map(|s| s.at).collect(),
            })
        })
        .collect()
}

fn unit(id: RuleId) -> &'static str {
    match id {
        RuleId::GradeSustained | RuleId::GradeShort | RuleId::SuperelevationLeast | RuleId::CrossfallGreatest => "%",
        RuleId::CurveSpeed => "km/h",
        RuleId::VerticalCrest | RuleId::VerticalSag => "m/%",
        _ => "m",
    }
}

fn words(id: RuleId, s: &Station, b: &Breach) -> String {
    let (value, limit) = (b.value, b.limit);
    match id {
        RuleId::GradeSustained => format!("{value:.1} % over 100 m, {limit:.0} % is the most"),
        RuleId::GradeShort => format!("{value:.1} % over 20 m, {limit:.0} % is the most"),
        RuleId::WidthOneWay => format!("{value:.1} m wide, one lane needs {limit:.1} m"),
        RuleId::WidthTwoWay => {
            let kind = if s.known.lanes == Lanes::One { "a single lane" } else { "too narrow to meet" };
            format!("{kind}: {value:.1} m wide, two trucks meet on {limit:.1} m")
        }
        RuleId::CurveRadius => format!("a curve of {value:.0} m radius, {limit:.1} m is the least"),
        RuleId::SwitchbackRadius => format!("a switchback of {value:.0} m radius, {limit:.1} m is the least"),
        RuleId::CurveSpeed => format!("a curve for {value:.0} km/h where the truck may come with {limit:.0}; sign it"),
        RuleId::SuperelevationLeast => format!("the curve leans {value:.1} % inwards, {limit:.0} % is the least"),
        RuleId::CrossfallGreatest => format!("{value:.1} % across the road, {limit:.0} % is the most"),
        RuleId::VerticalCrest => {
            format!("a crest of {value:.1} m for each %, {limit:.1} m let the truck stop in sight")
        }
        RuleId::VerticalSag => format!("a sag of {value:.1} m for each %, {limit:.1} m spare the struts at that speed"),
        RuleId::SightDistance => format!("{value:.0} m in sight, the loaded truck stops in {limit:.0} m"),
        RuleId::BermHeight => format!("{value:.1} m of berm, {limit:.1} m is the least"),
    }
}
