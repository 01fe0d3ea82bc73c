//! Travel over a profile in one direction: speed, time, fuel, and the retarder's temperature.
//!
//! The truck is a point on the road. Its pull, retardation and inertia are those of the performance limits. It uses
//! full throttle below the permitted speed and the retarder above it, and slows down ahead of a slower section.

use super::Profile;
use crate::Limits;
use serde::Serialize;

/// Limit that binds the truck's speed on a section for most of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SpeedLimiter {
    /// Powertrain, against grade, rolling resistance and inertia.
    Power,
    /// Retarder, including its oil temperature.
    Retarder,
    /// Posted speed limit.
    Sign,
    /// Curve, by sliding or rolling over.
    Curve,
    /// Top speed of the truck.
    TopSpeed,
    /// Braking for a slower section ahead.
    Slowing,
}

/// Result of the travel over one section.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SectionReport {
    /// Length of the section, m.
    pub length: f64,
    /// Grade in the direction of travel, rise over run.
    pub grade: f64,
    /// Rolling resistance, ratio.
    pub rolling: f64,
    /// Time on the section, s.
    pub time: f64,
    /// Maximum speed on the section, m/s.
    pub fastest: f64,
    /// Speed at the end of the section, m/s.
    pub at_end: f64,
    /// Fuel burnt on the section, kg.
    pub fuel: f64,
    /// Oil temperature of the retarder at the end of the section, K.
    pub retarder_temperature: f64,
    /// Limit that binds the speed for most of the time.
    pub limit: SpeedLimiter,
}

/// A point of the travel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TracePoint {
    /// Distance from the start, m.
    pub station: f64,
    /// Time from the start, s.
    pub time: f64,
    /// Speed, m/s.
    pub speed: f64,
    /// Forward gear, from 1.
    pub gear: u8,
    /// Oil temperature of the retarder, K.
    pub retarder_temperature: f64,
}

/// Result of the travel over a whole profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HaulTravel {
    /// Payload, kg.
    pub payload: f64,
    /// Distance travelled, m; less than the profile's length if the truck stopped on the way.
    pub length: f64,
    /// Total time, s.
    pub time: f64,
    /// Total fuel burnt, kg.
    pub fuel: f64,
    /// Maximum oil temperature of the retarder, K.
    pub retarder_peak: f64,
    /// Station where the truck stopped on the way, m; `None` if it reached the end.
    pub stuck_at: Option<f64>,
    /// Results of the sections, in driving order.
    pub sections: Vec<SectionReport>,
    /// Points along the travel, in driving order.
    pub trace: Vec<TracePoint>,
}

/// Spacing of the stations, m.
const STATION: f64 = 1.0;
/// Deceleration before a slower section and before the end, m/s²; the usual figure of haulage studies.
const SLOWING: f64 = 0.5;
/// Minimum speed just after a standstill, m/s: that of the first metre in first gear.
const LEAST_SPEED: f64 = 0.3;
/// Distance between points of the trace, m.
const TRACE: f64 = 10.0;
/// Speed below which the truck counts as stopped, m/s.
const STOPPED_SPEED: f64 = 0.05;

/// Computes the travel over a profile with a payload (kg), from standstill to standstill. `oil` is the retarder's oil
/// temperature at the start, K.
pub fn travel(limits: &Limits, profile: &Profile, payload: f64, friction: f64, oil: f64) -> HaulTravel {
    let mass = limits.gross_mass(payload);
    let ways = stations(limits, profile, payload, friction, oil);
    let caps = lowered(&ways);
    let thermal = limits.retarder_thermal();
    let mut way = HaulTravel {
        payload,
        length: 0.0,
        time: 0.0,
        fuel: 0.0,
        retarder_peak: oil,
        stuck_at: None,
        sections: Vec::with_capacity(profile.sections().len()),
        trace: Vec::new(),
    };
    let (mut v, mut oil, mut next_point, mut shift_debt, mut gear) = (0.0f64, oil, 0.0, 0.0, 1u8);
    for (index, section) in profile.sections().iter().enumerate() {
        let mut report = SectionReport {
            length: section.length,
            grade: section.grade,
            rolling: section.rolling,
            time: 0.0,
            fastest: 0.0,
            at_end: 0.0,
            fuel: 0.0,
            retarder_temperature: oil,
            limit: SpeedLimiter::Power,
        };
        let mut by_limit = [0.0; LIMITS.len()];
        for (k, here) in ways.iter().enumerate().filter(|(_, w)| w.section == index) {
            if way.length >= next_point {
                let point =
                    TracePoint { station: way.length, time: way.time, speed: v, gear, retarder_temperature: oil };
                way.trace.push(point);
                next_point += TRACE;
            }
            let cap = caps[k + 1];
            let pull = limits.acceleration(v, mass, section.grade, section.rolling);
            let squared = v * v + 2.0 * pull * here.length;
            let (mut end, mut held_by) = (libm::sqrt(squared.max(0.0)), SpeedLimiter::Power);
            if v < LEAST_SPEED {
                // A truck that starts but cannot continue would creep from metre to metre: it has stopped.
                let goes_on = limits.acceleration(LEAST_SPEED, mass, section.grade, section.rolling) > 0.0;
                end = if pull > 0.0 && goes_on { end.max(LEAST_SPEED) } else { 0.0 };
            }
            if end > cap {
                held_by = if cap < here.cap - STOPPED_SPEED { SpeedLimiter::Slowing } else { here.limit };
                end = cap;
            }
            if 0.5 * (v + end) < STOPPED_SPEED {
                way.stuck_at = Some(way.length);
                report.time = f64::INFINITY;
                way.time = f64::INFINITY;
                way.sections.push(report);
                return way;
            }
            let mean = 0.5 * (v + end);
            let mut time = here.length / mean;
            let new_gear = limits.gear_at(mean);
            if new_gear != gear && held_by == SpeedLimiter::Power && mean > LEAST_SPEED {
                // A power shift transmits part of the torque; the rest costs time.
                let shift = &limits.spec().transmission.shift;
                shift_debt += shift.time * (1.0 - shift.torque_share);
            }
            gear = new_gear;
            if held_by == SpeedLimiter::Power {
                time += shift_debt;
                shift_debt = 0.0;
            }
            let gained = 0.5 * limits.inert_mass(mean, mass) * (end * end - v * v) / here.length;
            let force = gained + limits.resistance(mean, mass, section.grade, section.rolling);
            let fuel = if force > 0.0 { limits.fuel_rate(force * mean) } else { limits.overrun_fuel_rate() } * time;
            let power = (-force).max(0.0) * mean;
            oil = thermal.relaxation(power, time).after(oil);
            v = end;
            way.length += here.length;
            way.time += time;
            way.fuel += fuel;
            way.retarder_peak = way.retarder_peak.max(oil);
            report.time += time;
            report.fuel += fuel;
            report.fastest = report.fastest.max(end);
            by_limit[held_by as usize] += time;
        }
        report.at_end = v;
        report.retarder_temperature = oil;
        let longest = by_limit.iter().enumerate().fold(0, |best, (i, t)| if *t > by_limit[best] { i } else { best });
        report.limit = LIMITS[longest];
        way.sections.push(report);
    }
    way.trace.push(TracePoint { station: way.length, time: way.time, speed: v, gear, retarder_temperature: oil });
    way
}

/// All speed limiters, in the order of their numbers.
const LIMITS: [SpeedLimiter; 6] = [
    SpeedLimiter::Power,
    SpeedLimiter::Retarder,
    SpeedLimiter::Sign,
    SpeedLimiter::Curve,
    SpeedLimiter::TopSpeed,
    SpeedLimiter::Slowing,
];

/// The part of the road between two consecutive stations.
#[derive(Debug, Clone, Copy)]
struct RoadPart {
    section: usize,
    length: f64,
    cap: f64,
    limit: SpeedLimiter,
}

/// Divides the road into parts, each with the speed that it permits on its own.
fn stations(limits: &Limits, profile: &Profile, payload: f64, friction: f64, oil: f64) -> Vec<RoadPart> {
    let mass = limits.gross_mass(payload);
    let mut parts = Vec::new();
    let sections = profile.sections();
    let mut i = 0;
    while i < sections.len() {
        // Consecutive sections that need the retarder form one descent.
        let needs = |s: &super::Section| limits.resistance(0.0, mass, s.grade, s.rolling) < 0.0;
        let run = if needs(&sections[i]) { sections[i..].iter().take_while(|s| needs(s)).count() } else { 1 };
        let together = &sections[i..i + run];
        let length: f64 = together.iter().map(|s| s.length).sum();
        for (k, section) in together.iter().enumerate() {
            let descent = if needs(section) {
                limits.descent(mass, section.grade, section.rolling, Some(length), Some(oil)).speed
            } else {
                f64::INFINITY
            };
            let curve = if section.radius.is_finite() {
                limits.curve(payload, section.radius, 0.0, friction).safe
            } else {
                f64::INFINITY
            };
            let mut cap = (limits.top_speed(), SpeedLimiter::TopSpeed);
            for other in
                [(descent, SpeedLimiter::Retarder), (section.limit, SpeedLimiter::Sign), (curve, SpeedLimiter::Curve)]
            {
                if other.0 < cap.0 {
                    cap = other;
                }
            }
            let count = (section.length / STATION).ceil().max(1.0);
            let part = RoadPart { section: i + k, length: section.length / count, cap: cap.0, limit: cap.1 };
            parts.extend(std::iter::repeat_n(part, count as usize));
        }
        i += run;
    }
    parts
}

/// Returns the speeds at the stations, reduced so that the truck can slow down in time; it starts and ends at
/// standstill.
fn lowered(parts: &[RoadPart]) -> Vec<f64> {
    let mut caps = vec![0.0; parts.len() + 1];
    for (k, part) in parts.iter().enumerate() {
        let before = if k == 0 { part.cap } else { parts[k - 1].cap };
        caps[k] = part.cap.min(before);
    }
    for k in (0..parts.len()).rev() {
        let from_ahead = libm::sqrt(caps[k + 1] * caps[k + 1] + 2.0 * SLOWING * parts[k].length);
        caps[k] = f64::min(caps[k], from_ahead);
    }
    caps
}
