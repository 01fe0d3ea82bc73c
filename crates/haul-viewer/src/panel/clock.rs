//! The bar at the bottom: clock, speeds and timeline.

use super::{BAD, GOOD, NOTE, Panels, window};
use crate::session::Session;
use crate::text::Word;
use bevy_egui::egui;
use egui::{Align2, RichText, Slider};
use haul_core::SimTime;

/// Speeds that have a button.
const SPEEDS: [f64; 6] = [0.25, 1.0, 4.0, 16.0, 64.0, f64::INFINITY];

/// Draws the bar.
pub fn draw(ctx: &egui::Context, session: &mut Session, panels: &mut Panels, width: f32) {
    window("clock", Align2::CENTER_BOTTOM, [0.0, -8.0]).show(ctx, |ui| {
        ui.horizontal(|ui| {
            state(ui, session, panels);
            buttons(ui, session, panels);
        });
        let (from, to) = session.span();
        let mut at = session.now().seconds();
        ui.spacing_mut().slider_width = (width * 0.62).clamp(60.0, 1_400.0);
        let slider = Slider::new(&mut at, from..=to.max(from + 1e-3)).show_value(false);
        if ui.add_enabled(to > from, slider).on_hover_text(SimTime::from_seconds(to).to_string()).changed() {
            session.seek(at);
        }
    });
}

fn state(ui: &mut egui::Ui, session: &Session, panels: &Panels) {
    ui.monospace(session.now().to_string());
    let (text, colour) = if session.is_paused() {
        (panels.say(Word::Paused).to_owned(), NOTE)
    } else if session.is_recorded() {
        (panels.say(Word::Recording).to_owned(), GOOD)
    } else if session.ended().is_some() && session.is_at_end() {
        (panels.say(Word::Finished).to_owned(), GOOD)
    } else if session.is_at_end() {
        (format!("{:.1}{}", session.reached(), panels.say(Word::RealTime)), GOOD)
    } else {
        (panels.say(Word::PastShown).to_owned(), BAD)
    };
    ui.label(RichText::new(text).color(colour));
}

fn buttons(ui: &mut egui::Ui, session: &mut Session, panels: &mut Panels) {
    if ui.button(if session.is_paused() { "▶" } else { "⏸" }).on_hover_text(panels.say(Word::KeyPause)).clicked() {
        let is_paused = session.is_paused();
        session.pause(!is_paused);
    }
    if ui.button("⏭").on_hover_text(panels.say(Word::KeyStep)).clicked() {
        session.step(0.1);
    }
    for factor in SPEEDS {
        let is_chosen = (session.speed() - factor).abs() < 1e-9 || session.speed() == factor;
        let name = if factor.is_finite() { format!("{factor}×") } else { panels.say(Word::AsFast).to_owned() };
        if ui.selectable_label(is_chosen, name).clicked() {
            session.set_speed(factor);
        }
    }
    if !session.is_recorded() && ui.selectable_label(session.is_at_end(), panels.say(Word::Live)).clicked() {
        session.show_end();
    }
    if (session.is_recorded() || !session.is_at_end()) && ui.button(panels.say(Word::GoOn)).clicked() {
        session.go_on_from_here();
    }
    if ui.button(panels.say(Word::Language)).clicked() {
        panels.language = panels.language.next();
    }
    let help = panels.say(Word::Help);
    ui.toggle_value(&mut panels.shows_help, help);
}
