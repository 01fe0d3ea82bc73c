//! Tests of the truck on a plane: it stands, rides, drives, brakes, steers and tips like a truck, and as its
//! performance limits predict.

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
