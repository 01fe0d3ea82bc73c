//! The machines: glTF models, and plain shapes built from the dimensions, for machines without a model.

pub mod crusher;
pub mod load;
pub mod machine;
pub mod number;
pub mod shovel;
pub mod solid;
pub mod truck;
pub mod vehicle;
pub mod wheel;

use solid::Paint;

/// The yellow of the machines.
pub const YELLOW: Paint = [0.80, 0.42, 0.02];
/// Frames and axles.
pub const STEEL: Paint = [0.09, 0.09, 0.10];
/// Worn steel.
pub const BRIGHT_STEEL: Paint = [0.42, 0.42, 0.42];
/// Tyres.
pub const RUBBER: Paint = [0.022, 0.022, 0.022];
/// Windows.
pub const GLASS: Paint = [0.03, 0.05, 0.07];
/// Lamps.
pub const LAMP: Paint = [0.95, 0.95, 0.85];
/// The light that shows that the cab is empty.
pub const AUTONOMOUS: Paint = [0.02, 0.25, 0.95];
/// Blasted rock.
pub const ROCK: Paint = [0.20, 0.165, 0.13];
