//! Lamps for the night and for fog: headlights, lamps of shovels, beacons, and light masts at the places of work.

use super::Materials;
use super::ground::relief::Relief;
use super::sky::Shown;
use super::weather::ShownWeather;
use super::{Quality, drawn};
use crate::frames::LocalOrigin;
use crate::model::solid::Solid;
use crate::model::{LAMP, STEEL};
use crate::session::Session;
use bevy::light::NotShadowCaster;
use bevy::prelude::*;
use haul_core::{Point2, Point3, Pose2, Vector2};
use haul_mine::PlaceKind;

/// Luminous power of the lamps, lm, at the exposure of the cameras: headlights, shovel, mast, beacon.
const HEADLIGHT: f32 = 2.4e7;
const SHOVEL_LAMP: f32 = 1.6e7;
const MAST_LAMP: f32 = 4.2e7;
const BEACON: f32 = 3.0e5;
/// Reach of the lamps, m.
const REACH: f32 = 130.0;
/// Height of a light mast, m.
const MAST_HEIGHT: f64 = 11.0;
/// Distances from the middle of a place at which a mast may stand, m.
const MAST_DISTANCES: [f64; 4] = [18.0, 23.0, 29.0, 36.0];
/// Room between a mast and the edge of the drivable surface, m.
const MAST_ROOM: (f64, f64) = (1.8, 9.0);
/// Durations of a beacon's flash and of its whole period, s.
const FLASH: (f64, f64) = (0.14, 0.9);

/// A lamp and the machine that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Component)]
pub enum Lamp {
    /// Headlights of a truck.
    Headlight(usize),
    /// Beacon of a truck.
    Beacon(usize),
    /// Lamps of a shovel.
    Shovel(usize),
    /// A mast.
    Mast,
}

/// Adds the lamps of all machines and the masts.
pub fn spawn(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    materials: &Materials,
    session: &Session,
    (relief, origin): (&Relief, &LocalOrigin),
) {
    let spot = |power: f32, inner: f32, outer: f32| SpotLight {
        intensity: power,
        range: REACH,
        color: Color::srgb(1.0, 0.93, 0.80),
        inner_angle: inner,
        outer_angle: outer,
        ..default()
    };
    for k in 0..session.frame().trucks.len() {
        commands.spawn((spot(HEADLIGHT, 0.18, 0.62), Visibility::Hidden, Lamp::Headlight(k)));
        let amber = PointLight { intensity: BEACON, range: 30.0, color: Color::srgb(1.0, 0.55, 0.08), ..default() };
        commands.spawn((amber, Visibility::Hidden, Lamp::Beacon(k)));
    }
    for k in 0..session.frame().shovels.len() {
        commands.spawn((spot(SHOVEL_LAMP, 0.5, 1.0), Visibility::Hidden, Lamp::Shovel(k)));
    }
    for (foot, aim) in masts(relief) {
        let at = origin.place(foot);
        commands.spawn((drawn(mast(), meshes, &materials.machine), Transform::from_translation(at)));
        let head = at + Vec3::Y * (MAST_HEIGHT as f32 + 0.4);
        let light = Transform::from_translation(head).looking_at(origin.place(aim), Vec3::Y);
        commands.spawn((spot(MAST_LAMP, 0.7, 1.15), light, Visibility::Hidden, Lamp::Mast));
        let mut glow = Solid::new();
        for side in [-0.75, -0.25, 0.25, 0.75] {
            glow.cuboid([0.28, side - 0.19, -0.18], [0.32, side + 0.19, 0.18], [7.0, 6.6, 5.6]);
        }
        let facing = Quat::from_rotation_y(heading(foot, aim));
        commands.spawn((
            drawn(glow, meshes, &materials.line),
            Transform::from_translation(head).with_rotation(facing),
            Visibility::Hidden,
            NotShadowCaster,
            Lamp::Mast,
        ));
    }
}

fn heading(from: Point3, to: Point3) -> f32 {
    (to.y - from.y).atan2(to.x - from.x) as f32
}

/// Returns positions for light masts beside the drivable surface, each with the point that it lights.
fn masts(relief: &Relief) -> Vec<(Point3, Point3)> {
    let mut masts = Vec::new();
    for place in &relief.map().places {
        let Some(spot) = place.spots.first() else { continue };
        let count = if matches!(place.kind, PlaceKind::Load | PlaceKind::Crusher | PlaceKind::Dump) { 2 } else { 1 };
        let middle = spot.pose.position();
        let mut found: Vec<Point2> = Vec::new();
        for distance in MAST_DISTANCES {
            for k in 0..24 {
                let (sin, cos) = (std::f64::consts::TAU * f64::from(k) / 24.0).sin_cos();
                let p = middle + Vector2::new(cos, sin) * distance;
                let clearance = -relief.map().drivable.clearance(p);
                let is_level = (relief.height(p.x, p.y) - relief.height(middle.x, middle.y)).abs() < 4.0;
                let is_apart = found.iter().all(|f| (f - p).norm() > 22.0)
                    && place.machine.is_none_or(|m| (m.position() - p).norm() > 14.0);
                if found.len() < count && (MAST_ROOM.0..MAST_ROOM.1).contains(&clearance) && is_level && is_apart {
                    found.push(p);
                }
            }
        }
        let ground = |p: Point2| Point3::new(p.x, p.y, relief.height(p.x, p.y));
        masts.extend(found.into_iter().map(|p| (ground(p), ground(middle))));
    }
    masts
}

fn mast() -> Solid {
    let mut s = Solid::new();
    s.cuboid([-1.1, -0.8, -0.3], [1.1, 0.8, 0.9], [0.70, 0.36, 0.02]);
    s.bar([0.0, 0.0, 0.9], [0.0, 0.0, MAST_HEIGHT], 0.10, 10, STEEL);
    s.cuboid([-0.08, -1.05, MAST_HEIGHT + 0.1], [0.08, 1.05, MAST_HEIGHT + 0.7], STEEL);
    for side in [-0.75, -0.25, 0.25, 0.75] {
        s.cuboid([0.08, side - 0.2, MAST_HEIGHT + 0.2], [0.25, side + 0.2, MAST_HEIGHT + 0.6], LAMP);
    }
    s
}

/// Switches the lamps on and off, and moves them with their machines.
pub fn follow(
    (session, weather, shown): (Res<Session>, Res<ShownWeather>, Res<Shown>),
    (origin, quality): (Res<LocalOrigin>, Res<Quality>),
    mut lamps: Query<(&Lamp, &mut Transform, &mut Visibility)>,
) {
    let is_dark = shown.light.is_dark();
    let frame = session.frame();
    for (lamp, mut transform, mut visibility) in &mut lamps {
        let is_on = match *lamp {
            // The light shader for software renderers draws only the glow of lamps.
            Lamp::Beacon(k) => {
                is_dark && *quality == Quality::Full && {
                    let phase = (weather.time + 0.37 * k as f64) % FLASH.1;
                    phase < FLASH.0 || (0.25..0.25 + FLASH.0).contains(&phase)
                }
            }
            _ => is_dark,
        };
        visibility.set_if_neq(if is_on { Visibility::Inherited } else { Visibility::Hidden });
        if !is_on {
            continue;
        }
        match *lamp {
            Lamp::Headlight(k) => {
                let Some(truck) = frame.trucks.get(k) else { continue };
                let front = session.spec(k).map_or(6.0, |s| s.footprint().front);
                let at = |x: f64, z: f64| origin.place(truck.pose * Point3::new(x, 0.0, z));
                *transform =
                    Transform::from_translation(at(front + 0.2, 2.0)).looking_at(at(front + 30.0, 0.0), Vec3::Y);
            }
            Lamp::Beacon(k) => {
                let Some(truck) = frame.trucks.get(k) else { continue };
                transform.translation = origin.place(truck.pose * Point3::new(3.0, 0.0, 6.2));
            }
            Lamp::Shovel(k) => {
                let Some(shovel) = frame.shovels.get(k) else { continue };
                let pose = Pose2::new(shovel.pose.x, shovel.pose.y, shovel.pose.heading + shovel.swing);
                let (eye, target) = (pose.place(2.4, 0.0), pose.place(11.0, 0.0));
                let at = |p: Point2, z: f64| origin.place(Point3::new(p.x, p.y, shovel.ground + z));
                *transform = Transform::from_translation(at(eye, 6.8)).looking_at(at(target, 0.5), Vec3::Y);
            }
            Lamp::Mast => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_scenario::{Overrides, Scenario};
    use std::path::Path;
    use std::sync::Arc;

    #[test]
    fn masts_stand_beside_the_road_and_light_every_working_place() {
        let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/01_first_haul.toml"));
        let run = Scenario::load(file).unwrap().prepare(&Overrides::default()).unwrap();
        let relief = Relief::new(Arc::clone(run.world().map()));
        let masts = masts(&relief);
        for (foot, _) in &masts {
            assert!(relief.map().drivable.clearance(foot.xy()) < -1.0, "a mast stands on the road at {foot}");
        }
        let working = relief.map().places.iter().filter(|p| p.kind != PlaceKind::Park).count();
        assert!(masts.len() >= working, "{} masts for {working} places", masts.len());
    }
}
