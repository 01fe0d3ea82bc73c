//! Elements of LandXML: their meaning, their attributes, and the elements that are left out.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// Maximum number of characters of the file that a fault quotes.
const SHOWN: usize = 40;

/// Elements that are left out with all their content: element name, kind for the report, reason.
pub(super) const LEFT_OUT: [(&str, &str, &str); 13] = [
    ("Profile", "profiles", "they hold heights along a line, not places in plan"),
    ("ProfAlign", "profiles", "they hold heights along a line, not places in plan"),
    ("ProfSurf", "profiles", "they hold heights along a line, not places in plan"),
    ("CrossSect", "cross sections", "they hold heights across a line, not places in plan"),
    ("Watershed", "watersheds", "they are the catchments of a surface, no edges"),
    ("PipeNetwork", "pipe networks", "they are neither ground nor edges of roads"),
    ("Roadway", "roadways", "they are rules that join alignments and surfaces; export the surface of the road"),
    ("GradeModel", "grade models", "they are rules for a surface; export the surface itself"),
    ("Survey", "surveys", "they are observations of instruments; export the points, lines or the surface"),
    ("Monument", "monuments", "they are marks of the survey, not ground"),
    ("Location", "locations of plan features", "they are single objects, not lines"),
    ("VolumeGeom", "volumes of parcels", "they are rooms, not ground"),
    ("SurfVolume", "volumes between surfaces", "they are results, not ground"),
];
/// The element that holds survey observations. It may also hold coordinate points to which lines refer.
pub(super) const OBSERVATIONS: &str = "Survey";
/// Elements that hold no geometry of a mine and need no report.
pub(super) const WITHOUT_GEOMETRY: [&str; 9] = [
    "Feature",
    "Property",
    "DocFileRef",
    "Project",
    "Application",
    "CoordinateSystem",
    "AlignPIs",
    "Superelevation",
    "FieldNote",
];

/// Context of an element: the innermost enclosing element that gives its content a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Outside,
    Surface,
    DataPoints,
    /// Inside a breakline, boundary or contour.
    Line,
    /// Inside a plan feature, alignment or parcel.
    Owner,
    CoordGeom,
    Piece,
    Ignored,
}

/// An element whose end is not read yet.
pub(super) struct Open {
    pub(super) region: Region,
    /// True if the region starts with this element.
    pub(super) is_first: bool,
}

/// Meaning of the text in the current element.
pub(super) enum TextMeaning {
    Nothing,
    Corner(Option<String>),
    Face,
    List { dimensions: usize },
    Spot { role: Role, named: Option<String> },
    CgPoint { name: String, named: Option<String> },
    Chain,
}

/// Role of a point in a segment of a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Role {
    Start,
    End,
    Centre,
    Other,
}

/// Returns the value of an attribute.
pub(super) fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let found = e.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name.as_bytes())?;
    let plain = || String::from_utf8_lossy(&found.value).into_owned();
    Some(found.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| plain(), std::borrow::Cow::into_owned))
}

/// Returns the number in an attribute. Returns `None` for `INF`, which some files give as the radius of a straight
/// line.
pub(super) fn number(e: &BytesStart, name: &str) -> Option<f64> {
    attribute(e, name)?.trim().parse().ok().filter(|v: &f64| v.is_finite())
}

/// Returns the first characters of a text, for a fault.
pub(super) fn shown(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}

/// Returns the layer of a line: its name, else its description, else the name of its element.
pub(super) fn layer_of(e: &BytesStart, element: &str) -> String {
    let given = |key: &str| attribute(e, key).filter(|name| !name.trim().is_empty());
    given("name").or_else(|| given("desc")).unwrap_or_else(|| element.to_lowercase())
}
