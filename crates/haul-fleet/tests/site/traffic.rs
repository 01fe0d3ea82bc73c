//! Manned vehicles: the reports to trucks, and beacons that are late, lost or wrong.

use super::mine::{Site, told};
use haul_core::{Pose2, SimTime, VehicleId, VehicleKind};
use haul_fleet::{FleetError, SiteInput, SiteOutput};
use haul_messages::{Body, CycleState, Envelope, Epoch, VehicleReport};

fn report(x: f64) -> VehicleReport {
    let (vehicle, kind) = (VehicleId::from("cart"), VehicleKind::WaterCart);
    VehicleReport { vehicle, kind, pose: Pose2::new(x, 0.0, 0.0), speed: 4.0 }
}

fn at(second: u64) -> haul_messages::Timestamp {
    Epoch::default().at(SimTime::from_seconds(second as f64))
}

/// Delivers a beacon that was sent at the given second.
fn arrives(site: &mut Site, sent: u64, report: VehicleReport) -> Vec<SiteOutput> {
    let cart = VehicleId::from("cart");
    let envelope = Envelope::from_vehicle(&cart, at(sent), Body::VehicleStateV1 { report });
    site.core.handle(SiteInput::FromVehicle(cart, envelope), site.now())
}

fn stands_at(x: f64) -> Body {
    let (pose, state) = (Pose2::new(x, 0.0, 0.0), CycleState::TravelEmpty);
    Body::EquipmentStateV1 { assignment_id: None, pose, speed: 0.0, payload_kg: 0.0, state }
}

fn hears(outputs: &[SiteOutput], truck: u32) -> Vec<f64> {
    let x = |body| if let Body::TrafficV1 { report, .. } = body { Some(report.pose.x) } else { None };
    told(outputs, truck).into_iter().filter_map(x).collect()
}

fn refusal(outputs: &[SiteOutput]) -> Option<&FleetError> {
    outputs.iter().find_map(|o| if let SiteOutput::BeaconRefused { why, .. } = o { Some(why) } else { None })
}

#[test]
fn trucks_near_a_vehicle_are_told_of_it_and_distant_ones_are_not() {
    let mut site = Site::with_trucks(2);
    site.says(0, stands_at(100.0));
    site.says(1, stands_at(900.0));
    let second = site.second;
    let outputs = arrives(&mut site, second, report(150.0));
    assert_eq!((hears(&outputs, 0), hears(&outputs, 1)), (vec![150.0], vec![]));
    let reported_at = told(&outputs, 0).into_iter().find_map(|body| match body {
        Body::TrafficV1 { reported_at, .. } => Some(reported_at),
        _ => None,
    });
    assert_eq!(reported_at, Some(at(second)), "the vehicle's own time, by which the truck tells its age");
    assert_eq!(site.core.vehicles().count(), 1);
    // A truck without a known pose gets reports of every vehicle.
    let mut site = Site::with_trucks(1);
    assert_eq!(hears(&arrives(&mut site, 0, report(5_000.0)), 0), [5_000.0]);
}

#[test]
fn a_late_beacon_and_one_that_comes_twice_are_not_passed_on() {
    let mut site = Site::with_trucks(1);
    site.second = 10;
    assert_eq!(hears(&arrives(&mut site, 10, report(150.0)), 0), [150.0]);
    assert!(arrives(&mut site, 10, report(150.0)).is_empty());
    assert!(arrives(&mut site, 9, report(140.0)).is_empty());
    assert_eq!(site.core.vehicles().next().unwrap().report, report(150.0));
}

#[test]
fn a_beacon_not_heard_for_three_seconds_is_reported_lost_once_and_then_back() {
    let mut site = Site::with_trucks(1);
    site.second = 10;
    arrives(&mut site, 10, report(150.0));
    let lost = SiteOutput::BeaconLost(VehicleId::from("cart"));
    let losses = (0..10).filter(|_| site.input(SiteInput::Tick).contains(&lost)).count();
    assert_eq!(losses, 1);
    assert!(site.core.vehicles().all(|beacon| beacon.is_lost));
    let second = site.second;
    let outputs = arrives(&mut site, second, report(160.0));
    assert!(outputs.contains(&SiteOutput::BeaconBack(VehicleId::from("cart"))), "{outputs:?}");
    assert_eq!(hears(&outputs, 0), [160.0]);
    // A beacon that is too old is refused.
    site.second += 10;
    assert!(matches!(refusal(&arrives(&mut site, second + 1, report(170.0))), Some(FleetError::BadBeacon { .. })));
}

#[test]
fn a_beacon_from_the_future_does_not_block_later_beacons() {
    let mut site = Site::with_trucks(1);
    site.second = 10;
    arrives(&mut site, 3_600, report(150.0));
    site.second = 11;
    assert_eq!(hears(&arrives(&mut site, 11, report(154.0)), 0), [154.0]);
}

#[test]
fn invalid_beacons_are_refused_with_the_reason_and_change_nothing() {
    let mut site = Site::with_trucks(1);
    site.second = 10;
    let mut text = |report| refusal(&arrives(&mut site, 10, report)).map(ToString::to_string).unwrap_or_default();
    assert!(text(report(f64::NAN)).contains("is on no map"));
    assert!(text(VehicleReport { speed: f64::INFINITY, ..report(1.0) }).contains("at most 40 m/s is accepted"));
    assert!(text(VehicleReport { speed: f64::NAN, ..report(1.0) }).contains("NaN m/s"));
    assert!(text(VehicleReport { vehicle: "another".into(), ..report(1.0) }).contains("of another machine"));
    let cart = VehicleId::from("cart");
    let other = Envelope::from_vehicle(&"another".into(), at(10), Body::VehicleStateV1 { report: report(1.0) });
    let outputs = site.core.handle(SiteInput::FromVehicle(cart.clone(), other), site.now());
    assert_eq!(refusal(&outputs), Some(&FleetError::WrongVehicle(cart.clone())));
    let statement = Envelope::from_vehicle(&cart, at(10), stands_at(0.0));
    let outputs = site.core.handle(SiteInput::FromVehicle(cart.clone(), statement), site.now());
    assert_eq!(refusal(&outputs), Some(&FleetError::NotABeacon(cart)));
    assert_eq!(site.core.vehicles().count(), 0);
}

#[test]
fn a_sender_with_endless_new_names_does_not_fill_the_memory() {
    let mut site = Site::with_trucks(1);
    site.second = 10;
    for k in 0..1_500 {
        let name = VehicleId(format!("v{k}"));
        let body = Body::VehicleStateV1 { report: VehicleReport { vehicle: name.clone(), ..report(1.0) } };
        let envelope = Envelope::from_vehicle(&name, at(10), body);
        site.core.handle(SiteInput::FromVehicle(name, envelope), site.now());
    }
    assert_eq!(site.core.vehicles().count(), 1_000);
}

#[test]
fn a_truck_may_send_neither_a_beacon_nor_a_traffic_message() {
    let mut site = Site::with_trucks(1);
    for body in
        [Body::VehicleStateV1 { report: report(1.0) }, Body::TrafficV1 { report: report(1.0), reported_at: at(1) }]
    {
        let outputs = site.says(0, body);
        assert!(outputs.iter().any(|o| matches!(o, SiteOutput::Refused { why: FleetError::NotForSite(_), .. })));
    }
}
