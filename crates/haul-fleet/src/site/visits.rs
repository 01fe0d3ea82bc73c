//! Visits to places: assignments, spots and queues, loads and tips.

use super::{Answers, ENDED_VISITS, OFFER_PERIOD_S, REPEAT_S, SiteCore};
use crate::FleetError;
use crate::assignment::{self, FixedAssignment};
use crate::exchange::{ProductionRecord, SiteOutput};
use crate::spots::{PlaceBook, QueuePosition, Visit};
use haul_core::{PlaceId, Pose2, SimTime, TruckId};
use haul_messages::{Body, CycleState, Timestamp, Uuid};
use haul_mine::PlaceKind;

/// A truck's report of its state.
pub(super) struct StateReport {
    pub sent: Timestamp,
    pub assignment_id: Option<Uuid>,
    pub pose: Pose2,
    pub state: CycleState,
}

impl SiteCore {
    pub(super) fn state(&mut self, truck: TruckId, report: StateReport, now: SimTime, answers: &mut Answers) {
        let Some(book) = self.trucks.get_mut(&truck) else { return };
        if book.reported.is_some_and(|newest| report.sent < newest) {
            return;
        }
        if book.reported.is_none()
            && let Some(told) = &self.weather
        {
            answers.tell(truck, told.message());
        }
        book.reported = Some(report.sent);
        book.pose = Some(report.pose).filter(|pose| pose.is_on_a_map());
        if report.assignment_id != Some(book.assignment.id()) && now.since(book.assigned) >= REPEAT_S {
            book.assigned = now;
            answers.tell(truck, book.assignment.message());
        }
        self.right.stands(truck, report.pose, &book.footprint);
        // A truck that still reports loading has not received the kick-out.
        if report.state == CycleState::Loading && now.since(book.kicked_out) >= REPEAT_S {
            let loaded = self.places.iter_mut().find_map(|(id, book)| {
                let (_, visit) = book.visit(truck)?;
                Some((id.clone(), visit.id, visit.loaded_kg?))
            });
            if let Some((place, visit_id, kg)) = loaded {
                self.tell_to_leave(truck, visit_id, &place, kg, now, answers);
            }
        }
        if let Some(stop) = &mut self.stop {
            stop.reported(truck, report.state == CycleState::Stopped, now);
        }
        self.repeat_stop(now, answers);
    }

    pub(super) fn spot_request(
        &mut self,
        truck: TruckId,
        visit_id: Uuid,
        place: &PlaceId,
        now: SimTime,
        answers: &mut Answers,
    ) {
        let Some(own) = self.trucks.get_mut(&truck) else { return };
        let over = own.ended.iter().position(|visit| visit.id == visit_id).filter(|_| !visit_id.is_nil());
        if let Some(index) = over {
            // The truck knows that any other ended visit is over, so this is a late copy of its request.
            let Some(since) = own.ended[index].without_path else { return };
            if now.since(since) < OFFER_PERIOD_S {
                // The truck has no position, so all trucks in the queue are ahead of it.
                let before = self.places.get(place).map_or(0, |book| book.waiting().count());
                tell_position(truck, visit_id, place, QueuePosition::Waiting(before), answers);
                return;
            }
            // The cause may have gone by now.
            tracing::info!(%truck, %place, "the spots without a path are offered again");
            own.ended.remove(index);
        }
        // A truck that asks for one place has given up any other place that it was driving to.
        let given_up: Vec<PlaceId> = self
            .places
            .iter()
            .filter(|(other, _)| *other != place)
            .filter(|(_, book)| book.position(truck).is_some() && !book.is_spotted(truck))
            .map(|(other, _)| other.clone())
            .collect();
        for other in given_up {
            self.release(truck, &other, answers);
        }
        if let Some(book) = self.places.get_mut(place) {
            let position = book.ask(truck, visit_id);
            tell_position(truck, visit_id, place, position, answers);
        }
    }

    pub(super) fn spotted(
        &mut self,
        truck: TruckId,
        visit_id: Uuid,
        place: &PlaceId,
        spot_index: usize,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        let ended = |id: Uuid| self.trucks.get(&truck).is_some_and(|own| own.ended.iter().any(|v| v.id == id));
        if !visit_id.is_nil() && ended(visit_id) {
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
                // The truck stands there already, as at the start of a shift or after an outage of the site.
                let waited: Vec<TruckId> = book.waiting().filter(|waiting| *waiting != truck).collect();
                book.occupy(truck, spot_index, visit_id);
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
        // A truck in a spot holds no position at any other place.
        let others: Vec<PlaceId> = self
            .places
            .iter()
            .filter(|(other, book)| *other != place && book.position(truck).is_some())
            .map(|(other, _)| other.clone())
            .collect();
        for other in others {
            self.release(truck, &other, answers);
        }
        self.settle(None, answers);
        Ok(())
    }

    pub(super) fn left_spot(&mut self, truck: TruckId, visit_id: Uuid, place: &PlaceId, answers: &mut Answers) {
        let present = self.places.get_mut(place).and_then(|book| book.visit(truck).map(|(_, visit)| visit.id));
        // Messages of an earlier visit are ignored.
        if present.is_some_and(|id| id == visit_id || visit_id.is_nil()) {
            self.release(truck, place, answers);
        }
    }

    /// Gives back the spot or queue position that a truck has at a place, and informs the trucks that move up.
    pub(super) fn release(&mut self, truck: TruckId, place: &PlaceId, answers: &mut Answers) {
        let Some(book) = self.places.get_mut(place) else { return };
        let waited: Vec<TruckId> = book.waiting().filter(|waiting| *waiting != truck).collect();
        let kind = book.kind;
        let ended = book.leave(truck);
        tell_moved_up(book, &waited, place, answers);
        if let Some(visit) = ended {
            if kind == PlaceKind::Load && visit.spotted {
                answers.outputs.push(SiteOutput::EndLoading { place: place.clone(), truck });
            }
            self.end_visit(truck, visit);
        }
    }

    /// Remembers a visit that has ended.
    fn end_visit(&mut self, truck: TruckId, visit: Visit) {
        if let Some(own) = self.trucks.get_mut(&truck)
            && own.ended.iter().all(|known| known.id != visit.id)
        {
            own.ended.push(visit);
            let surplus = own.ended.len().saturating_sub(ENDED_VISITS);
            own.ended.drain(..surplus);
        }
    }

    /// Handles a truck that cannot reach a spot or the place. Its spot goes to others. A truck that has declined every
    /// spot of the place gets another place of the kind, to which another truck is assigned.
    #[allow(clippy::too_many_arguments, reason = "the parts of the message")]
    pub(super) fn no_path(
        &mut self,
        truck: TruckId,
        visit_id: Uuid,
        place: &PlaceId,
        spot_index: Option<usize>,
        cause: &str,
        now: SimTime,
        answers: &mut Answers,
    ) {
        let Some(own) = self.trucks.get(&truck) else { return };
        let over = !visit_id.is_nil() && own.ended.iter().any(|visit| visit.id == visit_id);
        let Some(book) = self.places.get_mut(place).filter(|_| !over) else { return };
        let waited: Vec<TruckId> = book.waiting().filter(|waiting| *waiting != truck).collect();
        if let Some(index) = spot_index {
            // The truck repeats the statement until it gets the receipt; by then it may have another spot.
            let echo = book.holder(index) != Some(truck);
            let position = if echo { book.position(truck) } else { book.decline(truck, index) };
            if !echo {
                tracing::info!(%truck, %place, spot = index, cause, "no path into the spot");
                tell_moved_up(book, &waited, place, answers);
            }
            if let Some(position) = position {
                tell_position(truck, book.visit_id(truck).unwrap_or(visit_id), place, position, answers);
                return;
            }
        }
        let kind = book.kind;
        self.release(truck, place, answers);
        let mut over = Visit::new(truck, visit_id);
        // No tip is accepted for this visit any more.
        over.tipped = true;
        self.end_visit(truck, over);
        let ended = self.trucks.get_mut(&truck).and_then(|own| own.ended.iter_mut().find(|v| v.id == visit_id));
        if let Some(visit) = ended {
            visit.without_path = Some(now);
        }
        let next = self.other_place(truck, place, kind);
        tracing::warn!(%truck, %place, cause, ?next, "no path to the place");
        let reassigned = next.and_then(|next| {
            let mut assignment = self.trucks.get(&truck)?.assignment.clone();
            if kind == PlaceKind::Load {
                assignment.load = next;
            } else {
                assignment.dump = next;
            }
            Some(assignment)
        });
        let outcome = SiteOutput::NoPath {
            truck,
            place: place.clone(),
            cause: cause.to_owned(),
            instead: reassigned.as_ref().map(|a| if kind == PlaceKind::Load { a.load.clone() } else { a.dump.clone() }),
        };
        answers.outputs.push(outcome);
        if let Some(assignment) = reassigned
            && let Some(own) = self.trucks.get_mut(&truck)
        {
            own.assignment = assignment;
            own.assigned = now;
            answers.tell(truck, own.assignment.message());
        }
    }

    /// Returns another place that can replace this one for the same task: another truck is assigned to it.
    fn other_place(&self, truck: TruckId, place: &PlaceId, kind: PlaceKind) -> Option<PlaceId> {
        let works_at = |a: &FixedAssignment| if kind == PlaceKind::Load { a.load.clone() } else { a.dump.clone() };
        let others = self.trucks.iter().filter(|(id, _)| **id != truck).map(|(_, book)| works_at(&book.assignment));
        others.filter(|other| other != place).min()
    }

    pub(super) fn assign(
        &mut self,
        assignment: FixedAssignment,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        let truck = assignment.truck;
        assignment::check(&self.map, std::slice::from_ref(&assignment))?;
        let Some(own) = self.trucks.get_mut(&truck).filter(|own| !own.withdrawn) else {
            return Err(FleetError::UnknownTruck(truck));
        };
        own.assignment = assignment;
        own.assigned = now;
        answers.tell(truck, own.assignment.message());
        let own = own.assignment.clone();
        // The truck no longer goes to the places of its earlier assignment, unless it already stands in a spot there.
        let left: Vec<PlaceId> = self
            .places
            .iter()
            .filter(|(place, book)| !own.includes(place) && book.position(truck).is_some() && !book.is_spotted(truck))
            .map(|(place, _)| place.clone())
            .collect();
        for place in left {
            self.release(truck, &place, answers);
        }
        Ok(())
    }

    /// Takes a truck off the mine, which frees its claim, spot and queue position.
    pub(super) fn withdraw(&mut self, truck: TruckId, answers: &mut Answers) {
        let Some(own) = self.trucks.get_mut(&truck) else { return };
        own.withdrawn = true;
        if let Some(stop) = &mut self.stop {
            stop.forget(truck);
        }
        let places: Vec<PlaceId> = self.places.keys().cloned().collect();
        for place in places {
            self.release(truck, &place, answers);
        }
        self.right.forget(truck);
        self.settle(None, answers);
    }

    pub(super) fn kick_out(
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
        // The first message counts; a second one only repeats it.
        let kg = *visit.loaded_kg.get_or_insert(payload_kg);
        let visit_id = visit.id;
        if let Some(book) = self.trucks.get_mut(&truck) {
            book.loaded_at = Some(place.clone());
        }
        self.tell_to_leave(truck, visit_id, place, kg, now, answers);
        Ok(())
    }

    /// Notes that the shovel has given up a truck that does not stand in the spot to which it was sent. Loading begins
    /// again when the truck reports again that it is spotted.
    pub(super) fn loading_abandoned(&mut self, place: &PlaceId, truck: TruckId) {
        if let Some((_, visit)) = self.places.get_mut(place).and_then(|book| book.visit(truck)) {
            visit.spotted = false;
        }
    }

    fn tell_to_leave(
        &mut self,
        truck: TruckId,
        visit_id: Uuid,
        place: &PlaceId,
        kg: f64,
        now: SimTime,
        answers: &mut Answers,
    ) {
        if let Some(book) = self.trucks.get_mut(&truck) {
            book.kicked_out = now;
        }
        answers.tell(truck, Body::LeaveSpotV1 { visit_id, place: place.clone(), payload_kg: Some(kg) });
    }

    pub(super) fn tipped(
        &mut self,
        truck: TruckId,
        visit_id: Uuid,
        place: &PlaceId,
        payload_kg: f64,
        now: SimTime,
        answers: &mut Answers,
    ) -> Result<(), FleetError> {
        check_mass(truck, payload_kg)?;
        let Some(own) = self.trucks.get_mut(&truck) else { return Err(FleetError::UnknownTruck(truck)) };
        let is_it = |id: Uuid| id == visit_id || visit_id.is_nil();
        let present = self.places.get_mut(place).and_then(|book| book.visit(truck)).map(|(_, visit)| visit);
        // This message may arrive after the message by which the truck reports that it has left.
        let before = own.ended.iter_mut().rev().find(|visit| is_it(visit.id));
        let Some(visit) = present.filter(|visit| is_it(visit.id)).or(before) else {
            return Err(FleetError::NotAtSpot { truck, place: place.clone() });
        };
        // One visit, one load; a message that comes twice counts once.
        if std::mem::replace(&mut visit.tipped, true) {
            return Ok(());
        }
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
}

fn tell_position(truck: TruckId, visit_id: Uuid, place: &PlaceId, position: QueuePosition, answers: &mut Answers) {
    let place = place.clone();
    answers.tell(
        truck,
        match position {
            QueuePosition::Spot(spot_index) => Body::SpotGrantV1 { visit_id, place, spot_index },
            QueuePosition::Waiting(queue_index) => Body::WaitV1 { visit_id, place, queue_index },
        },
    );
}

/// Tells each truck in `waited` its present position in the queue.
fn tell_moved_up(book: &PlaceBook, waited: &[TruckId], place: &PlaceId, answers: &mut Answers) {
    for &truck in waited {
        if let (Some(position), Some(visit_id)) = (book.position(truck), book.visit_id(truck)) {
            tell_position(truck, visit_id, place, position, answers);
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
