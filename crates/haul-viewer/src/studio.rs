//! A studio without a window: it runs a scenario and takes pictures of it.

use crate::frames::LocalOrigin;
use crate::scene::dust::Plumes;
use crate::scene::ground::Ground;
use crate::scene::plan::ShowPlans;
use crate::scene::weather::{ChosenWeather, ShownWeather};
use crate::scene::{Quality, sky};
use crate::session::Session;
use crate::view::{Scenery, View, Viewpoint};
use crate::window::{populate, render_plugin};
use bevy::app::SubApps;
use bevy::asset::RenderAssetUsages;
use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::render_resource::{Extent3d, PollType, TextureDimension, TextureFormat, TextureUsages};
use bevy::render::renderer::RenderDevice;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use haul_core::SimTime;
use haul_record::Frame;
use haul_scenario::Run;
use image::RgbImage;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Frames drawn before the first picture: meshes and shaders are ready after the first few.
const WARM_UP_FRAMES: u32 = 6;
/// Frames drawn before each picture, so that ground and sky are complete.
const SETTLE_FRAMES: u32 = 3;
/// Number of frames after which the attempt fails.
const MAX_FRAMES: u32 = 60;
/// Time before a picture during which dust is simulated, and the time step, s.
const DUST_LEAD: f64 = 12.0;
const DUST_STEP: f64 = 0.1;
/// Time between two tests of a condition, s.
const CONDITION_STEP: f64 = 0.3;

/// Reason why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudioError {
    /// The device gave no image.
    #[error("the graphics device gave no picture after {0} frames")]
    NoPicture(u32),
    /// The image does not have the requested format.
    #[error("the picture cannot be read: {0}")]
    Format(String),
}

/// A scenario with a camera.
pub struct Studio {
    apps: SubApps,
    target: Handle<Image>,
    camera: Entity,
    is_warm: bool,
}

impl Studio {
    /// Opens a studio on a run, for pictures of a size in pixels. It needs a device: see [`crate::probe_device`].
    pub fn open(run: Run, size: (u32, u32), quality: Quality) -> Self {
        let mut app = App::new();
        app.add_plugins(
            DefaultPlugins
                .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
                .set(RenderPlugin { synchronous_pipeline_compilation: true, ..render_plugin() })
                .disable::<WinitPlugin>(),
        );
        populate(&mut app, Session::held(run), quality);
        app.finish();
        app.cleanup();
        let mut apps = std::mem::take(app.sub_apps_mut());
        let target = new_target(&mut apps, size);
        let camera = apps.main.world_mut().spawn((
            Camera3d::default(),
            Projection::Perspective(PerspectiveProjection { near: 0.4, far: sky::FAR, ..default() }),
            RenderTarget::Image(target.clone().into()),
            if quality == Quality::Light { Msaa::Off } else { Msaa::Sample4 },
            sky::haze(),
            Transform::default(),
        ));
        let camera = camera.id();
        Self { apps, target, camera, is_warm: false }
    }

    fn session(&self) -> &Session {
        self.apps.main.world().resource::<Session>()
    }

    /// Returns the displayed frame.
    pub fn frame(&self) -> &Frame {
        self.session().frame()
    }

    /// Returns the displayed simulated time.
    pub fn now(&self) -> SimTime {
        self.session().now()
    }

    /// Runs the scenario to a simulated time (s) or to its end. It never goes back in time.
    pub fn advance_to(&mut self, seconds: f64) {
        let world = self.apps.main.world_mut();
        let mut session = world.resource_mut::<Session>();
        let left = |session: &Session| seconds - session.now().seconds();
        if left(&session) > DUST_LEAD {
            let ahead = left(&session) - DUST_LEAD;
            session.take(ahead);
        }
        while !self.session().is_finished() {
            let rest = seconds - self.now().seconds();
            if rest < 1e-6 {
                break;
            }
            self.step(rest.min(DUST_STEP));
        }
    }

    /// Runs the scenario for some seconds and simulates the dust.
    fn step(&mut self, seconds: f64) {
        let world = self.apps.main.world_mut();
        let mut session = world.resource_mut::<Session>();
        session.take(seconds);
        let frame = session.frame().clone();
        let weather = world.resource::<ChosenWeather>().applied(frame.weather);
        world.resource_mut::<Plumes>().record(&frame, &weather);
    }

    /// Runs the scenario until a condition holds, a simulated time (s) has come or the scenario has ended. Returns true
    /// if the condition holds.
    pub fn advance_until(&mut self, latest: f64, condition: impl Fn(&Frame) -> bool) -> bool {
        while !condition(self.frame()) {
            let now = self.now().seconds();
            if now >= latest || self.session().is_finished() {
                return false;
            }
            self.step(CONDITION_STEP);
        }
        true
    }

    /// Sets the hour and weather of the picture, instead of those of the run.
    pub fn choose(&mut self, weather: ChosenWeather) {
        *self.apps.main.world_mut().resource_mut::<ChosenWeather>() = weather;
    }

    /// Sets the background colour (red, green, blue). A complete picture never shows it.
    pub fn backdrop(&mut self, [r, g, b]: [u8; 3]) {
        if let Some(mut camera) = self.apps.main.world_mut().get_mut::<Camera>(self.camera) {
            camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(r, g, b));
        }
    }

    /// Shows or hides the plans of the trucks.
    pub fn show_plans(&mut self, show: bool) {
        self.apps.main.world_mut().resource_mut::<ShowPlans>().0 = show;
    }

    /// Returns the viewpoint of a view of a truck, by its number.
    pub fn viewpoint(&self, view: View, truck: usize) -> Viewpoint {
        let world = self.apps.main.world();
        let session = world.resource::<Session>();
        // The ground exists only after the first frame.
        match world.get_resource::<Ground>() {
            Some(ground) => {
                Scenery::new(&ground.relief, session.setup(), session.frame()).viewpoint(view, session.frame(), truck)
            }
            None => Viewpoint {
                eye: world.resource::<LocalOrigin>().0,
                target: world.resource::<LocalOrigin>().0,
                carrier: None,
            },
        }
    }

    /// Takes a picture of a truck, by its number.
    ///
    /// # Errors
    /// See [`StudioError`].
    pub fn take(&mut self, view: View, truck: usize) -> Result<RgbImage, StudioError> {
        self.warm_up();
        let at = self.viewpoint(view, truck);
        self.take_from(at)
    }

    fn warm_up(&mut self) {
        if !self.is_warm {
            (0..WARM_UP_FRAMES).for_each(|_| self.update());
            self.is_warm = true;
        }
    }

    /// Takes a picture from a viewpoint.
    ///
    /// # Errors
    /// See [`StudioError`].
    pub fn take_from(&mut self, at: Viewpoint) -> Result<RgbImage, StudioError> {
        self.warm_up();
        self.aim(at);
        (0..SETTLE_FRAMES).for_each(|_| self.update());
        let picture: Arc<Mutex<Option<Image>>> = Arc::default();
        let slot = Arc::clone(&picture);
        let shot = Screenshot::image(self.target.clone());
        self.apps.main.world_mut().spawn(shot).observe(move |captured: On<ScreenshotCaptured>| {
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(captured.image.clone());
            }
        });
        for _ in 0..MAX_FRAMES {
            self.update();
            if let Some(image) = picture.lock().ok().and_then(|mut slot| slot.take()) {
                let image = image.try_into_dynamic().map_err(|e| StudioError::Format(e.to_string()))?;
                return Ok(image.to_rgb8());
            }
        }
        Err(StudioError::NoPicture(SETTLE_FRAMES + MAX_FRAMES))
    }

    fn aim(&mut self, at: Viewpoint) {
        let world = self.apps.main.world_mut();
        let origin = *world.resource::<LocalOrigin>();
        let (eye, target) = (origin.place(at.eye), origin.place(at.target));
        let up = if (target - eye).normalize_or_zero().y < -0.99 { Vec3::NEG_Z } else { Vec3::Y };
        if let Some(mut transform) = world.get_mut::<Transform>(self.camera) {
            *transform = Transform::from_translation(eye).looking_at(target, up);
        }
        if let Some(mut ground) = world.get_resource_mut::<Ground>() {
            ground.complete_next();
        }
    }

    /// Returns the frame rate over a number of frames of the present view, 1/s. Each frame waits for the previous one,
    /// so a small number of frames is not meaningful.
    pub fn rate(&mut self, frames: u32) -> f64 {
        let began = Instant::now();
        (0..frames).for_each(|_| self.update());
        f64::from(frames) / began.elapsed().as_secs_f64()
    }

    /// Returns the displayed weather.
    pub fn weather(&self) -> ShownWeather {
        *self.apps.main.world().resource::<ShownWeather>()
    }

    fn update(&mut self) {
        self.apps.update();
        if let Some(device) = self.apps.main.world().get_resource::<RenderDevice>() {
            // If the device does not answer, there is no picture; the error is returned after the last frame.
            let _ = device.wgpu_device().poll(PollType::Wait { submission_index: None, timeout: None });
        }
    }
}

fn new_target(apps: &mut SubApps, (width, height): (u32, u32)) -> Handle<Image> {
    let mut target = Image::new_uninit(
        Extent3d { width, height, depth_or_array_layers: 1 },
        TextureDimension::D2,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::RENDER_WORLD,
    );
    target.texture_descriptor.usage |= TextureUsages::RENDER_ATTACHMENT;
    apps.main.world_mut().resource_mut::<Assets<Image>>().add(target)
}
