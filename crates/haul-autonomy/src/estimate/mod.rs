//! What the truck finds out about road and machine from its own motion.

mod grip;
mod slip;

pub(crate) use grip::Grip;
pub(crate) use slip::WheelState;
