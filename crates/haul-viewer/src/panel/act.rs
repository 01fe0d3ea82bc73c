//! External inputs: all-stop, rocks, rain, faults, driving by hand. Each of them is an input of the run and can be
//! written to a scenario.

use super::{BAD, GOOD, NOTE, Panels};
use crate::by_hand::ByHand;
use crate::pick::{Picked, Selection};
use crate::session::Session;
use crate::text::Word;
use bevy_egui::egui;
use egui::{ComboBox, RichText, Slider};
use haul_core::ObstacleId;
use haul_record::{SimInput, TruckFault};

/// Faults that can be chosen.
const FAULTS: [TruckFault; 14] = [
    TruckFault::SatelliteLost,
    TruckFault::WheelSpeedsStuck,
    TruckFault::StrutsDead,
    TruckFault::DetectorBlind,
    TruckFault::SteeringStuck,
    TruckFault::SteeringSlow { share: 0.3 },
    TruckFault::SteeringPump,
    TruckFault::Engine,
    TruckFault::Retarder,
    TruckFault::FrontBrakes,
    TruckFault::RearBrakes,
    TruckFault::SlipControl,
    TruckFault::Hoist,
    TruckFault::LineSilent,
];
/// Radius of a parked vehicle, m.
const VEHICLE_RADIUS: f64 = 2.5;
/// Rain of 1 m/s, in mm/h.
const MM_PER_HOUR: f64 = 3.6e6;

/// Values that the page sets.
#[derive(Debug, Clone, Copy)]
pub struct Values {
    /// Radius of a rock, m.
    pub radius: f64,
    rain: f64,
    friction: f64,
    fault: usize,
}

impl Default for Values {
    fn default() -> Self {
        Self { radius: 1.5, rain: 0.0, friction: 1.0, fault: 0 }
    }
}

/// Draws the page.
pub fn draw(
    ui: &mut egui::Ui,
    session: &mut Session,
    panels: &mut Panels,
    by_hand: &mut ByHand,
    selection: &mut Selection,
) {
    ui.horizontal(|ui| {
        if ui.button(RichText::new(panels.say(Word::AllStop)).color(BAD).strong()).clicked() {
            session.inject(SimInput::AllStop);
        }
        if ui.button(RichText::new(panels.say(Word::Release)).color(GOOD)).clicked() {
            session.inject(SimInput::Resume);
        }
    });
    ui.separator();
    obstacles(ui, session, panels, selection);
    ui.separator();
    weather(ui, session, panels);
    ui.separator();
    truck(ui, session, panels, by_hand);
    ui.separator();
    let acts = session.inputs().len();
    ui.label(format!("{}: {acts}", panels.say(Word::ActsDone)));
    if ui.add_enabled(acts > 0, egui::Button::new(panels.say(Word::WriteScenario))).clicked() {
        session.write_scenario();
    }
}

/// Puts an obstacle at the selected point.
pub fn put(session: &mut Session, selection: &Selection, kind: &str, radius: f64) {
    let Some((_, at)) = &selection.picked else {
        session.notices().push("nothing is selected; click a point on the ground first".to_owned());
        return;
    };
    let number = 1 + session.obstacles().iter().filter(|rock| rock.id.0.starts_with(kind)).count();
    let taken = |name: &str| session.obstacles().iter().any(|rock| rock.id.0 == name);
    let name = (number..).map(|n| format!("{kind}_{n}")).find(|name| !taken(name)).unwrap_or_default();
    session.inject(SimInput::PlaceObstacle { id: ObstacleId(name), at: at.xy(), radius });
}

fn obstacles(ui: &mut egui::Ui, session: &mut Session, panels: &mut Panels, selection: &Selection) {
    let text = match &selection.picked {
        None => panels.say(Word::NothingSelected).to_owned(),
        Some((picked, at)) => {
            let what = match picked {
                Picked::Machine(name) => name.clone(),
                Picked::Place(name) => format!("{} {name}", panels.say(Word::Place)),
                Picked::Road(name) => format!("{} {name}", panels.say(Word::Road)),
                Picked::Ground => panels.say(Word::Ground).to_owned(),
            };
            format!("{}: {what} ({:.1}, {:.1})", panels.say(Word::Selected), at.x, at.y)
        }
    };
    ui.label(text);
    ui.add(Slider::new(&mut panels.acts.radius, 0.3..=6.0).suffix(" m"));
    ui.horizontal(|ui| {
        let is_ready = selection.picked.is_some();
        if ui.add_enabled(is_ready, egui::Button::new(panels.say(Word::PutRock))).clicked() {
            put(session, selection, "rock", panels.acts.radius);
        }
        if ui.add_enabled(is_ready, egui::Button::new(panels.say(Word::PutVehicle))).clicked() {
            put(session, selection, "vehicle", VEHICLE_RADIUS);
        }
    });
    for rock in session.obstacles() {
        ui.horizontal(|ui| {
            ui.monospace(format!("{} ({:.0}, {:.0}) {:.1} m", rock.id, rock.at.x, rock.at.y, rock.radius));
            if ui.small_button(panels.say(Word::TakeAway)).clicked() {
                session.inject(SimInput::RemoveObstacle { id: rock.id.clone() });
            }
        });
    }
}

/// Returns true if the user has finished setting a slider: it was released, or a number was typed.
fn is_set(response: &egui::Response) -> bool {
    response.drag_stopped() || (response.lost_focus() && !response.dragged())
}

fn weather(ui: &mut egui::Ui, session: &mut Session, panels: &mut Panels) {
    let rain = panels.say(Word::Rain);
    if is_set(&ui.add(Slider::new(&mut panels.acts.rain, 0.0..=100.0).text(rain))) {
        panels.acts.rain = (panels.acts.rain * 10.0).round() / 10.0;
        session.inject(SimInput::SetRain(panels.acts.rain / MM_PER_HOUR));
    }
    let friction = panels.say(Word::Friction);
    if is_set(&ui.add(Slider::new(&mut panels.acts.friction, 0.05..=1.0).text(friction))) {
        panels.acts.friction = (panels.acts.friction * 100.0).round() / 100.0;
        session.inject(SimInput::SetFriction(panels.acts.friction));
    }
    let now = session.frame().weather;
    ui.small(format!("{} {:.1} · {:.0} %", panels.say(Word::Rain), now.rain * MM_PER_HOUR, 100.0 * now.wetness));
}

fn truck(ui: &mut egui::Ui, session: &mut Session, panels: &mut Panels, by_hand: &mut ByHand) {
    let Some(truck) = session.followed_truck().map(|(_, truck)| truck.truck) else { return };
    ui.label(RichText::new(truck.to_string()).strong());
    let values = &mut panels.acts;
    ComboBox::from_id_salt("fault").width(230.0).selected_text(FAULTS[values.fault].to_string()).show_ui(ui, |ui| {
        for (k, fault) in FAULTS.iter().enumerate() {
            ui.selectable_value(&mut values.fault, k, fault.to_string());
        }
    });
    let fault = FAULTS[values.fault];
    ui.horizontal(|ui| {
        if ui.button(panels.say(Word::Fail)).clicked() {
            session.inject(SimInput::Fail { truck, fault });
        }
        if ui.button(panels.say(Word::Repair)).clicked() {
            session.inject(SimInput::Repair { truck, fault });
        }
    });
    let is_driven = by_hand.truck == Some(truck);
    let word = if is_driven { Word::HandBack } else { Word::DriveByHand };
    if ui.button(panels.say(word)).clicked() {
        by_hand.toggle(session);
    }
    if let Some(driven) = by_hand.truck {
        ui.small(panels.say(Word::DrivingKeys));
        ui.label(RichText::new(format!("{driven}: {}", by_hand.controls)).color(NOTE));
    }
}
