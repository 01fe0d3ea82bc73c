//! One picture without a window.

use crate::camera;
use crate::frames::LocalOrigin;
use crate::scene::light;
use crate::session::Session;
use crate::window::{extent, populate, render_plugin};
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
use haul_core::Point3;
use haul_scenario::Run;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Camera of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShotCamera {
    /// Behind and above the truck.
    Chase,
    /// From the side, near the truck.
    Side,
    /// The whole mine from above.
    Overview,
}

/// Options of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct ShotOptions {
    /// Width and height, pixels.
    pub size: (u32, u32),
    /// The camera.
    pub camera: ShotCamera,
    /// The PNG file to write.
    pub out: PathBuf,
    /// Frames drawn after the picture, to measure the frame rate of the device.
    pub frames: u32,
}

/// Reason for which there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShotError {
    /// The device gave no image.
    #[error("the graphics device gave no picture after {0} frames")]
    NoPicture(u32),
    /// The image could not be written.
    #[error("{path}: cannot be written: {why}")]
    Write {
        /// The file.
        path: String,
        /// The reason.
        why: String,
    },
}

/// Frames drawn before the picture is taken: meshes and shaders are ready after the first few.
const WARM_UP_FRAMES: u32 = 6;
/// Number of frames after which the attempt fails.
const MAX_FRAMES: u32 = 60;

/// Renders the present state of a run. Returns the frame rate (1/s) if the options ask for frames. It needs a device:
/// see [`crate::probe_device`].
///
/// # Errors
/// See [`ShotError`].
pub fn shot(run: Run, options: &ShotOptions) -> Result<Option<f64>, ShotError> {
    let mut app = App::new();
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
            .set(RenderPlugin { synchronous_pipeline_compilation: true, ..render_plugin() })
            .disable::<WinitPlugin>(),
    );
    let session = Session::held(run);
    let extent = extent(&session) as f32;
    populate(&mut app, session, true);
    app.finish();
    app.cleanup();
    let mut apps = std::mem::take(app.sub_apps_mut());
    let target = new_target(&mut apps, options.size);
    let world = apps.main.world_mut();
    let view = viewpoint(world.resource::<Session>(), world.resource::<LocalOrigin>(), options.camera);
    world.spawn((
        Camera3d::default(),
        Projection::Perspective(PerspectiveProjection { near: 0.5, far: extent * 4.0, ..default() }),
        RenderTarget::Image(target.clone().into()),
        Msaa::Sample4,
        light::haze(extent),
        view,
    ));
    for _ in 0..WARM_UP_FRAMES {
        update(&mut apps);
    }
    let picture: Arc<Mutex<Option<Image>>> = Arc::default();
    let slot = Arc::clone(&picture);
    apps.main.world_mut().spawn(Screenshot::image(target)).observe(move |captured: On<ScreenshotCaptured>| {
        if let Ok(mut slot) = slot.lock() {
            *slot = Some(captured.image.clone());
        }
    });
    for _ in 0..MAX_FRAMES {
        update(&mut apps);
        if let Some(image) = picture.lock().ok().and_then(|mut slot| slot.take()) {
            write(image, options)?;
            return Ok((options.frames > 0).then(|| rate(&mut apps, options.frames)));
        }
    }
    Err(ShotError::NoPicture(WARM_UP_FRAMES + MAX_FRAMES))
}

/// Frame rate over a number of frames, 1/s. Each frame waits for the one before, so a small number of frames is not
/// meaningful.
fn rate(apps: &mut SubApps, frames: u32) -> f64 {
    let began = Instant::now();
    (0..frames).for_each(|_| update(apps));
    f64::from(frames) / began.elapsed().as_secs_f64()
}

fn write(image: Image, options: &ShotOptions) -> Result<(), ShotError> {
    let failed = |why: String| ShotError::Write { path: options.out.display().to_string(), why };
    let picture = image.try_into_dynamic().map_err(|e| failed(e.to_string()))?.to_rgb8();
    if let Some(folder) = options.out.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| failed(e.to_string()))?;
    }
    picture.save_with_format(&options.out, image::ImageFormat::Png).map_err(|e| failed(e.to_string()))
}

fn update(apps: &mut SubApps) {
    apps.update();
    if let Some(device) = apps.main.world().get_resource::<RenderDevice>() {
        // A device that does not answer gives no picture; the error comes after the last frame.
        let _ = device.wgpu_device().poll(PollType::Wait { submission_index: None, timeout: None });
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

fn viewpoint(session: &Session, origin: &LocalOrigin, camera: ShotCamera) -> Transform {
    let terrain = &session.map().terrain;
    let overview = || {
        let (low, high) = terrain.bounds();
        let (middle, size) = (nalgebra::center(&low, &high), high - low);
        let ground = terrain.height(middle.x, middle.y);
        let far = size.x.max(size.y * 1.5);
        let eye = Point3::new(middle.x - 0.10 * far, middle.y - 0.45 * far, ground + 0.32 * far);
        Transform::from_translation(origin.place(eye))
            .looking_at(origin.place(Point3::new(middle.x, middle.y - 0.02 * far, ground)), Vec3::Y)
    };
    let Some((pose, height)) = session.followed_pose() else { return overview() };
    match camera {
        ShotCamera::Overview => overview(),
        ShotCamera::Chase => camera::chase(pose, height, |x, y| terrain.height(x, y), origin),
        ShotCamera::Side => {
            // From the front, on the side where the ground is lower.
            let eye = |side: f64| pose.place(17.0, 15.0 * side);
            let lower =
                |a: haul_core::Point2, b: haul_core::Point2| terrain.height(a.x, a.y) <= terrain.height(b.x, b.y);
            let at = if lower(eye(1.0), eye(-1.0)) { eye(1.0) } else { eye(-1.0) };
            let up = (height + 4.5).max(terrain.height(at.x, at.y) + 2.5);
            let target = pose.place(1.8, 0.0);
            Transform::from_translation(origin.place(Point3::new(at.x, at.y, up)))
                .looking_at(origin.place(Point3::new(target.x, target.y, height + 2.4)), Vec3::Y)
        }
    }
}
