//! The survey formats: one table with the name, the recognition and the reader of each format.

use super::features::Feature;
use super::input::Input;
use super::survey::Survey;
use super::{dxf, edges_csv, esri_ascii, foreign, geojson, geotiff, landxml, mask, surfer, surpac};
use haul_core::encoding::decode;
use haul_core::{Fault, Faults};
use serde::Serialize;
use std::path::Path;

/// A survey format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// `string,x,y,z` in a text file.
    EdgesCsv,
    /// Surpac strings.
    SurpacStr,
    /// A Surpac surface, with its strings file beside it.
    SurpacDtm,
    /// AutoCAD drawing interchange, in text form or in binary form.
    Dxf,
    /// LandXML surfaces and strings.
    LandXml,
    /// A GeoTIFF elevation raster.
    GeoTiff,
    /// An ESRI ASCII elevation raster.
    EsriAscii,
    /// A Surfer grid in text form.
    SurferGrid,
    /// A picture that is white where trucks may drive.
    MaskPng,
    /// GeoJSON features.
    GeoJson,
}

/// An entry of the table of formats.
struct FormatEntry {
    format: Format,
    /// Name on the command line and in reports.
    name: &'static str,
    /// Name of the format in messages.
    label: &'static str,
    /// File name extensions, in lower case.
    extensions: &'static [&'static str],
    /// Byte sequences with which a file of this format starts.
    magic: &'static [&'static [u8]],
    /// Function that returns true if a text file starts like this format.
    recognises: fn(&TextStart) -> bool,
    /// Features of the format, each read, left out with a finding, or refused.
    features: &'static [Feature],
    /// Function that reads a file of this format.
    read: fn(&Input) -> Result<Survey, Faults>,
}

/// Start of a text file of unknown format.
struct TextStart {
    /// The text, without leading blanks.
    text: String,
    /// The first line, in lower case.
    first_line: String,
}

/// All formats. At most one format recognises a given text.
const FORMATS: [FormatEntry; 10] = [
    FormatEntry {
        format: Format::EdgesCsv,
        name: "csv",
        label: "CSV (string,x,y,z; any delimiter)",
        extensions: &["csv", "tsv"],
        magic: &[],
        recognises: |start| {
            let is_other = start.text.starts_with(['<', '{', '[', '\u{1e}']) || start.first_line.starts_with("ncols");
            !is_other && edges_csv::recognises(&start.text)
        },
        features: edges_csv::FEATURES,
        read: |input| {
            let (source, decoded) = input.decoded()?;
            let mut survey = edges_csv::read(&source, input.options)?;
            survey.findings.append(decoded);
            Ok(survey)
        },
    },
    FormatEntry {
        format: Format::SurpacStr,
        name: "str",
        label: "Surpac .str",
        extensions: &["str"],
        magic: &[],
        recognises: |_| false,
        read: surpac::read_str,
        features: surpac::STR_FEATURES,
    },
    FormatEntry {
        format: Format::SurpacDtm,
        name: "dtm",
        label: "Surpac .dtm",
        extensions: &["dtm"],
        magic: &[],
        recognises: |_| false,
        read: surpac::read_with_strings,
        features: surpac::DTM_FEATURES,
    },
    FormatEntry {
        format: Format::Dxf,
        name: "dxf",
        label: "DXF",
        extensions: &["dxf"],
        magic: &[b"AutoCAD Binary DXF"],
        recognises: |start| start.first_line.trim() == "0" && start.text.contains("SECTION"),
        read: dxf::read,
        features: dxf::FEATURES,
    },
    FormatEntry {
        format: Format::LandXml,
        name: "landxml",
        label: "LandXML",
        extensions: &["xml", "landxml"],
        magic: &[],
        recognises: |start| start.text.starts_with('<'),
        read: |input| {
            let (source, decoded) = input.decoded()?;
            let mut survey = landxml::read(&source, input.options)?;
            survey.findings.append(decoded);
            Ok(survey)
        },
        features: landxml::FEATURES,
    },
    FormatEntry {
        format: Format::GeoTiff,
        name: "geotiff",
        label: "GeoTIFF",
        extensions: &["tif", "tiff"],
        magic: &[b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"],
        recognises: |_| false,
        features: geotiff::FEATURES,
        read: geotiff::read,
    },
    FormatEntry {
        format: Format::EsriAscii,
        name: "asc",
        label: "ESRI ASCII",
        extensions: &["asc", "grd"],
        magic: &[],
        recognises: |start| start.first_line.starts_with("ncols"),
        features: esri_ascii::FEATURES,
        read: esri_ascii::read,
    },
    FormatEntry {
        format: Format::SurferGrid,
        name: "surfer",
        label: "Surfer grid (DSAA)",
        extensions: &[],
        magic: &[b"DSAA", b"DSBB", b"DSRB"],
        recognises: |_| false,
        features: surfer::FEATURES,
        read: surfer::read,
    },
    FormatEntry {
        format: Format::MaskPng,
        name: "mask",
        label: "mask PNG",
        extensions: &["png"],
        magic: &[b"\x89PNG"],
        recognises: |_| false,
        features: mask::FEATURES,
        read: |input| {
            let place = match input.mask {
                Some(given) => Some(given),
                None => mask::place_beside(input)?,
            };
            mask::read(input.name, input.open()?, place)
        },
    },
    FormatEntry {
        format: Format::GeoJson,
        name: "geojson",
        label: "GeoJSON",
        extensions: &["json", "geojson", "geojsonl", "geojsons", "ndjson", "jsonl"],
        magic: &[],
        recognises: |start| start.text.starts_with(['{', '[', '\u{1e}']),
        read: |input| {
            let (source, decoded) = input.decoded()?;
            let mut survey = geojson::read(&source, input.options)?;
            survey.findings.append(decoded);
            Ok(survey)
        },
        features: geojson::FEATURES,
    },
];

impl Format {
    /// All formats.
    pub const ALL: [Format; FORMATS.len()] = {
        let mut all = [Format::EdgesCsv; FORMATS.len()];
        let mut k = 0;
        while k < FORMATS.len() {
            all[k] = FORMATS[k].format;
            k += 1;
        }
        all
    };

    /// Returns the format's entry in the table.
    fn entry(self) -> &'static FormatEntry {
        static TABLE: [FormatEntry; FORMATS.len()] = FORMATS;
        &TABLE[self as usize]
    }

    /// Returns the name of the format on the command line and in reports.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Returns the name of the format in messages.
    pub(super) fn label(self) -> &'static str {
        self.entry().label
    }

    /// Returns the features of the format.
    pub(super) fn features(self) -> &'static [Feature] {
        self.entry().features
    }

    /// Returns the format that has this name on the command line.
    pub fn of_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.name() == name)
    }

    /// Reads a file of this format.
    pub(super) fn read(self, input: &Input) -> Result<Survey, Faults> {
        (self.entry().read)(input)
    }

    /// Recognises the format of a file by its first bytes, by its extension, or else by its first line.
    ///
    /// # Errors
    ///
    /// Returns a fault if the format is unknown.
    pub(super) fn recognised(path: &Path, head: &[u8]) -> Result<Format, Faults> {
        let by_magic = |f: &Format| f.entry().magic.iter().any(|magic| head.starts_with(magic));
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        let by_extension = |f: &Format| f.entry().extensions.contains(&extension.as_str());
        let text = decode(head).text.trim_start().to_owned();
        let first_line = text.lines().next().unwrap_or("").to_lowercase();
        let start = TextStart { text, first_line };
        let by_text = |f: &Format| (f.entry().recognises)(&start);
        let found = |is: &dyn Fn(&Format) -> bool| Format::ALL.into_iter().find(|f| is(f));
        if let Some(format) = found(&by_magic) {
            return Ok(format);
        }
        let not_read = |(name, remedy): (&str, &str)| {
            Fault::new(format!("expected a survey file, found {name}")).in_file(path.display()).help(remedy.to_owned())
        };
        if let Some(other) = foreign::by_content(head) {
            return Err(not_read(other).into());
        }
        found(&by_extension).or_else(|| found(&by_text)).ok_or_else(|| {
            if let Some(other) = foreign::by_extension(&extension) {
                return not_read(other).into();
            }
            let what = if head.is_empty() { "the file is empty" } else { "the format is unknown" };
            let names: Vec<&str> = Format::ALL.iter().map(|f| f.name()).collect();
            let help = format!("{}; or give --format {}", accepted(), names.join(", "));
            Fault::new(what).in_file(path.display()).help(help).into()
        })
    }
}

/// Returns the list of survey formats, for messages and for the help of commands.
pub fn accepted() -> String {
    let labels: Vec<&str> = Format::ALL.iter().map(|f| f.label()).collect();
    format!("survey files: {}", labels.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_at_its_own_place_in_the_table() {
        for format in Format::ALL {
            assert_eq!(format.entry().format, format);
            assert_eq!(Format::of_name(format.name()), Some(format));
        }
    }

    #[test]
    fn first_line_of_one_format_is_not_taken_for_another() {
        let of = |text: &str| Format::recognised(Path::new("survey"), text.as_bytes()).unwrap();
        assert_eq!(of("string,x,y,z\n1,0,0,0\n"), Format::EdgesCsv);
        assert_eq!(of("{\"type\":\"LineString\",\"coordinates\":[]}"), Format::GeoJson);
        assert_eq!(of("<a b=\"string,\"/>"), Format::LandXml);
        assert_eq!(of("ncols 4 string,\n"), Format::EsriAscii);
        assert_eq!(of("  0\nSECTION\n"), Format::Dxf);
        assert!(Format::recognised(Path::new("survey"), b"hello").is_err());
    }
}
