//! The whole stack through haul cycles on the small mine of the rig.

#![allow(clippy::print_stdout, reason = "the figures reached are worth reading")]

mod assignments;
mod closed_loop;
mod faults;
mod obstacles;
mod orders;
#[path = "../rig/mod.rs"]
mod rig;
mod stages;
