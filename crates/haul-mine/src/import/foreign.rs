//! Formats that the import does not read: their names and ways to convert them.

/// A format that the import does not read.
struct Foreign {
    name: &'static str,
    /// Byte sequences with which a file of this format starts.
    magic: &'static [&'static [u8]],
    /// File name extensions, in lower case.
    extensions: &'static [&'static str],
    /// A way to convert the file to a format that the import reads.
    remedy: &'static str,
}

const RASTER: &str = "convert it: gdal_translate IN OUT.tif";
const STRINGS: &str = "convert it: ogr2ogr -f GeoJSON OUT.geojson IN, or save it as DXF";
const DRAWING: &str = "save it as DXF";
const POINTS: &str =
    "make an elevation raster of its ground points (GeoTIFF or ESRI ASCII), or save a surface as LandXML";
const MESH: &str = "save the surface as LandXML, DXF or Surpac .dtm";

const fn foreign(
    name: &'static str,
    magic: &'static [&'static [u8]],
    extensions: &'static [&'static str],
    remedy: &'static str,
) -> Foreign {
    Foreign { name, magic, extensions, remedy }
}

static FORMATS: [Foreign; 24] = [
    foreign("a NetCDF or GMT grid", &[b"CDF\x01", b"CDF\x02", b"CDF\x05"], &["nc"], RASTER),
    foreign("an HDF5 or NetCDF-4 file", &[b"\x89HDF\r\n\x1a\n"], &["h5", "bag"], RASTER),
    foreign(
        "an ENVI header",
        &[b"ENVI\n", b"ENVI\r"],
        &["hdr", "bil", "bsq", "bip"],
        "convert the data file beside it: gdal_translate IN OUT.tif",
    ),
    foreign("an ER Mapper header", &[b"DatasetHeader Begin"], &["ers"], RASTER),
    foreign("an ER Mapper or MrSID picture", &[], &["ecw", "sid"], RASTER),
    foreign("an ERDAS Imagine raster", &[b"EHFA_HEADER_TAG"], &["img"], RASTER),
    foreign("a Vertical Mapper grid", &[b"HGPC"], &[], RASTER),
    foreign("a GRASS raster in text form", &[b"north:"], &[], RASTER),
    foreign("an SRTM raster", &[], &["hgt"], RASTER),
    foreign("a raster in single precision (.flt)", &[], &["flt"], RASTER),
    foreign("a JPEG 2000 raster", &[b"\0\0\0\x0cjP  "], &["jp2", "j2k"], RASTER),
    foreign(
        "a JPEG picture",
        &[b"\xff\xd8\xff"],
        &["jpg", "jpeg"],
        "save a mask of the drivable surface as PNG; a photograph is no survey",
    ),
    foreign("a LAS point cloud", &[b"LASF"], &["las", "laz", "e57"], POINTS),
    foreign("grid points (x y z)", &[], &["xyz"], "for points of a regular grid: gdal_translate IN.xyz OUT.tif"),
    foreign("a shapefile", &[b"\0\0\x27\x0a"], &["shp", "shx", "dbf"], STRINGS),
    foreign("a GeoPackage or other SQLite file", &[b"SQLite format 3\0"], &["gpkg", "sqlite"], STRINGS),
    foreign("a KML file", &[], &["kml", "kmz"], STRINGS),
    foreign("a DWG drawing", &[b"AC10"], &["dwg", "dgn"], DRAWING),
    foreign("a PDF", &[b"%PDF"], &["pdf"], "export the survey itself, for example as DXF or LandXML"),
    foreign(
        "a ZIP archive or an Excel file",
        &[b"PK\x03\x04"],
        &["zip", "xlsx"],
        "unpack it, or save the sheet as CSV",
    ),
    foreign("an Excel file", &[b"\xd0\xcf\x11\xe0"], &["xls"], "save the sheet as CSV"),
    foreign("a mesh", &[b"ply\n", b"ply\r", b"glTF"], &["ply", "stl", "obj", "glb"], MESH),
    foreign("a Vulcan triangulation or grid", &[], &["00t", "00g", "bmf"], MESH),
    foreign("a Datamine or Micromine file", &[], &["dm", "tridb"], MESH),
];

/// Returns the name and the remedy of a known but unsupported format, recognised by the first bytes of the file.
pub(super) fn by_content(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let is = |f: &&Foreign| f.magic.iter().any(|magic| head.starts_with(magic));
    FORMATS.iter().find(is).map(|f| (f.name, f.remedy))
}

/// Returns the name and the remedy of a known but unsupported format, recognised by the file name extension.
pub(super) fn by_extension(extension: &str) -> Option<(&'static str, &'static str)> {
    FORMATS.iter().find(|f| f.extensions.contains(&extension)).map(|f| (f.name, f.remedy))
}
