//! The list of keys.

use super::{Panels, window};
use crate::text::Word;
use bevy_egui::egui;
use egui::{Align2, RichText};

/// Keys and what they do.
const KEYS: [(&str, Word); 20] = [
    ("Space", Word::KeyPause),
    (".", Word::KeyStep),
    ("[ ]", Word::KeySpeed),
    ("← →", Word::KeySeek),
    ("L", Word::KeyLive),
    ("G", Word::KeyGoOn),
    ("C", Word::KeyCamera),
    ("Tab", Word::KeyFollow),
    ("1 2 3 4 5 6", Word::KeyOverlay),
    ("K", Word::KeyStop),
    ("N", Word::KeyRock),
    ("D", Word::KeyDrive),
    ("V", Word::KeyWrite),
    ("F12", Word::KeyPicture),
    ("F9", Word::KeyLanguage),
    ("F11", Word::KeyPanels),
    ("?", Word::KeyHelp),
    ("Ctrl+Q", Word::KeyQuit),
    ("click", Word::KeyClick),
    ("D +", Word::DrivingKeys),
];

/// Draws the list.
pub fn draw(ctx: &egui::Context, panels: &mut Panels) {
    window("keys", Align2::CENTER_CENTER, [0.0, 0.0]).show(ctx, |ui| {
        ui.label(RichText::new(panels.say(Word::Help)).strong());
        egui::Grid::new("keys").num_columns(2).spacing([18.0, 3.0]).striped(true).show(ui, |ui| {
            for (key, word) in KEYS {
                ui.monospace(key);
                ui.label(panels.say(word));
                ui.end_row();
            }
        });
        if ui.button("×").clicked() {
            panels.shows_help = false;
        }
    });
}
