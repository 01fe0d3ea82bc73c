//! Giving what is seen an identity and a velocity.

use super::obstacle::{Obstacle, Shape};
use haul_core::{Pose2, SimTime, Vector2};

/// Something seen in one frame, site frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub pose: Pose2,
    pub shape: Shape,
    /// Velocity, if the sensor measures it, m/s.
    pub velocity: Option<Vector2>,
    /// Tells whether one sight is enough.
    pub sure: bool,
}

/// A sight further from where a track is expected than this is another thing, m; and so much further for each second
/// the track has not been seen (a manned vehicle's speed).
const NEAR: f64 = 2.5;
const NEAR_RATE: f64 = 6.0;
/// So many sights confirm a thing that one sight does not.
const CONFIRM: u32 = 2;
/// A thing not seen for so long is gone, s: it may be hidden for a moment, or missed by a scan.
const GONE: f64 = 1.0;
/// Shares of a sight's surprise that go to position and velocity (R. E. Kalata, "The tracking index", 1984, for a
/// tracking index of about 0.3).
const ALPHA: f64 = 0.5;
const BETA: f64 = 0.15;
/// Slower than this by tracking alone a thing stands, m/s: outlines shift as more of them is seen.
const STANDS: f64 = 0.7;

#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Track {
    obstacle: Obstacle,
    sights: u32,
    last: SimTime,
    sure: bool,
    measured: bool,
    taken: bool,
}

/// The tracks of one truck.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Tracks {
    tracks: Vec<Track>,
    next_id: u32,
    time: SimTime,
}

impl Tracks {
    /// Takes what one frame shows. Frames without any reading (`fresh` false) only let time pass.
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
        self.tracks.retain(|t| now.since(t.last) <= GONE);
    }

    fn take(&mut self, now: SimTime, s: &Seen) {
        let near = self
            .tracks
            .iter_mut()
            .filter(|t| !t.taken)
            .map(|t| ((t.obstacle.pose.position() - s.pose.position()).norm(), t))
            .filter(|(d, t)| *d < NEAR + NEAR_RATE * now.since(t.last))
            .min_by(|(a, x), (b, y)| a.total_cmp(b).then(x.obstacle.id.cmp(&y.obstacle.id)));
        let Some((_, track)) = near else {
            let obstacle =
                Obstacle { id: self.next_id, pose: s.pose, shape: s.shape, velocity: s.velocity.unwrap_or_default() };
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
            // A detector that measures is taken at its word.
            Some(velocity) => {
                track.measured = true;
                track.obstacle.velocity = velocity;
                track.obstacle.pose = s.pose;
            }
            None => {
                let surprise = s.pose.position() - track.obstacle.pose.position();
                let p = track.obstacle.pose.position() + surprise * ALPHA;
                track.obstacle.pose = Pose2::new(p.x, p.y, s.pose.heading);
                if since > 0.0 {
                    track.obstacle.velocity += surprise * (BETA / since);
                }
            }
        }
    }

    /// The things that are there, in the order they were first seen.
    pub fn confirmed(&self) -> impl Iterator<Item = Obstacle> + '_ {
        self.tracks.iter().filter(|t| t.sure || t.sights >= CONFIRM).map(|t| {
            let velocity = if moves(t) { t.obstacle.velocity } else { Vector2::zeros() };
            Obstacle { velocity, ..t.obstacle }
        })
    }
}

fn moves(t: &Track) -> bool {
    t.measured || t.obstacle.velocity.norm() > STANDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(x: f64) -> Seen {
        Seen { pose: Pose2::new(x, 0.0, 0.0), shape: Shape::Disc(0.5), velocity: None, sure: false }
    }

    #[test]
    fn one_flash_is_nothing_and_a_lasting_thing_keeps_its_number() {
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
