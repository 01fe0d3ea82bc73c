//! Additional pages of a GeoTIFF: overviews, masks and other images.

use crate::import::findings::Findings;
use std::io::{Read, Seek};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

/// Bit of the tag NewSubfileType that marks a copy at lower resolution.
const REDUCED: u32 = 1;
/// Bit of the tag NewSubfileType that marks a mask for another page.
const MASK: u32 = 4;
/// Maximum number of pages that are counted.
const MOST_PAGES: usize = 1_000;

/// Reports the pages after the first one, which are left out. Before and after the call, the decoder is at the first
/// page.
pub(super) fn tell<R: Read + Seek>(decoder: &mut Decoder<R>, findings: &mut Findings) -> tiff::TiffResult<()> {
    let (mut overviews, mut masks, mut others) = (0, 0, 0);
    for _ in 0..MOST_PAGES {
        if !decoder.more_images() {
            break;
        }
        if decoder.next_image().is_err() {
            others += 1;
            break;
        }
        let kind = decoder.get_tag_u32(Tag::NewSubfileType).unwrap_or(0);
        if kind & MASK != 0 {
            masks += usize::from(kind & REDUCED == 0);
        } else if kind & REDUCED != 0 {
            overviews += 1;
        } else {
            others += 1;
        }
    }
    if overviews + masks + others > 0 {
        decoder.seek_to_image(0)?;
    }
    findings.leave_out(overviews, "overviews", "they are coarser copies of the raster");
    findings.leave_out(
        masks,
        "masks",
        "a mask page is not read, so the cells that it hides count as ground; to make them cells without data: gdalwarp \
         -dstnodata -9999 IN OUT.tif",
    );
    findings.leave_out(
        others,
        "further pages",
        "only the first page is read; to take the second one: gdal_translate GTIFF_DIR:2:IN OUT.tif",
    );
    Ok(())
}
