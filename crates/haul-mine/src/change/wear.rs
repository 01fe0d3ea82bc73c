//! Wear of roads under traffic, and grading.

use super::remap::record;
use crate::map::MineMap;
use crate::terrain::RoadCondition;
use haul_core::{Fault, Point2, RoadId};

/// Side of a cell of the wear grid, m. It is less than the width of a lane.
const CELL_SIDE: f64 = 4.0;
/// Tyre penetration per million tonnes of gross mass over a point, m. This is an estimate; replace it by a measurement.
///
/// With this value, half a million tonnes raise the rolling resistance of a maintained road (2.5 %) to that of a
/// neglected one (4 to 5 %), which corresponds to 3 cm of penetration. Half a million tonnes is about one week of gross
/// traffic on a mine of ten such trucks.
const WEAR_PER_MILLION_TONNES: f64 = 0.06;
/// Share of a road's width that traffic wears.
const WORN_WIDTH_SHARE: f64 = 0.35;

/// Maximum traffic of one change, t. It is the traffic of years on the largest mine, which turns any road into a rut.
const MOST_TONNES: f64 = 1e9;

/// Adds the wear caused by `traffic`, given in tonnes of gross mass for each road. Creates the wear grid if there is
/// none.
///
/// # Errors
///
/// Returns a fault for a missing road, or for tonnes that are out of range.
pub fn wear_roads(map: &mut MineMap, traffic: &[(RoadId, f64)]) -> Result<(), Fault> {
    if map.condition.is_empty() {
        let (low, high) = map.terrain.bounds();
        let count = |span: f64| (span / CELL_SIDE).ceil().max(1.0) as usize;
        map.condition = RoadCondition::graded(low, CELL_SIDE, count(high.x - low.x), count(high.y - low.y))
            .ok_or_else(|| Fault::new("the mine is too large for a wear grid"))?;
    }
    let mut total = 0.0;
    for (id, tonnes) in traffic {
        let road = map.roads.road(*id).ok_or_else(|| Fault::new(format!("expected a road of the mine, found {id}")))?;
        if !(0.0..=MOST_TONNES).contains(tonnes) {
            let what = format!("road {id}: expected tonnes from 0 to {MOST_TONNES:e}, found {tonnes:e}");
            return Err(Fault::new(what).help("wear a road in steps, and grade it in between"));
        }
        total += tonnes;
        let depth = WEAR_PER_MILLION_TONNES * tonnes / 1e6;
        let line = road.line.resampled(CELL_SIDE);
        let spots: Vec<(Point2, f64)> = line
            .points()
            .iter()
            .zip(line.stations())
            .map(|(p, s)| (p.xy(), (WORN_WIDTH_SHARE * road.at(*s).width()).clamp(CELL_SIDE, 4.0 * CELL_SIDE)))
            .collect();
        // Each cell counts once per pass, for any number of points that reach it.
        map.condition.add_along(&spots, depth);
    }
    record(map, format!("{total:.0} t gross over {} roads", traffic.len()));
    Ok(())
}

/// Grades roads, which removes their wear. Grades all roads if none is given.
///
/// # Errors
///
/// Returns a fault for a missing road.
pub fn grade_roads(map: &mut MineMap, roads: &[RoadId]) -> Result<(), Fault> {
    if let Some(id) = roads.iter().find(|id| map.roads.road(**id).is_none()) {
        return Err(Fault::new(format!("expected a road of the mine, found {id}")));
    }
    let all: Vec<RoadId> = map.roads.roads.iter().map(|r| r.id).collect();
    let graded = if roads.is_empty() { &all[..] } else { roads };
    for road in graded.iter().filter_map(|id| map.roads.road(*id)) {
        let line = road.line.resampled(CELL_SIDE);
        for (p, s) in line.points().iter().zip(line.stations()) {
            map.condition.add(p.xy(), road.at(*s).width() / 2.0 + CELL_SIDE, -f64::from(crate::terrain::GREATEST_WEAR));
        }
    }
    record(map, format!("{} roads graded", graded.len()));
    Ok(())
}
