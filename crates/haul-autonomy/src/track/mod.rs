//! Tracking.
mod preview;
