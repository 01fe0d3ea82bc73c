//! Writes paths as CSV for inspection.

use haul_mine::MineMap;
use haul_planner::Path;
use std::path::PathBuf;

/// Writes the path and the edges of the drivable surface as CSV if `HAUL_DUMP` names a folder.
pub fn dump(map: &MineMap, name: &str, path: &Path) {
    use std::fmt::Write;
    let Some(dir) = std::env::var_os("HAUL_DUMP").filter(|d| !d.is_empty()).map(PathBuf::from) else { return };
    let mut text = String::new();
    for p in &path.points {
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{}",
            p.pose.x,
            p.pose.y,
            p.pose.heading,
            p.curvature,
            p.station,
            p.travel.sign(),
            p.clearance,
            p.z,
            p.grade,
            p.road.map_or(-1, |r| i64::from(r.0))
        );
    }
    std::fs::write(dir.join(format!("{name}.csv")), text).unwrap();
    let mut text = String::new();
    for ring in map.drivable.polygon().rings() {
        for p in ring.iter().chain(ring.first()) {
            let _ = writeln!(text, "{},{}", p.x, p.y);
        }
        let _ = writeln!(text, "nan,nan");
    }
    std::fs::write(dir.join("edges.csv"), text).unwrap();
    let mut text = String::new();
    for road in &map.roads.roads {
        for p in road.line.points() {
            let _ = writeln!(text, "{},{}", p.x, p.y);
        }
        let _ = writeln!(text, "nan,nan");
    }
    std::fs::write(dir.join("roads.csv"), text).unwrap();
}
