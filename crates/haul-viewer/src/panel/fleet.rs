//! The list of machines, each with its state and the reason why it stands.

use super::{BAD, GOOD, NOTE, Panels};
use crate::session::Session;
use crate::text::{Language, Word};
use bevy_egui::egui;
use egui::{Color32, RichText};
use haul_core::units::{to_kmh, to_tonnes};
use haul_core::{StandKind, StandReason};
use haul_record::TruckFrame;

/// Draws the list. A click follows a machine.
pub fn draw(ui: &mut egui::Ui, session: &mut Session, panels: &Panels) {
    let mut followed = None;
    egui::Grid::new("machines").num_columns(4).spacing([8.0, 2.0]).striped(true).show(ui, |ui| {
        for (k, truck) in session.frame().trucks.iter().enumerate() {
            if ui.selectable_label(session.followed == k, truck.truck.to_string()).clicked() {
                followed = Some(k);
            }
            ui.monospace(format!("{:5.1}", to_kmh(truck.speed)));
            ui.monospace(format!("{:3.0} t", to_tonnes(truck.payload)));
            let (text, colour) = state(truck, session.reason(truck), panels.language);
            ui.add(egui::Label::new(RichText::new(text).color(colour)).wrap());
            ui.end_row();
        }
        let trucks = session.frame().trucks.len();
        for (k, vehicle) in session.frame().vehicles.iter().enumerate() {
            if ui.selectable_label(session.followed == trucks + k, vehicle.vehicle.to_string()).clicked() {
                followed = Some(trucks + k);
            }
            ui.monospace(format!("{:5.1}", to_kmh(vehicle.speed)));
            ui.label("");
            ui.add(egui::Label::new(RichText::new(&vehicle.activity).color(Color32::LIGHT_GRAY)).wrap());
            ui.end_row();
        }
    });
    if let Some(followed) = followed {
        session.followed = followed;
    }
}

/// Returns the state of a truck in words: the reason why it stands, or the stage of its cycle.
pub fn state(truck: &TruckFrame, reason: Option<&StandReason>, language: Language) -> (String, Color32) {
    let Some(standing) = &truck.detail.standing else {
        return (Word::of_cycle(truck.detail.cycle).says(language).to_owned(), GOOD);
    };
    let kind = reason.map(StandReason::kind);
    let colour = match kind {
        Some(StandKind::Loading | StandKind::Tipping | StandKind::Starting) => GOOD,
        Some(StandKind::Supervisor | StandKind::Breakdown | StandKind::NoPlan | StandKind::Lost) => BAD,
        _ => NOTE,
    };
    let text = match (language, kind.and_then(Word::of_stand)) {
        (Language::Chinese, Some(word)) => match reason {
            Some(StandReason::RightOfWay { behind: Some(other) }) => format!("{} {other}", word.says(language)),
            Some(StandReason::WaitingForSpot { place, .. } | StandReason::Loading { place }) => {
                format!("{} {place}", word.says(language))
            }
            _ => word.says(language).to_owned(),
        },
        _ => standing.clone(),
    };
    (text, colour)
}
