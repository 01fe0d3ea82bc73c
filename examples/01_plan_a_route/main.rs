//! Plans the haul of a loaded truck from a face to the crusher, on dry and on wet roads.
#![allow(clippy::print_stdout, reason = "an example prints its answer")]

use haul_mine::MineMap;
use haul_planner::route::{Network, RouteOptions};
use haul_planner::{Conditions, TruckModel, Weather};
use haul_vehicle::TruckSpec;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Payload of the truck, kg: the rated payload of the TR100AT.
const PAYLOAD_KG: f64 = 91_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    // 1. The mine: a map with roads, places and terrain.
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let map = MineMap::load(&project.join("assets/mines/sample_pit"))?;

    // 2. The truck: its performance limits come from the figures in `seeds/trucks`.
    let truck = TruckModel::new(Arc::new(TruckSpec::tr100at()));

    // 3. Start and goal: the points of the road network nearest to the first spot of each place.
    let on_road = |id: &str| {
        let place = map.place(&id.into())?;
        map.roads.nearest(place.spots.first()?.pose.position())
    };
    let from = on_road("face_1").ok_or("the mine has no road to face_1")?;
    let to = on_road("crusher").ok_or("the mine has no road to the crusher")?;

    // 4. One network per weather: it holds the cost of every road for this truck, payload and grip.
    for (name, weather) in [("dry", Weather::Dry), ("rain", Weather::Rain)] {
        let network = Network::prepare(&map, &truck, &Conditions::under(&map, weather), PAYLOAD_KG);
        let route = network.plan(&map, from, to, &RouteOptions::default())?;
        let roads: Vec<String> = route.legs.iter().map(|leg| leg.road.to_string()).collect();
        println!("{name}: {:.0} m, {:.0} s, {:.1} kg of fuel", route.length, route.time, route.fuel_kg);
        println!("  roads {}", roads.join(", "));
        println!("  nine hauls in ten take less than {:.0} s", route.travel_time().quantile(0.9));
    }
    Ok(())
}
