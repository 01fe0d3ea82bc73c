//! Settings of the tracing of centrelines.

/// Settings of the tracing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TraceOptions {
    /// Spacing of the points along the edge, m.
    pub edge_step: f64,
    /// Width of the truck, m. Centrelines keep half of it from the edge where the road allows it.
    pub truck_width: f64,
    /// Minimum width of a road on which two trucks can pass each other, m.
    pub two_way_width: f64,
    /// Minimum radius of the inscribed circle of a wide area, m.
    pub area_radius: f64,
}
