//! The panels: clock, machines, truck, shift, log, map, acts.

mod act;
mod clock;
mod fleet;
mod help;
mod log;
mod map;
mod overlay;
mod shift;
mod truck;

pub use act::put;
pub use overlay::Overlays;

use crate::by_hand::ByHand;
use crate::camera::CameraMode;
use crate::frames::LocalOrigin;
use crate::pick::Selection;
use crate::session::Session;
use crate::text::{Language, Word, fonts};
use bevy::prelude::*;
use bevy_egui::{EguiContexts, egui};
use egui::{Align2, Color32, RichText};

/// Colour of good news. A mark beside it helps people who cannot distinguish the two colours.
pub const GOOD: Color32 = Color32::from_rgb(90, 190, 230);
/// Colour of bad news.
pub const BAD: Color32 = Color32::from_rgb(240, 130, 60);
/// Colour of notes.
pub const NOTE: Color32 = Color32::from_rgb(235, 215, 110);

/// A page on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Production and expectations.
    Shift,
    /// Events.
    Log,
    /// External inputs.
    Act,
    /// Overlays with their legends.
    Why,
}

/// State of the panels.
#[derive(Debug, Clone, Resource)]
pub struct Panels {
    /// The language.
    pub language: Language,
    /// True if the panels are shown.
    pub are_shown: bool,
    /// True if the list of keys is shown.
    pub shows_help: bool,
    /// True if the map is shown.
    pub shows_map: bool,
    /// The page on the right.
    pub page: Page,
    /// Overlays in the picture.
    pub overlays: Overlays,
    /// Filter of the log.
    pub filter: String,
    /// True if the log shows the followed machine only.
    pub only_followed: bool,
    /// Values of the acts.
    pub acts: act::Values,
    has_fonts: bool,
}

impl Default for Panels {
    fn default() -> Self {
        Self {
            language: Language::English,
            are_shown: true,
            shows_help: false,
            shows_map: true,
            page: Page::Shift,
            overlays: Overlays::default(),
            filter: String::new(),
            only_followed: false,
            acts: act::Values::default(),
            has_fonts: false,
        }
    }
}

impl Panels {
    /// Returns a text in the language of the panels.
    pub fn say(&self, word: Word) -> &'static str {
        word.says(self.language)
    }
}

/// Draws the overlays and the panels.
#[expect(clippy::too_many_arguments, reason = "a bevy system names the resources that it uses")]
pub fn draw(
    mut contexts: EguiContexts,
    mut session: ResMut<Session>,
    mut panels: ResMut<Panels>,
    mut mode: ResMut<CameraMode>,
    mut by_hand: ResMut<ByHand>,
    mut selection: ResMut<Selection>,
    origin: Res<LocalOrigin>,
    cameras: Query<(&Camera, &GlobalTransform), With<Camera3d>>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if !panels.has_fonts {
        ctx.set_fonts(fonts());
        panels.has_fonts = true;
    }
    let screen = ctx.content_rect();
    // A tiny window has no room for panels.
    if screen.width() < 60.0 || screen.height() < 60.0 {
        return Ok(());
    }
    if let Ok((camera, place)) = cameras.single() {
        let eye = overlay::Eye { camera, place, origin: &origin };
        overlay::paint(ctx, &session, &panels, &selection, &eye);
    }
    notices(ctx, &mut session, screen);
    if panels.shows_help {
        help::draw(ctx, &mut panels);
    }
    if !panels.are_shown {
        return Ok(());
    }
    let tall = (screen.height() - 130.0).max(80.0);
    window("left", Align2::LEFT_TOP, [8.0, 8.0]).default_width(270.0).show(ctx, |ui| {
        ui.label(RichText::new(&session.setup().name).strong());
        ui.horizontal(|ui| {
            for (kind, name) in CameraMode::ALL {
                let name = Word::of_camera(name).map_or(name, |word| panels.say(word));
                if ui.selectable_label(*mode == kind, name).clicked() {
                    *mode = kind;
                }
            }
        });
        egui::ScrollArea::vertical().max_height(tall).show(ui, |ui| {
            fleet::draw(ui, &mut session, &panels);
            ui.separator();
            truck::draw(ui, &session, &panels);
        });
    });
    window("right", Align2::RIGHT_TOP, [-8.0, 8.0]).default_width(290.0).show(ctx, |ui| {
        ui.horizontal(|ui| {
            for (page, word) in
                [(Page::Shift, Word::Shift), (Page::Log, Word::Log), (Page::Act, Word::Act), (Page::Why, Word::Why)]
            {
                if ui.selectable_label(panels.page == page, panels.say(word)).clicked() {
                    panels.page = page;
                }
            }
            let map = panels.say(Word::Map);
            ui.checkbox(&mut panels.shows_map, map);
        });
        ui.separator();
        let tall = if panels.shows_map { (tall - 260.0).max(80.0) } else { tall };
        egui::ScrollArea::vertical().max_height(tall).min_scrolled_height(80.0).show(ui, |ui| match panels.page {
            Page::Shift => shift::draw(ui, &session, &panels),
            Page::Log => log::draw(ui, &mut session, &mut panels),
            Page::Act => act::draw(ui, &mut session, &mut panels, &mut by_hand, &mut selection),
            Page::Why => overlay::page(ui, &session, &mut panels),
        });
    });
    if panels.shows_map {
        window("map", Align2::RIGHT_BOTTOM, [-8.0, -70.0]).show(ctx, |ui| {
            map::draw(ui, &mut session, &mut selection, panels.language);
        });
    }
    clock::draw(ctx, &mut session, &mut panels, screen.width());
    // Tab follows the next machine. Without this, Tab would move the keyboard focus to a button, and the other keys
    // would have no effect.
    if ctx.input(|input| input.key_pressed(egui::Key::Tab))
        && let Some(focused) = ctx.memory(|memory| memory.focused())
    {
        ctx.memory_mut(|memory| memory.surrender_focus(focused));
    }
    Ok(())
}

fn window(name: &'static str, anchor: Align2, offset: [f32; 2]) -> egui::Window<'static> {
    egui::Window::new(name).title_bar(false).resizable(false).anchor(anchor, offset)
}

/// Draws the notices that the user has not dismissed, and the work in progress.
fn notices(ctx: &egui::Context, session: &mut Session, screen: egui::Rect) {
    if session.notices().is_empty() && session.work().is_none() {
        return;
    }
    window("notices", Align2::CENTER_TOP, [0.0, 8.0]).max_width((screen.width() * 0.4).max(120.0)).show(ctx, |ui| {
        if let Some((words, share)) = session.work() {
            ui.add(egui::ProgressBar::new(*share as f32).text(format!("{words} {:.0} %", 100.0 * share)));
        }
        let mut dismissed = None;
        for (k, notice) in session.notices().iter().enumerate().rev().take(4) {
            ui.horizontal_wrapped(|ui| {
                if ui.small_button("×").clicked() {
                    dismissed = Some(k);
                }
                ui.label(RichText::new(notice).color(NOTE));
            });
        }
        if let Some(k) = dismissed {
            session.notices().remove(k);
        }
    });
}
