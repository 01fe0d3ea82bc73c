//! Stitching of loose strings of edge points into closed rings.

use super::BuildOptions;
use super::crossing::{SegmentIndex, segments_cross};
use super::strings::EdgeString;
use crate::map::{Repair, RepairKind};
use haul_core::polygon::segment_distance;
use haul_core::{Fault, Faults, Point2, Point3};

/// Largest gap between joined ends (m) that is not reported: the width of a survey peg.
const REPORTED_GAP: f64 = 0.01;
/// Height difference (m) above which two joined ends are reported.
const HEIGHT_STEP: f64 = 0.10;
/// Distance (m) below which a point counts as a repetition of the previous point.
const POINT_TOLERANCE: f64 = 1e-3;
/// Maximum distance (m) between two strings that are the same edge, surveyed twice.
const STRING_TOLERANCE: f64 = 0.05;

/// Number of strings that are compared with a longer string before an index of the longer string is built.
const UNINDEXED_STRINGS: usize = 8;

/// One or several strings, joined end to end.
struct Chain {
    name: String,
    points: Vec<Point3>,
}

impl Chain {
    fn end(&self, last: bool) -> Point3 {
        if last { self.points[self.points.len() - 1] } else { self.points[0] }
    }
}

/// Joins strings into closed rings.
///
/// Ends within the stitch tolerance become one point. The remaining loose ends are connected by straight segments,
/// nearest pair first, if the segment crosses no edge.
///
/// # Errors
///
/// Returns one fault for each chain that stays open, with both loose ends.
pub(super) fn stitch(
    strings: Vec<EdgeString>,
    options: &BuildOptions,
    repairs: &mut Vec<Repair>,
) -> Result<Vec<Vec<Point3>>, Faults> {
    let mut rings = Vec::new();
    let mut chains = Vec::new();
    for string in drop_duplicates(cleaned(strings, repairs), repairs) {
        let (first, last) = (string.points[0], string.points[string.points.len() - 1]);
        let gap = plan_distance(first, last);
        let length: f64 = string.points.windows(2).map(|w| plan_distance(w[0], w[1])).sum();
        // For a short string, ends that are close together do not make a ring.
        let closes = gap <= options.stitch_tolerance && length > 4.0 * options.stitch_tolerance;
        if string.points.len() >= 3 && (string.closed || closes) {
            if !string.closed {
                note_join(&string.name, &string.name, first, last, repairs);
            }
            rings.push(closed(string.points));
        } else {
            chains.push(Chain { name: string.name, points: string.points });
        }
    }
    join_within(chains, options.stitch_tolerance, &mut rings, repairs)
        .and_then(|open| close_across(open, options.close_across, &mut rings, repairs))?;
    rings.retain(|r| r.len() >= 3);
    Ok(rings)
}

/// Returns the distance between two points in plan (m).
fn plan_distance(a: Point3, b: Point3) -> f64 {
    libm::hypot(a.x - b.x, a.y - b.y)
}

fn middle(a: Point3, b: Point3) -> Point3 {
    a + (b - a) * 0.5
}

/// Drops points that repeat the previous point, and strings that have no length.
fn cleaned(strings: Vec<EdgeString>, repairs: &mut Vec<Repair>) -> Vec<EdgeString> {
    let mut kept = Vec::new();
    for mut string in strings {
        let before = string.points.len();
        string.points.retain(|p| p.iter().all(|c| c.is_finite()));
        string.points.dedup_by(|b, a| plan_distance(*a, *b) < POINT_TOLERANCE);
        let dropped = before - string.points.len();
        let at = string.points.first().map_or(Point2::origin(), |p| p.xy());
        if string.points.len() < 2 {
            repairs.push(Repair {
                kind: RepairKind::StringDropped,
                at,
                what: format!("string {} has no length and was dropped", string.name),
            });
            continue;
        }
        if dropped > 0 {
            let what = format!("{dropped} of {before} points of string {} repeat their predecessor", string.name);
            repairs.push(Repair { kind: RepairKind::PointsDropped, at, what });
        }
        kept.push(string);
    }
    kept
}

/// Drops strings that run along another string, in either direction.
fn drop_duplicates(strings: Vec<EdgeString>, repairs: &mut Vec<Repair>) -> Vec<EdgeString> {
    let boxes: Vec<(Point2, Point2)> = strings
        .iter()
        .map(|s| {
            let first = s.points[0].xy();
            s.points.iter().fold((first, first), |(l, h), p| (l.inf(&p.xy()), h.sup(&p.xy())))
        })
        .collect();
    let mut order: Vec<usize> = (0..strings.len()).collect();
    // The string with more points is kept. If both have the same number, the first is kept.
    order.sort_by_key(|&i| (std::cmp::Reverse(strings[i].points.len()), i));
    let mut duplicate = vec![false; strings.len()];
    for (rank, &i) in order.iter().enumerate() {
        if duplicate[i] {
            continue;
        }
        let (mut index, mut looked): (Option<SegmentIndex>, usize) = (None, 0);
        let ends =
            strings[i].closed.then(|| (strings[i].points[strings[i].points.len() - 1].xy(), strings[i].points[0].xy()));
        let pieces = || strings[i].points.windows(2).map(|w| (w[0].xy(), w[1].xy())).chain(ends);
        for &j in &order[rank + 1..] {
            let grown = Point2::new(STRING_TOLERANCE, STRING_TOLERANCE).coords;
            let apart = boxes[j].0.x < boxes[i].0.x - grown.x
                || boxes[j].0.y < boxes[i].0.y - grown.y
                || boxes[j].1.x > boxes[i].1.x + grown.x
                || boxes[j].1.y > boxes[i].1.y + grown.y;
            if duplicate[j] || apart {
                continue;
            }
            // Most strings are far apart. The distance of the first point already shows this, so an index is built only
            // if many strings must be compared.
            looked += 1;
            let begins = strings[j].points[0].xy();
            if looked <= UNINDEXED_STRINGS && !pieces().any(|(a, b)| segment_distance(begins, a, b) <= STRING_TOLERANCE)
            {
                continue;
            }
            let index = index.get_or_insert_with(|| SegmentIndex::new(pieces().collect()));
            // Midpoints of segments are tested too. Otherwise a straight chord across a bend would count as a duplicate
            // of the bend.
            let along = &strings[j].points;
            let tested = along.iter().map(|p| p.xy()).chain(along.windows(2).map(|w| middle(w[0], w[1]).xy()));
            if tested.into_iter().all(|p| index.distance(p) <= STRING_TOLERANCE) {
                duplicate[j] = true;
                repairs.push(Repair {
                    kind: RepairKind::DuplicateDropped,
                    at: along[along.len() / 2].xy(),
                    what: format!("string {} runs along string {} and was dropped", strings[j].name, strings[i].name),
                });
            }
        }
    }
    strings.into_iter().zip(duplicate).filter(|(_, d)| !d).map(|(s, _)| s).collect()
}

/// Returns a ring without the repetition of its first point at the end.
fn closed(mut points: Vec<Point3>) -> Vec<Point3> {
    while points.len() > 1 && plan_distance(points[0], points[points.len() - 1]) < POINT_TOLERANCE {
        points.pop();
    }
    points
}

/// Reports a gap or a height difference between two joined ends.
fn note_join(a: &str, b: &str, p: Point3, q: Point3, repairs: &mut Vec<Repair>) {
    let gap = plan_distance(p, q);
    if gap > REPORTED_GAP {
        let what = format!("the ends of strings {a} and {b} were {gap:.2} m apart and were joined");
        repairs.push(Repair { kind: RepairKind::Joined, at: middle(p, q).xy(), what });
    } else if (p.z - q.z).abs() > HEIGHT_STEP {
        let what = format!(
            "strings {a} and {b} meet at heights {:.2} m and {:.2} m; the mean was taken",
            p.z.min(q.z),
            p.z.max(q.z)
        );
        repairs.push(Repair { kind: RepairKind::HeightsAveraged, at: p.xy(), what });
    }
}

/// Returns the pairs of loose ends within `reach` (m), nearest first, as (distance, end, end). The first end of chain
/// `i` has the number `2 * i`, and its last end the number `2 * i + 1`.
fn pairs_within(chains: &[Option<Chain>], reach: f64) -> Vec<(f64, usize, usize)> {
    let mut ends: Vec<(Point3, usize)> = Vec::new();
    for (i, chain) in chains.iter().enumerate() {
        if let Some(chain) = chain {
            ends.push((chain.end(false), 2 * i));
            ends.push((chain.end(true), 2 * i + 1));
        }
    }
    // Sorted by x, each end is compared only with ends within `reach` in x. This keeps the cost low for thousands of
    // strings.
    ends.sort_by(|a, b| a.0.x.total_cmp(&b.0.x).then(a.1.cmp(&b.1)));
    let mut pairs = Vec::new();
    for (i, (p, e)) in ends.iter().enumerate() {
        for (q, f) in ends[i + 1..].iter().take_while(|(q, _)| q.x - p.x <= reach) {
            let d = plan_distance(*p, *q);
            if d <= reach {
                pairs.push((d, (*e).min(*f), (*e).max(*f)));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    pairs
}

/// Joins chains at the given pairs of ends. Each end occurs at most once. Chains that close become rings. Returns the
/// chains that stay open.
fn join(chains: Vec<Chain>, matches: &[(usize, usize)], merge: bool, rings: &mut Vec<Vec<Point3>>) -> Vec<Chain> {
    let mut partner = vec![usize::MAX; 2 * chains.len()];
    for &(e, f) in matches {
        partner[e] = f;
        partner[f] = e;
    }
    let mut used = vec![false; chains.len()];
    let mut open = Vec::new();
    // Chains with a loose end are followed first. The remaining chains form closed rings.
    let loose_first = (0..chains.len()).filter_map(|i| {
        if partner[2 * i] == usize::MAX {
            Some(2 * i)
        } else if partner[2 * i + 1] == usize::MAX {
            Some(2 * i + 1)
        } else {
            None
        }
    });
    let starts: Vec<usize> = loose_first.chain((0..chains.len()).map(|i| 2 * i)).collect();
    for start in starts {
        if used[start / 2] {
            continue;
        }
        let mut points: Vec<Point3> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        let mut enter = start;
        loop {
            let i = enter / 2;
            used[i] = true;
            names.push(&chains[i].name);
            let mut piece = chains[i].points.clone();
            if enter % 2 == 1 {
                piece.reverse();
            }
            append(&mut points, piece, merge);
            let next = partner[enter ^ 1];
            if next == usize::MAX {
                open.push(Chain { name: label(&names), points });
                break;
            }
            if next == start {
                close_up(&mut points, merge);
                rings.push(closed(points));
                break;
            }
            enter = next;
        }
    }
    open
}

/// Appends points to a chain. If `merge` is true, the last point of the chain and the first new point become one.
fn append(points: &mut Vec<Point3>, piece: Vec<Point3>, merge: bool) {
    let mut piece = piece.into_iter();
    if merge
        && let Some(last) = points.last_mut()
        && let Some(first) = piece.next()
    {
        *last = middle(*last, first);
    }
    points.extend(piece);
}

/// Closes a chain to a ring. If `merge` is true, the two ends become one point.
fn close_up(points: &mut Vec<Point3>, merge: bool) {
    if merge
        && points.len() > 3
        && let Some(last) = points.pop()
    {
        points[0] = middle(points[0], last);
    }
}

/// Returns a name for a chain, made from the names of its strings.
fn label(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

/// Joins ends within the tolerance to one point. Returns the chains that stay open.
fn join_within(
    chains: Vec<Chain>,
    tolerance: f64,
    rings: &mut Vec<Vec<Point3>>,
    repairs: &mut Vec<Repair>,
) -> Result<Vec<Chain>, Faults> {
    let chains: Vec<Option<Chain>> = chains.into_iter().map(Some).collect();
    let mut taken = vec![false; 2 * chains.len()];
    let mut matches = Vec::new();
    for (_, e, f) in pairs_within(&chains, tolerance) {
        let short = e / 2 == f / 2 && chains[e / 2].as_ref().is_some_and(|c| c.points.len() < 4);
        if taken[e] || taken[f] || short {
            continue;
        }
        if let (Some(a), Some(b)) = (&chains[e / 2], &chains[f / 2]) {
            note_join(&a.name, &b.name, a.end(e % 2 == 1), b.end(f % 2 == 1), repairs);
        }
        (taken[e], taken[f]) = (true, true);
        matches.push((e, f));
    }
    Ok(join(chains.into_iter().flatten().collect(), &matches, true, rings))
}

/// Closes the remaining gaps with straight segments between loose ends, nearest pair first.
fn close_across(
    chains: Vec<Chain>,
    widest: f64,
    rings: &mut Vec<Vec<Point3>>,
    repairs: &mut Vec<Repair>,
) -> Result<(), Faults> {
    if chains.is_empty() {
        return Ok(());
    }
    let ring_pieces = rings.iter().flat_map(|r| (0..r.len()).map(|i| (r[i].xy(), r[(i + 1) % r.len()].xy())));
    let chain_pieces = chains.iter().flat_map(|c| c.points.windows(2).map(|w| (w[0].xy(), w[1].xy())));
    let edges = SegmentIndex::new(ring_pieces.chain(chain_pieces).collect());
    let chains: Vec<Option<Chain>> = chains.into_iter().map(Some).collect();
    let mut taken = vec![false; 2 * chains.len()];
    let mut matches: Vec<(usize, usize)> = Vec::new();
    let mut added: Vec<(Point2, Point2)> = Vec::new();
    let end = |e: usize| chains[e / 2].as_ref().map_or(Point3::origin(), |c| c.end(e % 2 == 1));
    for (gap, e, f) in pairs_within(&chains, widest) {
        let (p, q) = (end(e), end(f));
        let (a, b) = (p.xy(), q.xy());
        let blocked = edges.crosses(a, b) || added.iter().any(|&(c, d)| segments_cross(a, b, c, d));
        if taken[e] || taken[f] || blocked {
            continue;
        }
        (taken[e], taken[f]) = (true, true);
        matches.push((e, f));
        added.push((a, b));
        let name = |e: usize| chains[e / 2].as_ref().map_or("", |c| c.name.as_str());
        repairs.push(Repair {
            kind: RepairKind::ClosedAcross,
            at: middle(p, q).xy(),
            what: format!(
                "strings {} and {} end {gap:.1} m apart, at ({:.1}, {:.1}) and ({:.1}, {:.1}); a straight segment closes the gap",
                name(e), name(f), a.x, a.y, b.x, b.y
            ),
        });
    }
    let open = join(chains.into_iter().flatten().collect(), &matches, false, rings);
    let mut faults: Vec<Fault> = (0..open.len().min(REPORTED_CHAINS)).map(|k| loose(&open, k, widest)).collect();
    if open.len() > REPORTED_CHAINS {
        faults.push(Fault::new(format!("{} more strings do not close", open.len() - REPORTED_CHAINS)));
    }
    Faults::check(faults)
}

/// Maximum number of open chains that are reported individually.
const REPORTED_CHAINS: usize = 100;

/// Returns the fault for chain `k`, which stays open.
fn loose(open: &[Chain], k: usize, widest: f64) -> Fault {
    let chain = &open[k];
    let (p, q) = (chain.end(false), chain.end(true));
    let others = || open.iter().enumerate().filter(|(other, _)| *other != k).map(|(_, chain)| chain);
    let nearest = |p: Point3| {
        let ends = others()
            .flat_map(|other| [other.end(false), other.end(true)].map(|end| (plan_distance(p, end), &other.name)));
        ends.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let hint = |p: Point3| {
        let (gap, name) = nearest(p)?;
        Some(format!("string {name} ends {gap:.1} m from ({:.2}, {:.2})", p.x, p.y))
    };
    let near: Vec<String> = [p, q].into_iter().filter_map(hint).collect();
    let near = if near.is_empty() { String::new() } else { format!("; {}", near.join(", ")) };
    let gap = plan_distance(p, q);
    let why = if gap <= widest {
        "a straight segment between the ends would cross another edge; add the missing edge to the survey".to_owned()
    } else {
        format!(
            "add the missing edge to the survey, or increase --close-across (now {widest} m) where a road leaves the survey"
        )
    };
    Fault::new(format!(
        "string {} does not close: its ends at ({:.2}, {:.2}) and ({:.2}, {:.2}) are {gap:.1} m apart{near}",
        chain.name, p.x, p.y, q.x, q.y
    ))
    .help(why)
}

#[cfg(test)]
mod tests {
    use super::super::strings::StringKind;
    use super::*;

    fn string(name: &str, points: &[(f64, f64)]) -> EdgeString {
        let points = points.iter().map(|&(x, y)| Point3::new(x, y, 5.0)).collect();
        EdgeString { name: name.into(), kind: StringKind::Drivable, closed: false, points }
    }

    fn area(ring: &[Point3]) -> f64 {
        haul_core::polygon::ring_area(&ring.iter().map(|p| p.xy()).collect::<Vec<_>>()).abs()
    }

    #[test]
    fn reversed_strings_with_small_gaps_make_one_ring() {
        let strings = vec![
            string("a", &[(0.0, 0.0), (100.0, 0.0)]),
            string("b", &[(0.0, 20.0), (100.2, 20.0), (100.1, 0.3)]),
            string("c", &[(0.0, 19.9), (0.0, 0.1)]),
        ];
        let mut repairs = Vec::new();
        let rings = stitch(strings, &BuildOptions::default(), &mut repairs).unwrap();
        assert_eq!(rings.len(), 1);
        assert!((area(&rings[0]) - 2000.0).abs() < 20.0, "{}", area(&rings[0]));
        assert_eq!(repairs.iter().filter(|r| r.kind == RepairKind::Joined).count(), 3, "{repairs:?}");
    }

    #[test]
    fn road_that_leaves_the_survey_is_closed_across_both_ends() {
        let strings = vec![
            string("left", &[(0.0, 20.0), (50.0, 20.0), (100.0, 20.0)]),
            string("right", &[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)]),
        ];
        let mut repairs = Vec::new();
        let rings = stitch(strings, &BuildOptions::default(), &mut repairs).unwrap();
        assert_eq!((rings.len(), area(&rings[0])), (1, 2000.0));
        let across: Vec<_> = repairs.iter().filter(|r| r.kind == RepairKind::ClosedAcross).collect();
        assert_eq!(across.len(), 2);
        assert!(across.iter().any(|r| r.at == Point2::new(100.0, 10.0)), "{across:?}");
    }

    #[test]
    fn repeated_or_reversed_string_counts_once() {
        let ring = [(0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0), (0.0, 0.0)];
        let mut back = ring;
        back.reverse();
        let strings = vec![string("a", &ring), string("b", &back), string("c", &ring[..3])];
        let mut repairs = Vec::new();
        let rings = stitch(strings, &BuildOptions::default(), &mut repairs).unwrap();
        assert_eq!(rings.len(), 1);
        assert_eq!(repairs.iter().filter(|r| r.kind == RepairKind::DuplicateDropped).count(), 2);
    }

    #[test]
    fn open_string_is_reported_with_its_loose_ends() {
        let mut repairs = Vec::new();
        let strings = vec![string("lone", &[(0.0, 0.0), (500.0, 0.0)])];
        let faults = stitch(strings, &BuildOptions::default(), &mut repairs).unwrap_err().to_string();
        assert!(faults.contains("lone") && faults.contains("(500.00, 0.00)"), "{faults}");
        assert!(faults.contains("--close-across"), "{faults}");
    }

    #[test]
    fn missing_edge_is_reported_with_the_ends_beside_the_gap() {
        let mut repairs = Vec::new();
        let strings = vec![string("a", &[(0.0, 0.0), (500.0, 0.0)]), string("b", &[(500.0, 100.0), (0.0, 80.0)])];
        let faults = stitch(strings, &BuildOptions::default(), &mut repairs).unwrap_err().to_string();
        assert!(faults.contains("string b ends 80.0 m from (0.00, 0.00)"), "{faults}");
        assert!(faults.contains("string a ends 100.0 m from (500.00, 100.00)"), "{faults}");
    }

    #[test]
    fn gap_across_another_edge_is_reported() {
        let mut repairs = Vec::new();
        let strings = vec![
            string("bay", &[(0.0, 0.0), (0.0, 200.0), (40.0, 200.0), (40.0, 0.0)]),
            string("across", &[(20.0, -300.0), (20.0, 100.0)]),
        ];
        let faults = stitch(strings, &BuildOptions::default(), &mut repairs).unwrap_err().to_string();
        assert!(faults.contains("would cross another edge"), "{faults}");
    }
}
