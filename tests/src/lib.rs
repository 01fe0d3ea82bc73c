//! What the tests that cross crates share.

pub mod traffic;

use haul_mine::{ImportOptions, MineMap, import_edges_csv};
use std::path::{Path, PathBuf};

/// The project's folder.
pub fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The folder of really surveyed mines: `HAUL_REAL_MINES`, else `../shared/data` beside the project. `None`, said aloud,
/// where it is absent.
pub fn real_mines() -> Option<PathBuf> {
    let folder = std::env::var_os("HAUL_REAL_MINES").map_or_else(|| project().join("../shared/data"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    say("skipped: no real mines; set HAUL_REAL_MINES to their folder");
    None
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must say so where a person looks")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// The surveyed mine Dapai, imported into a folder of this test alone. `None` where the survey is absent.
pub fn dapai(test: &str) -> Option<PathBuf> {
    let survey = real_mines()?.join("dapai/edges.csv");
    let (map, _): (MineMap, _) = import_edges_csv(&survey, &ImportOptions::default()).ok()?;
    let dir = std::env::temp_dir().join(format!("haul-{}-{test}", std::process::id()));
    map.save(&dir).ok()?;
    Some(dir)
}
