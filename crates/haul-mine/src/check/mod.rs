//! The design check of a mine's roads against the rules of haul road design.
//!
//! The rules are data (`seeds/design.toml`, [`DesignRules`]), and the caller gives the truck ([`DesignTruck`]).
//! Violations are returned as [`Finding`]s, worst first, each with its position, value, rule and source. Open ground
//! ([`Lanes::Open`](crate::Lanes)) is not road: its widths, curves and grades are not checked, but its safety berms
//! are.

mod berm;
mod finding;
mod geojson;
mod profile;
mod rules;
mod stretch;
mod truck;

pub use finding::{DesignReport, Finding, RuleCount};
pub use rules::{DesignRules, Rule, RuleId, RuleParameters, Severity};
pub use truck::DesignTruck;

use crate::map::MineMap;
use crate::roads::Lanes;
use profile::RoadProfile;
pub(crate) use profile::VERTICAL_REACH;
use stretch::Breach;

/// Checks a mine against the rules.
pub fn check_design(map: &MineMap, rules: &DesignRules, truck: &DesignTruck) -> DesignReport {
    let mut findings = Vec::new();
    let mut judged_m = 0.0;
    let mut open_m = 0.0;
    for road in &map.roads.roads {
        let profile = RoadProfile::of(map, road, rules, truck);
        for (k, station) in profile.stations.iter().enumerate() {
            let length = profile.length_of(k);
            if station.known.lanes == Lanes::Open {
                open_m += length;
            } else if station.judged {
                judged_m += length;
            }
        }
        for id in RuleId::ALL {
            let breaches: Vec<Option<Breach>> =
                (0..profile.stations.len()).map(|k| stretch::breach(id, k, &profile, rules, truck)).collect();
            findings.extend(stretch::merged(id, &breaches, &profile, rules));
        }
    }
    let mut not_judged = Vec::new();
    if map.terrain.is_surveyed() {
        findings.extend(berm::berms(map, rules));
    } else {
        not_judged.push(
            "berm height: the ground beside the roads is not surveyed; import it with the edges (crests, a surface or a raster)"
                .to_owned(),
        );
    }
    DesignReport::new(map, rules, findings, not_judged, judged_m, open_m)
}

#[cfg(test)]
mod tests;
