//! The position of a lane on its road.

use crate::TruckModel;

/// Clearance that a path keeps from the edges of the road and the oncoming lane where there is room, m.
pub const DESIRED_CLEARANCE: f64 = 1.5;
/// Clearance that a path keeps wherever the road allows it, m.
pub const REQUIRED_CLEARANCE: f64 = 0.5;
/// Maximum distance of the middle of the lane from the middle of the road, in truck widths, on a road of any width.
/// Oncoming trucks then pass at 0.7 truck widths, and on wide roads the lane keeps away from the rim.
const MAX_OFFSET_WIDTHS: f64 = 0.85;

/// Returns the minimum width of a road on which two trucks can pass, m: two truck widths and three clearances.
pub fn two_way_width(truck: &TruckModel) -> f64 {
    4.0 * truck.footprint.half_width + 3.0 * DESIRED_CLEARANCE
}

/// Returns the distance (m) of the middle of the lane from the middle of a road of a given width (m). If two trucks can
/// pass, it is a quarter of the width, which is the middle of one half, up to a maximum. Otherwise it is 0.
pub fn lane_offset(truck: &TruckModel, width: f64) -> f64 {
    if width < two_way_width(truck) {
        return 0.0;
    }
    (width / 4.0).min(MAX_OFFSET_WIDTHS * 2.0 * truck.footprint.half_width)
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
