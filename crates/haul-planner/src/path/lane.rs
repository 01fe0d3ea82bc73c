//! Which part of a road a lane takes.

use crate::TruckModel;

/// Clearance that a path keeps to the edges of the road and to the oncoming lane where there is room, m.
pub const WISHED_CLEARANCE: f64 = 1.5;
/// Clearance that a path keeps wherever the road allows, m.
pub const NEEDED_CLEARANCE: f64 = 0.5;
/// However wide the road, the lane's middle stays within this many truck widths of the centreline: oncoming traffic
/// passes at half a truck's width, and wide places are not driven along their rim.
const MOST_OFFSET: f64 = 0.85;

/// Width a road needs for two trucks to pass: two trucks and three clearances, m.
pub fn two_way_width(truck: &TruckModel) -> f64 {
    4.0 * truck.footprint.half_width + 3.0 * WISHED_CLEARANCE
}

/// Distance of the lane's middle from the middle of a road of some width (m), m: a quarter of the width, which is half
/// of the own half, where two trucks can pass; 0 where they cannot.
pub fn lane_offset(truck: &TruckModel, width: f64) -> f64 {
    if width < two_way_width(truck) {
        return 0.0;
    }
    (width / 4.0).min(MOST_OFFSET * 2.0 * truck.footprint.half_width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::TruckSpec;
    use std::sync::Arc;

    #[test]
    fn two_trucks_pass_on_every_road_that_has_two_lanes() {
        let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
        let half = truck.footprint.half_width;
        for k in 0..400 {
            let width = k as f64 * 0.1;
            let offset = lane_offset(&truck, width);
            if offset > 0.0 {
                assert!(2.0 * (offset - half) > 1.0, "{width}: {offset}");
                assert!(width / 2.0 - offset - half > 1.0, "{width}: {offset}");
            }
        }
        assert_eq!(lane_offset(&truck, 3.0 * half), 0.0);
    }
}
