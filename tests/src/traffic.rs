//! Moves trucks along their planned paths, without physics. The site and the path planner are the real ones. An hour of
//! eight trucks takes seconds, so that right-of-way deadlocks can be sought on many mines.

use haul_core::random::{self, Draw};
use haul_core::{PlaceId, Pose2, SimTime, StandKind, TruckId};
use haul_fleet::{FixedAssignment, RegisteredTruck, SiteCore, SiteInput, SiteOutput};
use haul_messages::{Body, CycleState, Envelope, Epoch, PathPose, Uuid};
use haul_mine::{MineMap, PlaceKind};
use haul_planner::journey::{JourneyOptions, plan_journey};
use haul_planner::{Conditions, Path, Travel, TruckModel};
use haul_vehicle::{TruckSpec, patience};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Simulated time between two steps, s.
const STEP: f64 = 0.5;
/// Maximum speed on a road, m/s.
const SPEED: f64 = 7.0;
const SLOW: f64 = 2.0;
/// Length below which a leg counts as a manoeuvre, m.
const MANOEUVRE: f64 = 250.0;
/// Acceleration, m/s².
const ACCELERATION: f64 = 0.4;
const DECELERATION: f64 = 0.6;
/// Time since its last progress up to which a truck counts as driving or working, s.
const AT_WORK: f64 = 300.0;

/// Result of a run.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Simulated time, h.
    pub hours: f64,
    /// Number of loads that each truck has tipped.
    pub loads: Vec<u32>,
    /// Longest time for which a truck stood without progress, s.
    pub longest_stand: f64,
    /// Trucks that stand permanently, each with its activity. The run ends when a truck stands permanently.
    pub stand: Vec<String>,
    /// Right of way at the end, in words.
    pub right_of_way: String,
    /// Requests that the site refused.
    pub refused: Vec<String>,
}

/// Moves trucks on a mine for some hours. They start at the park; faces and dumps are assigned to them in turn. `seed`
/// determines the times that loading and tipping take.
///
/// # Errors
/// The mine lacks a place or a spot, or there is no path for a truck; the text says which.
pub fn drive(map: Arc<MineMap>, trucks: usize, seed: u64, hours: f64) -> Result<Outcome, String> {
    Traffic::new(map, trucks, seed)?.run(hours)
}

/// Paths of one visit to a place.
#[derive(Debug, Clone)]
struct Visit {
    into: Arc<Path>,
    out: Arc<Path>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Doing {
    /// Driving to the waiting pose.
    Approach,
    /// Standing at the waiting pose until a spot is granted.
    Wait,
    /// Driving into the spot.
    Spot,
    /// Being loaded or tipping, until the time `until`.
    Work { until: f64 },
}

struct Mover {
    id: TruckId,
    work: FixedAssignment,
    loaded: bool,
    doing: Doing,
    pose: Pose2,
    legs: Vec<Arc<Path>>,
    request: Uuid,
    poses: Vec<PathPose>,
    stops: Vec<f64>,
    sent: bool,
    station: f64,
    speed: f64,
    granted: f64,
    /// The truck whose claim limits this truck's grant.
    behind: Option<TruckId>,
    told: f64,
    told_at: f64,
    visit: Uuid,
    visits: u64,
    leaving: Option<(PlaceId, Uuid)>,
    spot: Option<usize>,
    loads: u32,
    progress: f64,
    pause: f64,
}

struct Traffic {
    map: Arc<MineMap>,
    model: TruckModel,
    conditions: Conditions,
    site: SiteCore,
    movers: Vec<Mover>,
    visits: BTreeMap<(PlaceId, usize, PlaceId), Visit>,
    now: f64,
    inbox: BTreeMap<TruckId, Vec<Body>>,
    random: random::Stream,
    refused: Vec<String>,
    longest_stand: f64,
}

impl Traffic {
    fn new(map: Arc<MineMap>, trucks: usize, seed: u64) -> Result<Self, String> {
        let of = |kinds: &[PlaceKind]| -> Vec<&haul_mine::Place> {
            map.places.iter().filter(|p| kinds.contains(&p.kind)).collect()
        };
        let (faces, tips) = (of(&[PlaceKind::Load]), of(&[PlaceKind::Crusher, PlaceKind::Dump]));
        let mut starts = of(&[PlaceKind::Park]);
        starts.extend(tips.iter().copied());
        starts.extend(faces.iter().copied());
        let starts: Vec<Pose2> = starts.iter().flat_map(|p| p.spots.iter().map(|s| s.pose)).collect();
        if faces.is_empty() || tips.is_empty() || starts.len() < trucks {
            return Err("lacks a face, a dump, or spots to start from".into());
        }
        let spec = Arc::new(TruckSpec::tr100at());
        let model = TruckModel::new(Arc::clone(&spec));
        let conditions = Conditions::of(&map);
        let mut registered = Vec::new();
        let mut movers = Vec::new();
        for k in 0..trucks {
            let work = FixedAssignment {
                truck: TruckId(k as u32 + 1),
                load: faces[k % faces.len()].id.clone(),
                dump: tips[k % tips.len()].id.clone(),
                park: None,
            };
            registered.push(RegisteredTruck { assignment: work.clone(), footprint: model.footprint });
            movers.push(Mover {
                id: work.truck,
                work,
                loaded: false,
                doing: Doing::Approach,
                pose: starts[k],
                legs: Vec::new(),
                request: Uuid::nil(),
                poses: Vec::new(),
                stops: Vec::new(),
                sent: false,
                station: 0.0,
                speed: 0.0,
                granted: 0.0,
                behind: None,
                told: 0.0,
                told_at: f64::NEG_INFINITY,
                visit: Uuid::nil(),
                visits: 0,
                leaving: None,
                spot: None,
                loads: 0,
                progress: 0.0,
                pause: 0.0,
            });
        }
        let site = SiteCore::new(Arc::clone(&map), registered).map_err(|e| e.to_string())?;
        let random = random::stream(seed, "traffic", "times");
        let (visits, inbox) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self {
            map,
            model,
            conditions,
            site,
            movers,
            visits,
            now: 0.0,
            inbox,
            random,
            refused: Vec::new(),
            longest_stand: 0.0,
        })
    }

    fn path(&self, from: Pose2, goal: Pose2, arrive: Option<Travel>, payload_kg: f64) -> Result<Arc<Path>, String> {
        let options = JourneyOptions { payload_kg, arrive, ..JourneyOptions::default() };
        plan_journey(&self.map, &self.model, &self.conditions, from, goal, &options)
            .map(|journey| Arc::new(journey.path))
            .map_err(|e| e.to_string())
    }

    fn head(&self, place: &PlaceId) -> Result<Pose2, String> {
        let place = self.map.place(place).ok_or("no such place")?;
        place.queue.first().copied().ok_or_else(|| format!("{} has no waiting pose", place.id))
    }

    fn visit(&mut self, place: &PlaceId, spot: usize, next: &PlaceId) -> Result<Visit, String> {
        let key = (place.clone(), spot, next.clone());
        if let Some(known) = self.visits.get(&key) {
            return Ok(known.clone());
        }
        let found = self.map.place(place).ok_or("no such place")?;
        let pose = found.spots.get(spot).ok_or("no such spot")?.pose;
        let rated = self.model.spec.rated_payload();
        let (before, after) = if found.kind == PlaceKind::Load { (0.0, rated) } else { (rated, 0.0) };
        let visit = Visit {
            into: self.path(self.head(place)?, pose, Some(Travel::Reverse), before)?,
            out: self.path(pose, self.head(next)?, None, after)?,
        };
        self.visits.insert(key, visit.clone());
        Ok(visit)
    }

    fn send(&mut self, truck: TruckId, body: Body) {
        let now = SimTime::from_seconds(self.now);
        let envelope = Envelope::new(truck, Epoch::default().at(now), body);
        self.ask(SiteInput::FromTruck(truck, envelope));
    }

    fn ask(&mut self, input: SiteInput) {
        for output in self.site.handle(input, SimTime::from_seconds(self.now)) {
            match output {
                SiteOutput::ToTruck(truck, envelope) => self.inbox.entry(truck).or_default().push(envelope.body),
                SiteOutput::LoadTruck { .. } | SiteOutput::EndLoading { .. } | SiteOutput::Production(_) => {}
                SiteOutput::Refused { truck, why } => self.refused.push(format!("{truck} at {:.0} s: {why}", self.now)),
                _ => {}
            }
        }
    }

    /// Creates a truck's request for a path along several legs in order.
    fn request(&mut self, k: usize, legs: Vec<Arc<Path>>) {
        let mover = &mut self.movers[k];
        let (mut poses, mut stops, mut offset) = (Vec::<PathPose>::new(), Vec::new(), 0.0);
        for leg in &legs {
            let last = leg.points.len() - 1;
            for (i, point) in leg.points.iter().enumerate() {
                let reverse = point.travel == Travel::Reverse;
                let flips = leg.points.get(i + 1).is_some_and(|next| next.travel != point.travel);
                let station = offset + point.station;
                let keep = poses.last().is_none_or(|p| station - p.station >= 0.75 || p.reverse != reverse);
                if keep || flips || i == last {
                    poses.push(PathPose { station, pose: point.pose, reverse });
                }
            }
            offset += leg.length();
            stops.push(offset);
        }
        mover.visits += 1;
        mover.request = Uuid::from_u128(u128::from(mover.id.0) << 64 | u128::from(mover.visits));
        (mover.poses, mover.stops, mover.legs) = (poses, stops, legs);
        (mover.sent, mover.station, mover.granted, mover.speed) = (false, 0.0, 0.0, 0.0);
        mover.told_at = f64::NEG_INFINITY;
    }

    fn place_of(&self, k: usize) -> (PlaceId, PlaceId) {
        let mover = &self.movers[k];
        let (load, dump) = (mover.work.load.clone(), mover.work.dump.clone());
        if mover.loaded { (dump, load) } else { (load, dump) }
    }

    /// Sends a truck to the waiting pose of its next place, and starts the visit there.
    fn set_out(&mut self, k: usize, out: Option<Arc<Path>>) -> Result<(), String> {
        let (place, next) = self.place_of(k);
        let visit = self.visit(&place, 0, &next)?;
        let payload = if self.movers[k].loaded { self.model.spec.rated_payload() } else { 0.0 };
        let first = match out {
            Some(path) => path,
            None => self.path(self.movers[k].pose, self.head(&place)?, None, payload)?,
        };
        self.request(k, vec![first, visit.into, visit.out]);
        self.movers[k].doing = Doing::Approach;
        Ok(())
    }

    fn step_truck(&mut self, k: usize) -> Result<(), String> {
        let id = self.movers[k].id;
        for body in self.inbox.remove(&id).unwrap_or_default() {
            let mover = &mut self.movers[k];
            match body {
                Body::PathGrantV1 { request_id, up_to_station, behind } if request_id == mover.request => {
                    mover.granted = mover.granted.max(up_to_station);
                    mover.behind = behind;
                }
                Body::SpotGrantV1 { visit_id, spot_index, .. } if visit_id == mover.visit => {
                    mover.spot = Some(spot_index);
                }
                _ => {}
            }
        }
        if self.movers[k].pause > self.now {
            return Ok(());
        }
        if self.movers[k].legs.is_empty() {
            self.set_out(k, None)?;
        }
        let (place, next) = self.place_of(k);
        match self.movers[k].doing {
            Doing::Approach | Doing::Spot => {
                self.drive(k);
                let end = self.movers[k].legs[0].length();
                if self.movers[k].doing == Doing::Approach
                    && self.movers[k].station > self.model.footprint.length() + 2.0
                    && let Some((place, visit_id)) = self.movers[k].leaving.take()
                {
                    self.send(id, Body::LeftSpotV1 { visit_id, place });
                }
                if self.movers[k].station >= end - 0.01 && self.movers[k].speed == 0.0 {
                    let end = self.movers[k].legs[0].points.last().map(|p| p.pose);
                    let time = self.time(self.movers[k].loaded);
                    let mover = &mut self.movers[k];
                    mover.pose = end.unwrap_or(mover.pose);
                    if mover.doing == Doing::Approach {
                        mover.visits += 1;
                        mover.visit = Uuid::from_u128(1 << 100 | u128::from(id.0) << 64 | u128::from(mover.visits));
                        mover.spot = None;
                        mover.doing = Doing::Wait;
                        mover.pause = self.now + 2.0;
                    } else {
                        mover.doing = Doing::Work { until: self.now + time };
                        let body =
                            Body::SpottedV1 { visit_id: mover.visit, place, spot_index: mover.spot.unwrap_or(0) };
                        self.send(id, body);
                    }
                }
            }
            Doing::Wait => match self.movers[k].spot {
                Some(spot) => {
                    let visit = self.visit(&place, spot, &next)?;
                    self.request(k, vec![visit.into, visit.out]);
                    self.movers[k].doing = Doing::Spot;
                    self.movers[k].pause = self.now + 2.0;
                }
                None => {
                    let visit_id = self.movers[k].visit;
                    self.send(id, Body::SpotRequestV1 { visit_id, place });
                }
            },
            Doing::Work { until } => {
                if self.now - self.movers[k].told_at > 4.0 {
                    self.tell(k);
                }
                if self.now >= until {
                    let visit_id = self.movers[k].visit;
                    let payload_kg = 91_000.0;
                    if self.movers[k].loaded {
                        self.send(id, Body::TippedV1 { visit_id, place: place.clone(), payload_kg });
                        self.movers[k].loads += 1;
                    } else {
                        self.ask(SiteInput::LoadingComplete { place: place.clone(), truck: id, payload_kg });
                    }
                    let mover = &mut self.movers[k];
                    mover.leaving = Some((place, visit_id));
                    mover.loaded = !mover.loaded;
                    mover.progress = self.now;
                    let out = mover.legs.get(1).cloned();
                    self.set_out(k, out)?;
                }
            }
        }
        Ok(())
    }

    /// Returns the time that a truck takes to load or tip in its spot, s.
    fn time(&mut self, tips: bool) -> f64 {
        let draw = self.random.unit();
        if tips { 38.0 + 10.0 * draw } else { 95.0 + 60.0 * draw }
    }

    fn drive(&mut self, k: usize) {
        let mover = &mut self.movers[k];
        let end = mover.legs[0].length();
        let limit = mover.granted.min(end);
        let left = (limit - mover.station).max(0.0);
        let most = if end < MANOEUVRE || mover.station < 60.0 || end - mover.station < 60.0 { SLOW } else { SPEED };
        let speed = (mover.speed + ACCELERATION * STEP).min(most).min((2.0 * DECELERATION * left).sqrt());
        let advance = (speed * STEP).min(left);
        mover.speed = if left - advance < 0.02 { 0.0 } else { speed };
        mover.station += if left - advance < 0.02 { left } else { advance };
        if advance > 0.05 {
            mover.progress = self.now;
        }
        if !mover.sent || mover.station - mover.told >= 5.0 || self.now - mover.told_at >= 4.0 {
            self.tell(k);
        }
    }

    fn tell(&mut self, k: usize) {
        let now = self.now;
        let mover = &mut self.movers[k];
        let works = matches!(mover.doing, Doing::Work { .. });
        let speed = if works { 0.0 } else { mover.speed + 1.5 };
        let horizon = if works { 0.0 } else { 20.0 + 3.0 * speed + speed * speed };
        let wanted = (mover.station + horizon).min(mover.legs[0].length());
        let path = if mover.sent { Vec::new() } else { mover.poses.clone() };
        (mover.sent, mover.told, mover.told_at) = (true, mover.station, now);
        let body = Body::PathRequestV1 {
            request_id: mover.request,
            path,
            stops: mover.stops.clone(),
            passed: mover.station,
            wanted,
        };
        let id = mover.id;
        self.send(id, body);
    }

    fn run(mut self, hours: f64) -> Result<Outcome, String> {
        for k in 0..self.movers.len() {
            let (id, pose) = (self.movers[k].id, self.movers[k].pose);
            self.movers[k].pause = 0.5 + f64::from(id.0) * 0.1;
            let state = Body::EquipmentStateV1 {
                assignment_id: Some(self.movers[k].work.id()),
                pose,
                speed: 0.0,
                payload_kg: 0.0,
                state: CycleState::Parked,
            };
            self.send(id, state);
        }
        while self.now < 3600.0 * hours {
            for k in 0..self.movers.len() {
                self.step_truck(k).map_err(|e| format!("{}: {e}", self.movers[k].id))?;
            }
            self.now += STEP;
            if ((self.now / STEP) as u64).is_multiple_of(2) {
                self.ask(SiteInput::Tick);
            }
            let stand: Vec<String> = self
                .movers
                .iter()
                .filter(|m| self.stands_for_good(m))
                .map(|m| format!("{} {:?}", m.id, m.doing))
                .collect();
            if !stand.is_empty() {
                return Ok(self.outcome(stand));
            }
            let longest = self.movers.iter().map(|m| self.now - m.progress).fold(self.longest_stand, f64::max);
            self.longest_stand = longest;
        }
        Ok(self.outcome(Vec::new()))
    }

    /// Returns true if a truck stands permanently. It has stood for longer than the limit for its reason, and no truck
    /// that it waits for, directly or indirectly, drives or works; or it has waited for its turn for too long.
    fn stands_for_good(&self, mover: &Mover) -> bool {
        let stood = |mover: &Mover| self.now - mover.progress;
        let usual = if mover.doing == Doing::Wait { StandKind::WaitingForSpot } else { StandKind::RightOfWay };
        if stood(mover) <= patience().limit(usual) {
            return false;
        }
        let next = |mover: &&Mover| self.movers.iter().find(|other| Some(other.id) == mover.behind);
        let mut ahead = std::iter::successors(Some(mover), next).take(self.movers.len());
        stood(mover) > patience().in_turn() || ahead.all(|mover| stood(mover) > AT_WORK)
    }

    fn outcome(&self, stand: Vec<String>) -> Outcome {
        Outcome {
            hours: self.now / 3600.0,
            loads: self.movers.iter().map(|m| m.loads).collect(),
            longest_stand: self.longest_stand,
            stand,
            right_of_way: self.site.explain_right_of_way().to_string(),
            refused: self.refused.clone(),
        }
    }
}
