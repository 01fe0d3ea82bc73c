//! The grain of the ground: a repeating texture of stones and dust, visible only from nearby.
//!
//! The picture is made at the start from a fixed random stream, with its smaller copies (mip levels). So distant ground
//! neither flickers nor costs memory bandwidth.

use super::texture::with_mip_levels;
use bevy::image::{Image, ImageAddressMode};
use bevy::render::render_resource::TextureFormat;
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

/// Ratio of the height of a stone to its radius.
const STONE_HEIGHT: f64 = 0.75;
/// Numbers of cells along a side, for the octaves of dust and for the large patches in the alpha channel.
const DUST_CELLS: [usize; 3] = [8, 32, 128];
const PATCH_CELLS: [usize; 4] = [4, 8, 16, 32];

/// Returns the picture for rock on machines and heaps, with afternoon light included.
pub fn texture() -> Image {
    let data = picture(true).tone.iter().flat_map(|tone| [byte(*tone), byte(*tone), byte(*tone), u8::MAX]).collect();
    with_mip_levels(data, (SIDE_PIXELS, SIDE_PIXELS), TextureFormat::Rgba8UnormSrgb, ImageAddressMode::Repeat)
}

/// Returns the picture for the ground: brightness in red, the horizontal part of the normal in green and blue, and
/// large smooth patches in alpha.
pub fn detail() -> Image {
    let grain = picture(false);
    let mut patches = vec![0.0; SIDE_PIXELS * SIDE_PIXELS];
    let mut draws = stream(0, "ground", "patches");
    for (k, cells) in PATCH_CELLS.into_iter().enumerate() {
        add_noise(&mut patches, &mut draws, cells, 0.5_f64.powi(k as i32));
    }
    let side = SIDE_PIXELS;
    let height = |x: usize, y: usize| grain.height[(y % side) * side + x % side];
    let data = (0..side * side).flat_map(|k| {
        let (x, y) = (k % side, k / side);
        // The rows of the picture run to the north.
        let east = (height(x + 1, y) - height(x + side - 1, y)) / 2.0;
        let north = (height(x, y + 1) - height(x, y + side - 1)) / 2.0;
        let up = (1.0 + east * east + north * north).sqrt();
        let signed = |slope: f64| byte(0.5 - 0.5 * slope / up);
        [byte(grain.tone[k]), signed(east), signed(north), byte(0.5 + 0.42 * patches[k])]
    });
    with_mip_levels(data.collect(), (side, side), TextureFormat::Rgba8Unorm, ImageAddressMode::Repeat)
}

fn byte(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Brightness (0 to 1) and height (pixels) of the grain. Opposite edges match.
struct Grain {
    tone: Vec<f64>,
    height: Vec<f64>,
}

fn picture(lit: bool) -> Grain {
    let mut draws = stream(0, "ground", "gravel");
    let mut grain = Grain { tone: vec![DUST_BRIGHTNESS; SIDE_PIXELS * SIDE_PIXELS], height: Vec::new() };
    for cells in DUST_CELLS {
        add_noise(&mut grain.tone, &mut draws, cells, GRAIN_AMPLITUDE);
    }
    grain.height = grain.tone.iter().map(|tone| 5.0 * (tone - DUST_BRIGHTNESS)).collect();
    for _ in 0..STONE_COUNT {
        // There are many small stones and few large ones.
        let radius = STONE_RADII.0 + (STONE_RADII.1 - STONE_RADII.0) * draws.unit().powi(4);
        let (x, y) = (draws.unit() * SIDE_PIXELS as f64, draws.unit() * SIDE_PIXELS as f64);
        let tone = DUST_BRIGHTNESS * (0.82 + 0.30 * draws.unit());
        let squash = 0.7 + 0.3 * draws.unit();
        add_stone(&mut grain, &Stone { x, y, radius, squash, tone }, lit);
    }
    grain
}

/// A stone: its centre and radius in pixels, the ratio of its width to its length, and its brightness.
struct Stone {
    x: f64,
    y: f64,
    radius: f64,
    squash: f64,
    tone: f64,
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

/// Adds a stone. If `lit` is true, it has a light side, a dark side and a shadow at its foot.
fn add_stone(grain: &mut Grain, stone: &Stone, lit: bool) {
    let reach = (stone.radius * 1.5).ceil() as i64 + 1;
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let (x, y) = (stone.x.floor() as i64 + dx, stone.y.floor() as i64 + dy);
            let u = (x as f64 - stone.x) / stone.radius;
            let v = (y as f64 - stone.y) / (stone.radius * stone.squash);
            let away = (u * u + v * v).sqrt();
            let side = SIDE_PIXELS as i64;
            let at = y.rem_euclid(side) as usize * SIDE_PIXELS + x.rem_euclid(side) as usize;
            let tone = &mut grain.tone[at];
            if away < 1.0 {
                let shade = if lit { STONE_CONTRAST * (0.7 * u + 0.7 * v) } else { 0.0 };
                let rim = ((1.0 - away) * 3.0).min(1.0);
                *tone += (stone.tone - shade - *tone) * rim;
                let dome = STONE_HEIGHT * stone.radius * (1.0 - away * away).sqrt();
                grain.height[at] = grain.height[at].max(dome);
            } else if away < 1.5 && (u + v > 0.0 || !lit) {
                *tone *= 1.0 - if lit { 0.25 } else { 0.18 } * (1.5 - away);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mip_levels_are_complete_and_keep_the_brightness() {
        for image in [texture(), detail()] {
            assert_eq!(image.texture_descriptor.mip_level_count, 10);
            let bytes = image.data.unwrap();
            let mean =
                |bytes: &[u8]| bytes.iter().step_by(4).map(|b| f64::from(*b)).sum::<f64>() / (bytes.len() / 4) as f64;
            let (mut from, first) = (0, mean(&bytes[..4 * SIDE_PIXELS * SIDE_PIXELS]));
            for k in 0..10 {
                let size = 4 * (SIDE_PIXELS >> k) * (SIDE_PIXELS >> k);
                let level = mean(&bytes[from..from + size]);
                assert!((level - first).abs() < 2.5, "level {k}: {level} and {first}");
                from += size;
            }
        }
    }

    #[test]
    fn no_seam_shows_where_the_picture_repeats() {
        let picture = picture(true).tone;
        let step = |a: usize, b: usize| {
            (0..SIDE_PIXELS).map(|y| (picture[y * SIDE_PIXELS + a] - picture[y * SIDE_PIXELS + b]).abs()).sum::<f64>()
        };
        assert!(step(SIDE_PIXELS - 1, 0) < 2.0 * step(SIDE_PIXELS / 2, SIDE_PIXELS / 2 + 1), "a seam");
    }

    #[test]
    fn normals_of_the_detail_have_no_direction_on_the_whole() {
        let bytes = detail().data.unwrap();
        let mean = |channel: usize| {
            let all = bytes[..4 * SIDE_PIXELS * SIDE_PIXELS].iter().skip(channel).step_by(4);
            all.map(|b| f64::from(*b)).sum::<f64>() / (SIDE_PIXELS * SIDE_PIXELS) as f64
        };
        assert!((mean(1) - 127.5).abs() < 1.5 && (mean(2) - 127.5).abs() < 1.5, "{} {}", mean(1), mean(2));
    }
}
