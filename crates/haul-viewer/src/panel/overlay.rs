//! Overlays that explain the behaviour of trucks, with legends: path, granted road and claims, waits, stopping
//! distance, grip, names.

use super::{BAD, GOOD, NOTE, Panels};
use crate::frames::LocalOrigin;
use crate::pick::{Picked, Selection};
use crate::scene::plan::speed_colour;
use crate::session::Session;
use crate::text::Word;
use bevy::prelude::{Camera, GlobalTransform};
use bevy_egui::egui;
use egui::{Align2, Color32, FontId, Painter, Pos2, RichText, Stroke, pos2, vec2};
use haul_core::{Point3, Pose2, StandReason, TruckId};
use haul_record::{PathFrame, TruckFrame};

/// Colour of the road that is granted to the followed truck.
const GRANTED: Color32 = Color32::from_rgb(90, 200, 250);
/// Colour of ground that other trucks have claimed.
const CLAIMED: Color32 = Color32::from_rgb(250, 160, 40);
/// Height of lines over the ground, m.
const LIFT: f64 = 0.5;

/// Overlays that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlays {
    /// Path of the followed truck, coloured by speed.
    pub path: bool,
    /// Granted road of the followed truck, and claims of the others.
    pub grant: bool,
    /// Trucks that wait for other trucks.
    pub waits: bool,
    /// Stopping distance of the followed truck.
    pub stop: bool,
    /// Estimated and true grip.
    pub grip: bool,
    /// Names over the machines.
    pub names: bool,
}

impl Default for Overlays {
    fn default() -> Self {
        Self { path: true, grant: false, waits: true, stop: false, grip: false, names: true }
    }
}

impl Overlays {
    /// Returns the switches, in the order of their keys.
    pub fn switches(&mut self) -> [(&mut bool, Word); 6] {
        [
            (&mut self.path, Word::ShowPath),
            (&mut self.grant, Word::ShowGrant),
            (&mut self.waits, Word::ShowWaits),
            (&mut self.stop, Word::ShowStop),
            (&mut self.grip, Word::ShowGrip),
            (&mut self.names, Word::ShowNames),
        ]
    }
}

/// The camera, for placing points of the site on the screen.
pub struct Eye<'a> {
    /// The camera.
    pub camera: &'a Camera,
    /// Transform of the camera.
    pub place: &'a GlobalTransform,
    /// Origin of bevy's frame.
    pub origin: &'a LocalOrigin,
}

impl Eye<'_> {
    /// Returns the position of a point of the site on the screen; `None` if the point is behind the camera.
    fn see(&self, p: Point3) -> Option<Pos2> {
        let at = self.camera.world_to_viewport(self.place, self.origin.place(p)).ok()?;
        Some(pos2(at.x, at.y))
    }
}

/// Draws the overlays behind the panels.
pub fn paint(ctx: &egui::Context, session: &Session, panels: &Panels, selection: &Selection, eye: &Eye<'_>) {
    let painter = ctx.layer_painter(egui::LayerId::background());
    let overlays = &panels.overlays;
    if overlays.grant {
        grants(&painter, session, eye);
    }
    if overlays.waits {
        waits(&painter, session, panels, eye);
    }
    if let Some((_, truck)) = session.followed_truck() {
        if overlays.stop {
            stop(&painter, session, truck, eye);
        }
        if overlays.grip
            && let Some(at) = eye.see(top(truck) + haul_core::Vector3::z() * 2.5)
        {
            let (believed, real) = (truck.detail.believed_friction, truck.detail.friction);
            let colour = if believed > real + 0.02 { BAD } else { GOOD };
            label(&painter, at, &format!("μ {believed:.2} / {real:.2}"), colour);
        }
    }
    if overlays.names {
        names(&painter, session, eye);
    }
    mark(&painter, selection, eye);
}

fn top(truck: &TruckFrame) -> Point3 {
    Point3::from(truck.pose.translation.vector) + haul_core::Vector3::z() * 7.0
}

fn label(painter: &Painter, at: Pos2, text: &str, colour: Color32) {
    let font = FontId::proportional(13.0);
    let galley = painter.layout_no_wrap(text.to_owned(), font, colour);
    let rect = Align2::CENTER_BOTTOM.anchor_size(at, galley.size()).expand2(vec2(4.0, 1.0));
    painter.rect_filled(rect, 3.0, Color32::from_black_alpha(150));
    painter.galley(rect.min + vec2(4.0, 1.0), galley, colour);
}

fn names(painter: &Painter, session: &Session, eye: &Eye<'_>) {
    let frame = session.frame();
    for (k, truck) in frame.trucks.iter().enumerate() {
        if let Some(at) = eye.see(top(truck)) {
            let colour = if k == session.followed { Color32::WHITE } else { Color32::LIGHT_GRAY };
            label(painter, at, &truck.truck.to_string(), colour);
        }
    }
    for vehicle in &frame.vehicles {
        if let Some(at) = eye.see(Point3::new(vehicle.pose.x, vehicle.pose.y, vehicle.ground + vehicle.height + 1.0)) {
            label(painter, at, vehicle.vehicle.as_str(), NOTE);
        }
    }
}

/// Returns the point of a path at a station.
fn point_at(path: &PathFrame, session: &Session, station: f64) -> Option<Point3> {
    let after = path.stations.partition_point(|s| *s <= station).min(path.points.len().checked_sub(1)?);
    let before = after.saturating_sub(1);
    let (a, b) = (path.stations.get(before)?, path.stations.get(after)?);
    let share = if b > a { ((station - a) / (b - a)).clamp(0.0, 1.0) } else { 0.0 };
    let p = path.points[before] + (path.points[after] - path.points[before]) * share;
    Some(Point3::new(p.x, p.y, session.map().terrain.height(p.x, p.y) + LIFT))
}

/// Draws a stretch of a path as a line on the ground with a width (m). Pieces behind the camera are left out.
fn stretch(
    painter: &Painter,
    session: &Session,
    eye: &Eye<'_>,
    path: &PathFrame,
    (from, to): (f64, f64),
    (half_width, colour): (f64, Color32),
) {
    let mut last: Option<(Pos2, Pos2)> = None;
    let steps = (((to - from) / 2.0).ceil().clamp(1.0, 400.0)) as usize;
    let at = |k: usize| point_at(path, session, from + (to - from) * k as f64 / steps as f64);
    for k in 0..=steps {
        let (Some(p), Some(next)) = (at(k), if k < steps { at(k + 1) } else { at(k) }) else { continue };
        let along =
            if k < steps { (next - p).xy() } else { at(k.saturating_sub(1)).map_or((next - p).xy(), |q| (p - q).xy()) };
        if along.norm() < 1e-6 {
            continue;
        }
        let side = along.normalize() * half_width;
        let edge = |sign: f64| eye.see(Point3::new(p.x - sign * side.y, p.y + sign * side.x, p.z));
        let (Some(left), Some(right)) = (edge(1.0), edge(-1.0)) else {
            last = None;
            continue;
        };
        if let Some((l, r)) = last {
            let shape = egui::Shape::convex_polygon(vec![l, left, right, r], colour.gamma_multiply(0.35), Stroke::NONE);
            painter.add(shape);
            painter.line_segment([l, left], Stroke::new(1.5, colour));
            painter.line_segment([r, right], Stroke::new(1.5, colour));
        }
        last = Some((left, right));
    }
}

fn grants(painter: &Painter, session: &Session, eye: &Eye<'_>) {
    for (k, truck) in session.frame().trucks.iter().enumerate() {
        let Some(path) = &truck.path else { continue };
        let right = session.rights().iter().find(|right| right.truck == truck.truck);
        let to = right.map(|right| right.claimed).or(truck.detail.granted);
        let (Some(to), Some(end)) = (to, path.stations.last()) else { continue };
        let half_width = session.spec(k).map_or(3.0, |spec| spec.footprint().half_width);
        let colour = if k == session.followed { GRANTED } else { CLAIMED };
        let from = truck.detail.station;
        stretch(painter, session, eye, path, (from, to.min(*end).max(from)), (half_width, colour));
    }
}

fn waits(painter: &Painter, session: &Session, panels: &Panels, eye: &Eye<'_>) {
    let place = |id: TruckId| session.frame().trucks.iter().find(|truck| truck.truck == id).map(top);
    for truck in &session.frame().trucks {
        let Some(reason) = session.reason(truck) else { continue };
        let target = match reason {
            StandReason::RightOfWay { behind: Some(other) } => place(*other),
            StandReason::Obstacle { x, y } | StandReason::Vehicle { x, y, .. } => {
                Some(Point3::new(*x, *y, session.map().terrain.height(*x, *y) + 1.5))
            }
            _ => None,
        };
        let Some(start) = eye.see(top(truck)) else { continue };
        let right = session.rights().iter().find(|right| right.truck == truck.truck);
        let cause = right.and_then(|right| right.waits.first()).map(|wait| format!(" ({})", wait.cause));
        if let Some(end) = target.and_then(|target| eye.see(target)) {
            painter.line_segment([start, end], Stroke::new(2.0, NOTE));
            let along = (end - start).normalized() * 12.0;
            painter.arrow(end - along, along, Stroke::new(2.5, NOTE));
        }
        let (text, colour) = super::fleet::state(truck, Some(reason), panels.language);
        label(painter, start - vec2(0.0, 18.0), &format!("{text}{}", cause.unwrap_or_default()), colour);
    }
}

fn stop(painter: &Painter, session: &Session, truck: &TruckFrame, eye: &Eye<'_>) {
    let Some((believed, real)) = session.stopping_distances() else { return };
    let pose = Pose2::from_isometry(&truck.pose);
    for (distance, colour, half_width) in [(real, BAD, 3.4), (believed, GOOD, 3.0)] {
        if !distance.is_finite() {
            label(painter, pos2(200.0, 80.0), "the brakes cannot stop the truck here", BAD);
            continue;
        }
        let end = match &truck.path {
            Some(path) => {
                let from = truck.detail.station;
                stretch(painter, session, eye, path, (from, from + distance), (half_width, colour));
                point_at(path, session, from + distance)
            }
            None => {
                let p = pose.place(distance * truck.speed.signum(), 0.0);
                Some(Point3::new(p.x, p.y, session.map().terrain.height(p.x, p.y) + LIFT))
            }
        };
        if let Some(at) = end.and_then(|end| eye.see(end)) {
            label(painter, at, &format!("{distance:.0} m"), colour);
        }
    }
}

/// Marks the selected thing.
fn mark(painter: &Painter, selection: &Selection, eye: &Eye<'_>) {
    let Some((picked, point)) = &selection.picked else { return };
    let Some(at) = eye.see(*point) else { return };
    painter.circle_stroke(at, 9.0, Stroke::new(2.0, Color32::WHITE));
    painter.circle_stroke(at, 11.0, Stroke::new(1.0, Color32::BLACK));
    if let Picked::Place(name) = picked {
        label(painter, at - vec2(0.0, 14.0), name, Color32::WHITE);
    }
}

/// Draws the page with the switches and the legends.
pub fn page(ui: &mut egui::Ui, session: &Session, panels: &mut Panels) {
    let language = panels.language;
    for (k, (switch, word)) in panels.overlays.switches().into_iter().enumerate() {
        ui.checkbox(switch, format!("{}  {}", k + 1, word.says(language)));
    }
    ui.separator();
    ui.horizontal(|ui| {
        for kmh in [0.0, 10.0, 20.0, 30.0, 40.0] {
            let [r, g, b] = speed_colour(kmh).map(|c| (c.powf(1.0 / 2.2) * 255.0) as u8);
            swatch(ui, Color32::from_rgb(r, g, b));
        }
        swatch(ui, Color32::from_rgb(224, 89, 230));
        ui.small(panels.say(Word::LegendSpeed));
    });
    for (colour, word) in [(GRANTED, Word::LegendGrant), (CLAIMED, Word::LegendHeld), (NOTE, Word::LegendWaits)] {
        ui.horizontal(|ui| {
            swatch(ui, colour);
            ui.small(panels.say(word));
        });
    }
    ui.horizontal(|ui| {
        swatch(ui, GOOD);
        swatch(ui, BAD);
        ui.small(panels.say(Word::LegendStop));
    });
    ui.separator();
    ui.small(panels.say(Word::Grip));
    egui::Grid::new("grip").num_columns(4).spacing([10.0, 1.0]).show(ui, |ui| {
        for truck in &session.frame().trucks {
            let (believed, real) = (truck.detail.believed_friction, truck.detail.friction);
            ui.monospace(truck.truck.to_string());
            ui.monospace(format!("{believed:.2}"));
            ui.monospace(format!("{real:.2}"));
            let is_bold = believed > real + 0.02;
            ui.label(RichText::new(if is_bold { "✖" } else { "✔" }).color(if is_bold { BAD } else { GOOD }));
            ui.end_row();
        }
    });
}

fn swatch(ui: &mut egui::Ui, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 10.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 2.0, colour);
}
