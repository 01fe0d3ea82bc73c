//! Columns of a survey table: their names in many languages, their units and their order.

use super::super::units::{StatedUnit, Unit};
use haul_core::delimited::Table;
use haul_core::fault::SourceText;
use haul_core::{Fault, Faults, nearest_word};
use std::ops::Range;
use std::sync::Arc;

/// Standard column names, in the usual order.
const COLUMNS: [&str; 4] = ["string", "x", "y", "z"];
/// Symbol in `--columns` for a column that is not read.
pub(super) const NOT_READ: &str = "-";

/// The meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Name of the string. If several columns have this role, the one with the lowest rank is read.
    String {
        rank: u8,
    },
    East,
    North,
    Up,
    /// Longitude or latitude in degrees.
    Degrees,
}

/// Accepted column names, separated by blanks. In the file, case, blanks and the signs `_-.:#` are ignored.
const NAMES: [(Role, &str); 8] = [
    (Role::String { rank: 0 }, "string stringid stringno stringnumber stringname strno strid str 串 串号"),
    (
        Role::String { rank: 1 },
        "line lineid linename lineno linenumber polyline polylineid linie liniennummer linienname polylinie línea linea \
         polilínea polilinea cadena ligne polyligne linha 线 线号 线名 линия",
    ),
    (Role::String { rank: 2 }, "name nombre nom nome bezeichnung 名称 名 имя"),
    (Role::String { rank: 3 }, "id 编号"),
    (
        Role::East,
        "x east easting eastings e xcoord coordx xcoordinate xkoordinate pointx utme utmx rechtswert rechts ost ostwert este \
         coordenadax est leste 东 东坐标 东向 восток",
    ),
    (
        Role::North,
        "y north northing northings n ycoord coordy ycoordinate ykoordinate pointy utmn utmy hochwert hoch nord nordwert norte \
         coordenaday 北 北坐标 北向 север",
    ),
    (
        Role::Up,
        "z elevation elev height level reducedlevel rl h zcoord coordz zcoordinate zkoordinate pointz altitude alt höhe hoehe \
         kote cota elevación elevacion altura altitud cote quota 高程 高 标高 высота отметка",
    ),
    (Role::Degrees, "lon long lng longitude lat latitude länge breite longitud latitud 经度 纬度 долгота широта"),
];

/// Unit names that a header may give in brackets, besides the names of [`Unit`].
const UNITS: [(&str, Unit); 15] = [
    ("metre", Unit::Metre),
    ("metres", Unit::Metre),
    ("meter", Unit::Metre),
    ("meters", Unit::Metre),
    ("metros", Unit::Metre),
    ("mètres", Unit::Metre),
    ("米", Unit::Metre),
    ("毫米", Unit::Millimetre),
    ("feet", Unit::Foot),
    ("foot", Unit::Foot),
    ("ift", Unit::Foot),
    ("pies", Unit::Foot),
    ("usft", Unit::UsSurveyFoot),
    ("ftus", Unit::UsSurveyFoot),
    ("us survey feet", Unit::UsSurveyFoot),
];

/// Returns the unit that has this name in a header.
pub(super) fn unit_of(word: &str) -> Option<Unit> {
    let word = word.trim().trim_end_matches('.');
    Unit::of_name(word).or_else(|| UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit))
}

/// A parsed column name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) role: Option<Role>,
    pub(super) unit: Option<Unit>,
    /// Text in brackets that is neither a unit nor a role.
    pub(super) remark: Option<String>,
}

/// Returns the role that has this name.
fn role_of(name: &str) -> Option<Role> {
    let plain: String = name.chars().filter(|c| !c.is_whitespace() && !"_-.:#".contains(*c)).collect();
    NAMES.iter().find(|(_, names)| names.split_whitespace().any(|name| name == plain)).map(|(role, _)| *role)
}

impl Heading {
    /// Parses a column name, for example `Easting (ft)`, `z_m` or `X（北）`.
    pub(super) fn of(text: &str) -> Heading {
        let lower = text.trim().to_lowercase().replace('（', "(").replace('）', ")").replace('\n', " ");
        if let Some((base, rest)) = lower.split_once(['(', '[', '{']) {
            let inner = rest.split([')', ']', '}']).next().unwrap_or("").trim();
            let (inner_role, unit) = (role_of(inner), unit_of(inner));
            // In `X (north)`, the brackets say which axis is meant.
            let role = inner_role.filter(|_| unit.is_none()).or(role_of(base));
            let remark = (unit.is_none() && inner_role.is_none() && !inner.is_empty()).then(|| inner.to_owned());
            return Heading { role, unit, remark };
        }
        let role = role_of(&lower);
        if role.is_none()
            && let Some((base, last)) = lower.rsplit_once([' ', '_', '/', ','])
            && let (Some(role), Some(unit)) = (role_of(base.trim_end_matches([' ', '/', ','])), unit_of(last))
        {
            return Heading { role: Some(role), unit: Some(unit), remark: None };
        }
        Heading { role, unit: None, remark: None }
    }

    /// Returns true if the column holds a coordinate.
    pub(super) fn is_coordinate(&self) -> bool {
        matches!(self.role, Some(Role::East | Role::North | Role::Up | Role::Degrees))
    }
}

/// The columns of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// Index of the column that holds the name of the string, if there is one.
    pub(super) string: Option<usize>,
    /// Indices of the columns that hold east, north and up.
    pub(super) axes: [usize; 3],
    /// Number of columns in the header or in `--columns`.
    pub(super) count: usize,
    /// Minimum number of cells in a line. It is below `count` only if the user gives the columns.
    pub(super) least: usize,
    /// Indices and names of the columns that are not read.
    pub(super) left_out: Vec<(usize, String)>,
    pub(super) plan_unit: Option<StatedUnit>,
    pub(super) height_unit: Option<StatedUnit>,
    /// Facts for the report.
    pub(super) notes: Vec<String>,
    /// Sentence for the report, if the order of the columns was assumed.
    pub(super) assumed: Option<String>,
}

/// Returns the advice for faults in the header line.
pub(super) fn wanted() -> String {
    format!(
        "use the header `{0}`, or give the meaning of each column with --columns, for example --columns {0}",
        COLUMNS.join(",")
    )
}

impl Columns {
    /// Determines the columns from a line of column names.
    ///
    /// # Errors
    ///
    /// Returns all faults: missing, unknown or repeated columns, coordinates in degrees, and contradictory units.
    pub(super) fn named(
        source: &Arc<SourceText>,
        table: &Table,
        cells: &[Range<usize>],
        line: Range<usize>,
    ) -> Result<Columns, Faults> {
        let names: Vec<String> = cells.iter().map(|at| table.cell(at).into_owned()).collect();
        let headings: Vec<Heading> = names.iter().map(|name| Heading::of(name)).collect();
        let mut faults = Vec::new();
        let mut columns = Columns { count: cells.len(), least: cells.len(), ..Columns::default() };
        for (heading, at) in headings.iter().zip(cells) {
            if heading.role == Some(Role::Degrees) {
                let what = format!("expected metres east and north, found degrees in the column `{}`", table.cell(at));
                faults.push(Fault::new(what).at(source, at.clone()).help(
                    "project the points to metres, for example with ogr2ogr -t_srs; or give them as GeoJSON, which is projected",
                ));
            }
        }
        Faults::check(faults)?;
        let mut faults = Vec::new();
        let with = |wanted: Role| {
            let is = move |(k, h): (usize, &Heading)| (h.role == Some(wanted)).then_some(k);
            headings.iter().enumerate().filter_map(is)
        };
        let mut one = |wanted: Role, name: &str| {
            let mut found = with(wanted);
            let first = found.next();
            if let (Some(first), Some(second)) = (first, found.next()) {
                let fault = if names[first].eq_ignore_ascii_case(&names[second]) {
                    Fault::new(format!("column `{name}` occurs twice"))
                } else {
                    let (a, b) = (&names[first], &names[second]);
                    Fault::new(format!("expected one column `{name}`, found `{a}` and `{b}`"))
                };
                faults.push(fault.at(source, cells[second].clone()).help(wanted_of(&names, first, name)));
            }
            first
        };
        columns.string = (0..4).find_map(|rank| one(Role::String { rank }, "string"));
        let axes = [one(Role::East, "x"), one(Role::North, "y"), one(Role::Up, "z")];
        let is_read = |k: usize| columns.string == Some(k) || axes.contains(&Some(k));
        let missing: Vec<&str> =
            COLUMNS[1..].iter().zip(&axes).filter(|(_, axis)| axis.is_none()).map(|(name, _)| *name).collect();
        for (k, (name, at)) in names.iter().zip(cells).enumerate() {
            if is_read(k) {
                continue;
            }
            // A single letter is equally close to every one-letter name, so it gets no suggestion.
            let near = nearest_word(&name.to_lowercase(), COLUMNS).filter(|_| name.chars().count() > 1);
            let is_meant = near == Some("string") && columns.string.is_none();
            if headings[k].role.is_none() && (!missing.is_empty() || is_meant) && !name.is_empty() {
                let help = near.map_or_else(wanted, |w| format!("did you mean `{w}`?"));
                faults.push(Fault::new(format!("unknown column `{name}`")).at(source, at.clone()).help(help));
            }
            columns.left_out.push((k, name.clone()));
        }
        for name in missing {
            let fault = Fault::new(format!("column `{name}` is missing")).at(source, line.clone());
            faults.push(fault.help(wanted()));
        }
        let [Some(east), Some(north), Some(up)] = axes else {
            return Err(Faults::check(faults).err().unwrap_or_else(|| Fault::new("expected column names").into()));
        };
        columns.axes = [east, north, up];
        let unit = |k: usize| headings[k].unit.map(|u| StatedUnit::known(u, format!("column `{}`", names[k])));
        if let (Some(a), Some(b)) = (headings[east].unit, headings[north].unit)
            && a != b
        {
            let what = format!("expected one unit in plan, found {} and {}", a.name(), b.name());
            faults.push(Fault::new(what).at(source, cells[north].clone()).help("convert one of the columns"));
        }
        Faults::check(faults)?;
        columns.plan_unit = unit(east).or(unit(north));
        columns.height_unit = unit(up);
        for k in columns.axes {
            if let Some(remark) = &headings[k].remark {
                columns.notes.push(format!("`{remark}` in the column name `{}` is no known unit", names[k]));
            }
        }
        Ok(columns)
    }

    /// Returns the columns that the user gives with `--columns`.
    ///
    /// # Errors
    ///
    /// Returns a fault for unknown and repeated names and for missing coordinates.
    pub(super) fn given(words: &[String]) -> Result<Columns, Faults> {
        let help = "give a name for each column in its order: string, x, y, z, or - for a column that is not read; for example \
                    --columns -,y,x,z,string";
        let mut columns = Columns { count: words.len(), ..Columns::default() };
        let mut axes = [None; 3];
        for (k, word) in words.iter().enumerate() {
            let heading = Heading::of(word);
            let place = match heading.role {
                Some(Role::String { .. }) => &mut columns.string,
                Some(Role::East) => &mut axes[0],
                Some(Role::North) => &mut axes[1],
                Some(Role::Up) => &mut axes[2],
                _ if word.trim() == NOT_READ => {
                    columns.left_out.push((k, format!("column {}", k + 1)));
                    continue;
                }
                _ => {
                    let what = format!("expected string, x, y, z or - in --columns, found `{word}`");
                    return Err(Fault::new(what).help(help).into());
                }
            };
            if place.replace(k).is_some() {
                return Err(Fault::new(format!("expected each name once in --columns, found `{word}` twice"))
                    .help(help)
                    .into());
            }
            let unit = heading.unit.map(|u| StatedUnit::known(u, format!("--columns {word}")));
            match heading.role {
                Some(Role::East | Role::North) => columns.plan_unit = unit.or(columns.plan_unit.take()),
                Some(Role::Up) => columns.height_unit = unit,
                _ => {}
            }
        }
        let [Some(east), Some(north), Some(up)] = axes else {
            return Err(Fault::new("expected x, y and z in --columns, found fewer").help(help).into());
        };
        columns.axes = [east, north, up];
        columns.least = 1 + east.max(north).max(up).max(columns.string.unwrap_or(0));
        Ok(columns)
    }
}

/// Returns the advice for two columns with the same meaning. The example in it reads the first of the two.
fn wanted_of(names: &[String], first: usize, name: &str) -> String {
    let word = |k: usize| match Heading::of(&names[k]).role {
        _ if k == first => name,
        Some(Role::String { rank: 0 }) => "string",
        Some(Role::East) if name != "x" => "x",
        Some(Role::North) if name != "y" => "y",
        Some(Role::Up) if name != "z" => "z",
        _ => NOT_READ,
    };
    let example: Vec<&str> = (0..names.len()).map(word).collect();
    format!("say which one to read with --columns, for example --columns {}", example.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_languages_have_roles_and_units() {
        let of = |text: &str| {
            let heading = Heading::of(text);
            (heading.role, heading.unit)
        };
        for (text, role, unit) in [
            ("Rechtswert", Role::East, None),
            ("Hochwert [m]", Role::North, Some(Unit::Metre)),
            ("Este", Role::East, None),
            ("COTA", Role::Up, None),
            ("东坐标", Role::East, None),
            ("X（北）", Role::North, None),
            ("高程(m)", Role::Up, Some(Unit::Metre)),
            ("x (ft)", Role::East, Some(Unit::Foot)),
            ("easting_ft", Role::East, Some(Unit::Foot)),
            ("Y / mm", Role::North, Some(Unit::Millimetre)),
            ("POINT_X", Role::East, None),
            ("Elev. (US survey feet)", Role::Up, Some(Unit::UsSurveyFoot)),
            ("String No.", Role::String { rank: 0 }, None),
            ("Longitude", Role::Degrees, None),
        ] {
            assert_eq!(of(text), (Some(role), unit), "{text}");
        }
        assert_eq!(Heading::of("code").role, None);
        assert_eq!(Heading::of("E (MGA94)").remark.as_deref(), Some("mga94"));
    }

    #[test]
    fn no_name_has_two_roles() {
        let all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.split_whitespace()).collect();
        let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), unique.len());
    }

    #[test]
    fn given_columns_are_checked() {
        let of = |words: &str| Columns::given(&words.split(',').map(str::to_owned).collect::<Vec<_>>());
        let columns = of("-,y,x,z,string").unwrap();
        assert_eq!((columns.string, columns.axes, columns.count), (Some(4), [2, 1, 3], 5));
        for (words, expected) in
            [("x,y", "expected x, y and z"), ("x,y,z,x", "`x` twice"), ("foo,x,y,z", "found `foo`")]
        {
            assert!(of(words).unwrap_err().to_string().contains(expected), "{words}");
        }
    }
}
