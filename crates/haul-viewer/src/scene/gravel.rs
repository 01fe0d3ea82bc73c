//! The grain of the ground: a repeating texture of stones and dust, visible only from nearby.
//!
//! The picture is made at the start from a fixed random stream, with its smaller copies (mip levels). So distant ground
//! neither flickers nor costs memory bandwidth.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};
use haul_core::random::{Draw, Stream, stream};

/// Side of one repeat on the ground, m.
pub const REPEAT_LENGTH: f64 = 9.0;
/// Side of the picture, pixels.
const SIDE_PIXELS: usize = 512;
/// Number of stones in one repeat.
const STONE_COUNT: usize = 1_500;
/// Smallest and greatest radius of a stone, pixels (1 px is 18 mm).
const STONE_RADII: (f64, f64) = (0.8, 5.5);
/// Brightness of the dust between stones, 0 to 1.
const DUST_BRIGHTNESS: f64 = 0.80;
/// Amplitude of the grain on this brightness.
const GRAIN_AMPLITUDE: f64 = 0.09;
/// Difference in brightness between the sunny and the shaded side of a stone.
const STONE_CONTRAST: f64 = 0.22;

/// Returns the picture with its mip levels.
pub fn texture() -> Image {
    let levels = mip_levels(brightness());
    let count = levels.len() as u32;
    let bytes: Vec<u8> = levels.concat();
    let extent = Extent3d { width: SIDE_PIXELS as u32, height: SIDE_PIXELS as u32, depth_or_array_layers: 1 };
    let mut image =
        Image::new_uninit(extent, TextureDimension::D2, TextureFormat::Rgba8UnormSrgb, RenderAssetUsages::RENDER_WORLD);
    image.data = Some(bytes);
    image.texture_descriptor.mip_level_count = count;
    let mut sampler = ImageSamplerDescriptor::linear();
    sampler.set_address_mode(ImageAddressMode::Repeat).set_filter(ImageFilterMode::Linear);
    image.sampler = ImageSampler::Descriptor(sampler);
    image
}

/// Brightness of each pixel, 0 to 1. Opposite edges match.
fn brightness() -> Vec<f64> {
    let mut draws = stream(0, "ground", "gravel");
    let mut picture = vec![DUST_BRIGHTNESS; SIDE_PIXELS * SIDE_PIXELS];
    for cells in [8, 32, 128] {
        add_noise(&mut picture, &mut draws, cells, GRAIN_AMPLITUDE);
    }
    for _ in 0..STONE_COUNT {
        // There are many small stones and few large ones.
        let size = STONE_RADII.0 + (STONE_RADII.1 - STONE_RADII.0) * draws.unit().powi(4);
        let (x, y) = (draws.unit() * SIDE_PIXELS as f64, draws.unit() * SIDE_PIXELS as f64);
        let tone = DUST_BRIGHTNESS * (0.82 + 0.30 * draws.unit());
        let squash = 0.7 + 0.3 * draws.unit();
        add_stone(&mut picture, (x, y), size, squash, tone);
    }
    picture
}

/// Adds smooth noise with `cells` cells along a side.
fn add_noise(picture: &mut [f64], draws: &mut Stream, cells: usize, amount: f64) {
    let nodes: Vec<f64> = (0..cells * cells).map(|_| 2.0 * draws.unit() - 1.0).collect();
    let node = |i: usize, j: usize| nodes[(i % cells) + (j % cells) * cells];
    let fade = |t: f64| t * t * (3.0 - 2.0 * t);
    for y in 0..SIDE_PIXELS {
        for x in 0..SIDE_PIXELS {
            let (u, v) = (x as f64 / SIDE_PIXELS as f64 * cells as f64, y as f64 / SIDE_PIXELS as f64 * cells as f64);
            let (i, j) = (u as usize, v as usize);
            let (s, t) = (fade(u - i as f64), fade(v - j as f64));
            let low = node(i, j) + (node(i + 1, j) - node(i, j)) * s;
            let high = node(i, j + 1) + (node(i + 1, j + 1) - node(i, j + 1)) * s;
            picture[y * SIDE_PIXELS + x] += amount * (low + (high - low) * t);
        }
    }
}

/// Adds a stone with a light side, a dark side and a shadow at its foot.
fn add_stone(picture: &mut [f64], (cx, cy): (f64, f64), radius: f64, squash: f64, tone: f64) {
    let reach = (radius * 1.5).ceil() as i64 + 1;
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (x, y) = (cx.floor() as i64 + dx, cy.floor() as i64 + dy);
            let (u, v) = ((x as f64 - cx) / radius, (y as f64 - cy) / (radius * squash));
            let away = (u * u + v * v).sqrt();
            let at =
                y.rem_euclid(SIDE_PIXELS as i64) as usize * SIDE_PIXELS + x.rem_euclid(SIDE_PIXELS as i64) as usize;
            if away < 1.0 {
                let lit = tone - STONE_CONTRAST * (0.7 * u + 0.7 * v);
                let rim = ((1.0 - away) * 3.0).min(1.0);
                picture[at] += (lit - picture[at]) * rim;
            } else if away < 1.5 && u + v > 0.0 {
                picture[at] *= 1.0 - 0.25 * (1.5 - away);
            }
        }
    }
}

/// The picture and its copies of half the side, a quarter and so on, as bytes.
fn mip_levels(mut picture: Vec<f64>) -> Vec<Vec<u8>> {
    let mut side = SIDE_PIXELS;
    let mut levels = vec![bytes(&picture)];
    while side > 1 {
        let half = side / 2;
        let at = |x: usize, y: usize| picture[y * side + x];
        picture = (0..half * half)
            .map(|k| (2 * (k % half), 2 * (k / half)))
            .map(|(x, y)| (at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4.0)
            .collect();
        side = half;
        levels.push(bytes(&picture));
    }
    levels
}

fn bytes(picture: &[f64]) -> Vec<u8> {
    picture
        .iter()
        .flat_map(|b| {
            let byte = (b.clamp(0.0, 1.0) * 255.0).round() as u8;
            [byte, byte, byte, u8::MAX]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mip_levels_are_complete_and_keep_the_brightness() {
        let levels = mip_levels(brightness());
        let mean =
            |level: &[u8]| level.iter().step_by(4).map(|b| f64::from(*b)).sum::<f64>() / (level.len() / 4) as f64;
        assert_eq!(levels.len(), 10);
        let first = mean(&levels[0]);
        for (k, level) in levels.iter().enumerate() {
            assert_eq!(level.len(), 4 * (SIDE_PIXELS >> k) * (SIDE_PIXELS >> k));
            assert!((mean(level) - first).abs() < 2.0, "level {k}: {} and {first}", mean(level));
        }
    }

    #[test]
    fn no_seam_shows_where_the_picture_repeats() {
        let picture = brightness();
        let step = |a: usize, b: usize| {
            (0..SIDE_PIXELS).map(|y| (picture[y * SIDE_PIXELS + a] - picture[y * SIDE_PIXELS + b]).abs()).sum::<f64>()
        };
        assert!(step(SIDE_PIXELS - 1, 0) < 2.0 * step(SIDE_PIXELS / 2, SIDE_PIXELS / 2 + 1), "a seam");
    }
}
