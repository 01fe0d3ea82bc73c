//! Planning time of routes, lane paths and whole journeys of about 3 km from park to dump, on a generated mine.

use criterion::{Criterion, criterion_group, criterion_main};
use haul_core::Pose2;
use haul_mine::generate::{PitSpec, generate_pit};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::path::lane_path;
use haul_planner::route::{Network, RouteOptions};
use haul_planner::{Conditions, Travel, TruckModel};
use haul_vehicle::TruckSpec;
use std::hint::black_box;
use std::sync::Arc;

fn stand(map: &MineMap, kind: PlaceKind) -> Option<Pose2> {
    map.places.iter().find(|p| p.kind == kind).and_then(|p| p.spots.first()).map(|s| s.pose)
}

fn journeys(c: &mut Criterion) {
    let Ok(map) = generate_pit(&PitSpec::default()) else { return };
    let (Some(face), Some(dump)) = (stand(&map, PlaceKind::Load), stand(&map, PlaceKind::Dump)) else { return };
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));
    let conditions = Conditions::of(&map);
    let (Some(from), Some(to)) = (map.roads.nearest(face.position()), map.roads.nearest(dump.position())) else {
        return;
    };
    c.bench_function("network prepared", |b| b.iter(|| Network::prepare(black_box(&map), &truck, &conditions, 91e3)));
    let network = Network::prepare(&map, &truck, &conditions, 91e3);
    let options = RouteOptions::default();
    c.bench_function("route on a prepared network", |b| {
        b.iter(|| network.plan(&map, black_box(from), to, &options));
    });
    let Ok(route) = network.plan(&map, from, to, &options) else { return };
    c.bench_function(&format!("lane path of {:.0} m", route.length), |b| {
        b.iter(|| lane_path(&map, &truck, black_box(&route)));
    });
    let options = JourneyOptions { payload_kg: 91e3, arrive: Some(Travel::Reverse), ..JourneyOptions::default() };
    c.bench_function("journey from face to dump", |b| {
        b.iter(|| plan_journey(&map, &truck, &conditions, black_box(face), dump, &options));
    });
}

criterion_group! {
    name = planner;
    config = Criterion::default().sample_size(20);
    targets = journeys
}
criterion_main!(planner);
