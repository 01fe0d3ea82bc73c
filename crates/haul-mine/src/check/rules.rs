//! The design rules, read from `seeds/design.toml` or a similar file.

use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, Figure, TomlText};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// Severity of a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The mine fails the check.
    Must,
    /// The check only reports the violation, as good practice.
    Should,
}

/// A rule, by its name in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RuleId {
    /// Sustained grade, measured over 100 m.
    GradeSustained,
    /// Grade of a short stretch, measured over 20 m.
    GradeShort,
    /// Minimum width of any road.
    WidthOneWay,
    /// Minimum width of a road on which two trucks can pass each other.
    WidthTwoWay,
    /// Minimum radius of a curve's centreline.
    CurveRadius,
    /// Minimum radius of a switchback's centreline.
    SwitchbackRadius,
    /// Speed that a curve allows.
    CurveSpeed,
    /// Minimum superelevation in a curve.
    SuperelevationLeast,
    /// Maximum crossfall of the road.
    CrossfallGreatest,
    /// Length of a crest curve for each per cent of grade change.
    VerticalCrest,
    /// Length of a sag curve for each per cent of grade change.
    VerticalSag,
    /// Sight distance compared with the stopping distance.
    SightDistance,
    /// Minimum height of the safety berm along a drop.
    BermHeight,
}

impl RuleId {
    /// All rules that are checked along a road, in the order of the file.
    pub const ALL: [RuleId; 12] = [
        RuleId::GradeSustained,
        RuleId::GradeShort,
        RuleId::WidthOneWay,
        RuleId::WidthTwoWay,
        RuleId::CurveRadius,
        RuleId::SwitchbackRadius,
        RuleId::CurveSpeed,
        RuleId::SuperelevationLeast,
        RuleId::CrossfallGreatest,
        RuleId::VerticalCrest,
        RuleId::VerticalSag,
        RuleId::SightDistance,
    ];

    /// Returns the name of the rule in the file.
    pub fn name(self) -> &'static str {
        match self {
            RuleId::GradeSustained => "grade_sustained",
            RuleId::GradeShort => "grade_short",
            RuleId::WidthOneWay => "width_one_way",
            RuleId::WidthTwoWay => "width_two_way",
            RuleId::CurveRadius => "curve_radius",
            RuleId::SwitchbackRadius => "switchback_radius",
            RuleId::CurveSpeed => "curve_speed",
            RuleId::SuperelevationLeast => "superelevation_least",
            RuleId::CrossfallGreatest => "crossfall_greatest",
            RuleId::VerticalCrest => "vertical_crest",
            RuleId::VerticalSag => "vertical_sag",
            RuleId::SightDistance => "sight_distance",
            RuleId::BermHeight => "berm_height",
        }
    }
}

/// A rule of the design check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Subject of the rule, in words.
    pub about: String,
    /// Severity of a violation of the rule.
    pub severity: Severity,
    /// Limit that the rule sets.
    pub limit: Figure,
}

/// Parameters of the rules other than their limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleParameters {
    /// Accuracy of a measured grade, %.
    pub survey_grade: Figure,
    /// Accuracy of a measured crossfall, %.
    pub survey_crossfall: Figure,
    /// Reaction time before braking, s.
    pub reaction_time: Figure,
    /// Height of the eye above the road, m.
    pub eye_height: Figure,
    /// Height of the object on the road, m.
    pub object_height: Figure,
    /// Height of a drop that needs a safety berm, m.
    pub drop: Figure,
    /// Length of a dead end that is not checked, m.
    pub dead_end: Figure,
}

/// All rules of the design check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each rule states its subject")]
pub struct DesignRules {
    pub grade_sustained: Rule,
    pub grade_short: Rule,
    pub width_one_way: Rule,
    pub width_two_way: Rule,
    pub curve_radius: Rule,
    pub switchback_radius: Rule,
    pub curve_speed: Rule,
    pub superelevation_least: Rule,
    pub crossfall_greatest: Rule,
    pub vertical_crest: Rule,
    pub vertical_sag: Rule,
    pub sight_distance: Rule,
    pub berm_height: Rule,
    pub with: RuleParameters,
}

static EMBEDDED: LazyLock<DesignRules> = LazyLock::new(|| {
    let source = SourceText::new("seeds/design.toml", include_str!("../../../../seeds/design.toml"));
    // The embedded file is fixed at build time, and a test reads it.
    DesignRules::from_toml(&source).expect("the embedded design rules are valid")
});

impl DesignRules {
    /// Returns the rules that come with the crate.
    pub fn standard() -> DesignRules {
        EMBEDDED.clone()
    }

    /// Reads rules from a file like `seeds/design.toml`.
    ///
    /// # Errors
    ///
    /// Returns faults for missing, misspelt or non-numeric entries, and for numbers that are negative or not finite.
    pub fn from_toml(source: &Arc<SourceText>) -> Result<DesignRules, Faults> {
        let text = TomlText::parse(source)?;
        let rules: DesignRules = toml::from_str(&source.text).map_err(|e| Fault::from_toml(&e, source))?;
        let mut faults = Vec::new();
        let mut sound = |path: String, figure: &Figure| {
            if !(figure.value.is_finite() && figure.value >= 0.0) {
                faults.push(
                    text.fault(&path, format!("expected a finite number from 0 up, found {}", figure.value))
                        .help("give the limit in the unit of the rule"),
                );
            }
        };
        for id in RuleId::ALL.into_iter().chain([RuleId::BermHeight]) {
            sound(format!("{}.limit.value", id.name()), &rules.rule(id).limit);
        }
        let w = &rules.with;
        for (name, figure) in [
            ("survey_grade", &w.survey_grade),
            ("survey_crossfall", &w.survey_crossfall),
            ("reaction_time", &w.reaction_time),
            ("eye_height", &w.eye_height),
            ("object_height", &w.object_height),
            ("drop", &w.drop),
            ("dead_end", &w.dead_end),
        ] {
            sound(format!("with.{name}.value"), figure);
        }
        Faults::check(faults)?;
        Ok(rules)
    }

    /// Returns the rule with this id.
    pub fn rule(&self, id: RuleId) -> &Rule {
        match id {
            RuleId::GradeSustained => &self.grade_sustained,
            RuleId::GradeShort => &self.grade_short,
            RuleId::WidthOneWay => &self.width_one_way,
            RuleId::WidthTwoWay => &self.width_two_way,
            RuleId::CurveRadius => &self.curve_radius,
            RuleId::SwitchbackRadius => &self.switchback_radius,
            RuleId::CurveSpeed => &self.curve_speed,
            RuleId::SuperelevationLeast => &self.superelevation_least,
            RuleId::CrossfallGreatest => &self.crossfall_greatest,
            RuleId::VerticalCrest => &self.vertical_crest,
            RuleId::VerticalSag => &self.vertical_sag,
            RuleId::SightDistance => &self.sight_distance,
            RuleId::BermHeight => &self.berm_height,
        }
    }
}
