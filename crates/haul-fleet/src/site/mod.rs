//! The site's state machine.

mod paths;
mod stops;
mod traffic;
mod visits;
mod weather;

use crate::FleetError;
use crate::all_stop::AllStop;
use crate::assignment::{self, FixedAssignment};
use crate::exchange::{SiteInput, SiteOutput};
use crate::right_of_way::{Cell, Explanation, PathRequest, RightOfWay, Rules};
use crate::spots::{PlaceBook, Visit};
use haul_core::{Footprint, PlaceId, Pose2, SimTime, TruckId, VehicleId};
use haul_messages::{Body, Envelope, Epoch, Timestamp, equipment_id, find_place};
use haul_mine::MineMap;
use haul_vehicle::TruckSpec;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
pub use traffic::Beacon;
use weather::ToldWeather;

/// Time after which an order without effect is repeated, s.
const REPEAT_S: f64 = 5.0;
/// Time after which a truck that found no path to any spot of a place is offered the spots again, s.
const OFFER_PERIOD_S: f64 = 30.0;
/// Number of past visits of a truck whose ids are kept, for messages that arrive late.
const ENDED_VISITS: usize = 4;

/// A truck of the site.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisteredTruck {
    /// Assignment of the truck.
    pub assignment: FixedAssignment,
    /// Footprint of the truck.
    pub footprint: Footprint,
}

/// The site's knowledge of a truck.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct TruckBook {
    assignment: FixedAssignment,
    footprint: Footprint,
    /// Times at which the assignment and a kick-out were last sent.
    assigned: SimTime,
    kicked_out: SimTime,
    /// Time of the truck's newest state and of its newest path request, by the truck's own clock.
    reported: Option<Timestamp>,
    /// Pose in the newest state.
    pose: Option<Pose2>,
    path_asked: Option<Timestamp>,
    /// Past visits, the newest last.
    ended: Vec<Visit>,
    /// Place at which the present load was loaded.
    loaded_at: Option<PlaceId>,
    last_tip: SimTime,
    /// True if the truck has been taken off the mine.
    withdrawn: bool,
}

/// The site. See the crate's front page.
#[derive(Debug, Clone)]
pub struct SiteCore {
    map: Arc<MineMap>,
    epoch: Epoch,
    trucks: BTreeMap<TruckId, TruckBook>,
    places: BTreeMap<PlaceId, PlaceBook>,
    vehicles: BTreeMap<VehicleId, Beacon>,
    right: RightOfWay,
    stop: Option<AllStop>,
    stops: u64,
    /// The weather that was last reported to the trucks, and the time of that report.
    weather: Option<ToldWeather>,
    begun: bool,
}

/// Outputs for one input, collected while the input is handled.
struct Answers {
    outputs: Vec<SiteOutput>,
    timestamp: Timestamp,
}

impl Answers {
    fn tell(&mut self, truck: TruckId, body: Body) {
        self.outputs.push(SiteOutput::ToTruck(truck, Envelope::new(truck, self.timestamp, body)));
    }
}

haul_core::keep_state!(SiteCore {
    map: given,
    epoch: given,
    trucks: value,
    places: value,
    vehicles: value,
    right: part,
    stop: value,
    stops: value,
    weather: value,
    begun: value,
});

impl SiteCore {
    /// Creates a site with its trucks. Its clock begins at the default [`Epoch`].
    ///
    /// # Errors
    /// Returns all faults of the assignments: unknown places, places of the wrong kind or without a spot, a truck named
    /// twice.
    pub fn new(map: Arc<MineMap>, trucks: Vec<RegisteredTruck>) -> Result<Self, FleetError> {
        let assignments: Vec<_> = trucks.iter().map(|truck| truck.assignment.clone()).collect();
        assignment::check(&map, &assignments)?;
        // The gaps between trucks are those for the largest truck.
        let largest = trucks.iter().map(|truck| truck.footprint).max_by(|a, b| a.length().total_cmp(&b.length()));
        let rules = Rules::of(&largest.unwrap_or_else(|| TruckSpec::tr100at().footprint()));
        let places = map.places.iter().map(|p| (p.id.clone(), PlaceBook::new(p.kind, p.spots.len()))).collect();
        let book = |truck: RegisteredTruck| TruckBook {
            assignment: truck.assignment,
            footprint: truck.footprint,
            assigned: SimTime::START,
            kicked_out: SimTime::START,
            reported: None,
            pose: None,
            path_asked: None,
            ended: Vec::new(),
            loaded_at: None,
            last_tip: SimTime::START,
            withdrawn: false,
        };
        let trucks = trucks.into_iter().map(|truck| (truck.assignment.truck, book(truck))).collect();
        let right = RightOfWay::new(rules);
        let (epoch, vehicles) = (Epoch::default(), BTreeMap::new());
        Ok(Self { map, epoch, trucks, places, vehicles, right, stop: None, stops: 0, weather: None, begun: false })
    }

    /// Returns the same site with time zero at another instant of UTC.
    pub fn with_epoch(mut self, epoch: Epoch) -> Self {
        self.epoch = epoch;
        self
    }

    /// Handles an input and returns the outputs. An input that comes twice takes effect once and is answered twice. An
    /// invalid input is answered by [`SiteOutput::Refused`] and changes nothing.
    pub fn handle(&mut self, input: SiteInput, now: SimTime) -> Vec<SiteOutput> {
        let mut answers = Answers { outputs: Vec::new(), timestamp: self.epoch.at(now) };
        if !self.begun {
            self.begun = true;
            for (truck, book) in &mut self.trucks {
                (book.assigned, book.last_tip) = (now, now);
                answers.tell(*truck, book.assignment.message());
            }
        }
        match input {
            SiteInput::FromTruck(truck, envelope) => {
                let statement = envelope.body.stated().map(|stated| (stated, envelope.header.timestamp));
                let heard = self.hear(truck, envelope, now, &mut answers);
                // A refused statement gets a receipt as well: the truck need not repeat it.
                if let (Some((stated, stated_at)), true) = (statement, self.trucks.contains_key(&truck)) {
                    answers.tell(truck, Body::ReceiptV1 { stated, stated_at });
                }
                refuse(truck, heard, &mut answers);
            }
            SiteInput::FromVehicle(vehicle, envelope) => {
                if let Err(why) = self.beacon(&vehicle, envelope, now, &mut answers) {
                    tracing::warn!(%vehicle, %why, "refused");
                    answers.outputs.push(SiteOutput::BeaconRefused { vehicle, why });
                }
            }
            SiteInput::LoadingComplete { place, truck, payload_kg } => {
                let done = self.kick_out(&place, truck, payload_kg, now, &mut answers);
                refuse(truck, done, &mut answers);
            }
            SiteInput::LoadingAbandoned { place, truck } => self.loading_abandoned(&place, truck),
            SiteInput::Assign(assignment) => {
                let truck = assignment.truck;
                let done = self.assign(assignment, now, &mut answers);
                refuse(truck, done, &mut answers);
            }
            SiteInput::Withdraw(truck) => self.withdraw(truck, &mut answers),
            SiteInput::Weather(report) => self.take_weather(report, now, &mut answers),
            SiteInput::AllStop => self.all_stop(now, &mut answers),
            SiteInput::Resume => self.resume(now, &mut answers),
            SiteInput::Tick => {
                self.repeat_stop(now, &mut answers);
                self.miss_beacons(now, &mut answers);
                self.repeat_weather(now, &mut answers);
                self.settle(None, &mut answers);
            }
        }
        answers.outputs
    }

    /// Returns true if an all-stop is in force.
    pub fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(AllStop::is_on)
    }

    /// Returns the cells that each truck holds.
    pub fn claims(&self) -> impl Iterator<Item = (TruckId, BTreeSet<Cell>)> {
        self.right.claims()
    }

    /// Returns the spots and the queue of a place.
    pub fn place(&self, place: &PlaceId) -> Option<&PlaceBook> {
        self.places.get(place)
    }

    /// Returns the assignment of a truck.
    pub fn assignment(&self, truck: TruckId) -> Option<&FixedAssignment> {
        self.trucks.get(&truck).map(|book| &book.assignment)
    }

    /// Returns the manned vehicles that have sent a beacon.
    pub fn vehicles(&self) -> impl Iterator<Item = &Beacon> {
        self.vehicles.values()
    }

    /// Returns the right of way.
    pub fn right_of_way(&self) -> &RightOfWay {
        &self.right
    }

    /// Explains which truck waits for which other truck, where, and why.
    pub fn explain_right_of_way(&self) -> Explanation {
        self.right.explain()
    }

    fn hear(
        &mut self,
        truck: TruckId,
        envelope: Envelope,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        match self.trucks.get(&truck) {
            Some(book) if !book.withdrawn => {}
            _ => return Err(FleetError::UnknownTruck(truck)),
        }
        if envelope.header.equipment_id.is_some_and(|id| id != equipment_id(truck)) {
            return Err(FleetError::WrongSender(truck));
        }
        // A clock that runs ahead must not make later messages look old.
        let sent = envelope.header.timestamp.min(self.epoch.at(now));
        match envelope.body {
            Body::EquipmentStateV1 { assignment_id, pose, state, .. } => {
                let report = visits::StateReport { sent, assignment_id, pose, state };
                self.state(truck, report, now, answers);
                Ok(())
            }
            Body::PathRequestV1 { request_id, path, stops, passed, wanted } => {
                let request = PathRequest { request_id, path: &path, stops: &stops, passed, wanted };
                self.path_request(truck, sent, &request, answers)
            }
            Body::SpotRequestV1 { visit_id, place } => {
                let place = self.assigned_place(truck, &place)?;
                self.spot_request(truck, visit_id, &place, now, answers);
                Ok(())
            }
            Body::SpottedV1 { visit_id, place, spot_index } => {
                let place = self.visited_place(truck, &place)?;
                self.spotted(truck, visit_id, &place, spot_index, answers)
            }
            Body::LeftSpotV1 { visit_id, place } => {
                let place = self.known_place(&place)?;
                self.left_spot(truck, visit_id, &place, answers);
                Ok(())
            }
            Body::TippedV1 { visit_id, place, payload_kg } => {
                let place = self.known_place(&place)?;
                self.tipped(truck, visit_id, &place, payload_kg, now, answers)
            }
            Body::NoPathV1 { visit_id, place, spot_index, cause } => {
                let place = self.known_place(&place)?;
                self.no_path(truck, visit_id, &place, spot_index, &cause, now, answers);
                Ok(())
            }
            Body::SlipperyRoadV1 { pose, friction } => {
                if !(pose.is_finite() && friction > 0.0 && friction.is_finite()) {
                    return Err(FleetError::BadRoadReport(truck));
                }
                tracing::info!(%truck, at = %now, friction, east = pose.x, north = pose.y, "tells of a slippery road");
                let others: Vec<TruckId> = self.present().filter(|other| *other != truck).collect();
                others.into_iter().for_each(|other| answers.tell(other, Body::SlipperyRoadV1 { pose, friction }));
                Ok(())
            }
            Body::AllStopAcknowledgedV1 { stop_id } => {
                if let Some(stop) = &mut self.stop {
                    stop.acknowledged(truck, stop_id);
                }
                Ok(())
            }
            _ => Err(FleetError::NotForSite(truck)),
        }
    }

    fn known_place(&self, place: &PlaceId) -> Result<PlaceId, FleetError> {
        find_place(place, self.places.keys()).cloned().ok_or_else(|| FleetError::UnknownPlace(place.to_string()))
    }

    fn assigned_place(&self, truck: TruckId, place: &PlaceId) -> Result<PlaceId, FleetError> {
        let place = self.known_place(place)?;
        match self.trucks.get(&truck) {
            Some(book) if book.assignment.includes(&place) => Ok(place),
            _ => Err(FleetError::NotAssigned { truck, place }),
        }
    }

    /// Returns a place of the truck's assignment, or a place that the truck still visits after its assignment has
    /// changed.
    fn visited_place(&self, truck: TruckId, place: &PlaceId) -> Result<PlaceId, FleetError> {
        let known = self.known_place(place)?;
        if self.places.get(&known).is_some_and(|book| book.position(truck).is_some()) {
            return Ok(known);
        }
        self.assigned_place(truck, place)
    }
}

fn refuse(truck: TruckId, done: Result<(), FleetError>, answers: &mut Answers) {
    if let Err(why) = done {
        tracing::warn!(%truck, %why, "refused");
        answers.outputs.push(SiteOutput::Refused { truck, why });
    }
}
