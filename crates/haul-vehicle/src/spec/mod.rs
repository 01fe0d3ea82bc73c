//! The specification of a truck, read from a file, checked, and converted to SI units.

mod datasheet;
pub(crate) mod quantity;
pub(crate) mod reader;

pub use datasheet::{DatasheetRow, datasheet};

use crate::brakes::BrakeSpec;
use crate::hoist::HoistSpec;
use crate::load::BodySpec;
use crate::mass::MassSpec;
use crate::powertrain::engine::EngineSpec;
use crate::powertrain::losses::FinalDriveSpec;
use crate::powertrain::transmission::TransmissionSpec;
use crate::steering::SteeringSpec;
use crate::suspension::SuspensionSpec;
use crate::tyre::TyreSpec;
use haul_core::fault::{Fault, Faults, SourceText};
use haul_core::{Footprint, GRAVITY, Vector3};
use quantity::Quantity::{Area, Density, Length, Ratio, Volume};
use reader::{FigureRange, Reader};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Dimensions of the truck, in m unless a field says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Geometry {
    /// Overall length.
    pub length: f64,
    /// Overall width.
    pub width: f64,
    /// Overall height.
    pub height: f64,
    /// Distance from front axle to rear axle.
    pub wheelbase: f64,
    /// Distance from the front axle to the front bumper.
    pub front_overhang: f64,
    /// Distance from the rear axle to the tail of the body.
    pub rear_overhang: f64,
    /// Distance between the centres of the front tyres.
    pub track_front: f64,
    /// Distance between the centres of the left and right pair of rear tyres.
    pub track_rear: f64,
    /// Distance between the centres of the two tyres of a pair.
    pub dual_spacing: f64,
    /// Number of rear axles, 1 or 2; `wheelbase` is measured to the midpoint of the rear axles.
    pub rear_axles: f64,
    /// Distance from the ground to the lowest point of the frame.
    pub ground_clearance: f64,
    /// Length of the body from its tail to the edge of the canopy.
    pub body_length: f64,
    /// Outside width of the body.
    pub body_width: f64,
    /// Depth of the body.
    pub body_depth: f64,
    /// Struck volume of the body, m³.
    pub body_volume_struck: f64,
    /// Volume of the body heaped 2:1, m³.
    pub body_volume_heaped: f64,
}

/// Specification of a truck, in SI units.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TruckSpec {
    /// Name of the truck.
    pub name: String,
    /// Dimensions.
    pub geometry: Geometry,
    /// Inner shape of the dump body.
    pub body: BodySpec,
    /// Masses.
    pub mass: MassSpec,
    /// Engine.
    pub engine: EngineSpec,
    /// Transmission with torque converter and retarder.
    pub transmission: TransmissionSpec,
    /// Differential and planetary gears.
    pub final_drive: FinalDriveSpec,
    /// Service, secondary and park brakes.
    pub brakes: BrakeSpec,
    /// Tyre, the same on all wheels.
    pub tyre: TyreSpec,
    /// The tyres at one rear wheel position of all rear axles, combined into one.
    #[serde(skip)]
    rear_row: TyreSpec,
    /// Struts.
    pub suspension: SuspensionSpec,
    /// Steering.
    pub steering: SteeringSpec,
    /// Hoist and body.
    pub hoist: HoistSpec,
    /// Drag area: drag coefficient times frontal area, m².
    pub drag_area: f64,
    /// Density of the fuel, kg/m³.
    pub fuel_density: f64,
    /// All figures as read from the truck's files.
    #[serde(skip)]
    pub figures: Arc<[DatasheetRow]>,
}

/// Built-in parts of each kind: name and file content.
const ENGINES: [(&str, &str); 2] = [
    ("kta38-c", include_str!("../../../../seeds/engines/kta38-c.toml")),
    ("wide_body_400kw", include_str!("../../../../seeds/engines/wide_body_400kw.toml")),
];
const TRANSMISSIONS: [(&str, &str); 2] = [
    ("h8610ar", include_str!("../../../../seeds/transmissions/h8610ar.toml")),
    ("wide_body_amt8", include_str!("../../../../seeds/transmissions/wide_body_amt8.toml")),
];
const TYRES: [(&str, &str); 2] = [
    ("27.00r49-e4", include_str!("../../../../seeds/tyres/27.00r49-e4.toml")),
    ("16.00r25-e3", include_str!("../../../../seeds/tyres/16.00r25-e3.toml")),
];
/// Built-in trucks: name and file content.
const TRUCKS: [(&str, &str); 2] =
    [("tr100at", TR100AT), ("wide_body_60t", include_str!("../../../../seeds/trucks/wide_body_60t.toml"))];
const TR100AT: &str = include_str!("../../../../seeds/trucks/tr100at.toml");

impl TruckSpec {
    /// Returns the TR100AT from the crate's built-in data.
    pub fn tr100at() -> TruckSpec {
        let source = SourceText::new("seeds/trucks/tr100at.toml", TR100AT);
        // The embedded file is fixed at build time, and a test reads it.
        Self::from_toml(&source).expect("the embedded truck is valid")
    }

    /// Returns true if the crate has a built-in truck with this name.
    pub fn is_seed(name: &Path) -> bool {
        TRUCKS.iter().any(|(known, _)| Path::new(known) == name)
    }

    /// Loads a built-in truck by name, or a truck file whose path ends in `.toml`. The file names its parts: built-in
    /// parts by name, or files beside it.
    ///
    /// # Errors
    ///
    /// All faults of the truck's file and its parts' files, each with its position.
    pub fn load(path: &Path) -> Result<TruckSpec, Faults> {
        if let Some((name, text)) = TRUCKS.iter().find(|(name, _)| Path::new(name) == path) {
            return Self::from_toml(&SourceText::new(format!("seeds/trucks/{name}.toml"), *text));
        }
        if path.extension().is_none() {
            let known: Vec<&str> = TRUCKS.iter().map(|(name, _)| *name).collect();
            let fault = Fault::new(format!("there is no truck `{}`", path.display()));
            return Err(fault
                .help(format!("known: {}; or the path of a truck file, `.toml`", known.join(", ")))
                .into());
        }
        let text = std::fs::read_to_string(path).map_err(|e| Fault::unreadable(path.display(), &e))?;
        Self::from_toml(&SourceText::new(path.display().to_string(), text))
    }

    /// Reads a truck from a file's content; the path of a part is relative to the truck file's path.
    ///
    /// # Errors
    ///
    /// All faults of the truck's file and its parts' files, each with its position.
    pub fn from_toml(source: &Arc<SourceText>) -> Result<TruckSpec, Faults> {
        let mut r = Reader::new(source)?;
        let name = r.text("name");
        let mut faults = Vec::new();
        let mut parts_rows = Vec::new();
        let engine = part(&mut r, "engine", &ENGINES, EngineSpec::read, &mut faults, &mut parts_rows);
        let transmission =
            part(&mut r, "transmission", &TRANSMISSIONS, TransmissionSpec::read, &mut faults, &mut parts_rows);
        let tyre = part(&mut r, "tyre", &TYRES, TyreSpec::read, &mut faults, &mut parts_rows);

        let geometry = Geometry::read(&mut r);
        let drag_area = r.figure("geometry.drag_area", Area, FigureRange::NotNegative);
        let tank = r.figure("fuel.tank", Volume, FigureRange::Positive);
        let density = r.figure("fuel.density", Density, FigureRange::Positive);
        let body_size = Vector3::new(geometry.body_length, geometry.body_width, geometry.body_depth);
        let body = BodySpec::read(&mut r, geometry.body_volume_struck, geometry.body_volume_heaped);
        let mass = MassSpec::read(&mut r, geometry.wheelbase, body_size, &body, tank * density);
        let final_drive = FinalDriveSpec::read(&mut r);
        let brakes = BrakeSpec::read(&mut r, (mass.own + mass.rated_payload) * GRAVITY);
        let suspension = SuspensionSpec::read(&mut r, geometry.track_rear);
        let steering = SteeringSpec::read(&mut r, geometry.wheelbase, geometry.track_front);
        let hoist = HoistSpec::read(&mut r);
        if let (Some(engine), Some(transmission)) = (&engine, &transmission) {
            match_engine(&mut r, engine, transmission);
            final_drive.check(&mut r, engine.full_torque(engine.rated), engine.rated);
        }
        if let Some(tyre) = &tyre {
            geometry.match_tyre(&mut r, tyre);
        }
        r.refuse_unknown();

        let mut all = r.faults;
        all.append(&mut faults);
        Faults::check(all)?;
        let (Some(engine), Some(transmission), Some(tyre)) = (engine, transmission, tyre) else {
            // The missing part has been reported above.
            return Err(Fault::new("a part is missing").in_file(&source.path).into());
        };
        let rear_row = tyre.row(geometry.rear_axles);
        let figures = r.rows.into_iter().chain(parts_rows).collect();
        Ok(TruckSpec {
            name,
            geometry,
            body,
            mass,
            engine,
            transmission,
            final_drive,
            brakes,
            rear_row,
            tyre,
            suspension,
            steering,
            hoist,
            drag_area,
            fuel_density: density,
            figures,
        })
    }

    /// Returns the truck's footprint, relative to the origin of its body frame.
    pub fn footprint(&self) -> Footprint {
        let g = &self.geometry;
        Footprint { front: g.wheelbase + g.front_overhang, rear: g.rear_overhang, half_width: 0.5 * g.width }
    }

    /// Returns the minimum turning radius of the rear-axle centre, m: wheelbase divided by the tangent of the virtual
    /// front wheel's maximum angle.
    pub fn min_turning_radius(&self) -> f64 {
        self.geometry.wheelbase / libm::tan(self.steering.max_angle)
    }

    /// Returns the number of rear axles. The two axles of a tandem share a suspension and are modelled as one at their
    /// midpoint.
    pub fn rear_axles(&self) -> f64 {
        self.geometry.rear_axles
    }

    /// Returns the tyres at one rear wheel position of all rear axles, combined into one: total stiffness, inertia and
    /// rated load.
    pub fn rear_tyre(&self) -> &TyreSpec {
        &self.rear_row
    }

    /// Returns the tyre of one of the model's wheels.
    pub(crate) fn tyre_in(&self, wheel: usize) -> &TyreSpec {
        if wheel < FRONT_WHEELS { &self.tyre } else { &self.rear_row }
    }

    /// Returns the load of one front tyre for a front axle load, N.
    pub fn front_tyre_load(&self, axle: f64) -> f64 {
        axle / FRONT_TYRES
    }

    /// Returns the load of one rear tyre for the total load of the rear axles, N.
    pub fn rear_tyre_load(&self, axle: f64) -> f64 {
        axle / (REAR_TYRES * self.rear_axles())
    }

    /// Returns the number of front tyres and of rear tyres.
    pub fn tyre_counts(&self) -> [f64; 2] {
        [FRONT_TYRES, REAR_TYRES * self.rear_axles()]
    }

    /// Returns the total moment of inertia of all wheels about their axles, kg·m².
    pub fn wheels_inertia(&self) -> f64 {
        (FRONT_TYRES + REAR_TYRES * self.rear_axles()) * self.tyre.inertia
    }

    /// Returns the roll stiffness of the chassis on struts and tyres under the given axle loads (N), N·m/rad.
    pub fn roll_stiffness(&self, front_axle: f64, rear_axle: f64) -> f64 {
        let (g, s) = (&self.geometry, &self.suspension);
        let in_series = |a: f64, b: f64| a * b / (a + b);
        let about = |stiffness: f64, width: f64| 0.5 * stiffness * width * width;
        let front = in_series(s.front.stiffness(0.5 * front_axle), self.tyre.vertical_stiffness);
        let struts = about(s.rear.stiffness(0.5 * rear_axle), s.rear_spacing);
        let tyres = about(2.0 * self.rear_row.vertical_stiffness, g.track_rear);
        about(front, g.track_front) + in_series(struts, tyres)
    }

    /// Returns the torque on both rear hubs together (N·m, positive in the gear's direction of travel), for a turbine
    /// torque (N·m) and a turbine speed (rad/s) in a gear (−1 reverse, 1 and up forward).
    pub fn axle_torque(&self, gear: i8, turbine_torque: f64, turbine_speed: f64) -> f64 {
        let total = self.transmission.ratio(gear).abs() * self.final_drive.ratio;
        self.final_drive.passed(turbine_torque, turbine_speed) * total
    }

    /// Returns the mass of the empty truck with a full tank, kg.
    pub fn own_mass(&self) -> f64 {
        self.mass.own
    }

    /// Returns the rated payload, kg.
    pub fn rated_payload(&self) -> f64 {
        self.mass.rated_payload
    }
}

/// Number of tyres on the front axle.
const FRONT_TYRES: f64 = 2.0;
/// Number of tyres on one rear axle, in two pairs.
const REAR_TYRES: f64 = 4.0;
/// Maximum number of rear axles that share a suspension.
const MAX_REAR_AXLES: f64 = 2.0;
/// Number of front wheels in the model.
const FRONT_WHEELS: usize = 2;

/// Reads a part: a built-in part by its name, or a file beside the truck's file.
fn part<T>(
    r: &mut Reader,
    kind: &str,
    seeds: &[(&str, &str)],
    read: impl FnOnce(&mut Reader) -> T,
    faults: &mut Vec<Fault>,
    rows: &mut Vec<DatasheetRow>,
) -> Option<T> {
    let name = r.text(kind);
    if name.is_empty() {
        return None;
    }
    let source = if name.ends_with(".toml") {
        let path = r.beside(&name);
        match std::fs::read_to_string(&path) {
            Ok(text) => SourceText::new(path.display().to_string(), text),
            Err(error) => {
                let what = format!("{kind} file {} cannot be read: {error}", path.display());
                r.wrong(kind, what, "a path relative to this file");
                return None;
            }
        }
    } else if let Some((_, text)) = seeds.iter().find(|(n, _)| *n == name) {
        SourceText::new(format!("seeds/{kind}s/{name}.toml"), *text)
    } else {
        let known: Vec<&str> = seeds.iter().map(|(n, _)| *n).collect();
        let what = format!("no {kind} is named \"{name}\"");
        r.wrong(kind, what, format!("known: {}; or a path that ends in .toml", known.join(", ")));
        return None;
    };
    match Reader::new(&source) {
        Ok(mut reader) => {
            let spec = read(&mut reader);
            reader.refuse_unknown();
            faults.append(&mut reader.faults);
            rows.append(&mut reader.rows);
            Some(spec)
        }
        Err(found) => {
            faults.extend(found);
            None
        }
    }
}

/// Checks engine and transmission against each other.
fn match_engine(r: &mut Reader, engine: &EngineSpec, transmission: &TransmissionSpec) {
    let peak = engine.full_load_torque.peak()[1];
    if peak > transmission.input_torque_limit {
        let what = format!("the engine's {peak:.0} N·m exceed the transmission's input limit");
        r.wrong("transmission", what, format!("an engine of at most {:.0} N·m", transmission.input_torque_limit));
    }
    if engine.gross_power > transmission.input_power_limit * 1.001 {
        let what = format!("the engine's {:.0} kW exceed the transmission's input limit", engine.gross_power / 1e3);
        r.wrong("transmission", what, format!("an engine of at most {:.0} kW", transmission.input_power_limit / 1e3));
    }
    if transmission.shift.up_full_throttle >= engine.high_idle {
        let what = "the gearbox waits for a speed that the engine's governor does not let it reach";
        r.wrong("transmission", what, "`shift.up_full_throttle` below the engine's `high_idle`");
    }
}

/// Tolerance of dimensions that must add up, m.
const SIZE_TOLERANCE: f64 = 0.051;

impl Geometry {
    fn read(r: &mut Reader) -> Self {
        let p = FigureRange::Positive;
        let mut metres = |key: &str| r.figure(&format!("geometry.{key}"), Length, p);
        let g = Self {
            length: metres("length"),
            width: metres("width"),
            height: metres("height"),
            wheelbase: metres("wheelbase"),
            front_overhang: metres("front_overhang"),
            rear_overhang: metres("rear_overhang"),
            track_front: metres("track_front"),
            track_rear: metres("track_rear"),
            dual_spacing: metres("dual_spacing"),
            ground_clearance: metres("ground_clearance"),
            body_length: metres("body_length"),
            body_width: metres("body_width"),
            body_depth: metres("body_depth"),
            rear_axles: r.figure("geometry.rear_axles", Ratio, p),
            body_volume_struck: r.figure("geometry.body_volume_struck", Volume, p),
            body_volume_heaped: r.figure("geometry.body_volume_heaped", Volume, p),
        };
        let sum = g.front_overhang + g.wheelbase + g.rear_overhang;
        if (sum - g.length).abs() > SIZE_TOLERANCE {
            let what = format!("overhangs and wheelbase add up to {sum:.2} m, `geometry.length` is {:.2} m", g.length);
            r.wrong("geometry.length.value", what, "length = front_overhang + wheelbase + rear_overhang");
        }
        if g.rear_axles.fract() != 0.0 || g.rear_axles > MAX_REAR_AXLES {
            let what = format!("expected 1 or 2 rear axles, found {}", g.rear_axles);
            r.wrong("geometry.rear_axles.value", what, "1, or 2 for a tandem");
        }
        if g.body_length > g.length + SIZE_TOLERANCE {
            let what = format!("the body ({} m) is longer than the truck ({} m)", g.body_length, g.length);
            r.wrong("geometry.body_length.value", what, "at most `geometry.length`");
        }
        if g.body_width > g.width + SIZE_TOLERANCE {
            let what = format!("the body ({} m) is wider than the truck ({} m)", g.body_width, g.width);
            r.wrong("geometry.body_width.value", what, "at most `geometry.width`");
        }
        if g.track_rear + g.dual_spacing > g.width {
            let what = "the rear tyres are wider apart than the truck";
            r.wrong("geometry.track_rear.value", what, "`track_rear` + `dual_spacing` at most `geometry.width`");
        }
        if g.track_front > g.width {
            let what = "the front tyres are wider apart than the truck";
            r.wrong("geometry.track_front.value", what, "at most `geometry.width`");
        }
        if g.body_volume_struck > g.body_volume_heaped {
            let what = "the struck body holds more than the heaped one";
            r.wrong("geometry.body_volume_struck.value", what, "less than `geometry.body_volume_heaped`");
        }
        g
    }

    fn match_tyre(&self, r: &mut Reader, tyre: &TyreSpec) {
        if tyre.width > self.dual_spacing {
            let what = format!("tyres {} m wide touch at a dual spacing of {} m", tyre.width, self.dual_spacing);
            r.wrong("geometry.dual_spacing.value", what, "more than the tyre's width");
        }
    }
}
