//! Access to a survey file in memory or on disk, and to the files beside it.

use super::findings::Findings;
use super::mask::MaskPlace;
use super::read::ReadOptions;
use haul_core::encoding::decode;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults};
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Maximum size of a text file (bytes).
const GREATEST_TEXT: u64 = 1 << 30;

/// A stream of bytes with a position.
pub(super) trait SeekableRead: BufRead + Seek {}

impl<T: BufRead + Seek> SeekableRead for T {}

/// Source of a file's bytes: memory or disk.
pub(super) enum Content<'a> {
    /// Bytes in memory. Companion files are not available.
    Memory(&'a [u8]),
    /// A file on disk.
    Disk(&'a Path),
}

/// A survey file to be read.
pub(super) struct Input<'a> {
    /// Name of the file in messages.
    pub(super) name: &'a str,
    /// Name of the format in messages.
    pub(super) format: &'static str,
    /// Bytes of the file.
    pub(super) content: Content<'a>,
    /// List of the accepted formats, for messages.
    pub(super) accepted: &'a str,
    /// Position of a mask on the ground, if the user gives it.
    pub(super) mask: Option<MaskPlace>,
    /// Settings of the user for reading survey files.
    pub(super) options: &'a ReadOptions,
}

impl<'a> Input<'a> {
    /// Opens the survey file as a stream.
    pub(super) fn open(&self) -> Result<Box<dyn SeekableRead + 'a>, Fault> {
        match self.content {
            Content::Memory(bytes) => Ok(Box::new(Cursor::new(bytes))),
            Content::Disk(path) => {
                let file = File::open(path).map_err(|e| Fault::unreadable(self.name, &e).help(self.accepted))?;
                Ok(Box::new(BufReader::new(file)))
            }
        }
    }

    /// Returns the raw bytes of the survey file, for text formats with their own character encodings.
    ///
    /// # Errors
    ///
    /// Returns a fault if the file cannot be read or is too large.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Fault> {
        match self.content {
            Content::Memory(bytes) => Ok(bytes.to_vec()),
            Content::Disk(path) => bytes_of_file(path, self.accepted),
        }
    }

    /// Returns the survey file as text, with a finding if its character encoding was guessed.
    ///
    /// # Errors
    ///
    /// Returns a fault if the file cannot be read, is too large or is binary.
    pub(super) fn decoded(&self) -> Result<(Arc<SourceText>, Findings), Faults> {
        let bytes = match self.content {
            Content::Memory(bytes) => std::borrow::Cow::Borrowed(bytes),
            Content::Disk(path) => std::borrow::Cow::Owned(bytes_of_file(path, self.accepted)?),
        };
        let decoded = decode(&bytes);
        if decoded.text.contains('\0') {
            let fault = Fault::new(format!("expected text of the format {}, found binary data", self.format));
            return Err(fault.in_file(self.name).help("save it as text, or give --format").into());
        }
        let findings = Findings { assumed: decoded.note().into_iter().collect(), ..Findings::default() };
        Ok((SourceText::new(self.name, decoded.text), findings))
    }

    /// Returns the path of the file beside the survey file that has the same name but the given extension, if it
    /// exists. Ignores case.
    pub(super) fn path_beside(&self, extension: &str) -> Option<PathBuf> {
        let Content::Disk(path) = self.content else { return None };
        in_any_case(folder(path), path.with_extension(extension).file_name()?.to_str()?)
    }

    /// Returns the path of a file that is named inside this survey file, if it exists. Ignores case. Looks first
    /// relative to the folder of this survey file, then for the bare file name in that folder.
    pub(super) fn path_named(&self, name: &str) -> Option<PathBuf> {
        let Content::Disk(path) = self.content else { return None };
        let parts: Vec<&str> = name.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
        let (last, folders) = parts.split_last()?;
        let is_absolute = name.starts_with(['/', '\\']) || name.contains(':');
        let inner = folders.iter().try_fold(folder(path).to_owned(), |at, part| match *part {
            ".." => Some(at.join("..")),
            part => in_any_case(&at, part),
        });
        let in_folder = inner.filter(|_| !is_absolute).and_then(|inner| in_any_case(&inner, last));
        in_folder.or_else(|| in_any_case(folder(path), last))
    }

    /// Reads the bytes of another text file, for example a companion file.
    pub(super) fn bytes_of(&self, path: &Path) -> Result<Vec<u8>, Fault> {
        bytes_of_file(path, self.accepted)
    }
}

/// Returns the folder that holds a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns the path of the file or folder with this name, ignoring case. An exact match is preferred.
fn in_any_case(folder: &Path, name: &str) -> Option<PathBuf> {
    // For an exact match in the current folder, the path has no leading `./`.
    let exact = if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) };
    if exact.exists() {
        return Some(exact);
    }
    let wanted = name.to_lowercase();
    let names = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name());
    let found = names.filter(|n| n.to_string_lossy().to_lowercase() == wanted).min()?;
    Some(exact.with_file_name(found))
}

/// Reads the bytes of a text file, with a limit on its size.
fn bytes_of_file(path: &Path, accepted: &str) -> Result<Vec<u8>, Fault> {
    let name = path.display().to_string();
    let unreadable = |e: std::io::Error| Fault::unreadable(&name, &e).help(accepted);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > GREATEST_TEXT {
        let what = format!("expected at most {} MiB of text, found {} MiB", GREATEST_TEXT >> 20, size >> 20);
        return Err(Fault::new(what).in_file(&name).help("thin the survey, or give the ground as a raster"));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Decodes a text file from its bytes. See [`decode`].
pub(super) fn text(name: &str, bytes: &[u8]) -> Arc<SourceText> {
    SourceText::new(name, decode(bytes).text)
}
