//! Units of length and orders of axes.

/// A unit of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Unit {
    /// Metres.
    #[default]
    Metre,
    /// Millimetres.
    Millimetre,
    /// Centimetres.
    Centimetre,
    /// Kilometres.
    Kilometre,
    /// Inches of 25.4 mm.
    Inch,
    /// International feet of 0.3048 m.
    Foot,
    /// US survey feet of 1200/3937 m.
    UsSurveyFoot,
}

impl Unit {
    /// Returns the length of the unit in metres.
    pub fn metres(self) -> f64 {
        match self {
            Unit::Metre => 1.0,
            Unit::Millimetre => 1e-3,
            Unit::Centimetre => 1e-2,
            Unit::Kilometre => 1e3,
            Unit::Inch => 0.0254,
            Unit::Foot => 0.3048,
            Unit::UsSurveyFoot => 1200.0 / 3937.0,
        }
    }

    /// Returns the name of the unit on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Metre => "m",
            Unit::Millimetre => "mm",
            Unit::Centimetre => "cm",
            Unit::Kilometre => "km",
            Unit::Inch => "in",
            Unit::Foot => "ft",
            Unit::UsSurveyFoot => "us-ft",
        }
    }

    /// Returns the unit with a name.
    pub fn of_name(name: &str) -> Option<Unit> {
        [Unit::Metre, Unit::Millimetre, Unit::Centimetre, Unit::Kilometre, Unit::Inch, Unit::Foot, Unit::UsSurveyFoot]
            .into_iter()
            .find(|u| u.name() == name)
    }
}

/// Order of the first two axes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Axes {
    /// East before north.
    #[default]
    EastNorth,
    /// North before east.
    NorthEast,
}

impl Axes {
    /// Returns the name of the order in reports.
    pub fn name(self) -> &'static str {
        match self {
            Axes::EastNorth => "east, north, up",
            Axes::NorthEast => "north, east, up",
        }
    }

    /// Returns the order with a name on the command line.
    pub fn of_name(name: &str) -> Option<Axes> {
        match name {
            "en" => Some(Axes::EastNorth),
            "ne" => Some(Axes::NorthEast),
            _ => None,
        }
    }
}
