//! Keys of the window.

use crate::by_hand::ByHand;
use crate::camera::CameraMode;
use crate::panel::{Panels, put};
use crate::pick::Selection;
use crate::session::Session;
use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, save_to_disk};
use bevy_egui::input::EguiWantsInput;
use haul_record::SimInput;
use std::path::PathBuf;

/// Time by which an arrow key moves the picture, s.
const SEEK_STEP: f64 = 5.0;

/// Keys of the overlays, in the order of [`crate::panel::Overlays::switches`].
const OVERLAYS: [KeyCode; 6] =
    [KeyCode::Digit1, KeyCode::Digit2, KeyCode::Digit3, KeyCode::Digit4, KeyCode::Digit5, KeyCode::Digit6];

/// Performs the actions of the keys.
pub fn read(
    mut commands: Commands,
    keyboard: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    mut session: ResMut<Session>,
    mut panels: ResMut<Panels>,
    mut by_hand: ResMut<ByHand>,
    (selection, mode): (Res<Selection>, Res<CameraMode>),
) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    if keyboard.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight]) {
        if keyboard.just_pressed(KeyCode::KeyQ) {
            commands.write_message(AppExit::Success);
        }
        return;
    }
    let shift = keyboard.any_pressed([KeyCode::ShiftLeft, KeyCode::ShiftRight]);
    let tapped = |key: KeyCode| keyboard.just_pressed(key);
    // The arrows drive a truck, or fly the free camera.
    clock(tapped, &mut session, by_hand.truck.is_none() && *mode != CameraMode::Free);
    for (key, (switch, _)) in OVERLAYS.into_iter().zip(panels.overlays.switches()) {
        *switch ^= tapped(key);
    }
    panels.overlays.path ^= tapped(KeyCode::KeyP);
    panels.shows_help ^= tapped(KeyCode::Slash) || tapped(KeyCode::F1);
    panels.are_shown ^= tapped(KeyCode::F11);
    if tapped(KeyCode::F9) {
        panels.language = panels.language.next();
    }
    if tapped(KeyCode::KeyK) {
        session.inject(if shift { SimInput::Resume } else { SimInput::AllStop });
    }
    if tapped(KeyCode::KeyN) {
        let radius = panels.acts.radius;
        put(&mut session, &selection, "rock", radius);
    }
    if tapped(KeyCode::KeyD) {
        by_hand.toggle(&mut session);
    }
    if tapped(KeyCode::KeyV) {
        session.write_scenario();
    }
    if tapped(KeyCode::F12) {
        let path = picture_file(&session);
        session.notices().push(format!("picture: {}", path.display()));
        commands.spawn(Screenshot::primary_window()).observe(save_to_disk(path));
    }
}

fn clock(tapped: impl Fn(KeyCode) -> bool, session: &mut Session, arrows_seek: bool) {
    if tapped(KeyCode::Space) {
        let is_paused = session.is_paused();
        session.pause(!is_paused);
    }
    if tapped(KeyCode::Period) {
        session.step(0.1);
    }
    if tapped(KeyCode::BracketRight) {
        session.change_speed(true);
    }
    if tapped(KeyCode::BracketLeft) {
        session.change_speed(false);
    }
    let at = session.now().seconds();
    if arrows_seek && tapped(KeyCode::ArrowLeft) {
        session.seek(at - SEEK_STEP);
    }
    if arrows_seek && tapped(KeyCode::ArrowRight) {
        session.seek(at + SEEK_STEP);
    }
    if tapped(KeyCode::KeyL) {
        session.show_end();
    }
    if tapped(KeyCode::KeyG) {
        session.go_on_from_here();
    }
}

/// Returns an unused file name for a picture in the working folder.
fn picture_file(session: &Session) -> PathBuf {
    let at = session.now().seconds();
    let name =
        |n: u32| PathBuf::from(format!("haul-{at:.1}s{}.png", if n == 0 { String::new() } else { format!("-{n}") }));
    (0..).map(name).find(|path| !path.exists()).unwrap_or_default()
}
