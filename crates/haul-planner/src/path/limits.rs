//! Speed limits of roads and zones along a path.

use super::Path;
use crate::TruckModel;
use haul_core::{Point2, polygon::ring_contains};
use haul_mine::{MineMap, Zone};

/// A zone with a speed limit, with its bounding box.
struct Limited<'a> {
    zone: &'a Zone,
    limit: f64,
    low: Point2,
    high: Point2,
}

impl Limited<'_> {
    fn holds(&self, p: Point2) -> bool {
        let in_box = p.x >= self.low.x && p.y >= self.low.y && p.x <= self.high.x && p.y <= self.high.y;
        in_box && ring_contains(&self.zone.ring, p)
    }
}

impl Path {
    /// Sets the speed limit of each point: the lowest limit of its road and of every zone that contains the front, the
    /// rear or the rear axle of the truck's centreline.
    pub fn lay_limits(&mut self, map: &MineMap, truck: &TruckModel) {
        let limited: Vec<Limited> = map
            .zones
            .iter()
            .filter_map(|zone| {
                let limit = zone.speed_limit.filter(|v| *v > 0.0)?;
                let first = *zone.ring.first()?;
                let (low, high) = zone.ring.iter().fold((first, first), |(l, h), p| (l.inf(p), h.sup(p)));
                Some(Limited { zone, limit, low, high })
            })
            .collect();
        for p in &mut self.points {
            let of_road = p.road.and_then(|r| map.roads.road(r)).and_then(|r| r.speed_limit).filter(|v| *v > 0.0);
            let spine = [truck.footprint.front, 0.0, -truck.footprint.rear].map(|x| p.pose.place(x, 0.0));
            let of_zone = limited.iter().filter(|l| spine.iter().any(|s| l.holds(*s))).map(|l| l.limit);
            p.speed_limit = of_zone.chain(of_road).reduce(f64::min);
        }
    }
}
