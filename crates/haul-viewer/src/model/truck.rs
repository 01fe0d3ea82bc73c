//! A rigid dump truck built from its dimensions: chassis with deck, cab and sensors, body, and load.

use super::solid::{P, Solid};
use super::{AUTONOMOUS, BRIGHT_STEEL, GLASS, LAMP, ROCK, STEEL, YELLOW};

/// Dimensions from which a truck is drawn, m. Body frame: x forward from the rear axle, y left, z up from the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruckDimensions {
    /// Distance from the rear axle to the front bumper.
    pub front: f64,
    /// Distance from the rear axle to the tail.
    pub rear: f64,
    /// Overall width.
    pub width: f64,
    /// Overall height, canopy included.
    pub height: f64,
    /// Distance between the axles.
    pub wheelbase: f64,
    /// Distance between the centres of the front wheels.
    pub track_front: f64,
    /// Distance between the centres of the rear wheel pairs.
    pub track_rear: f64,
    /// Outer radius of a tyre.
    pub tyre_radius: f64,
    /// Width of a tyre.
    pub tyre_width: f64,
    /// Hinge of the body, x and z.
    pub hinge: [f64; 2],
}

/// Returns the parts on the frame: rails, front end, deck, cab, tanks, axle, sensors.
pub fn chassis(d: &TruckDimensions) -> Solid {
    let mut s = Solid::new();
    let (x1, w, r) = (d.front, d.width / 2.0, d.tyre_radius);
    let (wb, deck) = (d.wheelbase, 0.56 * d.height);
    let deck_back = wb - 1.15;
    // Box-section rails, kicked up over the rear axle, with cross members.
    for side in [-1.0, 1.0] {
        let (a, b) = (side * 0.62, side * 1.02);
        let (y0, y1) = (f64::min(a, b), f64::max(a, b));
        s.plate(&[[-1.9, 1.55], [0.9, 1.50], [0.9, 2.02], [-1.9, 1.98]], y0, y1, STEEL);
        s.plate(&[[0.9, 1.15], [x1 - 0.5, 1.10], [x1 - 0.5, 1.80], [0.9, 2.02]], y0, y1, STEEL);
    }
    for x in [-1.7, 0.95, 2.6, wb + 0.2] {
        s.bar([x, -0.8, 1.6], [x, 0.8, 1.6], 0.22, 16, STEEL);
    }
    // Rear axle housing, and the front axle with its struts.
    s.bar([0.0, -d.track_rear / 2.0 - 0.9, r * 0.93], [0.0, d.track_rear / 2.0 + 0.9, r * 0.93], 0.46, 20, STEEL);
    s.cone([0.0, 0.0, r * 0.93], [1.35, 0.0, r * 0.98], 0.74, 0.35, 20, STEEL);
    s.bar([1.35, 0.0, r], [wb - 0.6, 0.0, 1.35], 0.13, 12, BRIGHT_STEEL);
    for side in [-1.0, 1.0] {
        let y = side * (d.track_front / 2.0 - d.tyre_width / 2.0 - 0.26);
        s.bar([wb, y, r * 0.62], [wb - 0.08, y * 0.93, deck - 0.25], 0.19, 16, BRIGHT_STEEL);
        s.bar([wb, y, r], [wb, side * d.track_front / 2.0, r], 0.26, 16, STEEL);
        s.bar([-0.95, side * 0.85, r * 0.95], [-1.05, side * 0.85, 2.0], 0.16, 14, BRIGHT_STEEL);
    }
    // Fuel tank on the left, hydraulic tank on the right, between the axles.
    s.bar([1.55, 1.95, 1.45], [3.1, 1.95, 1.45], 0.62, 22, YELLOW);
    s.cuboid([1.6, -1.4, 0.95], [3.05, -2.45, 1.95], YELLOW);
    // Front end: grille with slats, bonnet, bumper, lamps.
    let g = 1.18;
    s.cuboid([x1 - 1.35, -g, 1.15], [x1 - 0.22, g, deck], YELLOW);
    s.cuboid([x1 - 0.23, -g + 0.12, 1.45], [x1 - 0.16, g - 0.12, deck - 0.12], STEEL);
    for k in 0..9 {
        let z = 1.52 + f64::from(k) * (deck - 1.72) / 8.0;
        s.cuboid([x1 - 0.18, -g + 0.14, z], [x1 - 0.10, g - 0.14, z + 0.045], BRIGHT_STEEL);
    }
    s.block(
        [[x1 - 0.55, -w + 0.35, 0.85], [x1, -w + 0.75, 0.85], [x1, w - 0.75, 0.85], [x1 - 0.55, w - 0.35, 0.85]],
        [[x1 - 0.55, -w + 0.35, 1.35], [x1, -w + 0.75, 1.35], [x1, w - 0.75, 1.35], [x1 - 0.55, w - 0.35, 1.35]],
        YELLOW,
    );
    for y in [-1.75, -1.42, 1.42, 1.75] {
        s.bar([x1 - 0.45, y, 1.62], [x1 - 0.30, y, 1.62], 0.14, 16, LAMP);
        s.cuboid([x1 - 0.75, y - 0.17, 1.42], [x1 - 0.44, y + 0.17, 1.82], STEEL);
    }
    // Deck over the front wheels, fenders, rails, ladders.
    s.cuboid([deck_back, -w, deck], [x1 - 0.12, w, deck + 0.10], YELLOW);
    for side in [-1.0, 1.0] {
        let (y0, y1) = (f64::min(side * 1.45, side * w), f64::max(side * 1.45, side * w));
        s.plate(
            &[
                [deck_back - 0.05, deck - 0.55],
                [deck_back + 0.10, deck - 0.55],
                [deck_back + 0.35, deck],
                [deck_back, deck],
            ],
            y0,
            y1,
            YELLOW,
        );
        ladder(&mut s, x1 - 0.10, side * 1.55, side * 2.1, 1.35, deck + 0.1);
    }
    rails(&mut s, deck_back, x1 - 0.16, w - 0.05, deck + 0.1);
    cab(&mut s, wb, x1, w, deck + 0.1, d.height);
    // Right of the middle: louvred housing of the oil coolers, air cleaners.
    s.cuboid([wb - 0.55, -w + 0.45, deck + 0.1], [wb + 0.75, -1.35, deck + 1.15], YELLOW);
    for k in 0..6 {
        let z = deck + 0.25 + f64::from(k) * 0.13;
        s.cuboid([wb + 0.75, -w + 0.6, z], [wb + 0.79, -1.5, z + 0.06], STEEL);
    }
    for y in [-1.05, -0.55] {
        s.bar([x1 - 1.0, y, deck + 0.1], [x1 - 1.0, y, deck + 0.85], 0.21, 18, STEEL);
        s.cone([x1 - 1.0, y, deck + 0.85], [x1 - 1.0, y, deck + 1.05], 0.26, 0.12, 18, STEEL);
    }
    sensors(&mut s, x1, w, deck + 0.1);
    s
}

fn ladder(s: &mut Solid, x: f64, y_low: f64, y_high: f64, z0: f64, z1: f64) {
    let steps = 8;
    for edge in [0.0, 0.5] {
        let e = edge * y_low.signum();
        s.bar([x + 0.05, y_low + e, z0], [x, y_high + e, z1], 0.03, 8, STEEL);
    }
    for k in 0..=steps {
        let t = f64::from(k) / f64::from(steps);
        let (y, z) = (y_low + (y_high - y_low) * t, z0 + (z1 - z0) * t);
        let e = 0.5 * y_low.signum();
        s.bar([x + 0.04, y, z], [x + 0.04, y + e, z], 0.025, 6, BRIGHT_STEEL);
    }
}

fn rails(s: &mut Solid, back: f64, front: f64, w: f64, z: f64) {
    let posts = 5;
    for height in [0.55, 1.05] {
        for side in [-1.0, 1.0] {
            s.bar([back + 0.2, side * w, z + height], [front, side * w, z + height], 0.025, 8, YELLOW);
            s.bar([front, side * w, z + height], [front, side * (w - 0.7), z + height], 0.025, 8, YELLOW);
        }
        s.bar([front, -1.0, z + height], [front, 0.95, z + height], 0.025, 8, YELLOW);
    }
    for k in 0..posts {
        let x = back + 0.2 + (front - back - 0.2) * f64::from(k) / f64::from(posts - 1);
        for side in [-1.0, 1.0] {
            s.bar([x, side * w, z], [x, side * w, z + 1.05], 0.025, 8, YELLOW);
        }
    }
    for y in [-1.0, 0.95, w - 0.7, 0.7 - w] {
        s.bar([front, y, z], [front, y, z + 1.05], 0.025, 8, YELLOW);
    }
}

fn cab(s: &mut Solid, wb: f64, x1: f64, w: f64, z: f64, height: f64) {
    let (back, front) = (wb - 0.65, x1 - 0.75);
    let (right, left) = (0.85, w - 0.38);
    let top = (height - 0.42).min(z + 1.9);
    let lean = 0.22;
    s.block(
        [[back, right, z], [front, right, z], [front, left, z], [back, left, z]],
        [[back, right, top], [front - lean, right, top], [front - lean, left, top], [back, left, top]],
        YELLOW,
    );
    // Windows 12 mm in front of the walls.
    let (low, high) = (z + 0.75, top - 0.16);
    let at = |zz: f64| front - lean * (zz - z) / (top - z) + 0.012;
    s.face(
        &[
            [at(low), right + 0.12, low],
            [at(low), left - 0.12, low],
            [at(high), left - 0.12, high],
            [at(high), right + 0.12, high],
        ],
        GLASS,
    );
    let y = left + 0.012;
    s.face(
        &[[at(low) - 0.15, y, low], [back + 0.75, y, low], [back + 0.75, y, high], [at(high) - 0.15, y, high]],
        GLASS,
    );
    s.face(&[[back + 0.60, y, low], [back + 0.12, y, low], [back + 0.12, y, high], [back + 0.60, y, high]], GLASS);
    let y = right - 0.012;
    s.face(
        &[[back + 0.15, y, low], [at(low) - 0.15, y, low], [at(high) - 0.15, y, high], [back + 0.15, y, high]],
        GLASS,
    );
    s.cuboid([back - 0.06, right - 0.08, top], [front - lean + 0.14, left + 0.08, top + 0.09], STEEL);
}

/// Adds the sensors of the autonomy kit: lidars at the front corners and over the grille, radar, antennas, the light.
fn sensors(s: &mut Solid, x1: f64, w: f64, z: f64) {
    let mut lidar = |p: P| {
        s.bar([p[0], p[1], p[2] - 0.35], p, 0.04, 8, STEEL);
        s.bar(p, [p[0], p[1], p[2] + 0.05], 0.13, 18, BRIGHT_STEEL);
        s.bar([p[0], p[1], p[2] + 0.05], [p[0], p[1], p[2] + 0.17], 0.115, 18, GLASS);
        s.bar([p[0], p[1], p[2] + 0.17], [p[0], p[1], p[2] + 0.21], 0.13, 18, BRIGHT_STEEL);
    };
    lidar([x1 - 0.22, w - 0.18, z + 1.15]);
    lidar([x1 - 0.22, 0.18 - w, z + 1.15]);
    lidar([x1 - 0.25, 0.0, z + 1.25]);
    s.cuboid([x1 - 0.02, -0.22, 0.98], [x1 + 0.05, 0.22, 1.22], GLASS);
    for y in [-1.6, 1.2] {
        s.bar([x1 - 1.55, y, z + 1.0], [x1 - 1.55, y, z + 2.12], 0.03, 8, STEEL);
        s.cone([x1 - 1.55, y, z + 2.12], [x1 - 1.55, y, z + 2.22], 0.13, 0.05, 16, LAMP);
    }
    s.bar([x1 - 0.45, -w + 0.35, z], [x1 - 0.45, -w + 0.35, z + 1.35], 0.03, 8, STEEL);
    s.bar([x1 - 0.45, -w + 0.35, z + 1.35], [x1 - 0.45, -w + 0.35, z + 1.65], 0.09, 16, AUTONOMOUS);
}

/// The inner outline of the body in the x–z plane, from which steel and load are drawn.
struct Tray {
    tail: [f64; 2],
    low: [f64; 2],
    wall: [f64; 2],
    tail_top: f64,
    inner: f64,
    outer: f64,
    canopy_front: f64,
    canopy_z: f64,
}

/// Height of the floor over the rear axle above the tops of the tyres, m: the stroke of the struts, the plate, and a
/// small gap.
const TYRE_CLEARANCE: f64 = 0.30;
/// Thickness of the floor, m.
const FLOOR_THICKNESS: f64 = 0.10;

impl Tray {
    fn of(d: &TruckDimensions) -> Self {
        let wall_top = d.height - 0.55;
        // The floor falls from the tail to the front, and clears the rear tyres when the struts are compressed.
        let over_axle = 2.0 * d.tyre_radius + TYRE_CLEARANCE;
        let (tail, low) = (over_axle + 0.30, over_axle - 0.20);
        Self {
            tail: [-d.rear, tail],
            low: [0.46 * d.wheelbase, low],
            wall: [0.70 * d.wheelbase, wall_top],
            tail_top: tail + 0.62,
            inner: 0.41 * d.width,
            outer: 0.465 * d.width,
            canopy_front: d.front - 0.05,
            canopy_z: d.height - 0.18,
        }
    }

    fn side_top(&self, x: f64) -> f64 {
        let t = ((x - self.tail[0]) / (self.wall[0] - self.tail[0])).clamp(0.0, 1.0);
        self.tail_top + (self.wall[1] - self.tail_top) * t.powf(0.85)
    }

    fn floor(&self, x: f64) -> f64 {
        if x <= self.low[0] {
            let t = (x - self.tail[0]) / (self.low[0] - self.tail[0]);
            self.tail[1] + (self.low[1] - self.tail[1]) * t.clamp(0.0, 1.0)
        } else {
            let t = (x - self.low[0]) / (self.wall[0] - self.low[0]);
            self.low[1] + (self.wall[1] - self.low[1]) * t.clamp(0.0, 1.0)
        }
    }
}

/// Returns the lowered dump body in the body frame; it turns about the hinge.
pub fn body(d: &TruckDimensions) -> Solid {
    let t = Tray::of(d);
    let mut s = Solid::new();
    let (inner, outer) = (t.inner, t.outer);
    let thick = FLOOR_THICKNESS;
    // Floor and front wall, visible from inside and outside.
    let floor = |x: f64| t.floor(x);
    for (a, b) in [(t.tail[0], t.low[0]), (t.low[0], t.wall[0])] {
        s.plate(&[[a, floor(a) - thick], [b, floor(b) - thick], [b, floor(b)], [a, floor(a)]], -outer, outer, YELLOW);
    }
    // Beams under the floor.
    for side in [-1.0, 1.0] {
        let (y0, y1) = (f64::min(side * 0.75, side * 1.05), f64::max(side * 0.75, side * 1.05));
        let z = |x: f64| floor(x) - thick;
        let (a, b) = (t.tail[0] + 0.7, t.low[0]);
        s.plate(&[[a, z(a) - 0.28], [b, z(b) - 0.12], [b, z(b)], [a, z(a)]], y0, y1, YELLOW);
    }
    for k in 0..7 {
        let x = t.tail[0] + 0.5 + (t.low[0] - t.tail[0] - 0.7) * f64::from(k) / 6.0;
        let z = floor(x) - thick;
        s.cuboid([x - 0.10, -outer, z - 0.18], [x + 0.10, outer, z], YELLOW);
    }
    // Side walls in strips, thicker at the top rail, with vertical ribs.
    let strips = 8;
    for side in [-1.0_f64, 1.0] {
        let (y0, y1) = (f64::min(side * inner, side * outer), f64::max(side * inner, side * outer));
        for k in 0..strips {
            let x = |k: i32| t.tail[0] + (t.wall[0] - t.tail[0]) * f64::from(k) / f64::from(strips);
            let (a, b) = (x(k), x(k + 1));
            s.plate(
                &[[a, floor(a) - 0.02], [b, floor(b) - 0.02], [b, t.side_top(b)], [a, t.side_top(a)]],
                y0,
                y1,
                YELLOW,
            );
            let (r0, r1) =
                (f64::min(side * outer, side * (outer + 0.13)), f64::max(side * outer, side * (outer + 0.13)));
            s.plate(
                &[[a, t.side_top(a) - 0.20], [b, t.side_top(b) - 0.20], [b, t.side_top(b)], [a, t.side_top(a)]],
                r0,
                r1,
                YELLOW,
            );
            if k > 0 {
                let z0 = floor(a) - 0.1;
                let rib = [[a - 0.11, z0], [a + 0.11, z0], [a + 0.11, t.side_top(a)], [a - 0.11, t.side_top(a)]];
                s.plate(&rib, r0, r1, YELLOW);
            }
        }
    }
    // Canopy over deck and cab.
    s.plate(
        &[
            [t.wall[0] - 0.12, t.wall[1] - 0.05],
            [t.canopy_front, t.canopy_z - 0.02],
            [t.canopy_front, t.canopy_z + 0.10],
            [t.wall[0] - 0.12, t.wall[1] + 0.08],
        ],
        -outer - 0.10,
        outer + 0.10,
        YELLOW,
    );
    for side in [-1.0, 1.0] {
        let (a, b) = (side * (outer - 0.06), side * (outer + 0.12));
        s.plate(
            &[
                [t.wall[0], t.wall[1]],
                [t.canopy_front, t.canopy_z],
                [t.canopy_front, t.canopy_z + 0.28],
                [t.wall[0], t.wall[1] + 0.38],
            ],
            f64::min(a, b),
            f64::max(a, b),
            YELLOW,
        );
    }
    s.cuboid([t.canopy_front - 0.12, -outer, t.canopy_z], [t.canopy_front, outer, t.canopy_z + 0.28], YELLOW);
    // Hinge brackets.
    for side in [-1.0, 1.0] {
        let y = side * 0.9;
        s.bar([d.hinge[0], y - 0.16, d.hinge[1]], [d.hinge[0], y + 0.16, d.hinge[1]], 0.20, 16, STEEL);
        s.cuboid([d.hinge[0] - 0.18, y - 0.12, d.hinge[1]], [d.hinge[0] + 0.18, y + 0.12, floor(d.hinge[0])], STEEL);
    }
    s
}

/// Returns the ends of a hoist cylinder on the frame and, with the body lowered, on the body: x and z, m.
pub fn hoist_ends(d: &TruckDimensions) -> ([f64; 2], [f64; 2]) {
    let t = Tray::of(d);
    ([0.95, 1.30], [0.62 * t.low[0], t.floor(0.62 * t.low[0]) - 0.15])
}

/// Returns the load in the lowered body. `fill` is its share of the rated load (0 to 1.2). Its top slides towards the
/// tail as the body rises by `body_angle` (rad). `None` if the body is empty.
pub fn load(d: &TruckDimensions, fill: f64, body_angle: f64) -> Option<Solid> {
    if fill < 0.004 {
        return None;
    }
    let t = Tray::of(d);
    let (x0, x1) = (t.tail[0] + 0.25, t.wall[0] - 0.04);
    let half = t.inner - 0.01;
    // As the body rises, the level surface of the load tilts back in the body. The load slides once the floor is
    // steeper than the rock's angle of repose.
    let slide = (body_angle / 0.8).clamp(0.0, 1.0);
    let middle = (x0 + x1) / 2.0 + 0.35 - slide * 1.6;
    let top = 0.25 + 1.75 * fill.min(1.2);
    let (rows, columns) = (33, 21);
    let height = |x: f64, y: f64| {
        let heap = top - 0.42 * libm::hypot(0.62 * (x - middle), 0.95 * y);
        // Lumps: a few waves that do not align, so that the heap looks like rock.
        let lump = 0.05 * ((7.1 * x + 1.3 * y).sin() * (5.3 * y - 2.2 * x).cos() + (13.7 * x - 9.1 * y).sin() * 0.5);
        let base = t.low[1] + heap + lump * fill.min(1.0);
        let brim = t.side_top(x) - 0.12;
        // Against the side walls the load stays below the brim.
        let wall = (half - y.abs()) / half;
        let edge = (wall / 0.14).clamp(0.0, 1.0);
        let under_brim = base.min(brim + 2.6 * wall * half * 0.5);
        t.floor(x) + (under_brim - t.floor(x)).max(0.0) * (0.55 + 0.45 * edge)
    };
    let mut s = Solid::new();
    s.grid(
        rows,
        columns,
        |i, j| {
            let x = x0 + (x1 - x0) * f64::from(i) / f64::from(rows - 1);
            let y = -half + 2.0 * half * f64::from(j) / f64::from(columns - 1);
            [x, y, height(x, y) + 0.012]
        },
        |p| {
            let shade = 1.0 + 0.22 * ((11.3 * p[0] + 3.7 * p[1]).sin() * (9.1 * p[1] - 4.3 * p[0]).cos()) as f32;
            ROCK.map(|c| c * shade)
        },
    );
    Some(s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::trucks::dimensions;
    use haul_vehicle::TruckSpec;

    #[test]
    fn the_tyres_never_pass_through_the_floor_of_the_body() {
        /// Full stroke of the rear struts, m.
        const STROKE: f64 = 0.175;
        let d = dimensions(&TruckSpec::tr100at());
        let (tray, r) = (Tray::of(&d), d.tyre_radius);
        for k in -20..=20 {
            let x = r * f64::from(k) / 20.0;
            let tyre = r + libm::sqrt(r * r - x * x) + STROKE;
            assert!(
                tyre < tray.floor(x) - FLOOR_THICKNESS,
                "{x} m ahead of the axle: tyre {tyre} m, floor {} m",
                tray.floor(x)
            );
        }
    }
}
