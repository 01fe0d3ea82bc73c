//! Rocks that inputs have placed.

use crate::frames::LocalOrigin;
use crate::model::ROCK;
use crate::model::solid::Solid;
use crate::scene::{Materials, drawn};
use crate::session::Session;
use bevy::prelude::*;
use haul_core::Point3;

/// A drawn rock.
#[derive(Debug, Component)]
pub struct RockMark;

/// Draws the rocks again when they have changed.
pub fn follow(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    materials: Res<Materials>,
    (session, origin): (Res<Session>, Res<LocalOrigin>),
    mut shown: Local<Vec<crate::why::Obstacle>>,
    rocks: Query<Entity, With<RockMark>>,
) {
    let obstacles = session.obstacles();
    if *shown == obstacles {
        return;
    }
    rocks.iter().for_each(|rock| commands.entity(rock).despawn());
    for obstacle in &obstacles {
        let (at, radius) = (obstacle.at, obstacle.radius);
        let ground = session.map().terrain.height(at.x, at.y);
        commands.spawn((
            drawn(rock(radius), &mut meshes, &materials.ground),
            Transform::from_translation(origin.place(Point3::new(at.x, at.y, ground))),
            RockMark,
        ));
    }
    *shown = obstacles;
}

/// Returns a boulder with a radius (m), half of it in the ground.
fn rock(radius: f64) -> Solid {
    const RINGS: usize = 5;
    const SIDES: usize = 9;
    let mut solid = Solid::new();
    let point = |ring: usize, side: usize| {
        let rise = std::f64::consts::FRAC_PI_2 * (ring as f64 / RINGS as f64);
        let turn = std::f64::consts::TAU * ((side % SIDES) as f64 + 0.4 * (ring % 2) as f64) / SIDES as f64;
        // Fixed lumps make the ball look like a rock.
        let lump = 1.0 + 0.16 * ((3 * ring + 7 * (side % SIDES)) as f64 * 1.7).sin();
        let out = radius * rise.cos() * lump;
        [out * turn.cos(), out * turn.sin(), 1.3 * radius * rise.sin() * lump - 0.2 * radius]
    };
    for ring in 0..RINGS {
        for side in 0..SIDES {
            let (a, b) = (point(ring, side), point(ring, side + 1));
            let (c, d) = (point(ring + 1, side + 1), point(ring + 1, side));
            let shade = 1.0 + 0.2 * ((5 * ring + 3 * side) as f32).sin();
            solid.face(&[a, b, c], ROCK.map(|colour| colour * 1.6 * shade));
            solid.face(&[a, c, d], ROCK.map(|colour| colour * 1.5 * shade));
        }
    }
    solid
}
