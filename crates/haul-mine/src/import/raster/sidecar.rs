//! Small text files beside a raster: world files, coordinate systems, and statistics and units of GDAL.

use crate::import::input::{Content, Input};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Maximum number of bytes that are read from a file beside a raster.
const GREATEST_SIZE: u64 = 1 << 20;

/// A text file beside a raster.
pub(in crate::import) struct Sidecar {
    /// Path of the file.
    pub(in crate::import) name: String,
    /// Content of the file.
    pub(in crate::import) text: String,
}

/// Returns the first file beside the input that has one of these extensions, in lower or upper case. Returns `None` if
/// the input is in memory.
pub(in crate::import) fn beside(input: &Input, extensions: &[&str]) -> Option<Sidecar> {
    let Content::Disk(path) = input.content else { return None };
    let names = extensions.iter().flat_map(|e| [path.with_extension(e), path.with_extension(e.to_uppercase())]);
    names.into_iter().find_map(|path| read(&path))
}

/// Returns the file whose name is the full name of the input plus an ending, for example `dem.tif.aux.xml`.
pub(in crate::import) fn beside_whole_name(input: &Input, ending: &str) -> Option<Sidecar> {
    let Content::Disk(path) = input.content else { return None };
    let mut whole = path.as_os_str().to_owned();
    whole.push(ending);
    read(&PathBuf::from(whole))
}

fn read(path: &Path) -> Option<Sidecar> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(GREATEST_SIZE).read_to_end(&mut bytes).ok()?;
    Some(Sidecar { name: path.display().to_string(), text: String::from_utf8_lossy(&bytes).into_owned() })
}
