//! The truck on a plane: does it stand, ride, drive, brake, steer and tip as a truck does, and as its book of limits
//! says?

mod braking;
mod descending;
mod driving;
mod rig;
mod robust;
mod standing;
mod steering;
mod working;
