//! Conversion between force and throttle, and the force of a closed throttle.
//!
//! An idling engine pushes a truck in gear through its torque converter with some 100 kN, more than the resistance of a
//! level road. So a small force needs brakes, not throttle, and the force of a throttle depends on gear, speed and
//! lock-up. The map is computed once from the truck's specification. With the converter unlocked, it uses the engine
//! speed at which engine and converter torque balance at each gear and speed. With the converter locked, the engine
//! speed follows directly.

use haul_vehicle::TruckSpec;

/// Throttle values of the map.
const THROTTLES: [f64; 9] = [0.0, 0.12, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 1.0];
/// Number of speeds of the map.
const SPEEDS: usize = 32;
/// Interval between the speeds of the map, m/s.
const SPEED_STEP: f64 = 0.5;
/// Number of bisections that narrow the engine's speed range to less than 0.1 rad/s.
const HALVINGS: usize = 12;
/// Speed difference (rad/s) between engine and turbine up to which the converter counts as locked: constant part.
const LOCK_TOLERANCE: f64 = 2.5;
/// Accepted speed difference per unit of turbine speed, in addition to the constant part: the wheels slip by 1 to 2 %
/// on a climb.
const LOCK_SLIP: f64 = 0.015;

/// Forces at the wheels (N), along the direction of the gear.
#[derive(Debug, Clone)]
pub(crate) struct DriveMap {
    spec: TruckSpec,
    /// Force at each throttle with the converter unlocked, for reverse and each forward gear, and for each speed.
    open: Vec<[[f64; THROTTLES.len()]; SPEEDS]>,
}

/// The drive forces at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Drive {
    forces: [f64; THROTTLES.len()],
}

impl DriveMap {
    pub fn new(spec: &TruckSpec) -> Self {
        let gears = std::iter::once(-1).chain(1..=spec.transmission.top_gear());
        let open = gears
            .map(|gear| {
                let mut table = [[0.0; THROTTLES.len()]; SPEEDS];
                for (i, row) in table.iter_mut().enumerate() {
                    let turbine = turbine_speed(spec, gear, i as f64 * SPEED_STEP);
                    for (force, throttle) in row.iter_mut().zip(THROTTLES) {
                        *force = at_wheels(spec, gear, turbine, settled_torque(spec, turbine, throttle));
                    }
                }
                table
            })
            .collect();
        Self { spec: spec.clone(), open }
    }

    /// Returns true if engine and turbine turn at the same speed, in a gear at `speed` (m/s in the gear's direction).
    /// This also happens briefly with the converter unlocked.
    pub fn turn_alike(&self, gear: i8, speed: f64, engine_speed: f64) -> bool {
        let turbine = turbine_speed(&self.spec, gear, speed.max(0.0));
        (engine_speed - turbine).abs() < LOCK_TOLERANCE + LOCK_SLIP * turbine && turbine > self.spec.engine.idle
    }

    /// Returns the drive in a gear at a speed (m/s in the gear's direction) with the converter unlocked or locked.
    /// Neutral counts as the gear of the next start: `reverse` or first.
    pub fn at(&self, gear: i8, reverse: bool, speed: f64, locked: bool) -> Drive {
        let gear = match (gear, reverse) {
            (0, true) => -1,
            (0, false) => 1,
            (gear, _) => gear,
        };
        let speed = speed.max(0.0);
        let turbine = turbine_speed(&self.spec, gear, speed);
        if locked {
            let forces = THROTTLES.map(|u| at_wheels(&self.spec, gear, turbine, self.spec.engine.torque(turbine, u)));
            return Drive { forces };
        }
        let index = if gear < 0 { 0 } else { gear as usize };
        let Some(table) = self.open.get(index) else { return Drive { forces: [0.0; THROTTLES.len()] } };
        let at = (speed / SPEED_STEP).min((SPEEDS - 1) as f64);
        let i = (at as usize).min(SPEEDS - 2);
        let t = at - i as f64;
        let mut forces = [0.0; THROTTLES.len()];
        for (force, (a, b)) in forces.iter_mut().zip(table[i].iter().zip(&table[i + 1])) {
            *force = a + (b - a) * t;
        }
        Drive { forces }
    }
}

impl Drive {
    /// Returns the force at closed throttle, N; negative if the engine brakes.
    pub fn closed(&self) -> f64 {
        self.forces[0]
    }

    /// Returns the force at full throttle, N.
    pub fn full(&self) -> f64 {
        self.forces[THROTTLES.len() - 1]
    }

    /// Returns the force at a throttle (0 to 1), N.
    pub fn force(&self, throttle: f64) -> f64 {
        for (f, u) in self.forces.windows(2).zip(THROTTLES.windows(2)) {
            if throttle < u[1] {
                return f[0] + (f[1] - f[0]) * ((throttle - u[0]) / (u[1] - u[0])).max(0.0);
            }
        }
        self.full()
    }

    /// Returns the throttle that gives a force (N), 0 to 1.
    pub fn throttle(&self, force: f64) -> f64 {
        for (f, u) in self.forces.windows(2).zip(THROTTLES.windows(2)) {
            if force < f[1] {
                let rise = (f[1] - f[0]).max(1.0);
                return u[0] + (u[1] - u[0]) * ((force - f[0]) / rise).clamp(0.0, 1.0);
            }
        }
        1.0
    }
}

fn turbine_speed(spec: &TruckSpec, gear: i8, speed: f64) -> f64 {
    spec.transmission.ratio(gear).abs() * spec.final_drive.ratio * speed / spec.tyre.rolling_radius
}

fn at_wheels(spec: &TruckSpec, gear: i8, turbine: f64, turbine_torque: f64) -> f64 {
    let limit = spec.transmission.turbine_torque_limit;
    spec.axle_torque(gear, turbine_torque.min(limit), turbine) / spec.tyre.rolling_radius
}

/// Returns the turbine torque (N·m) at the engine speed at which engine torque and pump torque balance.
fn settled_torque(spec: &TruckSpec, turbine: f64, throttle: f64) -> f64 {
    let converter = &spec.transmission.converter;
    let (mut low, mut high) = (spec.engine.idle * 0.5, spec.engine.high_idle.max(turbine));
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        let spare = spec.engine.torque(middle, throttle) - converter.torques(middle, turbine).0;
        if spare > 0.0 { low = middle } else { high = middle }
    }
    converter.torques((low + high) / 2.0, turbine).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use haul_vehicle::Limits;

    #[test]
    fn full_throttle_agrees_with_the_performance_limits() {
        let spec = TruckSpec::tr100at();
        let (map, limits) = (DriveMap::new(&spec), Limits::new(&spec));
        for speed in [0.5, 1.5, 3.0] {
            let gear = limits.gear_at(speed) as i8;
            let (ours, book) = (map.at(gear, false, speed, false).full(), limits.rimpull(speed));
            assert!((ours / book - 1.0).abs() < 0.15, "at {speed} m/s: {ours} N, the limits give {book} N");
        }
    }

    #[test]
    fn an_idling_engine_pushes_and_more_force_needs_throttle() {
        let drive = DriveMap::new(&TruckSpec::tr100at()).at(1, false, 0.0, false);
        assert!((60e3..140e3).contains(&drive.closed()), "{}", drive.closed());
        assert_eq!(drive.throttle(drive.closed() - 1.0), 0.0);
        let mut last = 0.0;
        for share in [0.2, 0.5, 0.8, 1.0] {
            let throttle = drive.throttle(drive.closed() + share * (drive.full() - drive.closed()));
            assert!(throttle > last, "not rising at {share}");
            last = throttle;
        }
        assert!((last - 1.0).abs() < 1e-9);
    }
}
