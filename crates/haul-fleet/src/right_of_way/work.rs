//! Count of the examined cells and pairs of trucks, for tests.

/// Counts examined cells or pairs of trucks. Does nothing outside tests.
#[inline]
pub(super) fn count(number: u64) {
    #[cfg(test)]
    COUNT.with(|count| count.set(count.get() + number));
    #[cfg(not(test))]
    let _ = number;
}

#[cfg(test)]
thread_local! {
    static COUNT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Returns the count since the last call.
#[cfg(test)]
pub(super) fn take() -> u64 {
    COUNT.with(|count| count.replace(0))
}

#[cfg(test)]
mod tests {
    use crate::right_of_way::{PathRequest, RightOfWay, Rules};
    use haul_core::{Footprint, Pose2, TruckId};
    use haul_messages::{PathPose, Uuid};

    const TRUCK: Footprint = Footprint { front: 7.0, rear: 3.0, half_width: 3.0 };

    /// Lets pairs of trucks report once, each pair on its own road far from the others. Returns the counts for one more
    /// report of the first truck, and for a new path of the first truck.
    fn counts(pairs: u32) -> (u64, u64) {
        let mut right = RightOfWay::new(Rules::of(&TRUCK));
        let path = |pair: u32, from: f64| -> Vec<PathPose> {
            let pose = |s: f64| Pose2::new(from + s, 500.0 * f64::from(pair), 0.0);
            (0..=1_000).map(f64::from).map(|s| PathPose { station: s, pose: pose(s), reverse: false }).collect()
        };
        let mut ask = |truck: u32, id: u128, passed: f64| {
            let path = path(truck / 2, 40.0 * f64::from(truck % 2));
            let request_id = Uuid::from_u128(id);
            let request = PathRequest { request_id, path: &path, stops: &[], passed, wanted: passed + 100.0 };
            // Grants still open from earlier reports do not count as work of this report.
            while !right.settle().is_empty() {}
            super::take();
            right.request(TruckId(truck), &TRUCK, &request).unwrap();
            right.settle();
            super::take()
        };
        for truck in 0..2 * pairs {
            ask(truck, 1, 0.0);
        }
        (ask(0, 1, 10.0), ask(0, 2, 0.0))
    }

    #[test]
    fn work_of_a_request_grows_with_the_neighbours_and_not_with_all_trucks() {
        let (few, many) = (counts(1), counts(20));
        assert_eq!(few, many, "40 trucks on 20 roads cost a request as much as 2 on one");
        assert!(few.0 > 0 && few.1 > few.0, "a new path costs more than a report: {few:?}");
    }
}
