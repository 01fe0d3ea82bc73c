//! Slippery roads: the warning of one truck reaches the others.

use super::mine::{Site, told};
use super::refusals;
use haul_core::{Pose2, TruckId};
use haul_fleet::{FleetError, SiteInput};
use haul_messages::Body;

fn slippery(x: f64, friction: f64) -> Body {
    Body::SlipperyRoadV1 { pose: Pose2::new(x, 0.0, 0.0), friction }
}

#[test]
fn a_warning_reaches_every_other_truck() {
    let mut site = Site::with_trucks(3);
    site.input(SiteInput::Tick);
    let outputs = site.says(0, slippery(100.0, 0.2));
    assert_eq!(told(&outputs, 0), []);
    assert_eq!(told(&outputs, 1), [slippery(100.0, 0.2)]);
    assert_eq!(told(&outputs, 2), [slippery(100.0, 0.2)]);
}

#[test]
fn a_warning_that_makes_no_sense_is_refused_and_passed_on_to_nobody() {
    let mut site = Site::with_trucks(2);
    site.input(SiteInput::Tick);
    // The wire refuses numbers that are not finite.
    for wrong in [slippery(0.0, 0.0), slippery(0.0, -0.1)] {
        let outputs = site.says(0, wrong);
        assert_eq!(told(&outputs, 1), []);
        assert!(matches!(refusals(&outputs)[..], [FleetError::BadRoadReport(TruckId(_))]), "{outputs:?}");
    }
}
