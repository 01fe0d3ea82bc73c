//! The page of the followed machine: instruments, plots over time, speed along the path.

use super::{BAD, Panels, fleet};
use crate::session::Session;
use crate::text::Word;
use bevy_egui::egui;
use egui::{Color32, ProgressBar, RichText};
use egui_plot::{Line, Plot, PlotPoints, VLine};
use haul_core::units::{to_celsius, to_compass, to_kmh, to_tonnes};
use haul_core::{Pose2, Vector3};
use haul_record::{TruckFrame, VehicleFrame};
use haul_vehicle::TruckSpec;

/// Time that the plots show, s.
const HISTORY: f64 = 120.0;
/// Height of a plot, points.
const PLOT_HEIGHT: f32 = 62.0;

/// A line of a plot: its name, and its value for a truck at an instant.
type Series<'a> = (Word, &'a dyn Fn(&TruckFrame) -> f64);

/// Draws the page.
pub fn draw(ui: &mut egui::Ui, session: &Session, panels: &Panels) {
    if let (Some((index, truck)), Some(spec)) = (session.followed_truck(), session.spec(session.followed)) {
        instruments(ui, session, truck, spec, panels);
        plots(ui, session, index, spec, panels);
        profile(ui, truck, panels);
    } else if let Some(vehicle) = session.followed_vehicle() {
        vehicle_page(ui, vehicle, panels);
    }
}

/// Returns the grade of the truck along its body, %.
fn grade(truck: &TruckFrame) -> f64 {
    let ahead = truck.pose.rotation * Vector3::x();
    100.0 * ahead.z / libm::hypot(ahead.x, ahead.y).max(1e-6)
}

fn litres(truck: &TruckFrame, spec: &TruckSpec) -> f64 {
    1_000.0 * truck.detail.fuel_used / spec.fuel_density
}

fn instruments(ui: &mut egui::Ui, session: &Session, truck: &TruckFrame, spec: &TruckSpec, panels: &Panels) {
    let detail = &truck.detail;
    ui.label(RichText::new(format!("{} {}", spec.name, truck.truck)).strong());
    let (state, colour) = fleet::state(truck, session.reason(truck), panels.language);
    ui.label(RichText::new(state).color(colour));
    if let Some(restriction) = detail.restriction {
        ui.label(RichText::new(format!("{}: {restriction}", panels.say(Word::Supervisor))).color(BAD));
    }
    let gear = match detail.gear {
        0 => "N".to_owned(),
        g if g < 0 => "R".to_owned(),
        g => format!("{g}{}", if detail.locked_up { "" } else { " c" }),
    };
    egui::Grid::new("instruments").num_columns(2).spacing([14.0, 1.0]).show(ui, |ui| {
        let mut row = |word: Word, value: String| {
            ui.label(panels.say(word));
            ui.monospace(value);
            ui.end_row();
        };
        let plan = to_kmh(detail.target_speed);
        row(Word::Speed, format!("{:5.1} km/h ({} {plan:.1})", to_kmh(truck.speed), panels.say(Word::Plan)));
        row(Word::Grade, format!("{:+5.1} %", grade(truck)));
        row(Word::Gear, gear);
        row(Word::Engine, format!("{:5.0} /min", detail.engine_speed * 60.0 / std::f64::consts::TAU));
        row(Word::Steering, format!("{:+5.1}°", truck.steering.to_degrees()));
        row(Word::Heading, format!("{:05.1}°", to_compass(Pose2::from_isometry(&truck.pose).heading)));
        row(Word::OffPath, format!("{:+6.3} m", detail.lateral_error));
        row(Word::Body, format!("{:4.1}°", truck.body_angle.to_degrees()));
        row(Word::RetarderHeat, format!("{:4.0} °C", to_celsius(detail.retarder_temperature)));
        row(Word::Grip, format!("{:.2} / {:.2}", detail.believed_friction, detail.friction));
        row(Word::Fuel, format!("{:6.1} l", litres(truck, spec)));
    });
    let bar = |ui: &mut egui::Ui, share: f64, text: String, colour: Color32| {
        ui.add(ProgressBar::new(share.clamp(0.0, 1.0) as f32).text(text).fill(colour).desired_width(260.0));
    };
    let percent = |word: Word, share: f64| format!("{} {:.0} %", panels.say(word), 100.0 * share);
    let payload = format!("{} {:.1} t", panels.say(Word::Payload), to_tonnes(truck.payload));
    bar(ui, truck.payload / spec.rated_payload().max(1.0), payload, Color32::from_rgb(150, 105, 40));
    bar(ui, detail.throttle, percent(Word::Throttle, detail.throttle), Color32::from_rgb(40, 110, 90));
    bar(ui, detail.retarder, percent(Word::Retarder, detail.retarder), Color32::from_rgb(60, 90, 150));
    let (share, text) = if detail.park_brake {
        (1.0, panels.say(Word::ParkBrake).to_owned())
    } else {
        (detail.service_brake, percent(Word::Brake, detail.service_brake))
    };
    bar(ui, share, text, Color32::from_rgb(160, 70, 40));
}

fn plots(ui: &mut egui::Ui, session: &Session, index: usize, spec: &TruckSpec, panels: &Panels) {
    let mut plot = |word: Word, lines: &[Series<'_>]| {
        ui.small(panels.say(word));
        let until = session.now().seconds();
        Plot::new(format!("{word:?}"))
            .height(PLOT_HEIGHT)
            .width(264.0)
            .include_x(until - HISTORY)
            .include_x(until)
            .allow_drag(false)
            .allow_zoom(false)
            .allow_scroll(false)
            .show_axes([false, true])
            .y_axis_min_width(38.0)
            .show(ui, |ui| {
                for (name, value) in lines {
                    ui.line(Line::new(panels.say(*name), session.history(index, HISTORY, value)));
                }
            });
    };
    plot(Word::SpeedKmh, &[(Word::Speed, &|t| to_kmh(t.speed)), (Word::Plan, &|t| to_kmh(t.detail.target_speed))]);
    plot(Word::LateralError, &[(Word::LateralError, &|t| t.detail.lateral_error)]);
    plot(Word::GradePct, &[(Word::Grade, &grade)]);
    plot(Word::GearNumber, &[(Word::Gear, &|t| f64::from(t.detail.gear))]);
    plot(Word::HeatC, &[(Word::HeatC, &|t| to_celsius(t.detail.retarder_temperature))]);
    plot(Word::PayloadT, &[(Word::Payload, &|t| to_tonnes(t.payload))]);
    plot(Word::FuelL, &[(Word::Fuel, &|t| litres(t, spec))]);
}

/// Draws the planned speed along the path, with the truck's position on it.
fn profile(ui: &mut egui::Ui, truck: &TruckFrame, panels: &Panels) {
    let Some(path) = truck.path.as_ref().filter(|path| !path.speeds.is_empty()) else { return };
    let points: PlotPoints<'_> =
        path.stations.iter().zip(&path.speeds).map(|(station, speed)| [*station, to_kmh(speed.abs())]).collect();
    ui.small(panels.say(Word::SpeedAlong));
    Plot::new("speed profile")
        .height(90.0)
        .width(264.0)
        .include_y(0.0)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .y_axis_min_width(38.0)
        .show(ui, |plot| {
            plot.line(Line::new(panels.say(Word::Plan), points));
            plot.vline(VLine::new(truck.truck.to_string(), truck.detail.station));
        });
}

fn vehicle_page(ui: &mut egui::Ui, vehicle: &VehicleFrame, panels: &Panels) {
    ui.label(RichText::new(format!("{} {}", vehicle.kind, vehicle.vehicle)).strong());
    ui.label(&vehicle.activity);
    egui::Grid::new("vehicle").num_columns(2).spacing([14.0, 2.0]).show(ui, |ui| {
        let mut row = |word: Word, value: String| {
            ui.label(panels.say(word));
            ui.monospace(value);
            ui.end_row();
        };
        row(Word::Speed, format!("{:5.1} km/h", to_kmh(vehicle.speed)));
        row(Word::Heading, format!("{:05.1}°", to_compass(vehicle.pose.heading)));
        row(Word::Driven, format!("{:5.2} km", vehicle.driven / 1_000.0));
    });
}
