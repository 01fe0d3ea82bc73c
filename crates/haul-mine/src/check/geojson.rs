//! The findings as GeoJSON, in metres of the site frame like the layers of the map.

use super::finding::DesignReport;
use serde_json::{Value, json};

impl DesignReport {
    /// Returns one feature per finding, worst first.
    pub fn geojson(&self) -> String {
        let lines: Vec<String> = self
            .findings
            .iter()
            .map(|f| {
                let line: Vec<[f64; 3]> = f.line.iter().map(|p| [p.x, p.y, p.z]).collect();
                let properties = serde_json::to_value(f).unwrap_or(Value::Null);
                let geometry = if line.len() < 2 {
                    json!({ "type": "Point", "coordinates": f.at })
                } else {
                    json!({ "type": "LineString", "coordinates": line })
                };
                json!({ "type": "Feature", "geometry": geometry, "properties": properties }).to_string()
            })
            .collect();
        format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
    }
}
