//! The window: a bevy app around a session.

use crate::by_hand::{self, ByHand};
use crate::camera::{self, CameraMode};
use crate::device::backends;
use crate::frames::LocalOrigin;
use crate::keys;
use crate::model::machine::Library;
use crate::panel::{self, Panels};
use crate::pick::{self, Selection};
use crate::playback::Playback;
use crate::scene::plan::ShowPlans;
use crate::scene::rig::{self, Rigger};
use crate::scene::{self, Materials, Quality, places, plan, rocks, shovels, sky, trucks, vehicles};
use crate::session::Session;
use crate::settings::{self, Settings};
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::settings::{RenderCreation, WgpuSettings};
use bevy::window::PresentMode;
use bevy_egui::{EguiPlugin, EguiPrimaryContextPass};
use bevy_panorbit_camera::{PanOrbitCamera, PanOrbitCameraPlugin};
use haul_core::Point3;
use haul_scenario::{Report, Run};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Options of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WatchOptions {
    /// Speed of the clock at the start, multiples of real time.
    pub clock: f64,
    /// True if the window closes when the run ends.
    pub exit_at_end: bool,
    /// True if a software renderer is used. It leaves out shadows and smoothing.
    pub in_software: bool,
}

#[derive(Debug, Clone, Copy, Resource)]
struct Options(WatchOptions);

/// File of the settings, and its content.
#[derive(Debug, Resource)]
struct SettingsFile {
    file: Option<PathBuf>,
    remembered: Settings,
}

/// Slot for the report that the window leaves when it closes.
#[derive(Debug, Resource)]
struct ReportSlot(Arc<Mutex<Option<Report>>>);

/// Opens the window. Returns the report of the run when the window closes, or `None` if it closed before it was fully
/// open.
pub fn watch(run: Run, options: WatchOptions) -> Option<Report> {
    open(Session::live(run, options.clock), options)
}

/// Opens the window on a recording, until the window is closed. If the user continued the run from the recording,
/// returns the report of that run.
pub fn view(playback: Playback, options: WatchOptions) -> Option<Report> {
    open(Session::recorded(playback, options.clock), options)
}

fn open(mut session: Session, options: WatchOptions) -> Option<Report> {
    let mut panels = Panels::default();
    let file = settings::file();
    if let Some(file) = &file {
        let (settings, left_out) = Settings::read(file);
        settings.apply(&mut panels);
        session.notices().extend(left_out);
    }
    let remembered = Settings::of(&panels);
    let report = Arc::new(Mutex::new(None));
    let mut app = App::new();
    let title = format!("Haul - {}", session.setup().name);
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin {
                primary_window: Some(Window { title, present_mode: PresentMode::AutoVsync, ..default() }),
                ..default()
            })
            .set(render_plugin()),
    )
    .add_plugins((EguiPlugin::default(), PanOrbitCameraPlugin))
    .insert_resource(Options(options))
    .insert_resource(CameraMode::Chase)
    .insert_resource(panels)
    .insert_resource(SettingsFile { file, remembered })
    .init_resource::<ByHand>()
    .init_resource::<Selection>();
    let quality = if options.in_software { Quality::Light } else { Quality::Full };
    populate(&mut app, session, quality);
    camera::register(&mut app);
    app.insert_resource(ReportSlot(Arc::clone(&report)));
    app.add_systems(Startup, spawn_camera.after(spawn_scene))
        .add_systems(
            Update,
            (keys::read, camera::keys, by_hand::drive, pick::click, show_plans, advance, camera::follow)
                .chain()
                .before(FollowWorld),
        )
        .add_systems(EguiPrimaryContextPass, panel::draw)
        .add_systems(EguiPrimaryContextPass, rig::show_faults)
        .add_systems(Last, leave);
    app.run();
    report.lock().ok().and_then(|mut slot| slot.take())
}

/// Returns the renderer for the probed backends.
pub fn render_plugin() -> RenderPlugin {
    RenderPlugin {
        render_creation: RenderCreation::Automatic(Box::new(WgpuSettings { backends: Some(backends()), ..default() })),
        ..default()
    }
}

/// Systems that run after the world has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, SystemSet)]
struct FollowWorld;

/// Adds the session and its scene to an app. Moving objects follow the session in every update.
pub fn populate(app: &mut App, session: Session, quality: Quality) {
    let map = session.map();
    let (low, high) = map.terrain.bounds();
    let middle = nalgebra::center(&low, &high);
    let origin = LocalOrigin(Point3::new(middle.x, middle.y, map.terrain.height(middle.x, middle.y)));
    scene::register(app, quality);
    app.insert_resource(session)
        .insert_resource(origin)
        .insert_resource(ShowPlans(true))
        .add_systems(Startup, spawn_scene)
        .add_systems(
            Update,
            (
                trucks::follow,
                trucks::follow_load,
                shovels::follow,
                vehicles::follow,
                places::follow,
                plan::follow,
                rocks::follow,
            )
                .in_set(FollowWorld),
        );
    rig::install(app, FollowWorld);
}

/// Spawns everything except the camera.
fn spawn_scene(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    (mut materials, mut images): (ResMut<Assets<StandardMaterial>>, ResMut<Assets<Image>>),
    mut library: ResMut<Library>,
    session: Res<Session>,
    origin: Res<LocalOrigin>,
) {
    let shared = Materials::new(&mut materials, &mut images);
    let mut rigger = Rigger::new(&mut library, &mut meshes, &mut materials, &mut images);
    places::spawn(&mut commands, &mut rigger, &shared, &session, &origin);
    shovels::spawn(&mut commands, &mut rigger, &shared, &session, &origin);
    trucks::spawn(&mut commands, &mut rigger, &shared, &session);
    vehicles::spawn(&mut commands, &mut rigger, &shared, &session);
    commands.insert_resource(shared);
}

/// Returns the diameter of the mine in plan, m.
pub fn extent(session: &Session) -> f64 {
    let (low, high) = session.map().terrain.bounds();
    (high - low).norm()
}

fn spawn_camera(mut commands: Commands, session: Res<Session>, origin: Res<LocalOrigin>, options: Res<Options>) {
    let start = session.followed_pose().map_or(Transform::from_xyz(0.0, 200.0, 200.0), |(pose, height)| {
        let terrain = &session.map().terrain;
        camera::chase(pose, height, |x, y| terrain.height(x, y), &origin)
    });
    let extent = extent(&session) as f32;
    commands.spawn((
        Camera3d::default(),
        Projection::Perspective(PerspectiveProjection { near: 0.5, far: sky::FAR, ..default() }),
        if options.0.in_software { Msaa::Off } else { Msaa::Sample4 },
        sky::haze(),
        start,
        PanOrbitCamera { zoom_upper_limit: Some(extent), zoom_lower_limit: 6.0, ..default() },
    ));
}

fn advance(
    time: Res<Time<Real>>,
    mut session: ResMut<Session>,
    options: Res<Options>,
    mut exit: MessageWriter<AppExit>,
) {
    session.advance(time.delta_secs_f64());
    if options.0.exit_at_end && session.is_over() {
        exit.write(AppExit::Success);
    }
}

fn show_plans(panels: Res<Panels>, mut show: ResMut<ShowPlans>) {
    show.0 = panels.overlays.path;
}

fn leave(
    mut exits: MessageReader<AppExit>,
    mut session: ResMut<Session>,
    slot: Res<ReportSlot>,
    (panels, settings): (Res<Panels>, Res<SettingsFile>),
) {
    if exits.read().next().is_some() {
        let now = Settings::of(&panels);
        if let Some(file) = settings.file.as_ref().filter(|_| now != settings.remembered)
            && let Err(error) = now.write(file)
        {
            tracing::warn!("{}: the settings cannot be written: {error}", file.display());
        }
        let report = session.close();
        if let Ok(mut slot) = slot.0.lock() {
            *slot = report.or_else(|| slot.take());
        }
    }
}
