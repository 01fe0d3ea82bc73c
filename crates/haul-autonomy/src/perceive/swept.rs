//! The first obstacle on the truck's path.

use super::obstacle::{TrackedObstacle, gap};
use haul_core::Footprint;
use haul_planner::Path;

/// Strip of ground that the truck is about to sweep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corridor {
    /// Outline of the truck.
    pub footprint: Footprint,
    /// Clearance around the outline, m.
    pub margin: f64,
    /// Station of the truck, m.
    pub from: f64,
    /// Last station of the search, m.
    pub to: f64,
    /// Speed of the truck, m/s, not negative.
    pub speed: f64,
}

/// First contact of the truck with an obstacle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// Station at which the truck's outline with its margin would touch the obstacle, m.
    pub station: f64,
    /// Number of the obstacle.
    pub obstacle: u32,
    /// Speed of the obstacle along the truck's path at that station, m/s; positive in the truck's direction.
    pub speed_along: f64,
}

/// Spacing of the tested poses, m. An obstacle thinner than the spacing is still met if it is wider than the margin.
const SPACING: f64 = 0.8;
/// Times ahead for which moving obstacles are also tested, s.
const PREDICTION_TIMES: [f64; 3] = [1.0, 2.0, 3.0];
/// Distance (m) from the truck's predicted station within which a predicted obstacle counts.
const PREDICTION_REACH: f64 = 7.0;
/// Speed above which an obstacle counts as moving, m/s.
const MOVING_SPEED: f64 = 0.5;

/// Finds the first contact along a path. Standing obstacles are tested at their position; moving ones also where they
/// will be when the truck arrives. Only obstacles within reach of the corridor are tested in detail.
pub fn first_contact(path: &Path, corridor: &Corridor, obstacles: &[TrackedObstacle]) -> Option<Contact> {
    let mut best: Option<Contact> = None;
    for obstacle in obstacles {
        let end = best.map_or(corridor.to, |b| b.station);
        if let Some(contact) = contact_with(path, corridor, obstacle, end)
            && best.is_none_or(|b| contact.station < b.station)
        {
            best = Some(contact);
        }
    }
    best
}

fn contact_with(path: &Path, corridor: &Corridor, obstacle: &TrackedObstacle, end: f64) -> Option<Contact> {
    let grown = corridor.footprint.grown(corridor.margin);
    let reach = grown.reach() + obstacle.shape.reach();
    let moving = obstacle.velocity.norm() > MOVING_SPEED;
    let start = path.at(corridor.from);
    let way = (end - corridor.from).max(0.0);
    let roam = if moving { obstacle.velocity.norm() * PREDICTION_TIMES[PREDICTION_TIMES.len() - 1] } else { 0.0 };
    if (start.pose.position() - obstacle.pose.position()).norm() > way + reach + roam {
        return None;
    }
    let mut station = corridor.from;
    while station <= end {
        let point = path.at(station);
        let meets = |o: &TrackedObstacle| {
            let far = (point.pose.position() - o.pose.position()).norm() - reach;
            far <= 0.0 && gap(&grown, point.pose, o) <= 0.0
        };
        let here = meets(obstacle)
            || moving
                && PREDICTION_TIMES.iter().any(|&t| {
                    let then = corridor.from + corridor.speed * t;
                    (station - then).abs() < PREDICTION_REACH && meets(&obstacle.after(t))
                });
        if here {
            let along = point.pose.ahead() * point.travel.sign();
            return Some(Contact { station, obstacle: obstacle.id, speed_along: obstacle.velocity.dot(&along) });
        }
        // Advance by the distance that is certainly free, but at least by one spacing.
        let clear = (point.pose.position() - obstacle.pose.position()).norm() - reach - roam;
        station += clear.max(SPACING);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perceive::obstacle::Shape;
    use haul_core::{Pose2, Vector2};
    use haul_planner::{PathPoint, Travel};

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    fn straight() -> Path {
        Path::new(
            (0..400)
                .map(|k| {
                    let s = 0.5 * f64::from(k);
                    PathPoint::at_pose(Pose2::new(s, 0.0, 0.0), 0.0, s, Travel::Forward)
                })
                .collect(),
        )
    }

    fn corridor() -> Corridor {
        Corridor { footprint: TRUCK, margin: 0.5, from: 0.0, to: 100.0, speed: 8.0 }
    }

    fn disc(x: f64, y: f64, vx: f64, vy: f64) -> TrackedObstacle {
        TrackedObstacle { id: 7, pose: Pose2::new(x, y, 0.0), shape: Shape::Disc(1.0), velocity: Vector2::new(vx, vy) }
    }

    #[test]
    fn only_obstacles_in_the_swept_corridor_count() {
        let contact = first_contact(&straight(), &corridor(), &[disc(60.0, 0.0, 0.0, 0.0)]).unwrap();
        assert!((contact.station - 51.5).abs() <= SPACING, "{contact:?}");
        assert_eq!(first_contact(&straight(), &corridor(), &[disc(60.0, 4.6, 0.0, 0.0)]), None);
        assert_eq!(first_contact(&straight(), &corridor(), &[disc(-6.0, 0.0, 0.0, 0.0)]), None, "behind");
        assert_eq!(first_contact(&straight(), &corridor(), &[disc(150.0, 0.0, 0.0, 0.0)]), None, "too far");
    }

    #[test]
    fn a_crossing_obstacle_is_met_and_one_that_passes_beside_is_not() {
        let crossing = disc(24.0, -12.0, 0.0, 6.0);
        assert!(first_contact(&straight(), &corridor(), &[crossing]).is_some());
        let oncoming = disc(40.0, 6.0, -8.0, 0.0);
        assert_eq!(first_contact(&straight(), &corridor(), &[oncoming]), None);
    }
}
