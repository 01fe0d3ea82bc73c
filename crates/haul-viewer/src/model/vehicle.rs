//! Manned vehicles: a crew-cab pickup, a water cart and a motor grader, drawn within the outline of their kind.

use super::solid::{Paint, Solid};
use super::{BRIGHT_STEEL, GLASS, LAMP, RUBBER, STEEL};
use haul_core::VehicleKind;

/// White of light vehicles, for visibility.
const WHITE: Paint = [0.78, 0.78, 0.76];
/// Orange of the water cart's cab.
const ORANGE: Paint = [0.75, 0.20, 0.02];
/// Yellow of the grader.
const YELLOW: Paint = [0.80, 0.50, 0.03];
/// Half the width of the grader over its tyres, m; its blade is wider.
const GRADER_HALF: f64 = 1.65;
/// Blue of the water tank.
const TANK: Paint = [0.05, 0.22, 0.50];
/// Flag and stripes.
const FLAG: Paint = [0.95, 0.22, 0.02];
/// Rotating light on the roof.
const BEACON: Paint = [1.0, 0.55, 0.02];
/// Height of the flag's tip over the ground, m: above the deck of a haul truck, so that its operator sees it.
const FLAG_TOP: f64 = 4.2;

/// A wheel of a road vehicle. Coordinates: x forward, y left, z up, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoadWheel {
    /// Middle, m.
    pub centre: [f64; 3],
    /// Outer radius, m.
    pub radius: f64,
    /// Width, m.
    pub width: f64,
}

/// Returns the wheels of a kind of vehicle. The axles of a pickup are 3.1 m apart (Toyota Hilux, data sheet); an 8 × 4
/// road truck has two steered axles ahead and a tandem at the rear; a motor grader has a tandem and one steered axle 7
/// m ahead of its middle.
pub fn wheels(kind: VehicleKind) -> Vec<RoadWheel> {
    let half = if kind == VehicleKind::Grader { GRADER_HALF } else { kind.footprint().half_width };
    let (axles, radius, width): (&[f64], f64, f64) = match kind {
        VehicleKind::LightVehicle => (&[0.0, 3.1], 0.39, 0.26),
        VehicleKind::WaterCart => (&[-0.7, 0.7, 4.15, 6.0], 0.52, 0.34),
        VehicleKind::Grader => (&[-0.85, 0.85, 6.3], 0.78, 0.55),
    };
    let sides = [half - width / 2.0, width / 2.0 - half];
    axles.iter().flat_map(|x| sides.map(|y| RoadWheel { centre: [*x, y, radius], radius, width })).collect()
}

/// Returns a road wheel about the y axis through its centre. Its spokes make the rolling visible.
pub fn wheel(wheel: &RoadWheel) -> Solid {
    let (r, h) = (wheel.radius, wheel.width / 2.0);
    let mut s = Solid::new();
    s.turned(
        &[
            ([0.0, -0.8 * h], STEEL),
            ([0.58 * r, -0.8 * h], RUBBER),
            ([0.62 * r, -h], RUBBER),
            ([0.94 * r, -h], RUBBER),
            ([r, -0.8 * h], RUBBER),
            ([r, 0.8 * h], RUBBER),
            ([0.94 * r, h], RUBBER),
            ([0.62 * r, h], RUBBER),
            ([0.58 * r, 0.8 * h], STEEL),
            ([0.0, 0.8 * h], STEEL),
        ],
        24,
    );
    for k in 0..5 {
        let turn = std::f64::consts::TAU * f64::from(k) / 5.0;
        let (x, z) = (0.5 * r * turn.cos(), 0.5 * r * turn.sin());
        for side in [-1.0, 1.0] {
            s.bar([0.0, side * 0.84 * h, 0.0], [x, side * 0.84 * h, z], 0.07 * r, 6, BRIGHT_STEEL);
        }
    }
    s
}

/// Returns a vehicle without its wheels, in its body frame.
pub fn body(kind: VehicleKind) -> Solid {
    match kind {
        VehicleKind::LightVehicle => pickup(),
        VehicleKind::WaterCart => water_cart(),
        VehicleKind::Grader => grader(),
    }
}

/// Adds the whip flag and the beacon.
fn flag_and_beacon(s: &mut Solid, mast: [f64; 3], beacon: [f64; 3]) {
    let [x, y, z] = mast;
    s.bar([x, y, z], [x, y, FLAG_TOP], 0.02, 8, STEEL);
    s.sheet(
        &[[x, y, FLAG_TOP - 0.4], [x - 0.6, y, FLAG_TOP - 0.35], [x - 0.6, y, FLAG_TOP - 0.05], [x, y, FLAG_TOP]],
        FLAG,
    );
    let [x, y, z] = beacon;
    s.bar([x, y, z], [x, y, z + 0.05], 0.12, 16, STEEL);
    s.cone([x, y, z + 0.05], [x, y, z + 0.2], 0.1, 0.07, 16, BEACON);
}

fn pickup() -> Solid {
    let kind = VehicleKind::LightVehicle;
    let (f, top) = (kind.footprint(), kind.height());
    let (front, rear, w) = (f.front, f.rear, f.half_width);
    let (sill, waist) = (0.45, 1.08);
    let mut s = Solid::new();
    // Frame, bumpers.
    s.cuboid([-rear + 0.05, -0.45, 0.35], [front - 0.15, 0.45, sill], STEEL);
    s.cuboid([front - 0.12, -w + 0.05, sill - 0.05], [front, w - 0.05, sill + 0.25], STEEL);
    s.cuboid([-rear, -w + 0.08, sill - 0.02], [-rear + 0.1, w - 0.08, sill + 0.18], BRIGHT_STEEL);
    // Bonnet between the front wheels, with mudguards over them.
    s.plate(&[[2.55, sill], [front - 0.1, sill], [front - 0.1, 0.95], [2.55, waist]], -w + 0.28, w - 0.28, WHITE);
    for side in [-1.0, 1.0] {
        let (y0, y1) = (f64::min(side * (w - 0.28), side * w), f64::max(side * (w - 0.28), side * w));
        s.plate(&[[2.55, 0.82], [front - 0.1, 0.82], [front - 0.1, 0.95], [2.55, waist]], y0, y1, WHITE);
        s.cuboid([front - 0.11, y0 + 0.02, 0.68], [front - 0.06, y1 - 0.02, 0.88], LAMP);
        // A stripe along the doors.
        s.cuboid([0.62, side * w, 0.8], [2.5, side * (w - 0.01), 0.95], FLAG);
    }
    s.cuboid([front - 0.1, -0.5, 0.6], [front - 0.07, 0.5, 0.88], STEEL);
    // Crew cab: doors below the waist, windows above it.
    let (cab_back, cab_front) = (0.58, 2.55);
    s.cuboid([cab_back, -w + 0.01, sill], [cab_front, w - 0.01, waist], WHITE);
    let (back, roof_front, narrow) = (cab_back + 0.12, cab_front - 0.75, w - 0.16);
    s.block(
        [
            [cab_back, -w + 0.02, waist],
            [cab_front, -w + 0.02, waist],
            [cab_front, w - 0.02, waist],
            [cab_back, w - 0.02, waist],
        ],
        [
            [back, -narrow, top - 0.05],
            [roof_front, -narrow, top - 0.05],
            [roof_front, narrow, top - 0.05],
            [back, narrow, top - 0.05],
        ],
        GLASS,
    );
    s.cuboid([back - 0.03, -narrow - 0.02, top - 0.06], [roof_front + 0.04, narrow + 0.02, top], WHITE);
    for side in [-1.0, 1.0] {
        let (low, high) = (side * (w - 0.06), side * (narrow + 0.01));
        for (x, x_top) in [(cab_back + 0.02, back), (1.62, 1.45), (cab_front - 0.02, roof_front)] {
            s.bar([x, low, waist], [x_top, high, top - 0.04], 0.045, 8, WHITE);
        }
    }
    // Tray: floor over the rear wheels, three sides and a tailgate.
    let (tray_back, floor) = (-rear + 0.05, 0.82);
    s.cuboid([tray_back, -w + 0.02, floor - 0.06], [cab_back, w - 0.02, floor], STEEL);
    for side in [-1.0, 1.0] {
        s.cuboid([tray_back, side * w, floor - 0.04], [cab_back, side * (w - 0.06), 1.16], WHITE);
    }
    s.cuboid([tray_back, -w, floor - 0.04], [tray_back + 0.06, w, 1.16], WHITE);
    s.cuboid([cab_back - 0.12, -w + 0.05, floor], [cab_back - 0.05, w - 0.05, 1.55], STEEL);
    flag_and_beacon(&mut s, [cab_back - 0.3, w - 0.15, floor], [1.2, 0.0, top]);
    s
}

fn water_cart() -> Solid {
    let kind = VehicleKind::WaterCart;
    let (f, top) = (kind.footprint(), kind.height());
    let (front, rear, w) = (f.front, f.rear, f.half_width);
    let (rails, deck) = (0.75, 1.2);
    let mut s = Solid::new();
    for side in [-1.0, 1.0] {
        let (y0, y1) = (f64::min(side * 0.38, side * 0.5), f64::max(side * 0.38, side * 0.5));
        s.cuboid([-rear + 0.2, y0, rails], [front - 0.4, y1, rails + 0.3], STEEL);
    }
    // Cab over the front axle, with mudguards in front of its wheels and behind them.
    let cab_back = front - 2.1;
    s.cuboid([cab_back, -w + 0.42, 0.6], [front - 0.05, w - 0.42, deck], ORANGE);
    s.cuboid([cab_back, -w, deck - 0.06], [front - 0.05, w, 1.75], ORANGE);
    s.cuboid([front - 0.1, -w, 0.5], [front, w, 0.95], STEEL);
    let waist = 1.75;
    let lean = 0.18;
    s.block(
        [[cab_back, -w, waist], [front - 0.05, -w, waist], [front - 0.05, w, waist], [cab_back, w, waist]],
        [
            [cab_back, -w + 0.1, top - 0.3],
            [front - 0.05 - lean, -w + 0.1, top - 0.3],
            [front - 0.05 - lean, w - 0.1, top - 0.3],
            [cab_back, w - 0.1, top - 0.3],
        ],
        GLASS,
    );
    s.cuboid([cab_back, -w + 0.08, top - 0.32], [front - 0.05 - lean, w - 0.08, top - 0.2], ORANGE);
    s.cuboid([cab_back - 0.02, -w + 0.02, waist], [cab_back + 0.5, w - 0.02, top - 0.3], ORANGE);
    for y in [-0.95, 0.95] {
        s.cuboid([front - 0.01, y - 0.16, 0.6], [front + 0.0, y + 0.16, 0.82], LAMP);
        s.bar([front - 0.12, y * 1.2, 1.7], [front - 0.12, y * 1.2, 2.35], 0.03, 8, STEEL);
    }
    // Tank with its bands on saddles, a manhole, and the spray bar at the rear.
    let (tank_back, tank_front, radius, middle) = (-rear + 0.45, cab_back - 0.35, 0.95, deck + 0.98);
    s.bar([tank_back, 0.0, middle], [tank_front, 0.0, middle], radius, 36, TANK);
    for share in [0.02, 0.34, 0.66, 0.98] {
        let x = tank_back + (tank_front - tank_back) * share;
        s.bar([x - 0.05, 0.0, middle], [x + 0.05, 0.0, middle], radius + 0.03, 36, BRIGHT_STEEL);
        s.cuboid([x - 0.12, -0.6, rails + 0.3], [x + 0.12, 0.6, middle - 0.6], STEEL);
    }
    let hatch = (tank_back + tank_front) / 2.0;
    s.bar([hatch, 0.0, middle + radius - 0.05], [hatch, 0.0, middle + radius + 0.1], 0.28, 18, STEEL);
    s.bar([-rear + 0.1, -w + 0.1, 0.85], [-rear + 0.1, w - 0.1, 0.85], 0.07, 12, BRIGHT_STEEL);
    s.bar([tank_back, 0.0, middle - 0.7], [-rear + 0.1, 0.0, 0.85], 0.08, 12, STEEL);
    for k in 0..5 {
        let y = (w - 0.2) * (f64::from(k) / 2.0 - 1.0);
        s.cone([-rear + 0.18, y, 0.82], [-rear + 0.14, y, 0.68], 0.05, 0.12, 10, STEEL);
    }
    // Mudguards over the wheels behind the cab.
    for x in [-0.7, 0.7, 4.15] {
        for side in [-1.0, 1.0] {
            s.cuboid([x - 0.55, side * w, 1.1], [x + 0.55, side * (w - 0.4), 1.16], STEEL);
        }
    }
    flag_and_beacon(&mut s, [cab_back - 0.15, w - 0.2, deck], [front - 1.1, 0.0, top - 0.2]);
    s
}

fn grader() -> Solid {
    let kind = VehicleKind::Grader;
    let (f, top) = (kind.footprint(), kind.height());
    let (front, rear, w) = (f.front, f.rear, f.half_width);
    let mut s = Solid::new();
    // Engine over the tandem, with its grille and exhaust, and the ripper's beam behind it.
    let (deck, hood) = (1.05, 2.25);
    s.cuboid([-rear + 0.35, -0.75, deck], [1.15, 0.75, hood - 0.2], YELLOW);
    s.block(
        [
            [-rear + 0.35, -0.75, hood - 0.2],
            [1.15, -0.75, hood - 0.2],
            [1.15, 0.75, hood - 0.2],
            [-rear + 0.35, 0.75, hood - 0.2],
        ],
        [[-rear + 0.5, -0.6, hood], [1.1, -0.6, hood], [1.1, 0.6, hood], [-rear + 0.5, 0.6, hood]],
        YELLOW,
    );
    s.cuboid([-rear + 0.3, -0.65, deck + 0.1], [-rear + 0.36, 0.65, hood - 0.3], STEEL);
    s.bar([0.2, 0.4, hood - 0.1], [0.2, 0.4, hood + 0.75], 0.08, 14, STEEL);
    s.cuboid([-rear, -1.1, 0.7], [-rear + 0.3, 1.1, 0.95], STEEL);
    for side in [-1.0, 1.0] {
        // Tandem case between the rear wheels.
        let (y0, y1) = (f64::min(side * 0.8, side * 1.05), f64::max(side * 0.8, side * 1.05));
        s.cuboid([-1.0, y0, 0.6], [1.0, y1, 0.98], STEEL);
        s.cuboid([-rear + 0.34, side * 0.62 - 0.1, 1.75], [-rear + 0.37, side * 0.62 + 0.1, 1.92], LAMP);
    }
    s.bar([0.0, -0.95, 0.8], [0.0, 0.95, 0.8], 0.16, 14, STEEL);
    // Cab: a floor, glass all round, pillars and a roof.
    let (back, cab_front, floor, half) = (1.2, 2.75, 1.25, 0.85);
    s.cuboid([back, -half, floor], [cab_front, half, floor + 0.35], YELLOW);
    s.block(
        [
            [back, -half, floor + 0.35],
            [cab_front - 0.25, -half, floor + 0.35],
            [cab_front - 0.25, half, floor + 0.35],
            [back, half, floor + 0.35],
        ],
        [
            [back, -half, top - 0.2],
            [cab_front, -half, top - 0.2],
            [cab_front, half, top - 0.2],
            [back, half, top - 0.2],
        ],
        GLASS,
    );
    for side in [-1.0, 1.0] {
        for (low, high) in [(back + 0.03, back + 0.03), (cab_front - 0.28, cab_front - 0.03)] {
            s.bar([low, side * half, floor + 0.3], [high, side * half, top - 0.18], 0.06, 8, YELLOW);
        }
    }
    s.cuboid([back - 0.1, -half - 0.06, top - 0.2], [cab_front + 0.1, half + 0.06, top - 0.06], YELLOW);
    // The arched beam over the blade to the front axle.
    let nose = front - 0.55;
    for arch in [
        [[2.5, 0.95], [3.3, 1.55], [3.2, 1.95], [2.5, 1.3]],
        [[3.3, 1.55], [4.8, 1.6], [4.9, 2.0], [3.2, 1.95]],
        [[4.8, 1.6], [nose, 0.95], [nose, 1.35], [4.9, 2.0]],
    ] {
        s.plate(&arch, -0.2, 0.2, YELLOW);
    }
    s.cuboid([front - 0.75, -1.05, 0.65], [front - 0.45, 1.05, 0.95], STEEL);
    s.cuboid([front - 0.12, -0.8, 0.55], [front, 0.8, 0.95], STEEL);
    for y in [-0.6, 0.6] {
        s.cuboid([front - 0.56, y - 0.1, 1.2], [front - 0.5, y + 0.1, 1.36], LAMP);
        s.bar([front - 0.55, y, 0.9], [front - 0.55, y, 1.25], 0.03, 8, STEEL);
    }
    // Drawbar, circle, and the blade askew beneath it.
    s.bar([front - 0.7, 0.0, 0.9], [3.4, 0.0, 1.0], 0.11, 12, STEEL);
    s.bar([3.4, 0.0, 0.98], [3.4, 0.0, 1.1], 0.75, 32, STEEL);
    let (lead, trail, thick) = (4.3, 2.5, 0.12);
    s.block(
        [[trail, -w, 0.33], [trail + thick, -w, 0.33], [lead + thick, w, 0.33], [lead, w, 0.33]],
        [
            [trail - 0.12, -w, 0.98],
            [trail + thick - 0.12, -w, 0.98],
            [lead + thick - 0.12, w, 0.98],
            [lead - 0.12, w, 0.98],
        ],
        BRIGHT_STEEL,
    );
    for (x, y) in [(3.0, -0.7), (3.8, 0.7)] {
        s.bar([x, y, 0.9], [x - 0.3, 0.7 * y, 1.85], 0.06, 10, BRIGHT_STEEL);
    }
    flag_and_beacon(&mut s, [back - 0.1, 0.7, hood - 0.2], [back + 0.5, 0.0, top - 0.06]);
    s
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::mesh::{Mesh, VertexAttributeValues};

    const KINDS: [VehicleKind; 3] = [VehicleKind::LightVehicle, VehicleKind::WaterCart, VehicleKind::Grader];

    fn points(solid: Solid) -> Vec<[f32; 3]> {
        match solid.mesh().attribute(Mesh::ATTRIBUTE_POSITION) {
            Some(VertexAttributeValues::Float32x3(points)) => points.clone(),
            _ => panic!("no points"),
        }
    }

    #[test]
    fn the_body_fills_the_outline_of_its_kind_and_stays_inside_it() {
        for kind in KINDS {
            let (f, near) = (kind.footprint(), 0.03);
            let points = points(body(kind));
            let extreme = |value: &dyn Fn(&[f32; 3]) -> f32| points.iter().map(value).fold(f32::MIN, f32::max);
            let (front, rear) = (f64::from(extreme(&|p| p[0])), f64::from(extreme(&|p| -p[0])));
            let side = f64::from(extreme(&|p| p[2].abs()));
            assert!((front - f.front).abs() < near, "{kind}: front {front}");
            assert!((rear - f.rear).abs() < 0.15 && rear < f.rear + near, "{kind}: rear {rear}");
            assert!((side - f.half_width).abs() < near, "{kind}: side {side}");
            assert!(points.iter().all(|p| p[1] > 0.3), "{kind}: the body is clear of the ground");
        }
    }

    #[test]
    fn every_wheel_stands_on_the_ground_inside_the_outline() {
        for kind in KINDS {
            let f = kind.footprint();
            for w in wheels(kind) {
                assert!((w.centre[2] - w.radius).abs() < 1e-9);
                assert!(w.centre[0] + w.radius < f.front && w.centre[0] - w.radius > -f.rear, "{kind}");
                assert!(w.centre[1].abs() + w.width / 2.0 < f.half_width + 1e-9, "{kind}");
            }
        }
    }
}
