//! Truck data for the design check.

/// The truck that roads are checked for, loaded to its rated payload: its dimensions and its performance limits.
pub struct DesignTruck<'a> {
    /// Name of the truck, for the report.
    pub name: String,
    /// Width of the truck, m.
    pub width: f64,
    /// Turning radius of the outer front wheel, m: half the diameter of the turning circle.
    pub turning_circle: f64,
    /// Steady speed on a grade, m/s: uphill at full throttle, downhill on the retarder. The grade is rise over run,
    /// negative downhill.
    pub speed: &'a dyn Fn(f64) -> f64,
    /// Stopping distance (m) from a speed (m/s) on a grade (rise over run, negative downhill), excluding the reaction
    /// time. It is infinite if the truck cannot stop.
    pub stopping: &'a dyn Fn(f64, f64) -> f64,
}
