//! Masks: pictures of the drivable surface, white where trucks may drive, with a scale.

use super::contour::rings;
use super::features::{self, Feature};
use super::findings::Findings;
use super::input::Input;
use super::raster::{WorldFile, beside};
use super::survey::Survey;
use haul_core::{Fault, Faults, Point2};
use std::io::{BufRead, Seek};

/// Features of the mask format.
pub(super) const FEATURES: &[Feature] = &[
    features::read("grey, colour, palette, 1 to 16 bits, alpha", "white is a brightness of 128 or more of 255"),
    features::read("`--scale` and `--origin`, world file (`.pgw`, `.pngw`, `.wld`)", ""),
    features::refused("turned pictures, interlaced pictures, only one colour", ""),
    features::said("grey pixels, a white border", ""),
];

const FORM: &str = "a PNG, white where trucks may drive, black elsewhere, with --scale (metres a pixel) and --origin";
/// Side length (m) of the squares in which white pixels are counted. The outline is accurate to a tenth of this length.
const SQUARE_SIDE: f64 = 0.5;
/// Maximum number of squares.
const GREATEST_SQUARES: u64 = 40_000_000;
/// Maximum number of pixels along a side of a picture.
const GREATEST_SIDE: u32 = 400_000;
/// Maximum memory for the PNG decoder (bytes). A picture is decoded one row at a time.
const GREATEST_MEMORY: usize = 64 << 20;
/// Minimum brightness of a white pixel, 0 to 255.
const LEAST_WHITE: u16 = 128;
/// Range of brightness of a grey pixel, 0 to 255.
const GREY: std::ops::Range<u16> = 32..224;
/// Share of grey pixels above which a mask may be a photograph or a map.
const GREATEST_GREY_SHARE: f64 = 0.05;
/// Share of white pixels on the picture's border above which black and white may be swapped.
const GREATEST_WHITE_BORDER: f64 = 0.9;

/// Position and scale of a picture on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaskPlace {
    /// Size of a pixel to the east and to the south, in metres or in the unit of the source.
    pub scale: (f64, f64),
    /// East and north of the picture's upper left corner, in metres or in the unit of the source.
    pub origin: (f64, f64),
}

/// Reads a mask.
///
/// # Errors
///
/// Returns a fault if the file is not a PNG, has only one colour, or has no scale.
pub(super) fn read(path: &str, input: impl BufRead + Seek, place: Option<MaskPlace>) -> Result<Survey, Faults> {
    let wrong = |what: String| Faults::from(Fault::new(what).in_file(path).help(FORM));
    let Some(place) = place else {
        return Err(wrong("expected a scale for the picture, found none".into()));
    };
    let numbers = [place.scale.0, place.scale.1, place.origin.0, place.origin.1];
    if !(numbers.iter().all(|v| v.is_finite()) && place.scale.0 > 0.0 && place.scale.1 > 0.0) {
        return Err(wrong(format!("expected a positive scale and a finite origin, found {numbers:?}")));
    }
    let mut decoder = png::Decoder::new_with_limits(input, png::Limits { bytes: GREATEST_MEMORY });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|e| wrong(format!("cannot read it as a PNG: {e}")))?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width < 2 || height < 2 || width > GREATEST_SIDE || height > GREATEST_SIDE {
        return Err(wrong(format!("expected 2 to {GREATEST_SIDE} pixels per side, found {width} × {height}")));
    }
    if reader.info().interlaced {
        return Err(wrong("expected a PNG without interlacing, found an interlaced one; save it without".into()));
    }
    let (colour, _) = reader.output_color_type();
    let samples = colour.samples();
    let per_cell = |scale: f64| (SQUARE_SIDE / scale).floor().clamp(1.0, f64::from(u16::MAX)) as u64;
    let (mut kx, mut ky) = (per_cell(place.scale.0), per_cell(place.scale.1));
    let cells = |kx: u64, ky: u64| u64::from(width).div_ceil(kx) * u64::from(height).div_ceil(ky);
    while cells(kx, ky) > GREATEST_SQUARES {
        (kx, ky) = (kx + 1, ky + 1);
    }
    let columns = u64::from(width).div_ceil(kx) as usize;
    let rows = u64::from(height).div_ceil(ky) as usize;
    let mut share = vec![0_u8; columns * rows];
    let mut counts = vec![0_u32; columns];
    let (mut white, mut grey, mut border_white, mut y) = (0_u64, 0_u64, 0_u64, 0_u64);
    while let Some(row) = reader.next_row().map_err(|e| wrong(format!("cannot read it as a PNG: {e}")))? {
        for (x, pixel) in row.data().chunks_exact(samples).enumerate().take(width as usize) {
            let bright = match *pixel {
                [v] => u16::from(v),
                [v, a] => u16::from(v) * u16::from(a) / 255,
                [r, g, b] => (u16::from(r) + u16::from(g) + u16::from(b)) / 3,
                [r, g, b, a] => (u16::from(r) + u16::from(g) + u16::from(b)) / 3 * u16::from(a) / 255,
                _ => 0,
            };
            grey += u64::from(GREY.contains(&bright));
            if bright >= LEAST_WHITE {
                let is_border = x == 0 || x + 1 == width as usize || y == 0 || y + 1 == u64::from(height);
                border_white += u64::from(is_border);
                counts[x / kx as usize] += 1;
                white += 1;
            }
        }
        y += 1;
        if y.is_multiple_of(ky) || y == u64::from(height) {
            let j = ((y - 1) / ky) as usize;
            let full = kx * ky;
            for (i, count) in counts.iter_mut().enumerate() {
                // Squares are stored from south to north, and pictures from north to south.
                share[(rows - 1 - j) * columns + i] = (u64::from(*count) * 255 / full).min(255) as u8;
                *count = 0;
            }
        }
    }
    if y < u64::from(height) {
        return Err(wrong(format!("expected {height} rows, found {y}; the file was cut off")));
    }
    let total = u64::from(width) * u64::from(height);
    if white == 0 || white == total {
        let colour = if white == 0 { "black" } else { "white" };
        return Err(wrong(format!("expected black and white pixels, found only {colour} ones")));
    }
    // Centre of the south-western square.
    let (sx, sy) = (place.scale.0 * kx as f64, place.scale.1 * ky as f64);
    let (x0, y0) = (place.origin.0 + 0.5 * sx, place.origin.1 - rows as f64 * sy + 0.5 * sy);
    let mask = rings(&share, columns, 127.5)
        .into_iter()
        .map(|ring| ring.into_iter().map(|(i, j)| Point2::new(x0 + i * sx, y0 + j * sy)).collect())
        .collect();
    let area = white as f64 * place.scale.0 * place.scale.1;
    let notes = vec![format!(
        "{white} of {width} × {height} pixels are white (brightness of {LEAST_WHITE} or more of 255): {area:.0} square units"
    )];
    let mut strange = Vec::new();
    let grey_share = grey as f64 / total as f64;
    if grey_share > GREATEST_GREY_SHARE {
        strange.push(format!(
            "{:.0} % of the pixels are neither black nor white; the edge of the drivable surface depends on the brightness of \
             {LEAST_WHITE}; save the mask in black and white",
            100.0 * grey_share
        ));
    }
    let border = 2 * (u64::from(width) + u64::from(height)) - 4;
    if border_white as f64 > GREATEST_WHITE_BORDER * border as f64 {
        strange.push(
            "nearly all of the picture's border is white, so trucks may drive out of it; if roads are black on white, invert the \
             picture"
                .to_owned(),
        );
    }
    Ok(Survey { mask, findings: Findings { notes, strange, ..Findings::default() }, ..Survey::default() })
}

/// Reads the position of a picture from its world file. Returns `None` if there is no world file.
///
/// # Errors
///
/// Returns a fault if the world file is invalid, rotates the picture or orders its rows from the south.
pub(super) fn place_beside(input: &Input) -> Result<Option<MaskPlace>, Faults> {
    let Some(file) = beside(input, &["pgw", "pngw", "wld"]) else { return Ok(None) };
    let WorldFile { step, centre } = WorldFile::of_text(&file.name, &file.text)?;
    if step.1 > 0.0 {
        let fault = Fault::new("expected a picture with rows from the north, found one with rows from the south");
        return Err(fault.in_file(&file.name).help("turn it north up: gdalwarp IN OUT.tif").into());
    }
    // A world file gives the centre of the upper left pixel, and `MaskPlace` its outer corner.
    Ok(Some(MaskPlace { scale: (step.0, -step.1), origin: (centre.0 - 0.5 * step.0, centre.1 - 0.5 * step.1) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads an 8-bit mask of 20 × 20 pixels, each 1 m wide.
    fn read_mask(brightness: impl Fn(usize, usize) -> u8) -> Survey {
        let pixels: Vec<u8> = (0..400).map(|k| brightness(k % 20, k / 20)).collect();
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 20, 20);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        let place = MaskPlace { scale: (1.0, 1.0), origin: (0.0, 20.0) };
        read("m.png", std::io::Cursor::new(bytes), Some(place)).unwrap()
    }

    fn is_inside(x: usize, y: usize) -> bool {
        (5..15).contains(&x) && (5..15).contains(&y)
    }

    #[test]
    fn black_and_white_mask_raises_no_doubt() {
        let survey = read_mask(|x, y| if is_inside(x, y) { 255 } else { 0 });
        assert!(survey.findings.strange.is_empty(), "{:?}", survey.findings);
        assert!(survey.findings.notes[0].contains("100 of 20 × 20 pixels are white"), "{:?}", survey.findings);
    }

    #[test]
    fn grey_and_inverted_masks_are_told() {
        let grey = read_mask(|x, y| if is_inside(x, y) { 140 } else { 0 });
        assert!(grey.findings.strange[0].contains("25 % of the pixels"), "{:?}", grey.findings);
        let inverted = read_mask(|x, y| if is_inside(x, y) { 0 } else { 255 });
        assert!(inverted.findings.strange[0].contains("invert the picture"), "{:?}", inverted.findings);
    }
}
