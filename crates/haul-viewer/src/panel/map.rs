//! The map of the mine with its machines.

use super::NOTE;
use crate::pick::{Picked, Selection};
use crate::session::Session;
use crate::text::Language;
use bevy_egui::egui;
use egui::{Align2, Color32, FontId, Pos2, Rect, Stroke, vec2};
use haul_core::{Point2, Point3, Pose2};
use haul_mine::PlaceKind;

/// Side of the map, points.
const SIDE: f32 = 190.0;
/// Maximum distance of a click from a machine for the click to select it, points.
const REACH: f32 = 9.0;

/// Draws the map, north up. A click follows a machine, or selects a point.
pub fn draw(ui: &mut egui::Ui, session: &mut Session, selection: &mut Selection, language: Language) {
    let (low, high) = reach(session);
    let size = high - low;
    let scale = f64::from(SIDE) / size.x.max(size.y).max(1.0);
    let (rect, response) =
        ui.allocate_exact_size(vec2((size.x * scale) as f32, (size.y * scale) as f32), egui::Sense::click());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 2.0, Color32::from_rgb(40, 38, 34));
    let at = |p: Point2| rect.left_bottom() + vec2(((p.x - low.x) * scale) as f32, (-(p.y - low.y) * scale) as f32);
    for road in &session.map().roads.roads {
        let points: Vec<Pos2> =
            road.line.points().iter().step_by(4).chain(road.line.points().last()).map(|p| at(p.xy())).collect();
        painter.line(points, Stroke::new(2.0, Color32::from_rgb(130, 112, 88)));
    }
    for place in &session.map().places {
        let Some(spot) = place.machine.or_else(|| place.spots.first().map(|spot| spot.pose)) else { continue };
        let colour = match place.kind {
            PlaceKind::Load => Color32::from_rgb(230, 190, 60),
            PlaceKind::Crusher | PlaceKind::Dump => Color32::from_rgb(120, 170, 240),
            PlaceKind::Park | PlaceKind::Fuel => Color32::GRAY,
        };
        painter.rect_filled(Rect::from_center_size(at(spot.position()), vec2(6.0, 6.0)), 1.0, colour);
    }
    let frame = session.frame();
    let mut machines: Vec<(Pos2, Pose2, String, Color32)> = Vec::new();
    for truck in &frame.trucks {
        let pose = Pose2::from_isometry(&truck.pose);
        let (_, colour) = super::fleet::state(truck, session.reason(truck), language);
        machines.push((at(pose.position()), pose, truck.truck.to_string(), colour));
    }
    for vehicle in &frame.vehicles {
        machines.push((at(vehicle.pose.position()), vehicle.pose, vehicle.vehicle.to_string(), NOTE));
    }
    for (k, (p, pose, name, colour)) in machines.iter().enumerate() {
        let nose = vec2(pose.heading.cos() as f32, -pose.heading.sin() as f32) * 8.0;
        painter.line_segment([*p, *p + nose], Stroke::new(2.0, *colour));
        painter.circle_filled(*p, 3.5, *colour);
        if k == session.followed {
            painter.circle_stroke(*p, 6.5, Stroke::new(1.5, Color32::WHITE));
        }
        painter.text(*p + vec2(5.0, -5.0), Align2::LEFT_BOTTOM, name, FontId::proportional(10.0), *colour);
    }
    for rock in session.obstacles() {
        painter.circle_filled(at(rock.at), 3.0, Color32::from_rgb(200, 80, 70));
    }
    painter.text(rect.left_top() + vec2(4.0, 2.0), Align2::LEFT_TOP, "N ↑", FontId::proportional(10.0), Color32::GRAY);
    if let Some(click) = response.interact_pointer_pos().filter(|_| response.clicked()) {
        let nearest =
            machines.iter().enumerate().min_by(|a, b| a.1.0.distance(click).total_cmp(&b.1.0.distance(click)));
        match nearest {
            Some((k, machine)) if machine.0.distance(click) < REACH => session.followed = k,
            _ => {
                let x = low.x + f64::from(click.x - rect.left()) / scale;
                let y = low.y + f64::from(rect.bottom() - click.y) / scale;
                let z = session.map().terrain.height(x, y);
                selection.picked = Some((Picked::of_ground(session, Point2::new(x, y)), Point3::new(x, y, z)));
            }
        }
    }
}

/// Returns the corners of the part of the mine that has roads and places.
fn reach(session: &Session) -> (Point2, Point2) {
    let map = session.map();
    let (mut low, mut high) =
        (Point2::new(f64::INFINITY, f64::INFINITY), Point2::new(f64::NEG_INFINITY, f64::NEG_INFINITY));
    let roads = map.roads.roads.iter().flat_map(|road| road.line.points().iter().map(|p| p.xy()));
    let places = map.places.iter().flat_map(|place| place.spots.iter().map(|spot| spot.pose.position()));
    for p in roads.chain(places) {
        low = low.inf(&p);
        high = high.sup(&p);
    }
    if !(low.x < high.x && low.y < high.y) {
        return map.terrain.bounds();
    }
    let margin = 0.06 * (high - low).norm();
    let edge = haul_core::Vector2::new(margin, margin);
    (low - edge, high + edge)
}
