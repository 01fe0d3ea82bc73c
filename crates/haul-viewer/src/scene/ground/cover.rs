//! Maps of the ground: the use of each square metre, and the slope of the drawn ground.
//!
//! Both are made at the start from the mine. Shading does not depend on the level of detail of the mesh.

use super::relief::Relief;
use super::texture::with_mip_levels;
use crate::scene::noise::smooth_step;
use bevy::image::{Image, ImageAddressMode};
use bevy::render::render_resource::TextureFormat;
use haul_core::{Point2, Vector2};
use haul_mine::PlaceKind;

/// Minimum side of a pixel, m.
const FINEST_PIXEL: f64 = 0.75;
/// Maximum number of pixels along a side.
const GREATEST_SIDE: usize = 2_048;
/// Distance of a wheel's track from the middle of the lane, m.
const WHEEL_OFFSET: f64 = 2.05;
/// Half of the width of a wheel's track, m.
const TRACK_HALF_WIDTH: f64 = 0.95;
/// Distances from a shovel or a tip, m: up to the first, loose rock covers the ground; beyond the second, there is
/// none.
const ROCK_REACH: (f64, f64) = (10.0, 38.0);
/// Distances from the nearest road, m: vegetation begins at the first, and covers the ground beyond the second.
const VEGETATION: (f64, f64) = (45.0, 140.0);

/// Maps of a mine's ground.
#[derive(Debug)]
pub struct Cover {
    /// Road, wheel tracks, loose rock and vegetation, in red, green, blue and alpha.
    pub uses: Image,
    /// Horizontal part of the normal, to the east in red and to the north in green.
    pub slopes: Image,
}

/// Returns the size of the maps (pixels) and the side of a pixel (m).
fn raster(low: Point2, high: Point2) -> (usize, usize, f64) {
    let size = high - low;
    let pixel = (size.x.max(size.y) / GREATEST_SIDE as f64).max(FINEST_PIXEL);
    let count = |extent: f64| ((extent / pixel).round() as usize).clamp(1, GREATEST_SIDE);
    (count(size.x), count(size.y), pixel)
}

/// Makes the maps.
pub fn cover(relief: &Relief) -> Cover {
    let (low, high) = relief.bounds();
    let (width, height, _) = raster(low, high);
    let step = Vector2::new((high.x - low.x) / width as f64, (high.y - low.y) / height as f64);
    let mut uses = vec![0_u8; 4 * width * height];
    let mut slopes = vec![0_u8; 4 * width * height];
    let rocks: Vec<Point2> = relief
        .map()
        .places
        .iter()
        .filter(|p| matches!(p.kind, PlaceKind::Load | PlaceKind::Dump))
        .filter_map(|p| p.machine.or(p.spots.first().map(|s| s.pose)))
        .map(|pose| pose.position())
        .collect();
    let rows = |first: usize, uses: &mut [u8], slopes: &mut [u8]| {
        let heights = |j: usize| -> Vec<f64> {
            let y = low.y + (j as f64 - 0.5) * step.y;
            (0..width + 2).map(|i| relief.height(low.x + (i as f64 - 0.5) * step.x, y)).collect()
        };
        let count = uses.len() / (4 * width);
        let mut window = [heights(first), heights(first + 1), heights(first + 2)];
        for j in 0..count {
            for i in 0..width {
                let p = Point2::new(low.x + (i as f64 + 0.5) * step.x, low.y + ((first + j) as f64 + 0.5) * step.y);
                let east = (window[1][i + 2] - window[1][i]) / (2.0 * step.x);
                let north = (window[2][i + 1] - window[0][i + 1]) / (2.0 * step.y);
                let up = 1.0 / (1.0 + east * east + north * north).sqrt();
                let k = 4 * (j * width + i);
                let signed = |v: f64| ((0.5 - 0.5 * v * up) * 255.0).round() as u8;
                slopes[k..k + 4].copy_from_slice(&[signed(east), signed(north), 0, u8::MAX]);
                let clearance = relief.clearance(p);
                let near = rocks.iter().map(|r| (r - p).norm()).fold(f64::INFINITY, f64::min);
                let share = |v: f64| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
                uses[k] = share(smooth_step(-0.6, 1.4, clearance));
                uses[k + 2] = share(smooth_step(ROCK_REACH.1, ROCK_REACH.0, near));
                uses[k + 3] = share(smooth_step(VEGETATION.0, VEGETATION.1, -clearance));
            }
            if j + 1 < count {
                window.rotate_left(1);
                window[2] = heights(first + j + 3);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).clamp(1, 8);
    let part = height.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        for (k, (u, s)) in uses.chunks_mut(4 * width * part).zip(slopes.chunks_mut(4 * width * part)).enumerate() {
            let rows = &rows;
            scope.spawn(move || rows(k * part, u, s));
        }
    });
    add_tracks(relief, &mut uses, (width, height), step);
    let image = |data: Vec<u8>| {
        with_mip_levels(data, (width, height), TextureFormat::Rgba8Unorm, ImageAddressMode::ClampToEdge)
    };
    Cover { uses: image(uses), slopes: image(slopes) }
}

/// Adds the tracks that wheels have left in the lanes.
fn add_tracks(relief: &Relief, uses: &mut [u8], (width, height): (usize, usize), step: Vector2) {
    let (low, _) = relief.bounds();
    let reach = TRACK_HALF_WIDTH.max(0.75 * step.x);
    let mut stamp = |at: Point2| {
        let (x, y) = ((at.x - low.x) / step.x - 0.5, (at.y - low.y) / step.y - 0.5);
        let (rx, ry) = (reach / step.x, reach / step.y);
        let range = |c: f64, r: f64, n: usize| {
            ((c - r).ceil().max(0.0) as usize)
                ..=((c + r).floor().min(n as f64 - 1.0).max(-1.0) as isize).max(-1) as usize
        };
        if x < -rx || y < -ry || x > width as f64 + rx || y > height as f64 + ry {
            return;
        }
        for j in range(y, ry, height) {
            for i in range(x, rx, width) {
                let away = (((i as f64 - x) / rx).powi(2) + ((j as f64 - y) / ry).powi(2)).sqrt();
                if let Some(pixel) = uses.get_mut(4 * (j * width + i) + 1) {
                    *pixel = (*pixel).max((255.0 * smooth_step(1.0, 0.35, away)) as u8);
                }
            }
        }
    };
    for lane in relief.map().roads.lanes(relief.map().traffic_side) {
        let length = lane.line.length();
        let mut station = 0.0;
        while station <= length {
            if let Some(pose) = lane.line.pose(station) {
                stamp(pose.place(0.0, WHEEL_OFFSET));
                stamp(pose.place(0.0, -WHEEL_OFFSET));
            }
            station += 0.5 * reach;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::relief::tests::crest;
    use super::*;

    #[test]
    fn maps_show_the_road_and_the_slope_of_the_face() {
        let relief = crest();
        let cover = cover(&relief);
        let (width, height, _) = raster(relief.bounds().0, relief.bounds().1);
        let at = |image: &Image, x: f64, y: f64| -> [u8; 4] {
            let (i, j) = ((x + 100.0) / 200.0 * width as f64, (y + 100.0) / 200.0 * height as f64);
            let k = 4 * (j as usize * width + i as usize);
            image.data.as_ref().unwrap()[k..k + 4].try_into().unwrap()
        };
        assert_eq!(at(&cover.uses, 20.0, 0.0)[0], 255, "road");
        assert_eq!(at(&cover.uses, -40.0, 0.0)[0], 0, "no road");
        let face = at(&cover.slopes, -7.0, 80.0);
        assert!(face[0] < 90, "the face rises to the east, so its normal points to the west: {face:?}");
        let level = at(&cover.slopes, 20.0, 0.0);
        assert!(level[0].abs_diff(128) < 3 && level[1].abs_diff(128) < 3, "{level:?}");
    }
}
