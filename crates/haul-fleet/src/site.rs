//! The site's state machine.

use crate::FleetError;
use crate::all_stop::AllStop;
use crate::assignment::{self, FixedAssignment};
use crate::exchange::{ProductionRecord, SiteInput, SiteOutput};
use crate::right_of_way::{Ground, Network, RightOfWay, Rules};
use crate::spots::{PlaceBook, Standing, Visit};
use haul_core::{PlaceId, SimTime, TruckId};
use haul_messages::{Body, CycleState, Envelope, Epoch, RoadSpan, Timestamp, Uuid, equipment_id, find_place};
use haul_mine::{MineMap, PlaceKind};
use haul_vehicle::TruckSpec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Below this a truck stands, m/s: wheel-speed sensors of haul trucks read nothing slower.
const STANDSTILL: f64 = 0.1;
/// Before an order that shows no effect is said again, s.
const REPEAT_S: f64 = 5.0;

/// What the site knows of a truck.
#[derive(Debug, Clone)]
struct TruckBook {
    assignment: FixedAssignment,
    /// When the assignment, and when a kick-out, was said last.
    assigned: SimTime,
    kicked_out: SimTime,
    /// Newest state by the truck's own clock, and whether it stood then.
    reported: Option<Timestamp>,
    stands: bool,
    /// Newest of its requests, by its own clock.
    road_asked: Option<Timestamp>,
    spot_asked: Option<Timestamp>,
    /// Its last visit to each place, and when it left.
    visits: BTreeMap<PlaceId, (Visit, Timestamp)>,
    /// Where its present load is from.
    loaded_at: Option<PlaceId>,
    last_tip: SimTime,
}

/// The site. See the crate's front page.
#[derive(Debug, Clone)]
pub struct SiteCore {
    map: Arc<MineMap>,
    epoch: Epoch,
    trucks: BTreeMap<TruckId, TruckBook>,
    places: BTreeMap<PlaceId, PlaceBook>,
    right: RightOfWay,
    stop: Option<AllStop>,
    stops: u64,
    begun: bool,
}

/// The outputs of one input as they gather.
struct Answers {
    outputs: Vec<SiteOutput>,
    timestamp: Timestamp,
}

impl Answers {
    fn tell(&mut self, truck: TruckId, body: Body) {
        self.outputs.push(SiteOutput::ToTruck(truck, Envelope::new(truck, self.timestamp, body)));
    }
}

impl SiteCore {
    /// A site whose trucks are TR100AT, its clock beginning at the default [`Epoch`].
    ///
    /// # Errors
    /// All that is wrong with the assignments: unknown places, places of the wrong kind or without a spot, a truck
    /// named twice.
    pub fn new(map: Arc<MineMap>, assignments: Vec<FixedAssignment>) -> Result<Self, FleetError> {
        assignment::check(&map, &assignments)?;
        let rules = Rules::of(&TruckSpec::tr100at().footprint());
        let right = RightOfWay::new(Network::of(&map, rules.two_lane_width), rules);
        let places = map.places.iter().map(|p| (p.id.clone(), PlaceBook::new(p.kind, p.spots.len()))).collect();
        let book = |assignment: FixedAssignment| TruckBook {
            assignment,
            assigned: SimTime::START,
            kicked_out: SimTime::START,
            reported: None,
            stands: false,
            road_asked: None,
            spot_asked: None,
            visits: BTreeMap::new(),
            loaded_at: None,
            last_tip: SimTime::START,
        };
        let trucks = assignments.into_iter().map(|a| (a.truck, book(a))).collect();
        Ok(Self { map, epoch: Epoch::default(), trucks, places, right, stop: None, stops: 0, begun: false })
    }

    /// The same site with other lengths for right of way; to be called before the first input.
    pub fn with_rules(mut self, rules: Rules) -> Self {
        self.right = RightOfWay::new(Network::of(&self.map, rules.two_lane_width), rules);
        self
    }

    /// The same site with time zero at another instant of UTC.
    pub fn with_epoch(mut self, epoch: Epoch) -> Self {
        self.epoch = epoch;
        self
    }

    /// Takes an input and says what follows from it. An input that comes twice has its effects once, and its answer
    /// again; one that makes no sense is answered by [`SiteOutput::Refused`] and changes nothing.
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
                // A statement that is refused has been heard as well: the truck need not say it again.
                if let (Some((stated, stated_at)), true) = (statement, self.trucks.contains_key(&truck)) {
                    answers.tell(truck, Body::ReceiptV1 { stated, stated_at });
                }
                if let Err(why) = heard {
                    tracing::warn!(%truck, %why, "refused");
                    answers.outputs.push(SiteOutput::Refused { truck, why });
                }
            }
            SiteInput::LoadingComplete { place, truck, payload_kg } => {
                if let Err(why) = self.kick_out(&place, truck, payload_kg, now, &mut answers) {
                    tracing::warn!(%truck, %why, "kick-out refused");
                    answers.outputs.push(SiteOutput::Refused { truck, why });
                }
            }
            SiteInput::AllStop => self.all_stop(now, &mut answers),
            SiteInput::Resume => self.resume(now, &mut answers),
            SiteInput::Tick => {
                self.repeat_stop(now, &mut answers);
                self.settle(None, &mut answers);
            }
        }
        answers.outputs
    }

    /// Whether an all-stop is on.
    pub fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(AllStop::is_on)
    }

    /// What each truck holds of the roads.
    pub fn claims(&self) -> impl Iterator<Item = (TruckId, &Ground)> {
        self.right.claims()
    }

    /// A place's spots and queue.
    pub fn place(&self, place: &PlaceId) -> Option<&PlaceBook> {
        self.places.get(place)
    }

    /// The right of way.
    pub fn right_of_way(&self) -> &RightOfWay {
        &self.right
    }

    fn hear(
        &mut self,
        truck: TruckId,
        envelope: Envelope,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        if !self.trucks.contains_key(&truck) {
            return Err(FleetError::UnknownTruck(truck));
        }
        if envelope.header.equipment_id.is_some_and(|id| id != equipment_id(truck)) {
            return Err(FleetError::WrongSender(truck));
        }
        let sent = envelope.header.timestamp;
        match envelope.body {
            Body::EquipmentStateV1 { assignment_id, speed, state, .. } => {
                self.state(truck, sent, assignment_id, speed, state, now, answers);
                Ok(())
            }
            Body::RoadRequestV1 { request_id, journey, passed } => {
                self.road_request(truck, sent, request_id, &journey, passed, answers)
            }
            Body::SpotRequestV1 { place } => {
                let place = self.assigned_place(truck, &place)?;
                self.spot_request(truck, sent, &place, answers);
                Ok(())
            }
            Body::SpottedV1 { place, spot_index } => {
                let place = self.assigned_place(truck, &place)?;
                self.spotted(truck, sent, &place, spot_index, answers)
            }
            Body::LeftSpotV1 { place } => {
                let place = self.known_place(&place)?;
                self.left_spot(truck, sent, &place, answers);
                Ok(())
            }
            Body::TippedV1 { place, payload_kg } => {
                let place = self.assigned_place(truck, &place)?;
                self.tipped(truck, sent, &place, payload_kg, now, answers)
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

    #[allow(clippy::too_many_arguments)] // the message's own parts
    fn state(
        &mut self,
        truck: TruckId,
        sent: Timestamp,
        assignment_id: Option<Uuid>,
        speed: f64,
        state: CycleState,
        now: SimTime,
        answers: &mut Answers,
    ) {
        let Some(book) = self.trucks.get_mut(&truck) else { return };
        if book.reported.is_some_and(|newest| sent < newest) {
            return;
        }
        book.reported = Some(sent);
        book.stands = speed.abs() < STANDSTILL;
        if assignment_id != Some(book.assignment.id()) && now.since(book.assigned) >= REPEAT_S {
            book.assigned = now;
            answers.tell(truck, book.assignment.message());
        }
        // A truck that still waits under the shovel has not heard the kick-out.
        if state == CycleState::Loading && now.since(book.kicked_out) >= REPEAT_S {
            let place = book.assignment.load.clone();
            if let Some(kg) = self.kicked_out_with(&place, truck) {
                self.tell_to_leave(truck, &place, kg, now, answers);
            }
        }
        if let Some(stop) = &mut self.stop {
            stop.reported(truck, state == CycleState::Stopped);
        }
        self.repeat_stop(now, answers);
    }

    fn road_request(
        &mut self,
        truck: TruckId,
        sent: Timestamp,
        request_id: Uuid,
        journey: &[RoadSpan],
        passed: f64,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        let Some(book) = self.trucks.get_mut(&truck) else { return Err(FleetError::UnknownTruck(truck)) };
        let known = self.right.knows(truck, request_id);
        // A request of a journey before the present one that comes late.
        if !known && book.road_asked.is_some_and(|newest| sent < newest) {
            return Ok(());
        }
        if !known && journey.is_empty() && passed > 0.0 {
            return Err(FleetError::UnknownJourney(truck));
        }
        self.right
            .request(truck, request_id, journey, passed, book.stands)
            .map_err(|what| FleetError::BadJourney { truck, what })?;
        book.road_asked = book.road_asked.max(Some(sent));
        self.settle(Some(truck), answers);
        Ok(())
    }

    /// Gives out the roads that are free, and tells those who gain, and `asker` in any case.
    fn settle(&mut self, asker: Option<TruckId>, answers: &mut Answers) {
        let mut told = if self.is_stopped() { Vec::new() } else { self.right.settle() };
        told.extend(asker.filter(|asker| !told.contains(asker)));
        for truck in told {
            if let Some((request_id, up_to_station)) = self.right.grant(truck) {
                answers.tell(truck, Body::RoadGrantV1 { request_id, up_to_station });
            }
        }
    }

    fn spot_request(&mut self, truck: TruckId, sent: Timestamp, place: &PlaceId, answers: &mut Answers) {
        let Some(book) = self.trucks.get_mut(&truck) else { return };
        let left_since = book.visits.get(place).is_some_and(|(_, left)| sent < *left);
        if left_since || book.spot_asked.is_some_and(|newest| sent < newest) {
            return;
        }
        book.spot_asked = Some(sent);
        // Whoever asks for one place has given up another that it was on its way to.
        let given_up: Vec<PlaceId> = self
            .places
            .iter()
            .filter(|(other, _)| *other != place)
            .filter(|(_, book)| book.standing(truck).is_some() && !book.is_spotted(truck))
            .map(|(other, _)| other.clone())
            .collect();
        for other in given_up {
            self.release(truck, sent, &other, answers);
        }
        if let Some(book) = self.places.get_mut(place) {
            let standing = book.ask(truck, sent);
            tell_standing(truck, place, standing, answers);
        }
    }

    fn spotted(
        &mut self,
        truck: TruckId,
        sent: Timestamp,
        place: &PlaceId,
        spot_index: usize,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        if self.trucks.get(&truck).and_then(|book| book.visits.get(place)).is_some_and(|(_, left)| sent < *left) {
            return Ok(());
        }
        let Some(book) = self.places.get_mut(place) else { return Err(FleetError::UnknownPlace(place.to_string())) };
        if !book.has_spot(spot_index) {
            return Err(FleetError::NoSuchSpot { place: place.clone(), spot_index });
        }
        match book.holder(spot_index) {
            Some(holder) if holder == truck => {}
            Some(holder) => return Err(FleetError::SpotTaken { truck, place: place.clone(), spot_index, holder }),
            None => {
                // It stands there already, as trucks do when a shift begins or after the site was down.
                let waited: Vec<TruckId> = book.waiting().filter(|waiting| *waiting != truck).collect();
                book.occupy(truck, spot_index, sent);
                tell_moved_up(book, &waited, place, answers);
            }
        }
        let kind = book.kind;
        let mut is_new = false;
        if let Some((_, visit)) = book.visit(truck) {
            is_new = !visit.spotted;
            visit.spotted = true;
        }
        if is_new && kind == PlaceKind::Load {
            answers.outputs.push(SiteOutput::LoadTruck { place: place.clone(), truck, spot_index });
        }
        // A truck in a spot is off the roads, and out of every other spot.
        self.right.leave_roads(truck);
        let others: Vec<PlaceId> = self
            .places
            .iter()
            .filter(|(other, book)| *other != place && book.standing(truck).is_some())
            .map(|(other, _)| other.clone())
            .collect();
        for other in others {
            self.release(truck, sent, &other, answers);
        }
        self.settle(None, answers);
        Ok(())
    }

    fn left_spot(&mut self, truck: TruckId, sent: Timestamp, place: &PlaceId, answers: &mut Answers) {
        let asked = self.places.get_mut(place).and_then(|book| book.visit(truck).map(|(_, visit)| visit.asked));
        // Of a visit before the present one, or of one that is over.
        if asked.is_some_and(|asked| sent >= asked) {
            self.release(truck, sent, place, answers);
        }
    }

    /// Gives back what a truck has at a place and tells those who move up.
    fn release(&mut self, truck: TruckId, sent: Timestamp, place: &PlaceId, answers: &mut Answers) {
        let Some(book) = self.places.get_mut(place) else { return };
        let waited: Vec<TruckId> = book.waiting().filter(|waiting| *waiting != truck).collect();
        if let Some(visit) = book.leave(truck)
            && let Some(own) = self.trucks.get_mut(&truck)
        {
            own.visits.insert(place.clone(), (visit, sent));
        }
        tell_moved_up(book, &waited, place, answers);
    }

    fn kick_out(
        &mut self,
        place: &PlaceId,
        truck: TruckId,
        payload_kg: f64,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        if !self.trucks.contains_key(&truck) {
            return Err(FleetError::UnknownTruck(truck));
        }
        check_mass(truck, payload_kg)?;
        let Some(book) = self.places.get_mut(place) else { return Err(FleetError::UnknownPlace(place.to_string())) };
        let Some((_, visit)) = book.visit(truck).filter(|(_, visit)| visit.spotted) else {
            return Err(FleetError::NotAtSpot { truck, place: place.clone() });
        };
        // The first word counts; a second is an echo of it.
        let kg = *visit.loaded_kg.get_or_insert(payload_kg);
        if let Some(book) = self.trucks.get_mut(&truck) {
            book.loaded_at = Some(place.clone());
        }
        self.tell_to_leave(truck, place, kg, now, answers);
        Ok(())
    }

    fn kicked_out_with(&mut self, place: &PlaceId, truck: TruckId) -> Option<f64> {
        self.places.get_mut(place)?.visit(truck)?.1.loaded_kg
    }

    fn tell_to_leave(&mut self, truck: TruckId, place: &PlaceId, kg: f64, now: SimTime, answers: &mut Answers) {
        if let Some(book) = self.trucks.get_mut(&truck) {
            book.kicked_out = now;
        }
        answers.tell(truck, Body::LeaveSpotV1 { place: place.clone(), payload_kg: Some(kg) });
    }

    fn tipped(
        &mut self,
        truck: TruckId,
        sent: Timestamp,
        place: &PlaceId,
        payload_kg: f64,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        check_mass(truck, payload_kg)?;
        let Some(own) = self.trucks.get_mut(&truck) else { return Err(FleetError::UnknownTruck(truck)) };
        let present = self.places.get_mut(place).and_then(|book| book.visit(truck)).map(|(_, visit)| visit);
        // It may come after the truck's word that it has left.
        let before = own.visits.get_mut(place).filter(|(_, left)| sent <= *left).map(|(visit, _)| visit);
        let Some(visit) = present.filter(|visit| sent >= visit.asked).or(before) else {
            return Err(FleetError::NotAtSpot { truck, place: place.clone() });
        };
        // One visit, one load; a message that comes twice, or late from an earlier visit, counts no second time.
        if visit.tipped || sent < visit.asked {
            return Ok(());
        }
        visit.tipped = true;
        let record = ProductionRecord {
            truck,
            load: own.loaded_at.take().unwrap_or_else(|| own.assignment.load.clone()),
            dump: place.clone(),
            payload_kg,
            at: now,
            cycle_s: now.since(own.last_tip),
        };
        own.last_tip = now;
        tracing::info!(%truck, %place, payload_kg, cycle_s = record.cycle_s, "tipped");
        answers.outputs.push(SiteOutput::Production(record));
        Ok(())
    }

    fn all_stop(&mut self, now: SimTime, answers: &mut Answers) {
        // Pressing again while it is on says it again, in case somebody did not hear.
        if !self.is_stopped() {
            self.stops += 1;
            self.stop = Some(AllStop::order(self.stops, self.trucks.keys().copied(), now));
        }
        self.tell_stop(answers);
    }

    fn resume(&mut self, now: SimTime, answers: &mut Answers) {
        if let Some(stop) = self.stop.as_mut().filter(|stop| stop.is_on()) {
            stop.lift(self.trucks.keys().copied(), now);
            self.tell_stop(answers);
            self.settle(None, answers);
        }
    }

    fn tell_stop(&self, answers: &mut Answers) {
        if let Some(stop) = &self.stop {
            self.trucks.keys().for_each(|truck| answers.tell(*truck, stop.message()));
        }
    }

    fn repeat_stop(&mut self, now: SimTime, answers: &mut Answers) {
        if let Some(stop) = &mut self.stop {
            for truck in stop.due(now) {
                answers.tell(truck, stop.message());
            }
        }
    }
}

fn tell_standing(truck: TruckId, place: &PlaceId, standing: Standing, answers: &mut Answers) {
    let place = place.clone();
    answers.tell(
        truck,
        match standing {
            Standing::Spot(spot_index) => Body::SpotGrantV1 { place, spot_index },
            Standing::Queue(queue_index) => Body::WaitV1 { place, queue_index },
        },
    );
}

/// Tells those who waited where they stand now.
fn tell_moved_up(book: &PlaceBook, waited: &[TruckId], place: &PlaceId, answers: &mut Answers) {
    for &truck in waited {
        if let Some(standing) = book.standing(truck) {
            tell_standing(truck, place, standing, answers);
        }
    }
}

fn check_mass(truck: TruckId, payload_kg: f64) -> Result<(), FleetError> {
    if payload_kg.is_finite() && payload_kg >= 0.0 {
        Ok(())
    } else {
        Err(FleetError::NoMass { truck, payload: format!("{payload_kg} kg") })
    }
}
