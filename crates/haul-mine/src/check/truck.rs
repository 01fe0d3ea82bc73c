//! What the check needs to know of the truck that the roads are for.

/// The truck that roads are checked for, by its dimensions and what its book of limits says of it loaded to its rated
/// payload.
pub struct DesignTruck<'a> {
    /// Its name, for the report.
    pub name: String,
    /// Width, m.
    pub width: f64,
    /// Radius of the turning circle, outer front wheel, m.
    pub turning_circle: f64,
    /// Steady speed, m/s, on a grade (rise/run, negative downhill): up at full throttle, down on the retarder.
    pub speed: &'a dyn Fn(f64) -> f64,
    /// Stopping distance, m, from a speed (m/s) on a grade (rise/run, negative downhill), without the reaction time;
    /// infinite where it cannot stop.
    pub stopping: &'a dyn Fn(f64, f64) -> f64,
}
