//! Estimates of the road from the truck's own motion: slip of the wheels and grip.

mod grip;
mod slip;

pub(crate) use grip::Grip;
pub(crate) use slip::WheelState;
