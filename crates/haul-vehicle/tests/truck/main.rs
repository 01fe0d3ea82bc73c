//! The truck on a plane: does it stand, ride, drive, brake, steer and tip as a truck does, and as its book of limits
//! says?

mod braking;
mod descending;
mod driving;
mod failing;
mod handling;
mod physics;
mod rig;
mod robust;
mod second;
mod standing;
mod steering;
mod working;
