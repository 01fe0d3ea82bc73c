//! Production of the shift, and the expectations of the scenario.

use super::{BAD, GOOD, NOTE, Panels};
use crate::session::Session;
use crate::text::Word;
use bevy_egui::egui;
use egui::{Color32, RichText};

/// Draws the page.
pub fn draw(ui: &mut egui::Ui, session: &Session, panels: &Panels) {
    let Some(report) = session.report() else {
        let word = if session.is_recorded() { Word::NotInRecording } else { Word::NoReport };
        ui.label(RichText::new(panels.say(word)).color(NOTE));
        return;
    };
    egui::Grid::new("production").num_columns(2).spacing([14.0, 2.0]).show(ui, |ui| {
        let mut row = |word: Word, value: String| {
            ui.label(panels.say(word));
            ui.monospace(value);
            ui.end_row();
        };
        let optional = |value: Option<f64>, unit: &str, digits: usize| {
            value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$} {unit}"))
        };
        row(Word::Cycles, report.cycles.to_string());
        row(Word::Delivered, format!("{:.1} t", report.delivered_t));
        row(Word::PerHour, format!("{:.0} t/h", report.delivered_tph));
        row(Word::MeanCycle, optional(report.cycle_mean_s, "s", 0));
        row(Word::Distance, format!("{:.2} km", report.distance_km));
        row(Word::Fuel, format!("{:.1} l", report.fuel_l));
        row(Word::FuelPerTonne, optional(report.fuel_l_per_t, "l/t", 3));
        row(Word::Collisions, report.collisions.to_string());
        row(Word::Stuck, report.stuck.to_string());
    });
    ui.separator();
    egui::Grid::new("trucks").num_columns(4).spacing([12.0, 1.0]).striped(true).show(ui, |ui| {
        for word in [Word::Truck, Word::Cycles, Word::Delivered, Word::Distance] {
            ui.small(panels.say(word));
        }
        ui.end_row();
        for truck in &report.by_truck {
            ui.monospace(format!("T{}", truck.truck));
            ui.monospace(truck.cycles.to_string());
            ui.monospace(format!("{:.1} t", truck.delivered_t));
            ui.monospace(format!("{:.2} km", truck.distance_km));
            ui.end_row();
        }
    });
    ui.separator();
    ui.label(RichText::new(panels.say(Word::Expectations)).strong());
    if report.checks.is_empty() {
        ui.label(panels.say(Word::NoExpectations));
    }
    for check in &report.checks {
        let (mark, colour): (&str, Color32) = if check.passed { ("✔", GOOD) } else { ("✖", BAD) };
        let value = check.value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"));
        let text = format!("{mark} {} = {value} ({})", check.figure, check.expected);
        ui.add(egui::Label::new(RichText::new(text).color(colour)).wrap());
    }
}
