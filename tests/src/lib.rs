//! Code that is shared by the tests across crates.

pub mod traffic;

use haul_mine::{ImportOptions, MineMap, import_edges_csv};
use std::path::{Path, PathBuf};

/// Returns the project's folder.
pub fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Returns the folder of surveys of real mines: `HAUL_REAL_MINES` if it is set, otherwise `../shared/data` beside the
/// project.
///
/// # Panics
/// The folder does not exist. Tests that need it are ignored by default.
pub fn real_mines() -> PathBuf {
    let folder = std::env::var_os("HAUL_REAL_MINES").map_or_else(|| project().join("../shared/data"), PathBuf::from);
    assert!(folder.is_dir(), "no {}: set HAUL_REAL_MINES to the folder of real mines", folder.display());
    folder
}

/// Imports the surveyed mine Dapai into a folder that only this test uses, and returns the folder.
///
/// # Panics
/// The survey does not exist or cannot be imported.
pub fn dapai(test: &str) -> PathBuf {
    let survey = real_mines().join("dapai/edges.csv");
    let (map, _): (MineMap, _) = import_edges_csv(&survey, &ImportOptions::default()).unwrap();
    let dir = std::env::temp_dir().join(format!("haul-{}-{test}", std::process::id()));
    map.save(&dir).unwrap();
    dir
}
