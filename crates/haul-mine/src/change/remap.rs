//! Steps that bring a map up to date after a change: surface, roads, places and revision.

use crate::build::BuildOptions;
use crate::map::MineMap;
use crate::places::{Place, PlaceKind, PlaceSpec, TruckShape, resolve_place};
use crate::region::Region;
use crate::roads::trace;
use haul_core::units::to_compass;
use haul_core::{Fault, Polygon, Vector2};

/// Sets a new drivable surface. Traces the roads again, and keeps the speed limits and zones.
pub(super) fn resurface(map: &mut MineMap, polygon: Polygon, truck: &TruckShape) -> Result<(), Fault> {
    let drivable = crate::Drivable::new(polygon).ok_or_else(|| Fault::new("the change leaves no drivable surface"))?;
    let truck_width = 2.0 * truck.footprint.half_width;
    let tracing = BuildOptions { truck_width, ..BuildOptions::default() }.tracing();
    let (mut roads, areas) = trace::trace(trace::axes(&drivable, &tracing), &drivable, &map.terrain, &tracing);
    // A new road takes the speed limit of the old road that it runs along.
    for road in &mut roads.roads {
        let middle = road.line.at(road.line.length() / 2.0);
        let old = middle.and_then(|m| map.roads.nearest(m.xy())).and_then(|p| map.roads.road(p.road));
        road.speed_limit = old.and_then(|o| o.speed_limit);
    }
    roads.take_ids(&map.roads, Vector2::zeros());
    map.drivable = drivable;
    map.roads = roads;
    map.areas = areas;
    map.enforce_zones();
    Ok(())
}

/// Returns the drivable surface united with a region.
pub(super) fn widened(map: &MineMap, more: &Region) -> Option<Polygon> {
    let surface = Region::of(map.drivable.polygon());
    surface.union(more).polygons(LEAST_ISLAND).into_iter().next()
}

/// Area below which islands are filled, m²: about the size of a safety berm.
const LEAST_ISLAND: f64 = 4.0;

/// Lays out a place again at a point, with the same heading.
pub(super) fn settle(map: &mut MineMap, place: &Place, at: haul_core::Point2, truck: &TruckShape) -> Result<(), Fault> {
    let Some(spot) = place.spots.first() else { return Ok(()) };
    let spec = PlaceSpec {
        id: place.id.to_string(),
        kind: place.kind,
        at: [at.x, at.y],
        heading_deg: Some(to_compass(spot.pose.heading)),
        spots: Some(place.spots.len() as u32),
        queue: None,
        material_density: Some(place.material_density),
        paddock: None,
    };
    let position = map.places.iter().position(|p| p.id == place.id);
    map.places.retain(|p| p.id != place.id);
    let settled = resolve_place(map, &spec, truck)?;
    map.places.insert(position.unwrap_or(map.places.len()).min(map.places.len()), settled);
    Ok(())
}

/// Returns a place of given kinds by its name.
pub(super) fn place_of(map: &MineMap, id: &str, kinds: &[PlaceKind]) -> Result<Place, Fault> {
    let named = map.places.iter().find(|p| p.id.as_str() == id);
    let place = named.ok_or_else(|| {
        let known: Vec<&str> = map.places.iter().map(|p| p.id.as_str()).collect();
        Fault::new(format!("expected a place of the mine, found `{id}`"))
            .help(format!("choose one of {}", known.join(", ")))
    })?;
    if kinds.contains(&place.kind) && !place.spots.is_empty() {
        return Ok(place.clone());
    }
    let what = format!("`{id}`: expected a place of kind {kinds:?} with a spot, found kind {:?}", place.kind);
    Err(Fault::new(what).help("dig at a face, dump at a tip head"))
}

/// Records a change as a new revision.
pub(super) fn record(map: &mut MineMap, what: String) {
    map.revision.number += 1;
    map.revision.note = what;
}
