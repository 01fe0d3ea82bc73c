//! The haul command line.
fn main() {}
