//! Spots with a path by construction, in random areas: the planner must find a path to each, and each path must be
//! clear at every centimetre. A sample of `benches/completeness.rs`, which prints figures.

mod areas;

use areas::{MARGIN, Oracle};
use haul_planner::manoeuvre::{ManoeuvreOptions, plan_manoeuvre};
use haul_planner::{Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::sync::Arc;

/// Tolerance of the clearance where clothoids round off the path, m.
const ROUNDING: f64 = 0.05;

#[test]
fn every_spot_with_a_way_is_reached_clear_of_everything() {
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let options = ManoeuvreOptions { margin: MARGIN, last: Some(Travel::Reverse), ..ManoeuvreOptions::default() };
    let mut made = 0;
    for number in 1_000..1_015 {
        let mut stream = haul_core::stream(number, "completeness", "area");
        let area = areas::area(&mut stream, &truck);
        for _ in 0..3 {
            let Some(case) = areas::case(&mut stream, &area, &truck) else { continue };
            made += 1;
            let path = plan_manoeuvre(case.start, case.goal, &area.space(), &truck, &options)
                .unwrap_or_else(|e| panic!("area {number}: {e}"));
            let least = Oracle::new(&area).along(&truck.footprint, &path);
            assert!(least > MARGIN - ROUNDING, "area {number} comes within {least} m");
            let cusps = path.sections().len() - 1;
            assert!(cusps <= case.cusps + 1, "area {number}: {cusps} cusps, {} are enough", case.cusps);
        }
    }
    assert!(made > 30, "{made} cases");
}
