//! Textures with their smaller copies (mip levels), so that distant ground does not flicker.

use bevy::asset::RenderAssetUsages;
use bevy::image::{Image, ImageAddressMode, ImageFilterMode, ImageSampler, ImageSamplerDescriptor};
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat};

/// Makes a texture of four bytes a pixel with all its mip levels.
pub fn with_mip_levels(
    data: Vec<u8>,
    (width, height): (usize, usize),
    format: TextureFormat,
    address: ImageAddressMode,
) -> Image {
    let mut level = data;
    let (mut w, mut h, mut count) = (width, height, 1);
    let mut bytes = level.clone();
    while w > 1 || h > 1 {
        let (nw, nh) = ((w / 2).max(1), (h / 2).max(1));
        let mut next = Vec::with_capacity(4 * nw * nh);
        for y in 0..nh {
            for x in 0..nw {
                let at = |dx: usize, dy: usize| 4 * ((2 * y + dy).min(h - 1) * w + (2 * x + dx).min(w - 1));
                let corners = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
                for channel in 0..4 {
                    let sum: u32 = corners.iter().map(|k| u32::from(level[k + channel])).sum();
                    next.push(((sum + 2) / 4) as u8);
                }
            }
        }
        bytes.extend_from_slice(&next);
        (level, w, h, count) = (next, nw, nh, count + 1);
    }
    let extent = Extent3d { width: width as u32, height: height as u32, depth_or_array_layers: 1 };
    let mut image = Image::new_uninit(extent, TextureDimension::D2, format, RenderAssetUsages::all());
    image.data = Some(bytes);
    image.texture_descriptor.mip_level_count = count;
    let mut sampler = ImageSamplerDescriptor::linear();
    sampler.set_address_mode(address).set_filter(ImageFilterMode::Linear);
    image.sampler = ImageSampler::Descriptor(sampler);
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mip_levels_are_complete_for_any_size() {
        for (w, h) in [(5, 3), (64, 64), (1, 7)] {
            let image =
                with_mip_levels(vec![100; 4 * w * h], (w, h), TextureFormat::Rgba8Unorm, ImageAddressMode::Repeat);
            let levels = image.texture_descriptor.mip_level_count;
            let pixels: usize = (0..levels).map(|k| (w >> k).max(1) * (h >> k).max(1)).sum();
            let data = image.data.unwrap();
            assert_eq!(data.len(), 4 * pixels, "{w} x {h}");
            assert!(data.iter().all(|b| *b == 100));
        }
    }
}
