//! Zones: their effect on roads, and checks of their values.

use crate::map::{MineMap, Zone};
use crate::roads::{Road, RoadStation, is_speed_limit};
use haul_core::polygon::ring_contains;
use haul_core::units::from_compass;
use haul_core::{Point2, angle};

/// Share of a road's length that must lie in a zone for the road to belong to the zone.
const LEAST_SHARE: f64 = 0.5;

impl Zone {
    /// Returns every fault of the zone as (key, message); empty if there is none.
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if self.ring.len() < 3 {
            faults.push(("ring", format!("expected three corners or more, found {}", self.ring.len())));
        } else if let Some(p) = self.ring.iter().find(|p| !(p.x.is_finite() && p.y.is_finite())) {
            faults.push(("ring", format!("expected corners in metres, found ({}, {})", p.x, p.y)));
        }
        if let Some(v) = self.speed_limit.filter(|v| !is_speed_limit(*v)) {
            let what = "expected a speed limit of 0.1 m/s or more";
            faults.push(("speed_limit", format!("{what}, found {v}; to close the zone, use closed = true")));
        }
        if let Some(f) = self.low_traction.filter(|f| !(*f > 0.0 && *f <= 1.0)) {
            faults.push(("low_traction", format!("expected a friction ratio above 0 and at most 1, found {f}")));
        }
        if let Some(b) = self.one_way_deg.filter(|b| !b.is_finite()) {
            faults.push(("one_way_deg", format!("expected a compass bearing in degrees, found {b}")));
        }
        faults
    }

    /// Returns true if a point lies in the zone.
    pub fn holds(&self, p: Point2) -> bool {
        ring_contains(&self.ring, p)
    }
}

impl MineMap {
    /// Returns the upper limit of the friction coefficient that zones set at a point; 1 if no zone limits it.
    pub fn zone_friction(&self, x: f64, y: f64) -> f64 {
        let p = Point2::new(x, y);
        self.zones.iter().filter_map(|z| z.low_traction.filter(|_| z.holds(p))).fold(1.0, f64::min)
    }

    /// Makes the roads of one-way zones one-way. A road against the zone's bearing is reversed. Loading a mine calls
    /// this function; a second call changes nothing.
    pub fn enforce_zones(&mut self) {
        let mut roads = self.roads.roads.clone();
        let mut changed = false;
        for zone in &self.zones {
            let Some(bearing) = zone.one_way_deg.filter(|b| b.is_finite()) else { continue };
            let heading = from_compass(bearing);
            for road in &mut roads {
                let (mut inside, mut along) = (0.0, 0.0);
                for pair in road.line.points().windows(2) {
                    let d = pair[1].xy() - pair[0].xy();
                    if zone.holds(nalgebra::center(&pair[0].xy(), &pair[1].xy())) {
                        inside += d.norm();
                        along += d.norm() * libm::cos(angle::difference(libm::atan2(d.y, d.x), heading));
                    }
                }
                if inside < LEAST_SHARE * road.line.length() || inside == 0.0 {
                    continue;
                }
                if along < 0.0 {
                    *road = reversed(road);
                    changed = true;
                }
                changed |= !std::mem::replace(&mut road.one_way, true);
            }
        }
        if changed {
            self.roads = self.roads.rebuilt(roads);
        }
    }
}

/// Returns the same road in the opposite direction.
fn reversed(road: &Road) -> Road {
    let turned = |s: &RoadStation| RoadStation {
        grade: -s.grade,
        width_left: s.width_right,
        width_right: s.width_left,
        curvature: -s.curvature,
        crossfall: -s.crossfall,
        sight_ahead: s.sight_back,
        sight_back: s.sight_ahead,
        lanes: s.lanes,
    };
    Road {
        from: road.to,
        to: road.from,
        line: road.line.reversed(),
        stations: road.stations.iter().rev().map(turned).collect(),
        ..road.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{PitSpec, generate_pit};

    #[test]
    fn one_way_zone_reverses_only_its_own_roads() {
        let mut map = generate_pit(&PitSpec::default()).unwrap();
        let road = map.roads.roads.iter().max_by(|a, b| a.line.length().total_cmp(&b.line.length())).unwrap().clone();
        let (low, high) = map.terrain.bounds();
        let ring = vec![low, Point2::new(high.x, low.y), high, Point2::new(low.x, high.y)];
        let ends = (road.line.points()[0], road.line.points()[road.line.points().len() - 1]);
        let back = libm::atan2(ends.0.y - ends.1.y, ends.0.x - ends.1.x);
        map.zones.push(Zone {
            name: "ring road".into(),
            ring,
            one_way_deg: Some(haul_core::units::to_compass(back)),
            ..Zone::default()
        });
        map.enforce_zones();
        let turned = map.roads.road(road.id).unwrap();
        assert!(
            turned.one_way
                && turned.from == road.to
                && turned.stations[0].width_left == road.stations.last().unwrap().width_right
        );
        let once = map.clone();
        map.enforce_zones();
        assert!(map == once);
    }

    #[test]
    fn every_fault_of_a_zone_is_reported() {
        let zone = Zone {
            speed_limit: Some(0.0),
            low_traction: Some(f64::NAN),
            one_way_deg: Some(f64::INFINITY),
            ..Zone::default()
        };
        let keys: Vec<&str> = zone.faults().into_iter().map(|f| f.0).collect();
        assert_eq!(keys, ["ring", "speed_limit", "low_traction", "one_way_deg"]);
    }
}
