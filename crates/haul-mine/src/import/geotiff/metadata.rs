//! Metadata of GDAL on the first band: no-data value, scale, offset, unit, geotransform and coordinate system.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Metadata of the first band that GDAL writes to the tag GDAL_METADATA, or to the file `.aux.xml` beside the raster.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct GdalFacts {
    /// Factor by which the numbers in the cells are multiplied.
    pub(super) scale: Option<f64>,
    /// Offset that is added to the numbers after scaling.
    pub(super) offset: Option<f64>,
    /// Name of the unit of heights.
    pub(super) unit: Option<String>,
    /// No-data value, as text.
    pub(super) no_data: Option<String>,
    /// GDAL's geotransform: east, cell size east, rotation, north, rotation, cell size north.
    pub(super) place: Option<Vec<f64>>,
    /// Coordinate system as WKT.
    pub(super) system: Option<String>,
}

impl GdalFacts {
    /// Reads the XML element `GDALMetadata` or `PAMDataset`. Returns the reason if the text is not valid XML.
    pub(super) fn of_xml(text: &str) -> Result<GdalFacts, String> {
        let mut facts = GdalFacts::default();
        let mut reader = Reader::from_str(text.trim_end_matches('\0'));
        // Name of the open element or item, and whether it belongs to the first band. `Item` counts bands from 0, and
        // `PAMRasterBand` from 1.
        let (mut name, mut value) = (String::new(), String::new());
        let mut is_first_band = true;
        loop {
            match reader.read_event() {
                Ok(Event::Start(e)) => {
                    value.clear();
                    name = String::from_utf8_lossy(e.local_name().as_ref()).to_lowercase();
                    match &*name {
                        "item" => {
                            is_first_band = attribute(&e, "sample").is_none_or(|k| k.trim() == "0");
                            name = attribute(&e, "role").or_else(|| attribute(&e, "name")).unwrap_or_default();
                            name.make_ascii_lowercase();
                        }
                        "pamrasterband" => {
                            is_first_band = attribute(&e, "band").is_none_or(|k| k.trim() == "1");
                            name.clear();
                        }
                        _ => {}
                    }
                }
                Ok(Event::Text(t)) => value.push_str(&String::from_utf8_lossy(&t)),
                Ok(Event::GeneralRef(r)) if &*r == b"quot" => value.push('"'),
                Ok(Event::End(_)) => {
                    facts.take(&name, value.trim(), is_first_band);
                    name.clear();
                }
                Ok(Event::Eof) => return Ok(facts),
                Err(e) => return Err(e.to_string()),
                Ok(_) => {}
            }
        }
    }

    /// Stores the value of an element.
    fn take(&mut self, name: &str, value: &str, is_first_band: bool) {
        let number = || value.replace(',', ".").parse::<f64>().ok();
        match name {
            "geotransform" => {
                let numbers: Result<Vec<f64>, _> = value.split(',').map(|n| n.trim().parse()).collect();
                self.place = numbers.ok().filter(|n| n.len() == 6);
            }
            "srs" if !value.is_empty() => self.system = Some(value.to_owned()),
            _ if !is_first_band => {}
            "scale" => self.scale = number(),
            "offset" => self.offset = number(),
            "unittype" if !value.is_empty() => self.unit = Some(value.to_owned()),
            "nodatavalue" => self.no_data = Some(value.to_owned()),
            _ => {}
        }
    }
}

fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let attribute = e.attributes().flatten().find(|a| a.key.as_ref() == name.as_bytes())?;
    Some(String::from_utf8_lossy(&attribute.value).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_offset_and_unit_of_the_first_band_are_read() {
        let text = "<GDALMetadata>\n <Item name=\"SCALE\" sample=\"1\" role=\"scale\">7</Item>\n <Item name=\"SCALE\" sample=\"0\" \
                    role=\"scale\">0.01</Item><Item name=\"OFFSET\" sample=\"0\" role=\"offset\">-100</Item>\n <Item name=\"UNITTYPE\" \
                    sample=\"0\" role=\"unittype\">ft</Item><Item name=\"TITLE\">x</Item></GDALMetadata>\0";
        let facts = GdalFacts::of_xml(text).unwrap();
        let expected =
            GdalFacts { scale: Some(0.01), offset: Some(-100.0), unit: Some("ft".to_owned()), ..GdalFacts::default() };
        assert_eq!(facts, expected);
        assert!(GdalFacts::of_xml("<a").is_err());
    }

    #[test]
    fn facts_beside_the_raster_are_read() {
        let text = "<PAMDataset><SRS dataAxisToSRSAxisMapping=\"1,2\">PROJCS[&quot;x&quot;,UNIT[&quot;m&quot;,1]]</SRS><GeoTransform> \
                    1.0e+03, 10, 0, 2.5e+03, 0, -10</GeoTransform><PAMRasterBand band=\"1\"><NoDataValue>-9999</NoDataValue>\
                    <UnitType>m</UnitType></PAMRasterBand><PAMRasterBand band=\"2\"><NoDataValue>0</NoDataValue></PAMRasterBand></PAMDataset>";
        let facts = GdalFacts::of_xml(text).unwrap();
        assert_eq!(facts.no_data.as_deref(), Some("-9999"));
        assert_eq!(facts.place, Some(vec![1_000.0, 10.0, 0.0, 2_500.0, 0.0, -10.0]));
        assert_eq!(facts.system.as_deref(), Some("PROJCS[\"x\",UNIT[\"m\",1]]"));
    }
}
