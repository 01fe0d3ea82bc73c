//! Invalid setups are refused, and the error names the cause.

mod two_pads;

use haul_core::{PlaceId, TruckId};
use haul_sim::{Setup, SimError, World};

fn refused(change: impl Fn(&mut Setup)) -> SimError {
    let mut setup = two_pads::setup(2, 1);
    change(&mut setup);
    match World::new(setup) {
        Ok(_) => panic!("the setup was taken"),
        Err(error) => error,
    }
}

#[test]
fn the_fault_of_a_setup_is_named() {
    assert!(matches!(refused(|s| s.trucks.clear()), SimError::NoTruck));
    assert!(matches!(refused(|s| s.trucks[1].id = TruckId(1)), SimError::TwiceTheTruck(TruckId(1))));
    assert!(matches!(refused(|s| s.trucks[1].start.x = f64::NAN), SimError::StartOffTheMap { truck: TruckId(2), .. }));
    assert!(matches!(refused(|s| s.trucks[1].start.y = 1e4), SimError::StartOffTheMap { .. }));
    assert!(matches!(
        refused(|s| s.trucks[1].start = s.trucks[0].start.advanced(4.0)),
        SimError::StartsOverlap(TruckId(1), TruckId(2))
    ));
    assert!(matches!(refused(|s| s.shovels.clear()), SimError::NoShovel(_)));
    let text = refused(|s| s.trucks[0].load = PlaceId::from("nowhere")).to_string();
    assert_eq!(text, "truck T1 is assigned to `nowhere`, which the mine `two pads` does not have");
    let text = refused(|s| s.trucks[0].dump = PlaceId::from("face")).to_string();
    assert_eq!(text, "truck T1 cannot tip at `face`, which is a loading place");
}
