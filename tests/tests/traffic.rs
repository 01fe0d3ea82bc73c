//! Eight trucks on their planned paths on generated mines: no truck stands permanently.

use haul_mine::generate::{PitSpec, generate_pit};
use haul_tests::traffic::drive;
use std::sync::Arc;

/// Moves eight trucks for some hours and asserts that no truck stands permanently.
fn no_truck_stands_for_good(seed: u64, hours: f64) {
    let map = generate_pit(&PitSpec::drawn(seed)).unwrap();
    let outcome = drive(Arc::new(map), 8, seed + 1, hours).unwrap();
    assert!(outcome.stand.is_empty(), "{seed}: {:?}\n{}", outcome.stand, outcome.right_of_way);
    assert!(outcome.loads.iter().all(|loads| *loads > 0), "{seed}: loads of each truck {:?}", outcome.loads);
}

#[test]
fn eight_trucks_that_start_side_by_side_all_deliver() {
    no_truck_stands_for_good(501, 1.0);
}

#[test]
fn eight_trucks_that_queue_at_both_ends_of_their_hauls_all_deliver() {
    no_truck_stands_for_good(504, 1.0);
}

#[test]
fn eight_trucks_on_a_mine_of_single_lanes_all_deliver() {
    // Regression: this mine deadlocked after 4,000 s. A schedule found once was lost when a truck replanned the rest of
    // its way.
    no_truck_stands_for_good(520, 1.2);
}

#[test]
fn a_truck_that_has_to_go_first_is_not_held_up_by_an_older_one_that_cannot_go() {
    no_truck_stands_for_good(525, 1.0);
}

#[test]
fn trucks_that_find_no_way_to_finish_their_next_visit_wait_for_it_and_block_nobody() {
    no_truck_stands_for_good(526, 1.5);
}

#[test]
fn a_follower_does_not_block_the_way_out_that_the_truck_ahead_waits_for() {
    no_truck_stands_for_good(519, 1.2);
}

#[test]
fn a_truck_at_its_horizon_drives_into_its_spot_so_that_those_behind_it_move_up() {
    no_truck_stands_for_good(543, 1.0);
}

#[test]
fn a_truck_that_sends_a_new_path_in_its_spot_keeps_its_way_out() {
    no_truck_stands_for_good(530, 1.6);
}
