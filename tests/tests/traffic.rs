//! Eight trucks by their planned paths on generated mines: none stands for good.

use haul_mine::generate::{PitSpec, generate_pit};
use haul_tests::traffic::drive;
use std::sync::Arc;

/// Drives eight trucks for an hour.
fn no_truck_stands_for_good(seed: u64) {
    let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
    let outcome = drive(Arc::new(map), 8, seed + 1, 1.0).unwrap();
    assert!(outcome.stand.is_empty(), "{seed}: {:?}\n{}", outcome.stand, outcome.right_of_way);
    assert!(outcome.loads.iter().all(|loads| *loads > 0), "{seed}: loads of each truck {:?}", outcome.loads);
}

#[test]
fn eight_trucks_that_start_side_by_side_all_deliver() {
    no_truck_stands_for_good(501);
}

#[test]
fn eight_trucks_that_queue_at_both_ends_of_their_hauls_all_deliver() {
    no_truck_stands_for_good(504);
}
