//! Routes, paths, manoeuvres and speed profiles for a haul truck
