//! Grade and rolling resistance of a road, from the options of a query.

/// A straight road of one grade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Road {
    /// Rise over run, negative downhill.
    pub(super) grade: f64,
    /// Rolling resistance, ratio of the normal force.
    pub(super) rolling: f64,
}

impl Road {
    /// Returns the total resistance as a ratio of the weight; negative if the truck rolls by itself.
    pub(super) fn resistance(&self) -> f64 {
        let slope = self.grade.atan();
        slope.sin() + self.rolling * slope.cos()
    }

    /// Creates a road from a total resistance and a rolling resistance. The grade is their difference, as in a
    /// handbook.
    pub(super) fn rolling_down(resistance: f64, rolling: f64) -> Self {
        Self { grade: resistance - rolling, rolling }
    }

    /// Returns the road as options of a command.
    pub(super) fn words(&self) -> String {
        format!(" --grade {} --rolling {}", percent(self.grade), percent(self.rolling))
    }
}

/// Returns a ratio in percent with no more digits than it needs.
fn percent(ratio: f64) -> f64 {
    (ratio * 1e4).round() / 1e2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resistance_changes_its_sign_where_the_grade_equals_the_rolling_resistance() {
        let on = |grade| Road { grade, rolling: 0.02 }.resistance();
        assert!(on(-0.0201) < 0.0 && on(-0.0199) > 0.0);
        assert!((on(-0.02)).abs() < 1e-12);
    }

    #[test]
    fn a_road_is_written_as_options() {
        assert_eq!(Road { grade: -0.08, rolling: 0.025 }.words(), " --grade -8 --rolling 2.5");
        assert_eq!(Road::rolling_down(-0.05, 0.02).words(), " --grade -7 --rolling 2");
    }
}
