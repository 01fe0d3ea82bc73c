//! The log of events, filtered.

use super::{BAD, Panels};
use crate::session::Session;
use crate::text::Word;
use bevy_egui::egui;
use egui::{Color32, RichText};
use haul_record::EventKind;

/// Maximum number of lines drawn.
const MAX_LINES: usize = 200;

/// Draws the page: the latest event first. A click on the time of an event displays that instant.
pub fn draw(ui: &mut egui::Ui, session: &mut Session, panels: &mut Panels) {
    ui.horizontal(|ui| {
        ui.label(panels.say(Word::Filter));
        ui.add(egui::TextEdit::singleline(&mut panels.filter).desired_width(150.0));
    });
    let only = panels.say(Word::OnlyFollowed);
    ui.checkbox(&mut panels.only_followed, only);
    let followed = session.followed_truck().map(|(_, truck)| truck.truck);
    let wanted = panels.filter.to_lowercase();
    let until = session.now();
    let mut seek = None;
    let lines = session
        .events()
        .iter()
        .rev()
        .skip_while(|event| event.at > until)
        .filter(|event| !panels.only_followed || event.what.truck() == followed)
        .map(|event| (event, event.what.to_string()))
        .filter(|(_, text)| wanted.is_empty() || text.to_lowercase().contains(&wanted))
        .take(MAX_LINES);
    for (event, text) in lines {
        ui.horizontal_wrapped(|ui| {
            if ui
                .add(
                    egui::Label::new(RichText::new(event.at.to_string()).monospace().small())
                        .sense(egui::Sense::click()),
                )
                .clicked()
            {
                seek = Some(event.at.seconds());
            }
            ui.add(egui::Label::new(RichText::new(text).small().color(colour(&event.what))).wrap());
        });
    }
    if let Some(at) = seek {
        session.seek(at);
    }
}

fn colour(what: &EventKind) -> Color32 {
    match what {
        EventKind::Collision { .. }
        | EventKind::OffSurface { .. }
        | EventKind::Overturned { .. }
        | EventKind::LeftMap { .. }
        | EventKind::Diverged { .. }
        | EventKind::Stuck { .. }
        | EventKind::NoPath { .. }
        | EventKind::Refused { .. }
        | EventKind::Restricted { .. } => BAD,
        EventKind::Input(_) => super::NOTE,
        EventKind::Cycle { .. } | EventKind::Tipped { .. } | EventKind::Loaded { .. } => super::GOOD,
        _ => Color32::LIGHT_GRAY,
    }
}
