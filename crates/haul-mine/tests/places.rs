//! Tests of places as users write them.

use haul_core::Footprint;
use haul_mine::{MineMap, PlaceKind, PlaceSpec, TruckShape, resolve_place};
use std::path::Path;

const SHAPE: TruckShape =
    TruckShape { footprint: Footprint { front: 7.0, rear: 3.0, half_width: 3.0 }, turning_radius: 11.0 };

/// Resolves a parking place with a number of spots, at the park of the sample pit. Returns the number of spots.
fn park(spots: u32) -> Result<usize, String> {
    let map = MineMap::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit")).unwrap();
    let at = map.places.iter().find(|p| p.kind == PlaceKind::Park).unwrap().spots[0].pose;
    let spec = PlaceSpec {
        id: "bay".into(),
        kind: PlaceKind::Park,
        at: [at.x, at.y],
        heading_deg: None,
        spots: Some(spots),
        queue: None,
        paddock: None,
        material_density: None,
    };
    resolve_place(&map, &spec, &SHAPE).map(|place| place.spots.len()).map_err(|fault| fault.to_string())
}

#[test]
fn an_impossible_number_of_spots_is_refused_and_not_rounded() {
    for spots in [0, 61, 100] {
        let fault = park(spots).unwrap_err();
        assert!(fault.contains(&format!("place `bay`: expected `spots` from 1 to 60, found {spots}")), "{fault}");
    }
    assert_eq!(park(1), Ok(1));
}
