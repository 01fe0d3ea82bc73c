//! Quantities and the units in which they may be written.

use haul_core::units::from_celsius;

/// A physical quantity: it determines the accepted units and the SI unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    Length,
    Area,
    Volume,
    Mass,
    MassFlow,
    Density,
    Angle,
    Speed,
    Duration,
    Force,
    Torque,
    Power,
    Rotation,
    Stiffness,
    Damping,
    Inertia,
    Pressure,
    Temperature,
    TemperatureDifference,
    PerKelvin,
    HeatCapacity,
    Ratio,
    OfWheelbase,
    ConverterCapacity,
    SpecificConsumption,
    Tkph,
    Money,
    Energy,
    Conductance,
    PerSpeedSquared,
    PerLength,
    Viscosity,
}

/// One rpm in rad/s.
pub(crate) const RPM: f64 = std::f64::consts::PI / 30.0;

impl Quantity {
    /// Returns the accepted units, each with its factor to SI; error messages suggest the first unit.
    pub(crate) fn units(self) -> &'static [(&'static str, f64)] {
        use Quantity::*;
        match self {
            Length => &[("m", 1.0), ("cm", 0.01), ("mm", 0.001), ("km", 1000.0)],
            Area => &[("m²", 1.0), ("m2", 1.0)],
            Volume => &[("m³", 1.0), ("m3", 1.0), ("L", 0.001)],
            Mass => &[("t", 1000.0), ("kg", 1.0)],
            MassFlow => &[("t/s", 1000.0), ("kg/s", 1.0), ("kg/h", 1.0 / 3600.0)],
            Density => &[("kg/L", 1000.0), ("t/m³", 1000.0), ("kg/m³", 1.0)],
            Angle => &[("deg", std::f64::consts::PI / 180.0), ("rad", 1.0)],
            Speed => &[("m/s", 1.0), ("km/h", 1.0 / 3.6), ("mm/h", 1e-3 / 3600.0)],
            Duration => &[("s", 1.0), ("min", 60.0), ("h", 3600.0)],
            Force => &[("kN", 1000.0), ("N", 1.0)],
            Torque => &[("N·m", 1.0), ("kN·m", 1000.0), ("Nm", 1.0)],
            Power => &[("kW", 1000.0), ("W", 1.0), ("MW", 1e6)],
            Rotation => &[("rpm", RPM), ("rad/s", 1.0)],
            Stiffness => &[("MN/m", 1e6), ("kN/m", 1000.0), ("N/m", 1.0), ("kN/mm", 1e6)],
            Damping => &[("kN·s/m", 1000.0), ("N·s/m", 1.0)],
            Inertia => &[("kg·m²", 1.0), ("kg·m2", 1.0)],
            Pressure => &[("kPa", 1000.0), ("bar", 1e5), ("Pa", 1.0)],
            Temperature => &[("°C", 1.0), ("K", 1.0)],
            TemperatureDifference => &[("K", 1.0)],
            PerKelvin => &[("%", 0.01), ("1", 1.0)],
            HeatCapacity => &[("MJ/K", 1e6), ("kJ/K", 1000.0), ("J/K", 1.0)],
            Ratio => &[("1", 1.0), ("%", 0.01)],
            OfWheelbase => &[("wheelbase", 1.0)],
            // rpm/√(N·m) to rad/s/√(N·m).
            ConverterCapacity => &[("rpm/√(N·m)", RPM)],
            // g/kWh to kg/J.
            SpecificConsumption => &[("g/kWh", 1e-3 / 3.6e6)],
            // t·km/h to kg·m/s.
            Tkph => &[("t·km/h", 1000.0 / 3.6)],
            Money => &[("currency", 1.0)],
            Energy => &[("GJ", 1e9), ("MJ", 1e6), ("J", 1.0)],
            Conductance => &[("kW/K", 1000.0), ("W/K", 1.0)],
            PerSpeedSquared => &[("s²/m²", 1.0)],
            // One per cent per centimetre is one per metre.
            PerLength => &[("%/cm", 1.0), ("1/m", 1.0)],
            Viscosity => &[("mm²/s", 1e-6), ("m²/s", 1.0)],
        }
    }

    /// Converts a value to SI; `None` if the quantity does not accept the unit.
    pub(crate) fn to_si(self, value: f64, unit: &str) -> Option<f64> {
        let (name, factor) = self.units().iter().find(|(name, _)| *name == unit)?;
        Some(if *name == "°C" { from_celsius(value) } else { value * factor })
    }

    /// Returns the accepted units as a readable list.
    pub(crate) fn allowed(self) -> String {
        self.units().iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }
}
