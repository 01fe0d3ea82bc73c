//! Manoeuvres: short paths with changes of travel, between poses in free space.

pub mod reeds_shepp;
