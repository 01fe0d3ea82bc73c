//! Weather and slippery ground in a scenario file.

use super::{FARTHEST_M, LONGEST_RUN_S};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Heaviest rain and snow of a scenario, mm/h: the record hour is 305 mm (Holt, Missouri, 1947).
pub(crate) const MOST_RAIN_MM_H: f64 = 300.0;
pub(crate) const MOST_SNOW_MM_H: f64 = 50.0;
/// Range of the visibility, m: a truck sees nothing below the lower end, and 20 km is clear air.
const VISIBILITY_M: [f64; 2] = [5.0, 50_000.0];
/// Range of the air temperature, °C: that of working mines.
const AIR_C: [f64; 2] = [-60.0, 60.0];
/// Strongest wind, m/s: a hurricane.
const MOST_WIND_M_S: f64 = 60.0;

/// Weather of a run. A run without it has fair weather at 25 °C and sea level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherFile {
    /// Climate from which the seed of the run makes a random day. Keys below replace its quantities.
    pub climate: Option<ClimateName>,
    /// Date in local time, `2026-07-01` or `07-01`. Left out: 21 March.
    pub date: Option<String>,
    /// Local solar time at the start of the run, such as `06:00`. Left out: noon.
    pub start_time: Option<String>,
    /// Latitude, degrees, positive north. Left out: 30.
    #[schemars(range(min = -90.0, max = 90.0))]
    pub latitude_deg: Option<f64>,
    /// Altitude of the site, m. Left out: that of the mine's datum.
    #[schemars(range(min = -430.0, max = 6000.0))]
    pub altitude_m: Option<f64>,
    /// Rain, mm/h: 2 is light, 10 heavy, 50 a cloudburst.
    #[schemars(range(min = 0.0, max = MOST_RAIN_MM_H))]
    pub rain_mm_h: Option<f64>,
    /// Snow, mm/h of water: 1 is moderate, 4 heavy.
    #[schemars(range(min = 0.0, max = MOST_SNOW_MM_H))]
    pub snow_mm_h: Option<f64>,
    /// Visibility by fog and dust, m: 1000 is fog, 100 dense fog. Rain and snow take more of it.
    #[schemars(range(min = VISIBILITY_M[0], max = VISIBILITY_M[1]))]
    pub visibility_m: Option<f64>,
    /// Wind at 2 m above the ground, m/s.
    #[schemars(range(min = 0.0, max = MOST_WIND_M_S))]
    pub wind_m_s: Option<f64>,
    /// Bearing from which the wind blows, degrees.
    #[schemars(range(min = -360.0, max = 360.0))]
    pub wind_from_deg: Option<f64>,
    /// Temperature of the air, °C.
    #[schemars(range(min = AIR_C[0], max = AIR_C[1]))]
    pub air_c: Option<f64>,
    /// Relative humidity, %.
    #[schemars(range(min = 1.0, max = 100.0))]
    pub humidity_pct: Option<f64>,
    /// Cloud cover, %.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub cloud_pct: Option<f64>,
    /// True if the trucks have stood for a night: oil, brakes and tyres are as cold as the air at the start.
    #[serde(default)]
    pub cold_start: bool,
    /// Wetness of the roads at the start, %: 100 is as wet as they get.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub wetness_pct: f64,
    /// Packed snow on the roads at the start, mm of water.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 500.0))]
    pub packed_snow_mm: f64,
    /// Ice on the roads at the start, mm of water.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub ice_mm: f64,
    /// Rows over the time, in order. Each quantity runs straight between the rows that give it.
    #[serde(default, rename = "at")]
    pub rows: Vec<WeatherRow>,
}

/// Climate of a random day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClimateName {
    /// Warm, with heavy showers.
    Monsoon,
    /// Hot and dry, with dust and rare thunderstorms.
    Arid,
    /// A high mine with snow showers, sun and fog.
    Alpine,
    /// Frost and snow.
    Winter,
}

impl ClimateName {
    /// Returns the name in `seeds/climates.toml`.
    pub fn text(self) -> &'static str {
        match self {
            ClimateName::Monsoon => "monsoon",
            ClimateName::Arid => "arid",
            ClimateName::Alpine => "alpine",
            ClimateName::Winter => "winter",
        }
    }
}

/// Row of the weather's table. A quantity that is left out is not changed by the row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherRow {
    /// Local solar time of the row, such as `14:30`. A time before the start is of the next day.
    pub time: Option<String>,
    /// Time of the row, instead of `time`, s of simulated time.
    #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
    pub at_s: Option<f64>,
    /// Rain, mm/h.
    #[schemars(range(min = 0.0, max = MOST_RAIN_MM_H))]
    pub rain_mm_h: Option<f64>,
    /// Snow, mm/h of water.
    #[schemars(range(min = 0.0, max = MOST_SNOW_MM_H))]
    pub snow_mm_h: Option<f64>,
    /// Visibility by fog and dust, m.
    #[schemars(range(min = VISIBILITY_M[0], max = VISIBILITY_M[1]))]
    pub visibility_m: Option<f64>,
    /// Wind at 2 m above the ground, m/s.
    #[schemars(range(min = 0.0, max = MOST_WIND_M_S))]
    pub wind_m_s: Option<f64>,
    /// Temperature of the air, °C.
    #[schemars(range(min = AIR_C[0], max = AIR_C[1]))]
    pub air_c: Option<f64>,
    /// Relative humidity, %.
    #[schemars(range(min = 1.0, max = 100.0))]
    pub humidity_pct: Option<f64>,
    /// Cloud cover, %.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub cloud_pct: Option<f64>,
}

/// Ground that is more slippery than anybody knows: ice in a shadow, a leak, spilt clay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SlipperyFile {
    /// East and north of its centre, m, together with `radius_m`.
    #[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))]
    pub at: Option<[f64; 2]>,
    /// Radius, m.
    #[schemars(range(min = 0.5, max = 5000.0))]
    pub radius_m: Option<f64>,
    /// Corners of its outline, instead of `at` and `radius_m`: east and north of each, m.
    pub ring: Option<Vec<Corner>>,
    /// Upper limit of the friction coefficient in it: wet clay is 0.25, ice 0.12.
    #[schemars(range(min = 0.05, max = 1.2))]
    pub friction: f64,
    /// Time from which it is slippery, s.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = LONGEST_RUN_S))]
    pub from_s: f64,
}

/// Corner of an outline: east and north, m.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Corner(#[schemars(inner(range(min = -FARTHEST_M, max = FARTHEST_M)))] pub [f64; 2]);
