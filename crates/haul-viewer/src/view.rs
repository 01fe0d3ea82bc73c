//! Viewpoints: positions of cameras that stay above the ground and outside of machines.

use crate::scene::ground::relief::Relief;
use crate::scene::places::crusher_solids;
use crate::setup::SessionSetup;
use haul_core::{CycleState, Footprint, Point2, Point3, Pose2, Vector3};
use haul_record::{Frame, TruckFrame};

/// Kind of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum View {
    /// Behind and above the truck.
    Chase,
    /// From the front and the side, near the truck.
    Side,
    /// From the truck's nose, where a driver looks.
    Cab,
    /// From the shovel's cab.
    Shovel,
    /// The whole mine, from high above its southern side.
    Overview,
    /// Straight down.
    Map,
    /// The most interesting thing of the moment.
    Director,
}

/// Position of a camera, and the point at which it looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewpoint {
    /// Position of the camera.
    pub eye: Point3,
    /// Point in the middle of the picture.
    pub target: Point3,
    /// Index of the machine that carries the camera, among the machines of the scene.
    pub carrier: Option<usize>,
}

/// A machine or building as a box with a vertical axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolidBox {
    /// Pose in plan.
    pub pose: Pose2,
    /// Outline.
    pub outline: Footprint,
    /// Height of the foot and of the top, m.
    pub heights: (f64, f64),
}

impl SolidBox {
    /// Returns true if a point lies inside the box, grown by a margin, m.
    pub fn contains(&self, p: Point3, margin: f64) -> bool {
        let (sin, cos) = self.pose.heading.sin_cos();
        let (dx, dy) = (p.x - self.pose.x, p.y - self.pose.y);
        let (ahead, aside) = (cos * dx + sin * dy, cos * dy - sin * dx);
        ahead < self.outline.front + margin
            && ahead > -self.outline.rear - margin
            && aside.abs() < self.outline.half_width + margin
            && p.z < self.heights.1 + margin
            && p.z > self.heights.0 - margin
    }
}

/// Distance of the chase camera behind the truck and to its left, and its height over the truck, m.
const CHASE: [f64; 3] = [24.0, 6.0, 11.0];
/// Distance (m) ahead of a machine's origin at which the camera behind it aims.
const AIM_AHEAD: f64 = 9.0;
/// Distance (m) from a machine's origin, on the ground under its rear axle, to its middle: ahead, and upwards.
const MACHINE_MIDDLE: f64 = 1.8;
/// Minimum height of a camera above the ground, m.
pub const ABOVE_GROUND: f64 = 1.5;
/// Minimum distance of a camera from machines, m.
pub const FROM_MACHINES: f64 = 1.0;
/// Outline and top of a shovel's upper structure with its boom, m.
const SHOVEL: (Footprint, f64) = (Footprint { front: 4.2, rear: 5.6, half_width: 2.9 }, 6.5);
/// Position of a shovel's operator at the windscreen: ahead, left and up, m.
const OPERATOR: [f64; 3] = [2.6, 1.75, 4.6];
/// Number of samples on a line of sight.
const SIGHT_SAMPLES: u32 = 24;

/// Ground and objects from which a camera must stay clear.
pub struct Scenery<'a> {
    relief: &'a Relief,
    solids: Vec<SolidBox>,
    shovels: usize,
}

impl<'a> Scenery<'a> {
    /// Collects machines and buildings of a frame: trucks first, then shovels, vehicles and crushers.
    pub fn new(relief: &'a Relief, setup: &SessionSetup, frame: &Frame) -> Self {
        let mut solids: Vec<SolidBox> = Vec::new();
        for (k, truck) in frame.trucks.iter().enumerate() {
            let z = truck.pose.translation.z;
            let (outline, height) = setup.trucks.get(k).map_or((SHOVEL.0, SHOVEL.1), |spec| {
                let raised = 0.75 * (spec.footprint().front + spec.footprint().rear) * libm::sin(truck.body_angle);
                (spec.footprint(), spec.geometry.height + raised)
            });
            solids.push(SolidBox { pose: Pose2::from_isometry(&truck.pose), outline, heights: (z - 0.5, z + height) });
        }
        let shovels = solids.len();
        for shovel in &frame.shovels {
            let pose = Pose2::new(shovel.pose.x, shovel.pose.y, shovel.pose.heading + shovel.swing);
            solids.push(SolidBox { pose, outline: SHOVEL.0, heights: (shovel.ground - 0.5, shovel.ground + SHOVEL.1) });
        }
        for vehicle in &frame.vehicles {
            let heights = (vehicle.ground - 0.5, vehicle.ground + vehicle.height);
            solids.push(SolidBox { pose: vehicle.pose, outline: vehicle.footprint, heights });
        }
        solids.extend(crusher_solids(&setup.map));
        Self { relief, solids, shovels }
    }

    fn ground(&self, x: f64, y: f64) -> f64 {
        self.relief.height(x, y)
    }

    /// Returns true if a camera may stand at a point: above the ground, and outside every machine except its carrier.
    pub fn is_clear(&self, eye: Point3, carrier: Option<usize>) -> bool {
        eye.z > self.ground(eye.x, eye.y) + ABOVE_GROUND
            && !self.solids.iter().enumerate().any(|(k, s)| Some(k) != carrier && s.contains(eye, FROM_MACHINES))
    }

    /// Returns true if ground or a machine other than the one at the target hides the target.
    fn is_hidden(&self, eye: Point3, target: Point3) -> bool {
        (1..SIGHT_SAMPLES).any(|k| {
            let p = eye + (target - eye) * (f64::from(k) / f64::from(SIGHT_SAMPLES));
            p.z < self.ground(p.x, p.y) + 0.2
                || self.solids.iter().any(|s| !s.contains(target, 1.0) && s.contains(p, 0.0))
        })
    }

    /// Returns a viewpoint near the desired one that is clear and sees its target. If there is none, the viewpoint
    /// looks from above.
    pub fn cleared(&self, wanted: Viewpoint) -> Viewpoint {
        let offset = wanted.eye - wanted.target;
        let is_good = |eye: Point3| self.is_clear(eye, wanted.carrier) && !self.is_hidden(eye, wanted.target);
        for lift in [0.0, 3.0, 7.0, 14.0] {
            for turn in [0.0_f64, 0.3, -0.3, 0.65, -0.65, 1.1, -1.1, 1.7, -1.7, 2.4, -2.4, 3.1] {
                for near in [1.0, 0.75] {
                    let (sin, cos) = turn.sin_cos();
                    let turned = Vector3::new(
                        near * (cos * offset.x - sin * offset.y),
                        near * (sin * offset.x + cos * offset.y),
                        offset.z + lift,
                    );
                    let mut eye = wanted.target + turned;
                    eye.z = eye.z.max(self.ground(eye.x, eye.y) + ABOVE_GROUND + 0.5);
                    if is_good(eye) {
                        return Viewpoint { eye, ..wanted };
                    }
                }
            }
        }
        let mut eye = wanted.target + Vector3::new(-0.3 * offset.norm(), 0.0, offset.norm().max(20.0));
        while !self.is_clear(eye, wanted.carrier) {
            eye.z += 2.0;
        }
        Viewpoint { eye, ..wanted }
    }

    /// Returns a clear viewpoint behind and above a machine at a pose and a height (m), from which the machine is seen.
    ///
    /// From behind, the camera aims ahead of the machine and shows the road. If the ground forces the camera to the
    /// side, that aim would move the machine out of the middle of the picture, so the camera aims at the machine.
    pub fn behind_machine(&self, pose: Pose2, height: f64) -> Viewpoint {
        let wanted = behind(pose, height);
        let middle = pose.place(MACHINE_MIDDLE, 0.0);
        let seen = Point3::new(middle.x, middle.y, height + MACHINE_MIDDLE);
        let eye = self.cleared(Viewpoint { target: seen, ..wanted }).eye;
        let sight = (seen - eye).xy();
        let ahead = pose.place(1.0, 0.0) - pose.position();
        let cosine = (sight.dot(&ahead) / sight.norm().max(1.0)).max(0.0);
        let aim = pose.place(MACHINE_MIDDLE + (AIM_AHEAD - MACHINE_MIDDLE) * cosine * cosine, 0.0);
        Viewpoint { eye, target: Point3::new(aim.x, aim.y, wanted.target.z), carrier: None }
    }

    fn behind_truck(&self, truck: &TruckFrame) -> Viewpoint {
        self.behind_machine(Pose2::from_isometry(&truck.pose), truck.pose.translation.z)
    }

    /// Returns a clear position near a moving camera: it is lifted out of the ground and off machines.
    pub fn lifted(&self, mut eye: Point3) -> Point3 {
        eye.z = eye.z.max(self.ground(eye.x, eye.y) + ABOVE_GROUND + 0.1);
        for solid in &self.solids {
            if solid.contains(eye, FROM_MACHINES) {
                eye.z = solid.heights.1 + FROM_MACHINES + 0.1;
            }
        }
        eye
    }

    /// Returns the viewpoint of a view. `followed` is the number of a truck.
    pub fn viewpoint(&self, view: View, frame: &Frame, followed: usize) -> Viewpoint {
        let truck = frame.trucks.get(followed).or(frame.trucks.first());
        match (view, truck) {
            (View::Map, _) => self.above(),
            (View::Shovel, _) => self.in_shovel(frame).unwrap_or_else(|| self.overview()),
            (View::Overview, _) | (_, None) => self.overview(),
            (View::Chase, Some(truck)) => self.behind_truck(truck),
            (View::Cab, Some(truck)) => self.in_cab(truck, followed),
            (View::Side, Some(truck)) => self.beside(truck),
            (View::Director, Some(_)) => self.directed(frame, subject(frame).map_or(followed, |(truck, _)| truck)),
        }
    }

    fn beside(&self, truck: &TruckFrame) -> Viewpoint {
        let (pose, z) = (Pose2::from_isometry(&truck.pose), truck.pose.translation.z);
        let target = pose.place(1.8, 0.0);
        let target = Point3::new(target.x, target.y, z + 2.6);
        let view = |side: f64| {
            let p = pose.place(17.0, 15.0 * side);
            let up = (z + 4.5).max(self.ground(p.x, p.y) + 2.5);
            Viewpoint { eye: Point3::new(p.x, p.y, up), target, carrier: None }
        };
        // From the side where the ground is lower.
        let (left, right) = (view(1.0), view(-1.0));
        self.cleared(if left.eye.z <= right.eye.z { left } else { right })
    }

    fn in_cab(&self, truck: &TruckFrame, number: usize) -> Viewpoint {
        let front = self.solids.get(number).map_or(6.0, |s| s.outline.front);
        let at = |x: f64, y: f64, z: f64| truck.pose * Point3::new(x, y, z);
        Viewpoint { eye: at(front + 0.15, 1.2, 4.2), target: at(front + 40.0, 0.2, 0.4), carrier: Some(number) }
    }

    fn in_shovel(&self, frame: &Frame) -> Option<Viewpoint> {
        // The first shovel with material in its bucket, or else the first shovel.
        let number = frame.shovels.iter().position(|s| s.bucket_mass > 0.0).unwrap_or(0);
        let shovel = frame.shovels.get(number)?;
        let pose = Pose2::new(shovel.pose.x, shovel.pose.y, shovel.pose.heading + shovel.swing);
        let (eye, target) = (pose.place(OPERATOR[0], OPERATOR[1]), pose.place(14.0, 0.0));
        Some(Viewpoint {
            eye: Point3::new(eye.x, eye.y, shovel.ground + OPERATOR[2]),
            target: Point3::new(target.x, target.y, shovel.ground + 1.5),
            carrier: Some(self.shovels + number),
        })
    }

    fn overview(&self) -> Viewpoint {
        let (low, high) = self.relief.bounds();
        let (middle, size) = (nalgebra::center(&low, &high), high - low);
        let ground = self.ground(middle.x, middle.y);
        let far = size.x.max(size.y * 1.5);
        let mut eye = Point3::new(middle.x - 0.10 * far, middle.y - 0.45 * far, ground + 0.21 * far);
        eye.z = eye.z.max(self.ground(eye.x, eye.y) + 60.0);
        Viewpoint { eye, target: Point3::new(middle.x, middle.y + 0.10 * far, ground), carrier: None }
    }

    fn above(&self) -> Viewpoint {
        let (low, high) = self.relief.bounds();
        let (middle, size) = (nalgebra::center(&low, &high), high - low);
        let ground = self.ground(middle.x, middle.y);
        // A field of view of 45° shows the whole height of the mine; a picture is wider than high.
        let up = 1.25 * size.y.max(size.x * 0.56);
        // A little to the south, so that north is up in the picture.
        Viewpoint {
            eye: Point3::new(middle.x, middle.y - 1.0, ground + up),
            target: Point3::new(middle.x, middle.y, ground),
            carrier: None,
        }
    }

    /// Returns the director's viewpoint of a truck, by its number: from the side where it is loaded or tips, and from
    /// behind where it drives.
    pub fn directed(&self, frame: &Frame, truck: usize) -> Viewpoint {
        let Some(truck) = frame.trucks.get(truck) else { return self.overview() };
        match truck.detail.cycle {
            CycleState::Dumping | CycleState::Loading | CycleState::SpotAtLoad | CycleState::SpotAtDump => {
                self.beside(truck)
            }
            _ => self.behind_truck(truck),
        }
    }
}

/// Returns the most interesting truck of a frame and its stage of the cycle: a truck that tips comes first, then one
/// that is being loaded, then one that is spotting, then the fastest one.
pub fn subject(frame: &Frame) -> Option<(usize, CycleState)> {
    let interest = |truck: &TruckFrame| match truck.detail.cycle {
        CycleState::Dumping => 60.0 + truck.body_angle,
        CycleState::Loading => 50.0,
        CycleState::SpotAtDump | CycleState::SpotAtLoad => 40.0,
        CycleState::Parked | CycleState::Stopped => 0.0,
        _ => 5.0 + truck.speed.abs(),
    };
    let best =
        frame.trucks.iter().enumerate().max_by(|a, b| interest(a.1).total_cmp(&interest(b.1)).then(b.0.cmp(&a.0)));
    best.map(|(k, truck)| (k, truck.detail.cycle))
}

/// Returns the desired viewpoint behind and above a machine at a pose and a height (m).
pub fn behind(pose: Pose2, height: f64) -> Viewpoint {
    let (eye, target): (Point2, Point2) = (pose.place(-CHASE[0], CHASE[1]), pose.place(AIM_AHEAD, 0.0));
    Viewpoint {
        eye: Point3::new(eye.x, eye.y, height + CHASE[2]),
        target: Point3::new(target.x, target.y, height + 4.0),
        carrier: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_scenario::{FrameMaker, Overrides, Scenario};
    use std::path::Path;
    use std::sync::Arc;

    #[test]
    fn box_contains_its_middle_and_not_the_ground_beside_it() {
        let outline = Footprint { front: 6.0, rear: 3.0, half_width: 2.5 };
        let solid = SolidBox { pose: Pose2::new(10.0, 5.0, 1.0), outline, heights: (0.0, 5.0) };
        assert!(solid.contains(Point3::new(10.0, 5.0, 2.0), 0.0));
        assert!(!solid.contains(Point3::new(10.0, 5.0, 5.5), 0.0));
        assert!(!solid.contains(Point3::new(14.0, 1.0, 2.0), 0.0));
        assert!(solid.contains(Point3::new(10.0, 5.0, 5.5), 1.0));
    }

    #[test]
    fn no_camera_is_under_ground_or_inside_a_machine_over_a_whole_cycle() {
        let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/01_first_haul.toml"));
        let scenario = Scenario::load(file).unwrap();
        let mut run = scenario.prepare(&Overrides::default()).unwrap();
        let setup = SessionSetup::of(&run);
        let relief = Relief::new(Arc::clone(&setup.map));
        let (mut frames, mut seen, mut step) = (FrameMaker::default(), Vec::new(), 0_u64);
        let (mut from_behind, mut chased) = (0_u32, 0_u32);
        while run.figures().0 < 1 && !run.is_finished() {
            run.step();
            step += 1;
            if !step.is_multiple_of(400) {
                continue;
            }
            let frame = frames.frame(run.world());
            let scenery = Scenery::new(&relief, &setup, &frame);
            seen.push(frame.trucks[0].detail.cycle);
            for view in [View::Chase, View::Side, View::Cab, View::Shovel, View::Overview, View::Map, View::Director] {
                let at = scenery.viewpoint(view, &frame, 0);
                assert!(scenery.is_clear(at.eye, at.carrier), "{view:?} at {}: {:?}", frame.at, at.eye);
                assert!((at.target - at.eye).norm() > 5.0, "{view:?} looks at nothing");
                if view == View::Chase {
                    let middle = Pose2::from_isometry(&frame.trucks[0].pose).place(MACHINE_MIDDLE, 0.0);
                    let (aim, truck) = ((at.target - at.eye).xy(), middle - at.eye.xy());
                    let aside = aim.angle(&truck).to_degrees();
                    let behind =
                        Pose2::from_isometry(&frame.trucks[0].pose).locate(Point2::from(at.eye.xy())).x < -10.0;
                    from_behind += u32::from(behind);
                    chased += 1;
                    assert!(aside < 10.0, "the truck is {aside:.0} degrees aside of the view at {}", frame.at);
                }
            }
        }
        // On a road nothing stands in the way. Only walls and machines beside a spot turn the camera aside.
        assert!(2 * from_behind > chased, "the camera is behind the truck in {from_behind} of {chased} frames");
        for cycle in [CycleState::Loading, CycleState::TravelLoaded, CycleState::Dumping] {
            assert!(seen.contains(&cycle), "the run never came to {cycle:?}");
        }
    }

    #[test]
    fn chase_camera_goes_around_a_building_behind_the_truck() {
        let relief = crate::scene::ground::relief::tests::crest();
        let outline = Footprint { front: 15.0, rear: 15.0, half_width: 12.0 };
        let building = SolidBox { pose: Pose2::new(-4.0, 0.0, 0.0), outline, heights: (-20.0, 30.0) };
        let scenery = Scenery { relief: &relief, solids: vec![building], shovels: 0 };
        let wanted = behind(Pose2::new(20.0, 0.0, 0.0), 0.0);
        assert!(!scenery.is_clear(wanted.eye, None));
        let at = scenery.cleared(wanted);
        assert!(scenery.is_clear(at.eye, None) && !scenery.is_hidden(at.eye, at.target), "{at:?}");
    }
}
