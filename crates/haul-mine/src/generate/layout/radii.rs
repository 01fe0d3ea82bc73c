//! Radii of bends, fillets and corners that several parts share.

/// Radius of the fillets where roads and pads meet, m.
pub(super) const FILLET: f64 = 20.0;
/// Radius of the fillets of the working bench and of the park, m.
pub(super) const SMALL_FILLET: f64 = 0.75 * FILLET;
/// Radius of the bends of the main road, m.
pub(super) const BEND: f64 = 85.0;
/// Radius of the bends where room is short, on the floor and on the link road, m.
pub(super) const TIGHT_BEND: f64 = 55.0;
/// Radius of the corners of rectangular pads, m.
pub(super) const PAD_CORNER: f64 = 8.0;
