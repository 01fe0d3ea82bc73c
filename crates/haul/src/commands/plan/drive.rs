//! Drive from place to place with its speeds, for `haul plan route` and `haul plan speed`.

use super::{find, spot_pose};
use crate::cli::plan::{CriterionName, PlanRouteArgs, WeatherName};
use crate::commands::{load_mine, payload_kg, truck_spec};
use crate::failure::Failure;
use haul_core::units::from_celsius;
use haul_mine::MineMap;
use haul_planner::journey::{Journey, JourneyOptions, plan_journey};
use haul_planner::route::{Criterion, Network, Route, RouteOptions};
use haul_planner::speed::{Retarding, SpeedProfile, SpeedRequest, retarder_temperatures, speed_profile};
use haul_planner::{Conditions, Travel, TruckModel, Weather};
use haul_vehicle::haulage::costs;

/// Drive from place to place with its speeds.
pub(super) struct Drive {
    pub(super) map: MineMap,
    pub(super) truck: TruckModel,
    pub(super) journey: Journey,
    pub(super) profile: SpeedProfile,
    /// Temperature of the retarder's oil at each point of the profile, K, if the plan follows it.
    pub(super) oil: Option<Vec<f64>>,
    /// Routes that clearly differ from the driven one, the best first.
    pub(super) alternatives: Vec<Route>,
}

impl Drive {
    /// Plans the drive.
    pub(super) fn plan(args: &PlanRouteArgs) -> Result<Drive, Failure> {
        let spec = truck_spec(args.truck.as_deref())?;
        let payload_kg = payload_kg(args.load, &spec)?;
        let map = load_mine(&args.mine)?;
        let truck = TruckModel::in_environment(spec, args.air.environment());
        let conditions = Conditions::under(&map, weather(args.weather));
        let criterion = match args.criterion {
            CriterionName::Time => Criterion::TIME,
            CriterionName::Fuel => Criterion::FUEL,
            CriterionName::Cost => Criterion::of_costs(costs(), &truck.spec),
        };
        let start = spot_pose(find(&map, "--from", &args.from)?, 1)?;
        let goal = spot_pose(find(&map, "--to", &args.to)?, 1)?;
        let arrive = Some(Travel::Reverse);
        let options = JourneyOptions { payload_kg, arrive, criterion, ..JourneyOptions::default() };
        let journey = plan_journey(&map, &truck, &conditions, start, goal, &options).map_err(Failure::sentence)?;
        let retarding = args.oil.map_or(Retarding::Continuous, |c| Retarding::Heat { temperature: from_celsius(c) });
        let request = SpeedRequest { payload_kg, retarding, ..SpeedRequest::default() };
        let profile = speed_profile(&journey.path, &truck, &conditions, &request).map_err(Failure::sentence)?;
        let follow = |celsius| {
            let start = from_celsius(celsius);
            retarder_temperatures(&profile, &journey.path, &truck, &conditions, &request, start)
        };
        let oil = args.oil.map(follow).transpose().map_err(Failure::sentence)?;
        let network = || Network::prepare_for(&map, &truck, &conditions, payload_kg, criterion);
        let alternatives = others(&map, &journey.route, network, usize::from(args.alternatives))?;
        Ok(Drive { map, truck, journey, profile, oil, alternatives })
    }
}

/// Returns up to `count` routes between the ends of a given route. They clearly differ from it and from each other.
fn others(
    map: &MineMap,
    route: &Route,
    network: impl FnOnce() -> Network,
    count: usize,
) -> Result<Vec<Route>, Failure> {
    let (Some(first), Some(last)) = (route.legs.first(), route.legs.last()) else { return Ok(Vec::new()) };
    if count == 0 {
        return Ok(Vec::new());
    }
    let at = |road, station| haul_mine::RoadPosition { road, station, lateral: 0.0 };
    let (from, to) = (at(first.road, first.from_station), at(last.road, last.to_station));
    let heading = map.roads.road(first.road).and_then(|r| r.line.heading(first.from_station));
    let heading = heading.map(|h| if first.forward { h } else { h + std::f64::consts::PI });
    let options = RouteOptions { heading, ..RouteOptions::default() };
    let mut routes = network().alternatives(map, from, to, &options, count + 1).map_err(Failure::sentence)?;
    let roads = |r: &Route| r.legs.iter().map(|l| (l.road, l.forward)).collect::<Vec<_>>();
    // The driven route may differ from the best route of the network, if a turn of the best route cannot be driven.
    routes.retain(|r| roads(r) != roads(route));
    routes.truncate(count);
    Ok(routes)
}

fn weather(name: WeatherName) -> Weather {
    match name {
        WeatherName::Dry => Weather::Dry,
        WeatherName::Rain => Weather::Rain,
        WeatherName::Snow => Weather::Snow,
        WeatherName::Ice => Weather::Ice,
    }
}
