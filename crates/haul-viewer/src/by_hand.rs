//! Driving of a truck by keyboard.

use crate::session::Session;
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use haul_core::TruckId;
use haul_record::{Controls, Gear, HoistLever, SimInput};

/// Throttle and service brake while their key is held.
const PEDAL: f64 = 1.0;
/// Rate of the front wheels while a key is held, rad/s.
const STEERING_RATE: f64 = 0.35;
/// Maximum angle of the front wheels that the keys set, rad.
const STEERING_LIMIT: f64 = 0.6;
/// Step to which the angle given to the run is rounded, degrees. A scenario file can hold such an angle exactly.
const STEERING_STEP: f64 = 1.0;

/// The truck that is driven by keyboard, and its controls.
#[derive(Debug, Default, Resource)]
pub struct ByHand {
    /// The truck.
    pub truck: Option<TruckId>,
    /// The controls as last given to the run.
    pub controls: Controls,
    /// Angle of the front wheels that the keys have reached, rad.
    steering: f64,
}

impl ByHand {
    /// Takes over the followed truck, or hands back the driven truck.
    pub fn toggle(&mut self, session: &mut Session) {
        let followed = session.followed_truck().map(|(_, truck)| (truck.truck, truck.steering));
        match (self.truck.take(), followed) {
            (Some(truck), _) => session.inject(SimInput::HandBack { truck }),
            (None, Some((truck, steering))) if !session.is_recorded() => {
                self.truck = Some(truck);
                self.steering = steering;
                self.controls =
                    Controls { gear: Gear::Forward, park_brake: false, service_brake: 0.3, ..Controls::default() };
                session.inject(SimInput::Drive { truck, controls: self.controls });
            }
            // A recording refuses the input and says how to continue.
            (None, Some((truck, _))) => session.inject(SimInput::HandBack { truck }),
            (None, None) => session.notices().push("no truck is followed; choose one in the list first".to_owned()),
        }
    }
}

/// Reads the driving keys and gives the run the controls when they change.
pub fn drive(
    keyboard: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    time: Res<Time<Real>>,
    mut by_hand: ResMut<ByHand>,
    mut session: ResMut<Session>,
) {
    let Some(truck) = by_hand.truck else { return };
    if session.is_recorded() || session.ended().is_some() {
        by_hand.truck = None;
        return;
    }
    let held = |key: KeyCode| keyboard.pressed(key) && !wants.wants_any_keyboard_input();
    let tapped = |key: KeyCode| keyboard.just_pressed(key) && !wants.wants_any_keyboard_input();
    let turn = f64::from(i8::from(held(KeyCode::ArrowLeft)) - i8::from(held(KeyCode::ArrowRight)));
    let passed = time.delta_secs_f64().min(0.1);
    by_hand.steering = if turn == 0.0 {
        // Without a key, the wheels return to straight ahead at half that rate.
        by_hand.steering - by_hand.steering.clamp(-0.5 * STEERING_RATE * passed, 0.5 * STEERING_RATE * passed)
    } else {
        (by_hand.steering + turn * STEERING_RATE * passed).clamp(-STEERING_LIMIT, STEERING_LIMIT)
    };
    let before = by_hand.controls;
    let mut controls = before;
    controls.steering = ((by_hand.steering.to_degrees() / STEERING_STEP).round() * STEERING_STEP).to_radians();
    controls.throttle = if held(KeyCode::ArrowUp) { PEDAL } else { 0.0 };
    controls.service_brake = if held(KeyCode::ArrowDown) { PEDAL } else { 0.0 };
    if tapped(KeyCode::KeyR) {
        controls.gear = if before.gear == Gear::Reverse { Gear::Forward } else { Gear::Reverse };
    }
    if tapped(KeyCode::KeyB) {
        controls.park_brake = !before.park_brake;
    }
    controls.hoist = match (held(KeyCode::PageUp), held(KeyCode::PageDown)) {
        (true, false) => HoistLever::Raise,
        (false, true) => HoistLever::Lower,
        _ => HoistLever::Hold,
    };
    if controls != before {
        by_hand.controls = controls;
        session.inject(SimInput::Drive { truck, controls });
    }
}
