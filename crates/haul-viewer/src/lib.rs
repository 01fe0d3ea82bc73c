//! The 3D mine simulator: a bevy app that watches a run
