//! Selection of machines, places and roads by a click in the picture.

use crate::frames::LocalOrigin;
use crate::session::Session;
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use haul_core::{Point2, Point3, Pose2};

/// Maximum distance of the ray from a machine's centre for a click to select the machine, m.
const MACHINE_REACH: f64 = 5.0;
/// Maximum distance from a spot or machine of a place for a click to select the place, m.
const PLACE_REACH: f64 = 14.0;
/// Maximum distance that the pointer moves during a click, points.
const CLICK_TRAVEL: f32 = 5.0;
/// Maximum step along the ray to the ground, m.
const RAY_STEP: f64 = 4.0;

/// A thing in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// A truck or a manned vehicle.
    Machine(String),
    /// A place.
    Place(String),
    /// A road.
    Road(String),
    /// Ground beside the roads.
    Ground,
}

/// The selected thing, and the point that was clicked.
#[derive(Debug, Default, Resource)]
pub struct Selection {
    /// The thing and the point.
    pub picked: Option<(Picked, Point3)>,
    pressed: Option<Vec2>,
}

impl Picked {
    /// Returns the place or road at a point on the ground.
    pub fn of_ground(session: &Session, at: Point2) -> Self {
        let map = session.map();
        let reach = |pose: Pose2| (pose.position() - at).norm();
        let distance = |place: &haul_mine::Place| {
            place
                .spots
                .iter()
                .map(|spot| reach(spot.pose))
                .chain(place.machine.map(reach))
                .fold(f64::INFINITY, f64::min)
        };
        let nearest = map.places.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(place) = nearest.filter(|place| distance(place) < PLACE_REACH) {
            return Picked::Place(place.id.to_string());
        }
        match map.roads.nearest(at) {
            Some(position) if map.drivable.clearance(at) > 0.0 => {
                Picked::Road(format!("{}, {:.0} m", position.road, position.station))
            }
            _ => Picked::Ground,
        }
    }
}

/// Selects the thing under a click of the left button.
pub fn click(
    buttons: Res<ButtonInput<MouseButton>>,
    wants: Res<EguiWantsInput>,
    windows: Query<&Window>,
    cameras: Query<(&Camera, &GlobalTransform), With<Camera3d>>,
    origin: Res<LocalOrigin>,
    mut session: ResMut<Session>,
    mut selection: ResMut<Selection>,
) {
    let (Ok(window), Ok((camera, place))) = (windows.single(), cameras.single()) else { return };
    let cursor = window.cursor_position();
    if buttons.just_pressed(MouseButton::Left) {
        selection.pressed = cursor.filter(|_| !wants.wants_any_pointer_input());
    }
    if !buttons.just_released(MouseButton::Left) {
        return;
    }
    let (Some(pressed), Some(cursor)) = (selection.pressed.take(), cursor) else { return };
    if pressed.distance(cursor) > CLICK_TRAVEL {
        return;
    }
    let Ok(ray) = camera.viewport_to_world(place, cursor) else { return };
    let (from, along) = (origin.site(ray.origin), origin.site(ray.origin + *ray.direction) - origin.site(ray.origin));
    let ground = ground_hit(&session, from, along);
    let limit = ground.map_or(f64::INFINITY, |hit| (hit - from).norm() + MACHINE_REACH);
    if let Some((index, name, at)) = machine_hit(&session, from, along, limit) {
        session.followed = index;
        selection.picked = Some((Picked::Machine(name), at));
    } else if let Some(hit) = ground {
        selection.picked = Some((Picked::of_ground(&session, hit.xy()), hit));
    } else {
        selection.picked = None;
    }
}

/// Returns the machine nearest to the eye that the ray passes closely, with its index in the list.
fn machine_hit(
    session: &Session,
    from: Point3,
    along: haul_core::Vector3,
    limit: f64,
) -> Option<(usize, String, Point3)> {
    let frame = session.frame();
    let middle = |pose: Pose2, ground: f64, ahead: f64| {
        let p = pose.place(ahead, 0.0);
        Point3::new(p.x, p.y, ground + 2.0)
    };
    let trucks = frame.trucks.iter().map(|truck| {
        let pose = Pose2::from_isometry(&truck.pose);
        (truck.truck.to_string(), middle(pose, truck.pose.translation.z, 2.0))
    });
    let vehicles =
        frame.vehicles.iter().map(|vehicle| (vehicle.vehicle.to_string(), middle(vehicle.pose, vehicle.ground, 1.5)));
    let hits = trucks.chain(vehicles).enumerate().filter_map(|(index, (name, at))| {
        let reach = (at - from).dot(&along);
        let off = (at - from - along * reach).norm();
        (reach > 0.0 && reach < limit && off < MACHINE_REACH).then_some((reach, index, name, at))
    });
    hits.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, index, name, at)| (index, name, at))
}

/// Returns the point at which a ray meets the ground; `None` if it misses the map.
fn ground_hit(session: &Session, from: Point3, along: haul_core::Vector3) -> Option<Point3> {
    let terrain = &session.map().terrain;
    let (low, high) = terrain.bounds();
    let over = |t: f64| {
        let p = from + along * t;
        p.z - terrain.height(p.x, p.y)
    };
    let farthest = 2.0 * (high - low).norm() + 2_000.0;
    let mut t = 0.0;
    while t < farthest {
        let next = t + RAY_STEP.max(0.2 * over(t));
        if over(next) <= 0.0 {
            // Halve the step down to a centimetre.
            let (mut above, mut below) = (t, next);
            while below - above > 0.01 {
                let middle = 0.5 * (above + below);
                if over(middle) > 0.0 { above = middle } else { below = middle }
            }
            let hit = from + along * below;
            let is_inside = (low.x..=high.x).contains(&hit.x) && (low.y..=high.y).contains(&hit.y);
            return is_inside.then_some(hit);
        }
        t = next;
    }
    None
}
