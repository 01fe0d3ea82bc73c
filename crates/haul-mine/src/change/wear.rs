//! Roads wear under traffic and are graded.

use super::record;
use crate::map::MineMap;
use crate::terrain::RoadCondition;
use haul_core::{Fault, Point2, RoadId};

/// Side of a cell of wear, m: less than a lane.
const CELL: f64 = 4.0;
/// Tyre penetration added by a million tonnes of gross mass over a spot, m. Taken so that a maintained road of 2.5 % comes to
/// the 4 to 5 % of a neglected one, 3 cm of penetration, under half a million tonnes: about the gross traffic of a week
/// on a mine of ten such trucks. An estimate; measure and replace it.
const WEAR: f64 = 0.06;
/// Share of a road's width that its traffic wears.
const WORN: f64 = 0.35;

/// Adds the wear of traffic (tonnes of gross mass) on roads. Needs no grid of wear: one is made where there is none.
///
/// Errors: a road that is not there; tonnes that are none.
pub fn wear_roads(map: &mut MineMap, traffic: &[(RoadId, f64)]) -> Result<(), Fault> {
    if map.condition.is_empty() {
        let (low, high) = map.terrain.bounds();
        let count = |span: f64| (span / CELL).ceil().max(1.0) as usize;
        map.condition = RoadCondition::graded(low, CELL, count(high.x - low.x), count(high.y - low.y))
            .ok_or_else(|| Fault::new("the mine is too large for a grid of wear"))?;
    }
    let mut total = 0.0;
    for (id, tonnes) in traffic {
        let road = map.roads.road(*id).ok_or_else(|| Fault::new(format!("the mine has no road {id}")))?;
        if !(tonnes.is_finite() && *tonnes >= 0.0) {
            return Err(Fault::new(format!("{tonnes} t on road {id} are no traffic")));
        }
        total += tonnes;
        let depth = WEAR * tonnes / 1e6;
        let line = road.line.resampled(CELL);
        let spots: Vec<(Point2, f64)> = line
            .points()
            .iter()
            .zip(line.stations())
            .map(|(p, s)| (p.xy(), (WORN * road.at(*s).width()).clamp(CELL, 4.0 * CELL)))
            .collect();
        // Each cell once for each pass, whatever number of spots reach it.
        map.condition.add_along(&spots, depth);
    }
    record(map, format!("{total:.0} t gross over {} roads", traffic.len()));
    Ok(())
}

/// Grades roads: their wear goes. All roads where none is named.
///
/// Errors: a road that is not there.
pub fn grade_roads(map: &mut MineMap, roads: &[RoadId]) -> Result<(), Fault> {
    if let Some(id) = roads.iter().find(|id| map.roads.road(**id).is_none()) {
        return Err(Fault::new(format!("the mine has no road {id}")));
    }
    let all: Vec<RoadId> = map.roads.roads.iter().map(|r| r.id).collect();
    let graded = if roads.is_empty() { &all[..] } else { roads };
    for road in graded.iter().filter_map(|id| map.roads.road(*id)) {
        let line = road.line.resampled(CELL);
        for (p, s) in line.points().iter().zip(line.stations()) {
            map.condition.add(p.xy(), road.at(*s).width() / 2.0 + CELL, -f64::from(crate::terrain::DEEPEST));
        }
    }
    record(map, format!("{} roads graded", graded.len()));
    Ok(())
}
