//! What the check found.

use super::rules::{DesignRules, RuleId, Severity};
use crate::map::MineMap;
use haul_core::{Point3, RoadId, Standing};
use serde::Serialize;

/// A stretch that breaks a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// What breaking it means.
    pub severity: Severity,
    /// The road; none for the edge of the surface.
    pub road: Option<RoadId>,
    /// Where the stretch begins along the road's centreline, m; along the edge from its first point for a berm.
    pub from_m: f64,
    /// Where it ends, m.
    pub to_m: f64,
    /// Where it is worst: east, north, up, m.
    pub at: [f64; 3],
    /// What was measured there, in `unit`.
    pub value: f64,
    /// What the rule allows there, in `unit`.
    pub limit: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// How far beyond the rule: 1 at the limit, 2 at twice or half of it.
    pub excess: f64,
    /// In words.
    pub what: String,
    /// Where the rule comes from.
    pub source: String,
    /// How well it is known.
    pub standing: Standing,
    /// The stretch, m.
    #[serde(skip)]
    pub line: Vec<Point3>,
}

/// How a rule came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: RuleId,
    /// What it is about.
    pub about: String,
    /// What breaking it means.
    pub severity: Severity,
    /// Stretches that break it.
    pub findings: usize,
    /// Their length, m.
    pub length_m: f64,
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DesignReport {
    /// The mine.
    pub mine: String,
    /// Whether no `must` rule is broken.
    pub passed: bool,
    /// Length of road that was judged, m.
    pub judged_m: f64,
    /// Length of centrelines over open ground, which is no road, m.
    pub open_m: f64,
    /// `must` rules broken, stretches.
    pub must_broken: usize,
    /// `should` rules broken, stretches.
    pub should_broken: usize,
    /// What could not be judged, and why.
    pub not_judged: Vec<String>,
    /// Every rule, in the file's order.
    pub rules: Vec<RuleCount>,
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
}

impl DesignReport {
    pub(super) fn new(
        map: &MineMap,
        rules: &DesignRules,
        mut findings: Vec<Finding>,
        not_judged: Vec<String>,
        judged_m: f64,
        open_m: f64,
    ) -> DesignReport {
        findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.severity, f.rule, f.road, f.from_m.to_bits());
            a.severity.cmp(&b.severity).then(b.excess.total_cmp(&a.excess)).then_with(|| key(a).cmp(&key(b)))
        });
        let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
        let counts = RuleId::ALL
            .into_iter()
            .chain([RuleId::BermHeight])
            .map(|id| {
                let of_rule = || findings.iter().filter(|f| f.rule == id);
                let rule = rules.rule(id);
                RuleCount {
                    rule: id,
                    about: rule.about.clone(),
                    severity: rule.severity,
                    findings: of_rule().count(),
                    length_m: of_rule().map(|f| f.to_m - f.from_m).sum(),
                }
            })
            .collect();
        DesignReport {
            mine: map.name.clone(),
            passed: of(Severity::Must) == 0,
            judged_m,
            open_m,
            must_broken: of(Severity::Must),
            should_broken: of(Severity::Should),
            not_judged,
            rules: counts,
            findings,
        }
    }
}
