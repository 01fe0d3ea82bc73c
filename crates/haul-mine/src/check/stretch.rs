//! The check of each rule at each station, and the merging of violations into stretches.

use super::finding::Finding;
use super::profile::{ProfileStation, RoadProfile};
use super::rules::{DesignRules, RuleId};
use super::truck::DesignTruck;
use crate::roads::{Lanes, SIGHT_REACH};
use haul_core::GRAVITY;
use haul_core::units::to_kmh;

/// Minimum turn of a bend, rad.
const LEAST_TURN: f64 = 0.35;
/// Minimum turn of a switchback, rad.
const LEAST_SWITCHBACK_TURN: f64 = 2.0 * std::f64::consts::FRAC_PI_3;
/// Radius above which a curve needs no superelevation, m.
const GENTLE_RADIUS: f64 = 150.0;
/// Minimum change of grade of a vertical curve, ratio.
const LEAST_GRADE_CHANGE: f64 = 0.01;
/// Maximum gap between two violations that belong to one stretch, m.
const GREATEST_GAP: f64 = 12.0;
/// Minimum length of a stretch that is reported, m. Shorter ones are noise of the survey.
const LEAST_LENGTH: f64 = 4.0;

/// Violation of a rule at a station.
#[derive(Debug, Clone, Copy)]
pub(super) struct Breach {
    pub(super) value: f64,
    pub(super) limit: f64,
    pub(super) excess: f64,
}

/// Returns a violation if `value` exceeds `limit` by more than `slack`.
fn over(value: f64, limit: f64, slack: f64) -> Option<Breach> {
    (value > limit + slack).then(|| Breach {
        value,
        limit,
        excess: if limit > 0.0 { value / limit } else { 1.0 + value },
    })
}

/// Returns a violation if `value` is less than `limit`.
fn under(value: f64, limit: f64) -> Option<Breach> {
    (value < limit).then(|| Breach { value, limit, excess: if value > 0.0 { limit / value } else { f64::MAX } })
}

/// Checks a rule at a station of a road.
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
        RuleId::CurveRadius if s.bends && (LEAST_TURN..LEAST_SWITCHBACK_TURN).contains(&s.turn) => {
            under(radius, limit * truck.turning_circle)
        }
        RuleId::SwitchbackRadius if s.bends && s.turn >= LEAST_SWITCHBACK_TURN => {
            under(radius, limit * truck.turning_circle)
        }
        RuleId::CurveSpeed if s.bends && s.turn >= LEAST_TURN => {
            let grip = (limit + s.known.superelevation()).max(0.0);
            under(to_kmh(libm::sqrt(GRAVITY * radius * grip)), to_kmh(fastest(s, profile.one_way)))
        }
        RuleId::SuperelevationLeast if s.bends && s.turn >= LEAST_TURN && radius < GENTLE_RADIUS => {
            let lean = -s.known.crossfall * s.curvature.signum();
            let slack = rules.with.survey_crossfall.value;
            let value = 100.0 * lean;
            (value < limit - slack).then(|| Breach { value, limit, excess: 1.0 + (limit - value) / LEAN_SCALE })
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
            vertical(ahead - behind, length, limit * v * v / SAG_DIVISOR)
        }
        RuleId::SightDistance => {
            let ahead = under(s.known.sight_ahead, limit * s.stopping.0.min(SIGHT_REACH));
            let back = under(s.known.sight_back, limit * s.stopping.1.min(SIGHT_REACH)).filter(|_| !profile.one_way);
            [ahead, back].into_iter().flatten().max_by(|a, b| a.excess.total_cmp(&b.excess))
        }
        _ => None,
    }
}

/// Divisor of the comfort rule for sags, (km/h)² per metre per per cent.
const SAG_DIVISOR: f64 = 395.0;
/// Superelevation that scales the excess of an adverse camber, %.
const LEAN_SCALE: f64 = 7.0;

/// Returns a violation if a vertical curve has less length (m) for each per cent of grade change than `needed`.
fn vertical(change: f64, length: f64, needed: f64) -> Option<Breach> {
    if change < LEAST_GRADE_CHANGE {
        return None;
    }
    under(length / (100.0 * change), needed)
}

/// Returns the higher of the speeds in the permitted directions, m/s.
fn fastest(s: &ProfileStation, one_way: bool) -> f64 {
    if one_way { s.speed.0 } else { s.speed.0.max(s.speed.1) }
}

/// Returns the longer of the stopping distances in the permitted directions (m), at most the sight reach.
fn longest_stop(s: &ProfileStation, one_way: bool) -> f64 {
    let longest = if one_way { s.stopping.0 } else { s.stopping.0.max(s.stopping.1) };
    longest.min(SIGHT_REACH)
}

/// Merges the violations of one rule along one road into findings.
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
            Some((_, end)) if stations[k].station - stations[*end].station <= GREATEST_GAP => *end = k,
            _ => found.push((k, k)),
        }
    }
    found
        .into_iter()
        .filter(|&(a, b)| stations[b].station - stations[a].station >= LEAST_LENGTH)
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

/// Returns the unit of a rule's values.
fn unit(id: RuleId) -> &'static str {
    match id {
        RuleId::GradeSustained | RuleId::GradeShort | RuleId::SuperelevationLeast | RuleId::CrossfallGreatest => "%",
        RuleId::CurveSpeed => "km/h",
        RuleId::VerticalCrest | RuleId::VerticalSag => "m/%",
        _ => "m",
    }
}

/// Describes a violation.
fn words(id: RuleId, s: &ProfileStation, b: &Breach) -> String {
    let (value, limit) = (b.value, b.limit);
    match id {
        RuleId::GradeSustained => format!("{value:.1} % over 100 m, at most {limit:.0} % is allowed"),
        RuleId::GradeShort => format!("{value:.1} % over 20 m, at most {limit:.0} % is allowed"),
        RuleId::WidthOneWay => format!("{value:.1} m wide, one lane needs {limit:.1} m"),
        RuleId::WidthTwoWay => {
            let kind = if s.known.lanes == Lanes::One { "a single lane" } else { "too narrow for two lanes" };
            format!("{kind}: {value:.1} m wide, two lanes need {limit:.1} m")
        }
        RuleId::CurveRadius => format!("curve of {value:.0} m radius, at least {limit:.1} m is required"),
        RuleId::SwitchbackRadius => format!("switchback of {value:.0} m radius, at least {limit:.1} m is required"),
        RuleId::CurveSpeed => {
            format!("curve for {value:.0} km/h, the truck may arrive at {limit:.0} km/h; add a speed limit")
        }
        RuleId::SuperelevationLeast => format!("superelevation of {value:.1} %, at least {limit:.0} % is required"),
        RuleId::CrossfallGreatest => format!("crossfall of {value:.1} %, at most {limit:.0} % is allowed"),
        RuleId::VerticalCrest => {
            format!("crest of {value:.1} m per %, {limit:.1} m per % are needed to stop within sight")
        }
        RuleId::VerticalSag => format!("sag of {value:.1} m per %, {limit:.1} m per % limit the load on the struts"),
        RuleId::SightDistance => format!("sight distance of {value:.0} m, the loaded truck stops in {limit:.0} m"),
        RuleId::BermHeight => format!("berm of {value:.1} m, at least {limit:.1} m is required"),
    }
}
