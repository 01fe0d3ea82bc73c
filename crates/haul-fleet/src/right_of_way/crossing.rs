//! Crossings: cells that two paths have in common. A *sample* is the index of a pose on a path.

use super::swept::SweptPath;
use haul_core::angle;
use std::sync::Arc;

/// Difference of the directions of motion below which two trucks follow each other on common cells, rad (60°).
const DIRECTION_TOLERANCE: f64 = std::f64::consts::FRAC_PI_3;
/// Maximum gap within a run of crossings, in samples.
const RUN_GAP: u32 = 12;
/// Number of samples by which a rising run may fall, or a falling run may rise, because cells are coarse.
const WOBBLE: u32 = 3;
/// Maximum gap between two passages of the other path that count as one passage, in samples.
const PASSAGE_GAP: u32 = 4;

/// Cells of one path that another path also covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Crossing {
    /// Sample at which this path reaches the common cells.
    pub at: u32,
    /// First sample at which the other path covers the common cells.
    pub first: u32,
    /// Last sample at which the other path covers the common cells.
    pub last: u32,
    /// True if both trucks drive in the same direction on the common cells, one after the other.
    pub follows: bool,
}

impl Crossing {
    /// Returns true if the other truck covers the common cells at any of its samples from `from` to `to`, both
    /// included.
    pub fn is_covered_between(&self, from: u32, to: u32) -> bool {
        self.first <= to && from <= self.last
    }
}

/// All crossings of one path with another, in the order in which the path reaches them.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Crossings {
    #[serde(with = "haul_core::state::shared")]
    all: Arc<Vec<Crossing>>,
    /// The crossings of all runs, run by run.
    #[serde(with = "haul_core::state::shared")]
    by_run: Arc<Vec<Link>>,
    #[serde(with = "haul_core::state::shared")]
    runs: Arc<Vec<Run>>,
}

/// Crossings of one passage, such as a lane that both paths use. Along this path, the samples of the other path rise
/// throughout or fall throughout, except for [`WOBBLE`]. So a binary search finds a part of a run.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Run {
    /// Index range in [`Crossings::by_run`]: the first crossing, and one past the last.
    begin: u32,
    end: u32,
    follows: bool,
    rises: bool,
    /// Samples at which this path reaches the first and the last crossing of the run.
    at: (u32, u32),
    /// Lowest `first` and highest `last` of the crossings in the run: samples of the other path.
    covers: (u32, u32),
}

/// A crossing of a run.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Link {
    crossing: Crossing,
    /// In a rising run, the highest `last` of the crossings up to this one; in a falling run, the lowest `first`.
    before: u32,
    /// In a rising run, the lowest `first` of the crossings from this one on; in a falling run, the highest `last`.
    after: u32,
}

/// Neighbouring crossings of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Sample at which this path reaches the common cells.
    pub at: u32,
    /// First sample at which the other path covers any of the common cells.
    pub first: u32,
    /// Last sample at which the other path covers any of the common cells.
    pub last: u32,
    /// True if both trucks drive in the same direction on the common cells.
    pub follows: bool,
}

impl Run {
    /// Returns the part of the run that this path reaches after sample `after` and up to sample `to`, and that the
    /// other truck covers at any of its samples from `from` to `until`, both included.
    fn part(&self, by_run: &[Link], after: u32, to: u32, (from, until): (u32, u32)) -> Option<Stretch> {
        let is_near = self.at.0 <= to && after < self.at.1 && self.covers.0 <= until && from <= self.covers.1;
        if !is_near {
            return None;
        }
        let own = &by_run[self.begin as usize..self.end as usize];
        let (begins, ends) = if self.rises {
            (own.partition_point(|l| l.before < from), own.partition_point(|l| l.after <= until))
        } else {
            (own.partition_point(|l| l.before > until), own.partition_point(|l| l.after >= from))
        };
        let lo = begins.max(own.partition_point(|l| l.crossing.at <= after));
        let hi = ends.min(own.partition_point(|l| l.crossing.at <= to)).max(lo);
        let mut covered =
            own[lo..hi].iter().map(|l| l.crossing).filter(|crossing| crossing.is_covered_between(from, until));
        let begin = covered.next()?;
        let end = covered.next_back().unwrap_or(begin);
        // The extremes lie near the two ends, where samples differ from those at the ends by at most the wobble.
        let (mut first, mut last) = (begin.first.min(end.first), begin.last.max(end.last));
        let near_begin = covered.clone().take_while(|c| c.first.abs_diff(begin.first) <= 2 * WOBBLE);
        let near_end = covered.clone().rev().take_while(|c| c.last.abs_diff(end.last) <= 2 * WOBBLE);
        for crossing in near_begin.chain(near_end) {
            (first, last) = (first.min(crossing.first), last.max(crossing.last));
        }
        Some(Stretch { at: begin.at, first, last, follows: self.follows })
    }
}

/// A run of crossings under construction.
struct OpenRun {
    crossings: Vec<Crossing>,
    /// True if the run rises, false if it falls; `None` until this is known.
    rises: Option<bool>,
}

impl OpenRun {
    /// Adds a crossing if it continues the run. Returns true if it does.
    fn take(&mut self, crossing: &Crossing) -> bool {
        let Some(known) = self.crossings.last().filter(|known| known.follows == crossing.follows) else { return false };
        let falls = known.first > crossing.first + WOBBLE || known.last > crossing.last + WOBBLE;
        let rises = crossing.first > known.first + WOBBLE || crossing.last > known.last + WOBBLE;
        let goes_on = known.is_covered_between(crossing.first, crossing.last)
            && match self.rises {
                Some(true) => !falls,
                Some(false) => !rises,
                None => !(rises && falls),
            };
        if goes_on {
            let (begin, middle) = (self.crossings[0], crossing.first.midpoint(crossing.last));
            let began = begin.first.midpoint(begin.last);
            if self.rises.is_none() && middle.abs_diff(began) > WOBBLE {
                self.rises = Some(middle > began);
            }
            self.crossings.push(*crossing);
        }
        goes_on
    }

    fn links(&self) -> Vec<Link> {
        let rises = self.rises.unwrap_or(true);
        let all = &self.crossings;
        let mut links: Vec<Link> = all.iter().map(|c| Link { crossing: *c, before: 0, after: 0 }).collect();
        let mut before = if rises { 0 } else { u32::MAX };
        for link in &mut links {
            let c = link.crossing;
            before = if rises { c.last.max(before) } else { c.first.min(before) };
            link.before = before;
        }
        let mut after = if rises { u32::MAX } else { 0 };
        for link in links.iter_mut().rev() {
            let c = link.crossing;
            after = if rises { c.first.min(after) } else { c.last.max(after) };
            link.after = after;
        }
        links
    }
}

impl Crossings {
    fn new(all: Vec<Crossing>) -> Self {
        let mut open: Vec<OpenRun> = Vec::new();
        let mut closed: Vec<OpenRun> = Vec::new();
        for crossing in &all {
            let is_over = |run: &mut OpenRun| run.crossings.last().is_none_or(|c| c.at + RUN_GAP < crossing.at);
            closed.extend(open.extract_if(.., is_over));
            if !open.iter_mut().any(|run| run.take(crossing)) {
                open.push(OpenRun { crossings: vec![*crossing], rises: None });
            }
        }
        closed.append(&mut open);
        closed.sort_by_key(|run| run.crossings.first().map(|c| (c.at, c.first)));
        let mut by_run: Vec<Link> = Vec::with_capacity(all.len());
        let mut runs = Vec::with_capacity(closed.len());
        for run in closed {
            let begin = by_run.len() as u32;
            by_run.extend(run.links());
            let (Some(head), Some(tail)) = (run.crossings.first(), run.crossings.last()) else { continue };
            runs.push(Run {
                begin,
                end: by_run.len() as u32,
                follows: head.follows,
                rises: run.rises.unwrap_or(true),
                at: (head.at, tail.at),
                covers: run
                    .crossings
                    .iter()
                    .fold((u32::MAX, 0), |(first, last), c| (first.min(c.first), last.max(c.last))),
            });
        }
        Self { all: Arc::new(all), by_run: Arc::new(by_run), runs: Arc::new(runs) }
    }

    /// Groups common cells into crossings. Each entry of `common` holds the sample at which `own` reaches a cell, and
    /// the first and the last sample at which `other` covers it. The entries must be in the order of `own`'s samples.
    pub fn gather(own: &SweptPath, other: &SweptPath, common: &[(u32, u32, u32)]) -> Self {
        let mut crossings: Vec<Crossing> = Vec::new();
        let mut begin = 0;
        for &(at, first, last) in common {
            if crossings.get(begin).is_none_or(|c| c.at != at) {
                begin = crossings.len();
            }
            let middle = first.midpoint(last);
            let follows = angle::difference(own.course(at), other.course(middle)).abs() < DIRECTION_TOLERANCE;
            let same = |c: &&mut Crossing| {
                c.follows == follows && c.first <= last + PASSAGE_GAP && first <= c.last + PASSAGE_GAP
            };
            match crossings[begin..].iter_mut().find(same) {
                Some(crossing) => {
                    crossing.first = crossing.first.min(first);
                    crossing.last = crossing.last.max(last);
                }
                None => crossings.push(Crossing { at, first, last, follows }),
            }
        }
        Self::new(crossings)
    }

    /// Returns the crossings that this path reaches after sample `after` and up to sample `to`.
    pub fn between(&self, after: u32, to: u32) -> &[Crossing] {
        let lo = self.all.partition_point(|c| c.at <= after);
        let hi = self.all.partition_point(|c| c.at <= to);
        &self.all[lo..hi.max(lo)]
    }

    /// Returns the stretches that this path reaches after sample `after` and up to sample `to`, and that the other
    /// truck covers at any of its samples in the range `held`, ends included. The stretches are in no particular order.
    pub fn covered(&self, after: u32, to: u32, held: (u32, u32)) -> impl Iterator<Item = Stretch> {
        self.runs.iter().filter_map(move |run| run.part(&self.by_run, after, to, held))
    }

    /// Returns the first sample at which this path reaches a stretch of [`Crossings::covered`] for which `counts` is
    /// true.
    pub fn first_covered(
        &self,
        after: u32,
        to: u32,
        held: (u32, u32),
        counts: impl Fn(&Stretch) -> bool,
    ) -> Option<u32> {
        self.covered(after, to, held).filter(counts).map(|stretch| stretch.at).min()
    }

    /// Returns the crossings that this path reaches after sample `after`.
    pub fn after(&self, after: u32) -> &[Crossing] {
        &self.all[self.all.partition_point(|c| c.at <= after)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::random::Draw;
    use haul_core::stream;
    use std::collections::BTreeSet;

    /// Returns each sample of the other path that stretches cover, as a set.
    fn samples(stretches: impl Iterator<Item = (u32, u32)>) -> BTreeSet<u32> {
        stretches.flat_map(|(first, last)| first..=last).collect()
    }

    #[test]
    fn search_over_runs_finds_the_ground_that_a_search_over_all_crossings_finds() {
        let mut random = stream(7, "test", "crossings");
        let mut draw = |most: f64| random.between(0.0, most) as u32;
        for _ in 0..200 {
            // Passages of the other path, up and down, which this path reaches at the same time or one after the other.
            let mut all: Vec<Crossing> = Vec::new();
            for _ in 0..draw(6.0) {
                let (mut at, mut middle, rises) = (draw(300.0), draw(400.0), draw(2.0) == 0);
                for _ in 0..draw(200.0) {
                    at += draw(3.0);
                    middle = if rises { middle + draw(4.0) } else { middle.saturating_sub(draw(4.0)) };
                    let first = middle.saturating_sub(4 + draw(3.0));
                    all.push(Crossing { at, first, last: middle + 4 + draw(3.0), follows: rises });
                }
            }
            all.sort_by_key(|c| c.at);
            let crossings = Crossings::new(all);
            assert_eq!(crossings.by_run.len(), crossings.all.len());
            for _ in 0..20 {
                let (after, from) = (draw(1500.0), draw(400.0));
                let (to, until) = (after + draw(800.0), from + draw(60.0));
                for follows in [true, false] {
                    let slow = || {
                        let near = crossings.between(after, to).iter();
                        near.filter(|c| c.follows == follows && c.is_covered_between(from, until))
                    };
                    let fast =
                        || crossings.covered(after, to, (from, until)).filter(|stretch| stretch.follows == follows);
                    assert_eq!(samples(fast().map(|s| (s.first, s.last))), samples(slow().map(|c| (c.first, c.last))));
                    let first = crossings.first_covered(after, to, (from, until), |s| s.follows == follows);
                    assert_eq!(first, slow().map(|c| c.at).min());
                }
            }
        }
    }

    #[test]
    fn a_lane_that_another_truck_drives_up_and_comes_back_through_makes_two_runs() {
        let up = (0..500).map(|at| Crossing { at, first: at, last: at + 12, follows: true });
        let back = (0..500).map(|at| Crossing { at, first: 1_500 - at, last: 1_512 - at, follows: false });
        let mut all: Vec<Crossing> = up.chain(back).collect();
        all.sort_by_key(|c| c.at);
        assert_eq!(Crossings::new(all).runs.len(), 2);
    }
}
