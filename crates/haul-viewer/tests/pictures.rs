//! Tests of pictures of a run, and of what they must show.
//!
//! The tests need a graphics device, such as Mesa's software Vulkan. Without one, they report that and check nothing.
//! `HAUL_BLESS=1` writes the reference pictures again.

#![allow(clippy::print_stderr, reason = "a run without a device says so")]

use haul_core::{CycleState, Point3};
use haul_scenario::{Overrides, Scenario};
use haul_viewer::{ChosenWeather, Quality, Studio, View, Viewpoint, Weather, probe_device};
use image::RgbImage;
use std::path::Path;

/// Size of the pictures, pixels.
const SIZE: (u32, u32) = (320, 180);
/// Side of the blocks in which pictures are compared, pixels.
const BLOCK: u32 = 20;
/// Maximum difference of the mean colour of one block, and of all blocks together, on a scale of 255. Devices differ in
/// single pixels. A missing machine, a dark sky or a different ground changes whole blocks.
const TOLERANCE: (f64, f64) = (34.0, 5.0);

fn studio() -> Option<Studio> {
    if let Err(missing) = probe_device() {
        eprintln!("no picture is checked: {missing}");
        return None;
    }
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/01_first_haul.toml"));
    let run = Scenario::load(file).unwrap().prepare(&Overrides::default()).unwrap();
    Some(Studio::open(run, SIZE, Quality::Full))
}

fn mean(picture: &RgbImage, x: u32, y: u32, width: u32, height: u32) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for j in y..y + height {
        for i in x..x + width {
            for (s, v) in sum.iter_mut().zip(picture.get_pixel(i, j).0) {
                *s += f64::from(v);
            }
        }
    }
    sum.map(|s| s / f64::from(width * height))
}

/// Returns the share of the pixels in a part of the picture for which a condition holds.
fn share(picture: &RgbImage, part: [f64; 4], is: impl Fn([u8; 3]) -> bool) -> f64 {
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let inside = |x: u32, y: u32| {
        (part[0] * w..part[2] * w).contains(&f64::from(x)) && (part[1] * h..part[3] * h).contains(&f64::from(y))
    };
    let all: Vec<_> = picture.enumerate_pixels().filter(|(x, y, _)| inside(*x, *y)).collect();
    all.iter().filter(|(_, _, p)| is(p.0)).count() as f64 / all.len() as f64
}

/// Returns true for the paint of the machines.
fn is_yellow([r, g, b]: [u8; 3]) -> bool {
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    r > 90 && r - b > 70 && g - b > 35 && r >= g
}

/// Returns true for tyres and deep shade.
fn is_tyre([r, g, b]: [u8; 3]) -> bool {
    r.max(g).max(b) < 75
}

/// Returns true for snow, bare wear plates and anything else without a colour.
fn is_pale([r, g, b]: [u8; 3]) -> bool {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    most - least < 22 && most > 90
}

/// Returns true for magenta: missing textures and the background of these tests.
fn is_magenta([r, g, b]: [u8; 3]) -> bool {
    r > 170 && b > 170 && g < 110
}

/// Fails if the picture differs from the reference in `tests/pictures`.
fn assert_like_reference(picture: &RgbImage, name: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(format!("{name}.png"));
    if std::env::var_os("HAUL_BLESS").is_some() {
        picture.save(&file).unwrap();
        return;
    }
    let reference = image::open(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())).to_rgb8();
    assert_eq!(reference.dimensions(), picture.dimensions());
    let (mut worst, mut sum, mut count) = (0.0_f64, 0.0, 0.0);
    for y in (0..SIZE.1 - BLOCK + 1).step_by(BLOCK as usize) {
        for x in (0..SIZE.0 - BLOCK + 1).step_by(BLOCK as usize) {
            let (a, b) = (mean(picture, x, y, BLOCK, BLOCK), mean(&reference, x, y, BLOCK, BLOCK));
            let difference = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            worst = worst.max(difference);
            sum += difference;
            count += 1.0;
        }
    }
    if worst > TOLERANCE.0 || sum / count > TOLERANCE.1 {
        let shown = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        picture.save(&shown).unwrap();
        panic!(
            "{name} differs: {worst:.0} in the worst block, {:.1} in the mean; see {}",
            sum / count,
            shown.display()
        );
    }
}

/// Returns a viewpoint above the body of a truck, straight down.
fn over_the_body(studio: &Studio) -> Viewpoint {
    let pose = studio.frame().trucks[0].pose;
    Viewpoint { eye: pose * Point3::new(-2.0, 0.0, 19.0), target: pose * Point3::new(1.2, 0.0, 3.0), carrier: None }
}

#[test]
fn pictures_show_what_happens() {
    let Some(mut studio) = studio() else { return };
    studio.backdrop([255, 0, 255]);
    studio.show_plans(false);
    studio.choose(ChosenWeather { hour: Some(10.0), weather: Some(Weather::Clear) });

    studio.advance_to(40.0);
    let empty = studio.take_from(over_the_body(&studio)).unwrap();
    assert!(studio.frame().trucks[0].payload < 1.0);
    let chase = studio.take(View::Chase, 0).unwrap();
    let (middle, whole) = ([0.3, 0.3, 0.7, 0.85], [0.0, 0.0, 1.0, 1.0]);
    let side = studio.take(View::Side, 0).unwrap();
    assert!(share(&side, middle, is_yellow) > 0.06, "no truck in the middle of the side view");
    // From behind, the wear plates of the body hide most of the paint.
    let paint = share(&chase, middle, is_yellow);
    let elsewhere = share(&chase, whole, is_yellow) - 0.22 * paint;
    assert!(paint > 0.015 && elsewhere < 1e-4, "the truck is not in the middle: {paint:.4}, elsewhere {elsewhere:.4}");
    assert!(share(&chase, middle, is_tyre) > 0.01, "no tyres in the middle of the picture");
    assert_like_reference(&chase, "chase");

    let overview = studio.take(View::Overview, 0).unwrap();
    assert!(share(&overview, [0.0, 0.0, 1.0, 1.0], is_yellow) < 0.01, "a truck as large as the mine");
    assert_like_reference(&overview, "overview");

    studio.choose(ChosenWeather { hour: Some(12.0), weather: Some(Weather::Snow) });
    let snow = studio.take(View::Chase, 0).unwrap();
    let ground = [0.0, 0.75, 1.0, 1.0];
    let (white, brown) = (share(&snow, ground, is_pale), share(&chase, ground, is_pale));
    assert!(white > 0.8 && brown < 0.2, "snow does not lie on the ground: {white:.2}, without snow {brown:.2}");

    studio.choose(ChosenWeather { hour: Some(23.0), weather: Some(Weather::Clear) });
    let brightness = |p: &RgbImage| mean(p, 0, SIZE.1 / 2, SIZE.0, SIZE.1 / 2).iter().sum::<f64>();
    let night = studio.take(View::Overview, 0).unwrap();
    assert!(brightness(&night) < 0.5 * brightness(&overview), "the night is bright");

    studio.choose(ChosenWeather { hour: Some(10.0), weather: Some(Weather::Clear) });
    let leaves = studio.advance_until(900.0, |f| f.trucks[0].detail.cycle == CycleState::TravelLoaded);
    assert!(leaves, "the truck is not loaded");
    let loaded = studio.take_from(over_the_body(&studio)).unwrap();
    let body = [0.38, 0.3, 0.62, 0.7];
    let (before, after) = (share(&empty, body, is_pale), share(&loaded, body, is_pale));
    assert!(before > 0.5 && after < 0.1 * before, "the load does not hide the body: {before:.2} and {after:.2}");

    for (name, picture) in [
        ("empty", &empty),
        ("chase", &chase),
        ("overview", &overview),
        ("snow", &snow),
        ("night", &night),
        ("loaded", &loaded),
    ] {
        let magenta = share(picture, [0.0, 0.0, 1.0, 1.0], is_magenta);
        assert_eq!(magenta, 0.0, "{name}: the backdrop or a missing texture shows");
    }
}
