//! Tests that a mine is read back exactly as it was written, and that broken files are reported.

use crate::generate::{PitSpec, generate_pit};
use crate::map::MineMap;
use std::path::PathBuf;

/// Returns an empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("haul-mine-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    dir
}

#[test]
fn mine_is_read_back_exactly() {
    let map = generate_pit(&PitSpec::default()).unwrap();
    let dir = folder("exact");
    map.save(&dir).unwrap();
    let back = MineMap::load(&dir).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(back == map);
}

#[test]
fn broken_layer_is_reported_with_its_position() {
    let map = generate_pit(&PitSpec::default()).unwrap();
    let dir = folder("broken");
    map.save(&dir).unwrap();
    let path = dir.join("roads.geojson");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, &text[..text.len() / 2]).unwrap();
    let error = MineMap::load(&dir).unwrap_err().to_string();
    assert!(error.contains("roads.geojson:"), "{error}");
    for limit in ["0", "-1", "0.05"] {
        let limited = text.replacen("\"speed_limit_mps\":null", &format!("\"speed_limit_mps\":{limit}"), 1);
        assert!(limited != text);
        std::fs::write(&path, limited).unwrap();
        let error = MineMap::load(&dir).unwrap_err().to_string();
        assert!(error.contains("roads.geojson") && error.contains(&format!("{limit} m/s")), "{error}");
    }
    std::fs::write(&path, text).unwrap();
    let settings = dir.join("mine.toml");
    let toml = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, toml.replacen("name = ", "nmae = ", 1)).unwrap();
    let error = MineMap::load(&dir).unwrap_err().to_string();
    assert!(error.contains("mine.toml:") && error.contains("nmae"), "{error}");
    std::fs::write(&settings, toml).unwrap();
    std::fs::write(dir.join("terrain.flt"), [0_u8; 13]).unwrap();
    let error = MineMap::load(&dir).unwrap_err().to_string();
    assert!(error.contains("terrain.flt"), "{error}");
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(MineMap::load(&dir).unwrap_err().to_string().contains("expected a mine directory"));
}
