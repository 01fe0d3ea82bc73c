//! The load in a body, from the columns of the truck's own heap.

use super::ROCK;
use super::solid::Solid;
use haul_vehicle::{BodySpec, Heap, materials};

/// Columns of a heap along and across the body.
const COLUMNS: (usize, usize) = (16, 10);
/// Rise of the model's V-shaped floor from the middle to the sides, m. It equals `V_RISE` of the script.
const V_RISE: f64 = 0.24;
/// Points along and across the drawn surface.
const POINTS: (u32, u32) = (45, 29);
/// Body angle at which the whole load has run to the tail, rad.
const ALL_AT_TAIL: f64 = 0.75;

/// Returns the surface of a load (kg) in a lowered body, in the truck's body frame. As the body rises by `body_angle`
/// (rad) the load runs to the tail. `None` if the body is empty.
pub fn load(body: &BodySpec, mass: f64, body_angle: f64) -> Option<Solid> {
    if mass < 300.0 {
        return None;
    }
    let heap = Heap::even(body, materials().first()?, mass);
    let depths: Vec<f64> = heap.depths().collect();
    if depths.len() != COLUMNS.0 * COLUMNS.1 {
        return None;
    }
    let slid = (body_angle / ALL_AT_TAIL).clamp(0.0, 1.0);
    let half = 0.5 * body.inside_width;
    let column = |i: i64, j: i64| -> f64 {
        let (i, j) = (i.clamp(0, COLUMNS.0 as i64 - 1) as usize, j.clamp(0, COLUMNS.1 as i64 - 1) as usize);
        let at_rest = depths[i * COLUMNS.1 + j];
        let at_tail = depths[(COLUMNS.0 - 1 - i) * COLUMNS.1 + j];
        at_rest + (at_tail - at_rest) * slid
    };
    let depth = |ahead: f64, left: f64| -> f64 {
        let u = ahead / body.floor_length * COLUMNS.0 as f64 - 0.5;
        let v = (left + half) / body.inside_width * COLUMNS.1 as f64 - 0.5;
        let (i, j) = (u.floor(), v.floor());
        let (s, t) = (u - i, v - j);
        let (i, j) = (i as i64, j as i64);
        let row = |i: i64| column(i, j) * (1.0 - t) + column(i, j + 1) * t;
        row(i) * (1.0 - s) + row(i + 1) * s
    };
    let mut solid = Solid::new();
    solid.grid(
        POINTS.0,
        POINTS.1,
        |i, j| {
            let ahead = body.floor_length * f64::from(i) / f64::from(POINTS.0 - 1) - 0.02;
            let left = (2.0 * f64::from(j) / f64::from(POINTS.1 - 1) - 1.0) * (half - 0.015);
            let x = ahead - body.tail_behind;
            let deep = depth(ahead, left);
            // Lumps of rock: waves that do not align.
            let (a, b) = (1.9 * x, 2.3 * left);
            let lump = 0.07 * (3.7 * a + 1.3 * b).sin() * (2.9 * b - 1.7 * a).cos()
                + 0.05 * (7.9 * a - 5.3 * b).sin() * (6.1 * b + 2.2 * a).sin();
            let floor = body.floor(ahead);
            let steel = floor + V_RISE * left.abs() / half;
            let top = floor + deep + lump * (deep / 0.5).min(1.0);
            // A thin skin lies under the steel, so that bare floor shows.
            [x, left, if deep > 0.03 { top } else { top.min(steel - 0.05) }]
        },
        |p| {
            let shade = 1.0
                + 0.20 * ((11.3 * p[0] + 3.7 * p[1]).sin() * (9.1 * p[1] - 4.3 * p[0]).cos()) as f32
                + 0.12 * ((23.1 * p[0] - 17.3 * p[1]).sin()) as f32;
            ROCK.map(|c| c * shade)
        },
    );
    Some(solid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::mesh::{Mesh, VertexAttributeValues};
    use haul_vehicle::TruckSpec;

    fn points(mass: f64, angle: f64) -> Vec<[f32; 3]> {
        let body = TruckSpec::tr100at().body.clone();
        match load(&body, mass, angle).map(|s| s.mesh()).as_ref().and_then(|m| m.attribute(Mesh::ATTRIBUTE_POSITION)) {
            Some(VertexAttributeValues::Float32x3(points)) => points.clone(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_rated_load_is_heaped_over_the_sides_and_stays_inside_them() {
        let body = TruckSpec::tr100at().body.clone();
        let top = points(91_000.0, 0.0).iter().map(|p| p[1]).fold(f32::MIN, f32::max);
        assert!(f64::from(top) > body.side_height + 0.2 && f64::from(top) < body.front_height + 0.6, "{top}");
        assert!(points(91_000.0, 0.0).iter().all(|p| f64::from(p[2].abs()) < 0.5 * body.inside_width));
    }

    #[test]
    fn a_rising_body_brings_the_load_to_the_tail() {
        let middle = |points: Vec<[f32; 3]>| {
            let body = TruckSpec::tr100at().body.clone();
            let (mut sum, mut weight) = (0.0, 0.0);
            for p in points {
                let deep = (f64::from(p[1]) - body.floor(f64::from(p[0]) + body.tail_behind)).max(0.0);
                sum += deep * f64::from(p[0]);
                weight += deep;
            }
            sum / weight
        };
        assert!(middle(points(40_000.0, 0.7)) < middle(points(40_000.0, 0.0)) - 1.0);
    }

    #[test]
    fn an_empty_body_shows_no_load() {
        assert!(points(0.0, 0.0).is_empty());
    }
}
