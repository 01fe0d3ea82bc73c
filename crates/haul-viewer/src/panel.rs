//! The panel: the clock, the instruments and the next action of the truck, and the planned speed.

use crate::camera::CameraMode;
use crate::scene::plan::ShowPlans;
use crate::session::{MAX_CLOCK_SPEED, Session};
use bevy::prelude::*;
use bevy_egui::input::EguiWantsInput;
use bevy_egui::{EguiContexts, egui};
use egui::{Color32, ProgressBar, RichText};
use egui_plot::{Line, Plot, PlotPoints, VLine};
use haul_core::Pose2;
use haul_core::units::{to_compass, to_kmh, to_tonnes};
use haul_record::{SimInput, TruckFrame, VehicleFrame};
use haul_vehicle::TruckSpec;

/// Keys of the clock: Space pauses, `.` steps, `[` and `]` change the speed, P shows the plan.
pub fn keys(
    keyboard: Res<ButtonInput<KeyCode>>,
    wants: Res<EguiWantsInput>,
    mut session: ResMut<Session>,
    mut show: ResMut<ShowPlans>,
) {
    if wants.wants_any_keyboard_input() {
        return;
    }
    if keyboard.just_pressed(KeyCode::Space) {
        session.is_paused = !session.is_paused;
    }
    if keyboard.just_pressed(KeyCode::Period) {
        session.is_paused = true;
        session.take(0.1);
    }
    if keyboard.just_pressed(KeyCode::BracketRight) {
        session.speed = (session.speed * 2.0).min(MAX_CLOCK_SPEED);
    }
    if keyboard.just_pressed(KeyCode::BracketLeft) {
        session.speed = (session.speed / 2.0).max(1.0);
    }
    if keyboard.just_pressed(KeyCode::KeyP) {
        show.0 = !show.0;
    }
}

/// Draws the panel.
pub fn draw(
    mut contexts: EguiContexts,
    mut session: ResMut<Session>,
    mut mode: ResMut<CameraMode>,
    mut show: ResMut<ShowPlans>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    egui::Window::new("Haul").anchor(egui::Align2::LEFT_TOP, [12.0, 12.0]).resizable(false).default_width(300.0).show(
        ctx,
        |ui| {
            clock(ui, &mut session);
            ui.separator();
            ui.horizontal(|ui| {
                for (kind, name) in CameraMode::ALL {
                    if ui.selectable_label(*mode == kind, name).clicked() {
                        *mode = kind;
                    }
                }
                ui.checkbox(&mut show.0, "Plan");
            });
            machines(ui, &mut session);
            ui.separator();
            let followed = session.followed;
            if let (Some(truck), Some(spec)) = (session.frame().trucks.get(followed), session.spec(followed)) {
                instruments(ui, truck, spec);
                profile(ui, truck);
            } else if let Some(vehicle) = session.followed_vehicle() {
                vehicle_state(ui, vehicle);
            }
            ui.separator();
            site(ui, &mut session);
            ui.small("Space pause · . step · [ ] clock · C camera · Tab truck or vehicle · P plan");
        },
    );
    Ok(())
}

fn clock(ui: &mut egui::Ui, session: &mut Session) {
    ui.label(RichText::new(&session.setup().name).strong());
    ui.horizontal(|ui| {
        ui.monospace(session.now().to_string());
        if session.is_finished() {
            ui.label(RichText::new("finished").color(Color32::LIGHT_GREEN));
        } else if session.is_paused {
            ui.label(RichText::new("paused").color(Color32::YELLOW));
        } else {
            ui.label(format!("{:.1}× real time", session.reached));
        }
    });
    ui.horizontal(|ui| {
        if ui.button(if session.is_paused { "▶" } else { "⏸" }).clicked() {
            session.is_paused = !session.is_paused;
        }
        if ui.button("⏭").on_hover_text("0.1 s").clicked() {
            session.is_paused = true;
            session.take(0.1);
        }
        for factor in [1.0, 4.0, 16.0, 64.0] {
            if ui.selectable_label((session.speed - factor).abs() < 1e-9, format!("{factor}×")).clicked() {
                session.speed = factor;
            }
        }
    });
}

/// The list of trucks and manned vehicles; a click follows one.
fn machines(ui: &mut egui::Ui, session: &mut Session) {
    if session.machines() < 2 {
        return;
    }
    let frame = session.frame();
    let trucks = frame.trucks.iter().map(|truck| truck.truck.to_string());
    let names: Vec<String> = trucks.chain(frame.vehicles.iter().map(|v| v.vehicle.to_string())).collect();
    ui.horizontal_wrapped(|ui| {
        for (k, name) in names.into_iter().enumerate() {
            if ui.selectable_label(session.followed == k, name).clicked() {
                session.followed = k;
            }
        }
    });
}

fn vehicle_state(ui: &mut egui::Ui, vehicle: &VehicleFrame) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("{} {}", vehicle.kind, vehicle.vehicle)).strong());
        ui.label(RichText::new(&vehicle.activity).color(Color32::LIGHT_BLUE));
    });
    egui::Grid::new("vehicle").num_columns(2).spacing([14.0, 2.0]).show(ui, |ui| {
        let mut row = |name: &str, value: String| {
            ui.label(name);
            ui.monospace(value);
            ui.end_row();
        };
        row("speed", format!("{:5.1} km/h", to_kmh(vehicle.speed)));
        row("heading", format!("{:05.1}°", to_compass(vehicle.pose.heading)));
        row("driven", format!("{:5.2} km", vehicle.driven / 1_000.0));
    });
}

fn instruments(ui: &mut egui::Ui, truck: &TruckFrame, spec: &TruckSpec) {
    let detail = &truck.detail;
    ui.horizontal(|ui| {
        ui.label(RichText::new(format!("{} {}", spec.name, truck.truck)).strong());
        ui.label(RichText::new(format!("{:?}", detail.cycle)).color(Color32::LIGHT_BLUE));
    });
    if let Some(restriction) = detail.restriction {
        ui.label(RichText::new(format!("supervisor: {restriction}")).color(Color32::LIGHT_RED));
    }
    let ahead = truck.pose.rotation * haul_core::Vector3::x();
    let grade = 100.0 * ahead.z / libm::hypot(ahead.x, ahead.y).max(1e-6);
    let gear = match detail.gear {
        0 => "N".to_owned(),
        g if g < 0 => "R".to_owned(),
        g => format!("{g}{}", if detail.locked_up { " locked" } else { " converter" }),
    };
    let pose = Pose2::from_isometry(&truck.pose);
    egui::Grid::new("instruments").num_columns(2).spacing([14.0, 2.0]).show(ui, |ui| {
        let mut row = |name: &str, value: String| {
            ui.label(name);
            ui.monospace(value);
            ui.end_row();
        };
        row("speed", format!("{:5.1} km/h  (plan {:4.1})", to_kmh(truck.speed), to_kmh(detail.target_speed)));
        row("grade", format!("{grade:+5.1} %"));
        row("gear", gear);
        row("engine", format!("{:5.0} rpm", detail.engine_speed * 60.0 / std::f64::consts::TAU));
        row("steering", format!("{:+5.1}°", truck.steering.to_degrees()));
        row("heading", format!("{:05.1}°", to_compass(pose.heading)));
        row("off the path", format!("{:+6.3} m", detail.lateral_error));
        row("body", format!("{:4.1}°", truck.body_angle.to_degrees()));
        let litres = 1_000.0 * detail.fuel_used / spec.fuel_density;
        row("fuel", format!("{litres:6.1} l burnt"));
    });
    let bar = |ui: &mut egui::Ui, share: f64, text: String, colour: Color32| {
        ui.add(ProgressBar::new(share.clamp(0.0, 1.0) as f32).text(text).fill(colour).desired_width(280.0));
    };
    let rated = spec.rated_payload().max(1.0);
    let payload = truck.payload;
    bar(ui, payload / rated, format!("payload {:.1} t", to_tonnes(payload)), Color32::from_rgb(150, 105, 40));
    bar(ui, detail.throttle, format!("throttle {:.0} %", 100.0 * detail.throttle), Color32::from_rgb(40, 120, 60));
    bar(ui, detail.retarder, format!("retarder {:.0} %", 100.0 * detail.retarder), Color32::from_rgb(60, 90, 150));
    let brake =
        if detail.park_brake { "park brake".into() } else { format!("brake {:.0} %", 100.0 * detail.service_brake) };
    let share = if detail.park_brake { 1.0 } else { detail.service_brake };
    bar(ui, share, brake, Color32::from_rgb(150, 50, 45));
}

/// Draws the planned speed along the rest of the path, with the truck's own speed on it.
fn profile(ui: &mut egui::Ui, truck: &TruckFrame) {
    let Some(path) = &truck.path else { return };
    let points: PlotPoints<'_> =
        path.stations.iter().zip(&path.speeds).map(|(station, speed)| [*station, to_kmh(speed.abs())]).collect();
    Plot::new("speed profile")
        .height(110.0)
        .width(290.0)
        .include_y(0.0)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .x_axis_label("station, m")
        .y_axis_label("km/h")
        .show(ui, |plot| {
            plot.line(Line::new("planned", points));
            plot.vline(VLine::new("truck", truck.detail.station));
        });
}

fn site(ui: &mut egui::Ui, session: &mut Session) {
    let metrics = session.figures();
    ui.monospace(format!("cycles {:3}   delivered {:7.1} t", metrics.0, metrics.1));
    ui.horizontal(|ui| {
        if ui.button(RichText::new("All-stop").color(Color32::LIGHT_RED)).clicked() {
            session.inject(SimInput::AllStop);
        }
        if ui.button("Resume").clicked() {
            session.inject(SimInput::Resume);
        }
    });
}
