//! Findings of the design check, and its report.

use super::rules::{DesignRules, RuleId, Severity};
use crate::map::MineMap;
use haul_core::{Point3, RoadId, Standing};
use serde::Serialize;

/// A stretch of road or edge that breaks a rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule that the stretch breaks.
    pub rule: RuleId,
    /// Severity of the rule.
    pub severity: Severity,
    /// Road, or `None` for the edge of the surface.
    pub road: Option<RoadId>,
    /// Start of the stretch, m: along the road's centreline, or along the edge from its first point.
    pub from_m: f64,
    /// End of the stretch, m.
    pub to_m: f64,
    /// Position of the worst point: east, north and up, m.
    pub at: [f64; 3],
    /// Measured value at the worst point, in `unit`.
    pub value: f64,
    /// Limit of the rule at the worst point, in `unit`.
    pub limit: f64,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// Ratio of the violation: 1 at the limit, 2 at twice or half the limit.
    pub excess: f64,
    /// Description of the finding in words.
    pub what: String,
    /// Source of the rule, in words.
    pub source: String,
    /// Reliability of the rule's source.
    pub standing: Standing,
    /// Line of the stretch, m.
    #[serde(skip)]
    pub line: Vec<Point3>,
}

/// Result of one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: RuleId,
    /// Subject of the rule.
    pub about: String,
    /// Severity of the rule.
    pub severity: Severity,
    /// Number of stretches that break the rule.
    pub findings: usize,
    /// Length of these stretches, m.
    pub length_m: f64,
}

/// Report of a design check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DesignReport {
    /// Name of the mine.
    pub mine: String,
    /// True if no `must` rule is broken.
    pub passed: bool,
    /// Length of road that was checked, m.
    pub judged_m: f64,
    /// Length of centrelines over open ground, which is not checked as road, m.
    pub open_m: f64,
    /// Number of stretches that break `must` rules.
    pub must_broken: usize,
    /// Number of stretches that break `should` rules.
    pub should_broken: usize,
    /// Checks that were not possible, with reasons.
    pub not_judged: Vec<String>,
    /// Results of all rules, in the order of the file.
    pub rules: Vec<RuleCount>,
    /// Findings, worst first.
    pub findings: Vec<Finding>,
}

impl DesignReport {
    /// Creates a report from findings. Lengths are in metres.
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
