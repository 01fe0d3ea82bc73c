//! Starvation: a stream of trucks does not make another truck wait for ever.

use super::layout::{Layout, TRUCK};
use super::t_junction;
use haul_core::TruckId;
use haul_fleet::right_of_way::{PathRequest, RightOfWay, Rules};
use haul_messages::{PathPose, Uuid};

/// Distance driven between two reports, m.
const STRIDE: f64 = 10.0;
/// Distance ahead of a truck up to which the truck asks for its path, m.
const LOOK_AHEAD: f64 = 30.0;
/// Maximum number of rounds of reports until the waiting truck is through.
const MOST_ROUNDS: usize = 200;

struct Driver {
    id: TruckId,
    path: Vec<PathPose>,
    passed: f64,
}

impl Driver {
    /// Drives as far as granted and asks for more. Returns true if the truck has reached the end of its path.
    fn act(&mut self, right: &mut RightOfWay) -> bool {
        let request_id = Uuid::from_u128(u128::from(self.id.0) + 1);
        let end = self.path.last().unwrap().station;
        let granted = right.grant(self.id).filter(|g| g.request_id == request_id).map_or(0.0, |g| g.up_to);
        self.passed = (self.passed + STRIDE).min(granted).max(self.passed).min(end);
        let (passed, wanted) = (self.passed, (self.passed + LOOK_AHEAD).min(end));
        let request = PathRequest { request_id, path: &self.path, stops: &[], passed, wanted };
        right.request(self.id, &TRUCK, &request).unwrap();
        right.settle();
        self.passed > end - 0.01
    }
}

/// Sends an endless stream of trucks one way, then one truck another way. Returns the number of trucks of the stream
/// that finish before the single one is through.
fn passed_before_it_is_through(layout: &Layout, stream: (usize, usize), other: (usize, usize)) -> usize {
    let mut right = RightOfWay::new(Rules::of(&TRUCK));
    let path = layout.way_from_spot(stream.0, stream.1);
    let mut one = Driver { id: TruckId(0), path: layout.way_from_spot(other.0, other.1), passed: 0.0 };
    right.stands(one.id, one.path[0].pose, &TRUCK);
    let (mut trucks, mut next, mut passed) = (Vec::<Driver>::new(), 1, 0);
    for round in 0..MOST_ROUNDS {
        // A new truck of the stream appears as soon as there is room behind the last one.
        if trucks.last().is_none_or(|last| last.passed > 2.0 * TRUCK.length()) {
            trucks.push(Driver { id: TruckId(next), path: path.clone(), passed: 0.0 });
            next += 1;
        }
        let before = trucks.len();
        trucks.retain_mut(|truck| {
            let ends = truck.act(&mut right);
            if ends {
                right.forget(truck.id);
            }
            !ends
        });
        if round < 15 {
            continue;
        }
        passed += before - trucks.len();
        one.act(&mut right);
        // The single truck is through the disputed stretch, not only at its edge.
        if one.passed > one.path.last().unwrap().station - 20.0 {
            return passed;
        }
    }
    panic!("the truck still waits after {passed} others:\n{}", right.explain());
}

/// Number of trucks of the stream that already drive when the single one asks.
const STREAM_LEAD: usize = 5;

#[test]
fn a_stream_does_not_starve_a_truck_that_comes_towards_it() {
    // From pad 0 to pad 1, and from pad 1 to pad 2: head on in the lane of pad 1.
    let passed = passed_before_it_is_through(&t_junction(), (0, 1), (1, 2));
    println!("towards a stream: {passed} trucks went first");
    assert!(passed <= STREAM_LEAD, "{passed} trucks went first");
}

#[test]
fn a_stream_does_not_starve_a_truck_that_crosses_its_way() {
    // From pad 0 straight to pad 1, and from pad 2 into the same junction and against it.
    let passed = passed_before_it_is_through(&t_junction(), (0, 1), (2, 0));
    println!("across a stream: {passed} trucks went first");
    assert!(passed <= STREAM_LEAD, "{passed} trucks went first");
}
