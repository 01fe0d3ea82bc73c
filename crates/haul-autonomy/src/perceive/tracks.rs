//! Tracker that gives sightings an identity and a velocity.

use super::obstacle::{Shape, TrackedObstacle};
use haul_core::{Pose2, SimTime, Vector2};

/// A sighting in one frame, in site coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub pose: Pose2,
    pub shape: Shape,
    /// Velocity (m/s), if the sensor measures it.
    pub velocity: Option<Vector2>,
    /// True if one sighting is enough to confirm the obstacle.
    pub sure: bool,
}

/// Maximum distance (m) of a sighting from the expected position of its track.
const MATCH_DISTANCE: f64 = 2.5;
/// Growth of the maximum match distance with the time since the last sighting, m/s: the speed of a manned vehicle.
const MATCH_RATE: f64 = 6.0;
/// Number of sightings that confirm an obstacle for which one is not enough.
const CONFIRMING_SIGHTINGS: u32 = 2;
/// Time (s) without a sighting after which an obstacle is dropped: it may be hidden for a moment, or missed by a scan.
const TRACK_TIMEOUT: f64 = 1.0;
/// Share of a sighting's residual that corrects the position (R. E. Kalata, "The tracking index", 1984, for a tracking
/// index of about 0.3).
const POSITION_GAIN: f64 = 0.5;
/// Share of a sighting's residual that corrects the velocity; same source as [`POSITION_GAIN`].
const VELOCITY_GAIN: f64 = 0.15;
/// Speed (m/s), from tracking alone, below which an obstacle counts as standing: its outline shifts as more of the
/// obstacle becomes visible.
const STANDING_SPEED: f64 = 0.7;

#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Track {
    obstacle: TrackedObstacle,
    sights: u32,
    last: SimTime,
    sure: bool,
    measured: bool,
    taken: bool,
}

/// Tracks of one truck.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Tracks {
    tracks: Vec<Track>,
    next_id: u32,
    time: SimTime,
}

impl Tracks {
    /// Processes the sightings of one frame. A frame without a reading (`fresh` is false) only advances the time.
    pub fn update(&mut self, now: SimTime, seen: &[Seen], fresh: bool) {
        let dt = now.since(self.time);
        self.time = now;
        for t in &mut self.tracks {
            t.obstacle = t.obstacle.after(if moves(t) { dt } else { 0.0 });
            t.taken = false;
        }
        if fresh || !seen.is_empty() {
            for s in seen {
                self.take(now, s);
            }
        }
        self.tracks.retain(|t| now.since(t.last) <= TRACK_TIMEOUT);
    }

    fn take(&mut self, now: SimTime, s: &Seen) {
        let near = self
            .tracks
            .iter_mut()
            .filter(|t| !t.taken)
            .map(|t| ((t.obstacle.pose.position() - s.pose.position()).norm(), t))
            .filter(|(d, t)| *d < MATCH_DISTANCE + MATCH_RATE * now.since(t.last))
            .min_by(|(a, x), (b, y)| a.total_cmp(b).then(x.obstacle.id.cmp(&y.obstacle.id)));
        let Some((_, track)) = near else {
            let obstacle = TrackedObstacle {
                id: self.next_id,
                pose: s.pose,
                shape: s.shape,
                velocity: s.velocity.unwrap_or_default(),
            };
            self.next_id = self.next_id.wrapping_add(1);
            self.tracks.push(Track {
                obstacle,
                sights: 1,
                last: now,
                sure: s.sure,
                measured: s.velocity.is_some(),
                taken: true,
            });
            return;
        };
        let since = now.since(track.last);
        track.taken = true;
        track.sights = track.sights.saturating_add(1);
        track.last = now;
        track.sure |= s.sure;
        track.obstacle.shape = s.shape;
        match s.velocity {
            // A measured velocity is used directly.
            Some(velocity) => {
                track.measured = true;
                track.obstacle.velocity = velocity;
                track.obstacle.pose = s.pose;
            }
            None => {
                let surprise = s.pose.position() - track.obstacle.pose.position();
                let p = track.obstacle.pose.position() + surprise * POSITION_GAIN;
                track.obstacle.pose = Pose2::new(p.x, p.y, s.pose.heading);
                if since > 0.0 {
                    track.obstacle.velocity += surprise * (VELOCITY_GAIN / since);
                }
            }
        }
    }

    /// Returns the confirmed obstacles, in the order in which they were first seen.
    pub fn confirmed(&self) -> impl Iterator<Item = TrackedObstacle> + '_ {
        self.tracks.iter().filter(|t| t.sure || t.sights >= CONFIRMING_SIGHTINGS).map(|t| {
            let velocity = if moves(t) { t.obstacle.velocity } else { Vector2::zeros() };
            TrackedObstacle { velocity, ..t.obstacle }
        })
    }
}

fn moves(t: &Track) -> bool {
    t.measured || t.obstacle.velocity.norm() > STANDING_SPEED
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(x: f64) -> Seen {
        Seen { pose: Pose2::new(x, 0.0, 0.0), shape: Shape::Disc(0.5), velocity: None, sure: false }
    }

    #[test]
    fn one_sighting_is_ignored_and_a_lasting_obstacle_keeps_its_number() {
        let mut tracks = Tracks::default();
        tracks.update(SimTime::from_seconds(0.0), &[sight(10.0), sight(40.0)], true);
        assert_eq!(tracks.confirmed().count(), 0);
        for k in 1..30 {
            tracks.update(SimTime::from_seconds(0.1 * f64::from(k)), &[sight(10.0 + 0.3 * f64::from(k))], true);
        }
        let known: Vec<_> = tracks.confirmed().collect();
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].id, 0);
        assert!((known[0].velocity.x - 3.0).abs() < 0.3, "{:?}", known[0].velocity);
        tracks.update(SimTime::from_seconds(4.5), &[], true);
        assert_eq!(tracks.confirmed().count(), 0, "gone after a second");
    }
}
