//! Elements of LandXML: what they mean, which are left out, and their attributes.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// Greatest number of characters that a fault shows of a text.
const SHOWN: usize = 40;

/// Elements that are left out with all that is in them: their name, the kind for the report, and the reason.
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
/// The element of observations. It can hold coordinate points, which lines refer to.
pub(super) const OBSERVATIONS: &str = "Survey";
/// Elements without any geometry for a mine, which need no report.
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

/// Meaning of the elements inside an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Outside,
    Surface,
    DataPoints,
    /// A breakline, boundary or contour.
    Line,
    /// A plan feature, alignment or parcel.
    Owner,
    CoordGeom,
    Piece,
    Ignored,
}

/// An element that is open.
pub(super) struct Open {
    pub(super) region: Region,
    /// Tells whether the region starts with this element.
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

/// Place of a point in a piece of a line.
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

/// Returns the number in an attribute. `INF`, as for the radius of a straight line, is none.
pub(super) fn number(e: &BytesStart, name: &str) -> Option<f64> {
    attribute(e, name)?.trim().parse().ok().filter(|v: &f64| v.is_finite())
}

/// Returns the start of a text, for a fault.
pub(super) fn shown(text: &str) -> String {
    text.trim().chars().take(SHOWN).collect()
}

/// Returns the layer of a line: its name, its description, or the name of its element.
pub(super) fn layer_of(e: &BytesStart, element: &str) -> String {
    let given = |key: &str| attribute(e, key).filter(|name| !name.trim().is_empty());
    given("name").or_else(|| given("desc")).unwrap_or_else(|| element.to_lowercase())
}
