//! Shovels, which load a spotted truck in passes and kick it out.

use haul_core::random::{Draw, Stream};
use haul_core::{PlaceId, Point3, Pose2, TruckId, angle, stream};
use haul_vehicle::ShovelSpec;

/// Phase of a working shovel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub enum ShovelPhase {
    /// Digs in the face.
    Digging,
    /// Holds a full bucket over the face and waits for a truck.
    Hanging,
    /// Swings to the truck with a full bucket.
    SwingingLoaded,
    /// Empties the bucket over the truck's body.
    Emptying,
    /// Swings back to the face with an empty bucket.
    SwingingBack,
}

impl ShovelPhase {
    /// Returns the share of a pass's time that the phase takes. A pass is about one third digging, and the loaded swing
    /// is slower than the empty one (Caterpillar Performance Handbook, cycle time of hydraulic shovels).
    fn share(self) -> f64 {
        match self {
            ShovelPhase::Digging => 0.34,
            ShovelPhase::Hanging => 0.0,
            ShovelPhase::SwingingLoaded => 0.28,
            ShovelPhase::Emptying => 0.14,
            ShovelPhase::SwingingBack => 0.24,
        }
    }
}

/// Action of a shovel in a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ShovelAction {
    /// The shovel emptied its bucket into the truck.
    Pass { truck: TruckId, mass: f64, at: Point3 },
    /// The truck is loaded.
    Complete { truck: TruckId, payload: f64 },
    /// The shovel has given up waiting for a truck at the spot; the job is over.
    GaveUp { truck: TruckId },
}

/// State of the truck under a shovel, as far as the shovel needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SpottedTruck {
    /// Payload in the truck now, kg.
    pub payload: f64,
    /// Rated payload, kg.
    pub rated: f64,
    /// Middle of the bed in the body frame, m.
    pub bed: Point3,
}

/// A truck that the site has told the shovel to load.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
struct Job {
    truck: TruckId,
    spot: usize,
    passes: u32,
}

/// Time (s) for which a shovel waits for an announced truck that does not stand at its spot: two passes.
const WAIT_LIMIT: f64 = 60.0;
/// Missing share of the rated payload below which the last pass is skipped: half a bucket more is not worth the time.
const LEAST_MISSING_SHARE: f64 = 0.03;
/// Relative standard deviation of the mass in a bucket that the operator fills only partly.
const PART_BUCKET_SPREAD: f64 = 0.04;
/// Standard deviation (m), along and across the bed, of the point where a bucket's load falls.
const DROP_SPREAD: (f64, f64) = (0.45, 0.25);

/// A shovel at a loading place.
#[derive(Debug)]
pub struct SimShovel {
    place: PlaceId,
    spec: ShovelSpec,
    pose: Pose2,
    ground: f64,
    face: f64,
    phase: ShovelPhase,
    elapsed: f64,
    pass_time: f64,
    bucket_kg: f64,
    swing_from: f64,
    swing_to: f64,
    jobs: Vec<Job>,
    /// Time for which the truck of the job has not stood at its spot, s.
    missed: f64,
    noise: Stream,
    loaded_kg: f64,
}

haul_core::keep_state!(SimShovel {
    place: given,
    spec: given,
    pose: given,
    ground: given,
    face: given,
    phase: value,
    elapsed: value,
    pass_time: value,
    bucket_kg: value,
    swing_from: value,
    swing_to: value,
    jobs: value,
    missed: value,
    noise: value,
    loaded_kg: value,
});

impl SimShovel {
    /// Creates a shovel that holds a full bucket over its face. `face` is the direction of the face, rad anticlockwise
    /// from east.
    pub(crate) fn new(seed: u64, place: PlaceId, spec: ShovelSpec, pose: Pose2, ground: f64, face: f64) -> Self {
        let mut noise = stream(seed, place.as_str(), "shovel");
        let bucket_kg = full_bucket(&spec, &mut noise);
        Self {
            place,
            spec,
            pose,
            ground,
            face,
            phase: ShovelPhase::Hanging,
            elapsed: 0.0,
            pass_time: 0.0,
            bucket_kg,
            swing_from: face,
            swing_to: face,
            jobs: Vec::new(),
            missed: 0.0,
            noise,
            loaded_kg: 0.0,
        }
    }

    /// Returns the direction of the face for a shovel at `pose` that loads at `spots`. The face is on the side of the
    /// trucks with less `room`, such as the distance to the edge of the drivable surface.
    pub(crate) fn face_direction(spec: &ShovelSpec, pose: Pose2, spots: &[Pose2], room: impl Fn(Pose2) -> f64) -> f64 {
        let to_truck = spots.first().map_or(pose.heading, |spot| {
            let d = spot.position() - pose.position();
            libm::atan2(d.y, d.x)
        });
        let side = |swing: f64| Pose2::new(pose.x, pose.y, angle::wrap(to_truck + swing));
        let (left, right) = (side(spec.swing_angle), side(-spec.swing_angle));
        if room(left.advanced(spec.reach)) <= room(right.advanced(spec.reach)) { left.heading } else { right.heading }
    }

    /// Returns the place at which the shovel works.
    pub fn place(&self) -> &PlaceId {
        &self.place
    }

    /// Returns the shovel's specification.
    pub fn spec(&self) -> &ShovelSpec {
        &self.spec
    }

    /// Returns the pose of the undercarriage.
    pub fn pose(&self) -> Pose2 {
        self.pose
    }

    /// Returns the height of the ground under the shovel, m.
    pub fn ground(&self) -> f64 {
        self.ground
    }

    /// Returns the shovel's phase.
    pub fn phase(&self) -> ShovelPhase {
        self.phase
    }

    /// Returns the progress of the phase, 0 to 1. It is 0 while the shovel waits with a full bucket.
    pub fn progress(&self) -> f64 {
        let whole = self.phase.share() * self.pass_time;
        if whole > 0.0 { (self.elapsed / whole).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Returns the angle of the upper structure relative to the undercarriage, rad, anticlockwise.
    pub fn swing_angle(&self) -> f64 {
        let way = angle::difference(self.swing_to, self.swing_from);
        let part = match self.phase {
            ShovelPhase::SwingingLoaded | ShovelPhase::SwingingBack => smooth(self.progress()),
            _ => 1.0,
        };
        angle::wrap(self.swing_from + way * part - self.pose.heading)
    }

    /// Returns the fill of the bucket, 0 to 1.
    pub fn bucket(&self) -> f64 {
        let full = (self.bucket_kg / (self.spec.bucket_t * haul_core::units::TONNE)).clamp(0.0, 1.0);
        match self.phase {
            ShovelPhase::Digging => full * smooth(self.progress()),
            ShovelPhase::Hanging | ShovelPhase::SwingingLoaded => full,
            ShovelPhase::Emptying => full * (1.0 - smooth(self.progress())),
            ShovelPhase::SwingingBack => 0.0,
        }
    }

    /// Returns the angle of the boom above the horizontal, rad.
    pub fn boom_angle(&self) -> f64 {
        const LOWERED_ANGLE: f64 = 0.35;
        const RAISED_ANGLE: f64 = 0.85;
        LOWERED_ANGLE + (RAISED_ANGLE - LOWERED_ANGLE) * self.lift()
    }

    /// Returns the angle of the stick relative to the boom, rad: small when the stick is retracted.
    pub fn stick_angle(&self) -> f64 {
        const RETRACTED_ANGLE: f64 = 0.9;
        const EXTENDED_ANGLE: f64 = 1.9;
        let out = match self.phase {
            ShovelPhase::Digging => smooth(self.progress()),
            ShovelPhase::Hanging | ShovelPhase::SwingingLoaded => 1.0,
            ShovelPhase::Emptying => 1.0,
            ShovelPhase::SwingingBack => 1.0 - smooth(self.progress()),
        };
        RETRACTED_ANGLE + (EXTENDED_ANGLE - RETRACTED_ANGLE) * out
    }

    /// Returns the angle of the bucket relative to the stick, rad: 0 holds the load, 1.2 is open.
    pub fn bucket_angle(&self) -> f64 {
        const OPEN_ANGLE: f64 = 1.2;
        match self.phase {
            ShovelPhase::Emptying => OPEN_ANGLE * smooth((self.progress() * 2.0).min(1.0)),
            ShovelPhase::SwingingBack => OPEN_ANGLE * (1.0 - smooth(self.progress())),
            _ => 0.0,
        }
    }

    /// Returns the height of the bucket between the foot of the face (0) and the truck's side wall (1).
    fn lift(&self) -> f64 {
        match self.phase {
            ShovelPhase::Digging => 0.6 * smooth(self.progress()),
            ShovelPhase::Hanging => 0.6,
            ShovelPhase::SwingingLoaded => 0.6 + 0.4 * smooth(self.progress()),
            ShovelPhase::Emptying => 1.0,
            ShovelPhase::SwingingBack => 1.0 - smooth(self.progress()),
        }
    }

    /// Returns the truck that is being loaded, and the number of passes so far.
    pub fn loading(&self) -> Option<(TruckId, u32)> {
        self.jobs.first().map(|job| (job.truck, job.passes))
    }

    /// Returns the mass loaded since the start, kg.
    pub fn loaded_kg(&self) -> f64 {
        self.loaded_kg
    }

    /// Begins a job: the site reports that a truck is spotted.
    pub(crate) fn begin(&mut self, truck: TruckId, spot: usize) {
        if !self.jobs.iter().any(|job| job.truck == truck) {
            self.jobs.push(Job { truck, spot, passes: 0 });
        }
    }

    /// Ends a job: the site reports that the truck has left.
    pub(crate) fn end(&mut self, truck: TruckId) {
        self.jobs.retain(|job| job.truck != truck);
        self.missed = 0.0;
    }

    /// Works on the shovel's job for `dt` seconds. For `truck` see [`SimShovel::advance`].
    pub(crate) fn work(&mut self, dt: f64, truck: Option<(SpottedTruck, haul_core::Point2)>) -> Option<ShovelAction> {
        match self.give_up(dt, truck.is_some()) {
            Some(truck) => Some(ShovelAction::GaveUp { truck }),
            None => self.advance(dt, truck),
        }
    }

    /// Counts the time for which the truck of the job does not stand at its spot. Returns the truck when the shovel
    /// gives up on it, which ends the job.
    fn give_up(&mut self, dt: f64, stands: bool) -> Option<TruckId> {
        self.missed = if stands || self.jobs.is_empty() { 0.0 } else { self.missed + dt };
        if self.missed < WAIT_LIMIT {
            return None;
        }
        self.missed = 0.0;
        Some(self.jobs.remove(0).truck)
    }

    /// Returns the present job: the truck and the index of its spot.
    pub(crate) fn job(&self) -> Option<(TruckId, usize)> {
        self.jobs.first().map(|job| (job.truck, job.spot))
    }

    /// Advances by `dt` seconds. `truck` is the true state of the job's truck, with the middle of its bed in plan. It
    /// is `None` if the truck does not stand at the spot; then the shovel holds its bucket back.
    fn advance(&mut self, dt: f64, truck: Option<(SpottedTruck, haul_core::Point2)>) -> Option<ShovelAction> {
        self.elapsed += dt;
        if self.phase == ShovelPhase::Hanging {
            return self.swing_to_truck(truck?);
        }
        if self.elapsed < self.phase.share() * self.pass_time {
            return None;
        }
        match self.phase {
            ShovelPhase::Digging => {
                self.enter(ShovelPhase::Hanging);
                None
            }
            ShovelPhase::SwingingLoaded => {
                // Empty the bucket only if the truck is still there.
                if truck.is_some() {
                    self.enter(ShovelPhase::Emptying);
                }
                None
            }
            ShovelPhase::Emptying => {
                let action = self.empty_into(truck.map(|(standing, _)| standing));
                self.turn(self.swing_to, self.face);
                self.enter(ShovelPhase::SwingingBack);
                action
            }
            ShovelPhase::SwingingBack => {
                self.turn(self.face, self.face);
                self.new_pass_time();
                self.enter(ShovelPhase::Digging);
                self.bucket_kg = full_bucket(&self.spec, &mut self.noise);
                None
            }
            ShovelPhase::Hanging => None,
        }
    }

    /// Decides what to do with a full bucket and a truck at the spot: another pass, or the kick-out.
    fn swing_to_truck(&mut self, (standing, bed): (SpottedTruck, haul_core::Point2)) -> Option<ShovelAction> {
        let missing = standing.rated - standing.payload;
        if missing <= LEAST_MISSING_SHARE * standing.rated {
            return self.complete(standing.payload);
        }
        if self.bucket_kg > missing {
            // The last bucket is filled only partly: the rest falls back at the face.
            let aim = missing * (1.0 + PART_BUCKET_SPREAD * self.noise.normal());
            self.bucket_kg = aim.clamp(0.0, self.bucket_kg);
        }
        let d = bed - self.pose.position();
        self.turn(self.face, libm::atan2(d.y, d.x));
        self.new_pass_time();
        self.enter(ShovelPhase::SwingingLoaded);
        None
    }

    fn empty_into(&mut self, truck: Option<SpottedTruck>) -> Option<ShovelAction> {
        let (job, standing) = (self.jobs.first_mut()?, truck?);
        job.passes += 1;
        let truck = job.truck;
        let at = standing.bed
            + haul_core::Vector3::new(DROP_SPREAD.0 * self.noise.normal(), DROP_SPREAD.1 * self.noise.normal(), 0.0);
        let mass = self.bucket_kg;
        self.loaded_kg += mass;
        self.bucket_kg = 0.0;
        Some(ShovelAction::Pass { truck, mass, at })
    }

    /// Checks if the truck is full after a pass. A full truck gets the kick-out at once, so that it leaves while the
    /// shovel digs.
    pub(crate) fn check_full(&mut self, standing: SpottedTruck) -> Option<ShovelAction> {
        let missing = standing.rated - standing.payload;
        (missing <= LEAST_MISSING_SHARE * standing.rated).then(|| self.complete(standing.payload)).flatten()
    }

    fn complete(&mut self, payload: f64) -> Option<ShovelAction> {
        if self.jobs.is_empty() {
            return None;
        }
        let job = self.jobs.remove(0);
        Some(ShovelAction::Complete { truck: job.truck, payload })
    }

    fn new_pass_time(&mut self) {
        self.pass_time = spread(self.spec.pass_time_s, self.spec.pass_spread, &mut self.noise);
    }

    fn turn(&mut self, from: f64, to: f64) {
        (self.swing_from, self.swing_to) = (from, to);
    }

    fn enter(&mut self, phase: ShovelPhase) {
        self.phase = phase;
        self.elapsed = 0.0;
    }
}

/// Draws a value about `mean` with the relative deviation `ratio`, limited to three deviations.
fn spread(mean: f64, ratio: f64, noise: &mut Stream) -> f64 {
    mean * (1.0 + ratio * noise.normal().clamp(-3.0, 3.0)).max(0.1)
}

fn full_bucket(spec: &ShovelSpec, noise: &mut Stream) -> f64 {
    spread(spec.bucket_t * haul_core::units::TONNE, spec.bucket_spread, noise)
}

/// Returns a smooth step from 0 to 1, without a jump in speed at either end.
fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_core::Point2;

    #[test]
    fn the_state_holds_the_random_stream() {
        let spec = haul_vehicle::shovel("hydraulic_15m3").unwrap();
        let mut shovel = SimShovel::new(1, PlaceId::from("face"), spec, Pose2::new(0.0, 0.0, 0.0), 0.0, 1.6);
        let before = haul_core::state::hash_part(&shovel).unwrap();
        shovel.noise.unit();
        assert_ne!(before, haul_core::state::hash_part(&shovel).unwrap());
    }

    const DT: f64 = 0.05;
    const RATED_PAYLOAD: f64 = 91e3;

    fn load(seed: u64, spec: &str) -> (f64, f64, u32) {
        let spec = haul_vehicle::shovel(spec).unwrap();
        let mut shovel = SimShovel::new(seed, PlaceId::from("face"), spec, Pose2::new(0.0, 0.0, 0.0), 0.0, 1.6);
        shovel.begin(TruckId(1), 0);
        let (mut payload, mut seconds, mut passes) = (0.0, 0.0, 0);
        let bed = Point2::new(11.0, 0.0);
        loop {
            let standing = SpottedTruck { payload, rated: RATED_PAYLOAD, bed: Point3::new(1.0, 0.0, 3.5) };
            seconds += DT;
            assert!(seconds < 1_000.0, "never done at {payload}");
            match shovel.advance(DT, Some((standing, bed))) {
                Some(ShovelAction::Pass { mass, .. }) => {
                    payload += mass;
                    passes += 1;
                    if let Some(ShovelAction::Complete { payload, .. }) =
                        shovel.check_full(SpottedTruck { payload, ..standing })
                    {
                        return (payload, seconds, passes);
                    }
                }
                Some(ShovelAction::Complete { payload, .. }) => return (payload, seconds, passes),
                Some(ShovelAction::GaveUp { .. }) | None => {}
            }
        }
    }

    #[test]
    fn every_truck_gets_its_rated_payload_within_five_percent() {
        for spec in ["hydraulic_15m3", "hydraulic_11m3", "wheel_loader_12m3"] {
            for seed in 0..60 {
                let (payload, seconds, passes) = load(seed, spec);
                assert!((payload / RATED_PAYLOAD - 1.0).abs() <= 0.05, "{spec}, seed {seed}: {payload} kg in {passes}");
                assert!((3..=7).contains(&passes), "{spec}, seed {seed}: {passes} passes");
                assert!((60.0..400.0).contains(&seconds), "{spec}, seed {seed}: {seconds} s");
            }
        }
    }

    #[test]
    fn a_shovel_without_a_truck_holds_its_full_bucket() {
        let spec = haul_vehicle::shovel("hydraulic_15m3").unwrap();
        let mut shovel = SimShovel::new(3, PlaceId::from("face"), spec, Pose2::new(0.0, 0.0, 0.0), 0.0, 1.6);
        shovel.begin(TruckId(1), 0);
        for _ in 0..2_000 {
            assert_eq!(shovel.advance(DT, None), None);
        }
        assert_eq!((shovel.phase(), shovel.loaded_kg()), (ShovelPhase::Hanging, 0.0));
        assert!((angle::wrap(shovel.swing_angle() - 1.6)).abs() < 1e-12, "over its face");
    }

    #[test]
    fn a_truck_that_leaves_under_a_swinging_bucket_gets_no_load() {
        let spec = haul_vehicle::shovel("hydraulic_15m3").unwrap();
        let mut shovel = SimShovel::new(3, PlaceId::from("face"), spec, Pose2::new(0.0, 0.0, 0.0), 0.0, 1.6);
        shovel.begin(TruckId(1), 0);
        let standing = SpottedTruck { payload: 0.0, rated: RATED_PAYLOAD, bed: Point3::origin() };
        let _ = shovel.advance(DT, Some((standing, Point2::new(11.0, 0.0))));
        assert_eq!(shovel.phase(), ShovelPhase::SwingingLoaded);
        for _ in 0..2_000 {
            assert_eq!(shovel.advance(DT, None), None);
        }
        assert!(shovel.bucket() > 0.5, "the bucket is still full");
    }

    #[test]
    fn the_upper_structure_turns_to_the_truck_without_a_jump() {
        let spec = haul_vehicle::shovel("hydraulic_15m3").unwrap();
        let mut shovel = SimShovel::new(3, PlaceId::from("face"), spec, Pose2::new(0.0, 0.0, 0.5), 0.0, 2.1);
        shovel.begin(TruckId(1), 0);
        let mut last = shovel.swing_angle();
        for _ in 0..6_000 {
            let standing = SpottedTruck { payload: 0.0, rated: RATED_PAYLOAD, bed: Point3::origin() };
            let _ = shovel.advance(DT, Some((standing, Point2::new(11.0, 0.0))));
            let now = shovel.swing_angle();
            assert!(angle::difference(now, last).abs() < 0.05, "{last} to {now} while {:?}", shovel.phase());
            last = now;
        }
    }
}
