//! The control step: sensors, on-board stacks, messages, the site, the shovels.

use super::{CONTROL_EVERY, PHYSICS_RATE, World};
use crate::driver::DriverStep;
use crate::fault::SteeringNow;
use crate::metrics::{Meters, measure};
use crate::sensors::{Target, Truth};
use crate::shovel::{ShovelDeed, Standing};
use crate::stand::Look;
use crate::truck::TruckStatus;
use crate::vehicle::{SeenTruck, SimVehicle};
use haul_autonomy::{ObjectShape, Restriction};
use haul_core::{Point2, StandReason, TruckId, Vector2, angle};
use haul_fleet::{SiteInput, SiteOutput};
use haul_record::EventKind;

/// A truck is at its spot when its rear axle is within this of it, m: the shovel's reach allows no more.
const AT_SPOT: f64 = 3.0;
/// ... and its heading within this, rad (15°).
const ALONG_SPOT: f64 = 15.0 * std::f64::consts::PI / 180.0;
/// ... and it stands, m/s.
const STANDING: f64 = 0.1;
/// An obstacle this near to a vehicle is that vehicle, m.
const SAME_THING: f64 = 2.0;
/// Holds of the supervisor no further apart than this are one: at the edge of its reach it comes and goes, s.
const SAME_HOLD: f64 = 5.0;

impl World {
    /// One control step of every stack, the site and the shovels.
    pub(super) fn control(&mut self) {
        let dt = self.clock.dt() * CONTROL_EVERY as f64;
        self.decide_vehicles(dt);
        self.find_targets();
        self.run_stacks(dt);
        self.hear_trucks();
        if self.clock.is_due(u64::from(PHYSICS_RATE)) {
            self.ask_site(SiteInput::Tick);
        }
        self.run_shovels(dt);
    }

    /// The things that the detectors may see: every truck, every post and every vehicle.
    fn find_targets(&mut self) {
        self.targets.clear();
        for (index, truck) in self.trucks.iter().enumerate() {
            let velocity = truck.velocity();
            self.targets.push(Target {
                pose: truck.plan_pose(),
                ground: truck.motion.pose.translation.z,
                shape: ObjectShape::Box(truck.footprint),
                velocity: Vector2::new(velocity.x, velocity.y),
                truck: Some(index as u32),
                fixed: None,
                vehicle: None,
            });
        }
        for post in &self.posts {
            self.targets.push(Target {
                pose: haul_core::Pose2::new(post.at.x, post.at.y, 0.0),
                ground: post.ground,
                shape: ObjectShape::Disc(post.radius),
                velocity: Vector2::zeros(),
                truck: None,
                fixed: Some(post.number),
                vehicle: None,
            });
        }
        for (index, vehicle) in self.vehicles.iter().enumerate() {
            let pose = vehicle.pose();
            self.targets.push(Target {
                pose,
                ground: self.map.terrain.height(pose.x, pose.y),
                shape: ObjectShape::Box(vehicle.kind().footprint()),
                velocity: vehicle.velocity(),
                truck: None,
                fixed: None,
                vehicle: Some(index as u32),
            });
        }
    }

    /// Decides on the speed of every vehicle.
    fn decide_vehicles(&mut self, dt: f64) {
        if self.vehicles.is_empty() {
            return;
        }
        let now = self.clock.now();
        let seen = |t: &crate::truck::SimTruck| SeenTruck { id: t.id, pose: t.plan_pose(), footprint: t.footprint };
        let trucks: Vec<SeenTruck> = self.trucks.iter().filter(|t| t.status != TruckStatus::Gone).map(seen).collect();
        for vehicle in &mut self.vehicles {
            vehicle.decide(now, dt, &trucks);
        }
    }

    /// Senses and decides for every truck, and sends what it says.
    fn run_stacks(&mut self, dt: f64) {
        let now = self.clock.now();
        for index in 0..self.trucks.len() {
            let truck = &mut self.trucks[index];
            if truck.status == TruckStatus::Gone {
                continue;
            }
            let truth = Truth { now, motion: &truck.motion, centre: truck.mass.centre, state: truck.machine.state() };
            let mut frame = truck.sensors.sample(dt, &truth, &self.physics, (index as u32, truck.body), &self.targets);
            let (id, at) = (truck.id, truck.plan_pose().position());
            let inbox = self.line.arrived_at_truck(id, at, now);
            truck.faults.spoil(&mut frame);
            let step = DriverStep { now, frame: &frame, inbox: &inbox };
            let output = truck.seat.drive(&mut truck.onboard, &step);
            let steering =
                SteeringNow { rate: truck.machine.spec().steering.rate, angle: truck.machine.state().steering_angle };
            truck.command = truck.faults.pass(dt, steering, output.command);
            for message in output.outbox {
                self.line.send_to_site(id, at, now, message);
            }
            self.measure(index, dt);
        }
    }

    /// Gives the site the messages of trucks that have arrived.
    fn hear_trucks(&mut self) {
        let now = self.clock.now();
        for index in 0..self.trucks.len() {
            let truck = self.trucks[index].id;
            for message in self.line.arrived_at_site(truck, now) {
                self.ask_site(SiteInput::FromTruck(truck, message));
            }
        }
    }

    /// Takes the figures of one truck after its control step.
    fn measure(&mut self, index: usize, dt: f64) {
        let truck = &mut self.trucks[index];
        let Some(figures) = self.metrics.trucks.get_mut(index) else { return };
        let (state, telemetry) = (truck.machine.state(), truck.onboard.telemetry());
        figures.fuel_kg = state.fuel_used_kg;
        figures.distance_m = state.odometer;
        *figures.states.entry(telemetry.state).or_insert(0.0) += dt;
        let pose = truck.plan_pose();
        measure(&mut figures.lateral, telemetry.path.as_deref(), telemetry.station, pose, state.speed);

        let id = truck.id;
        let now = self.clock.now();
        let lost = StandReason::Lost;
        let stands = telemetry.stands.as_ref().map(|reason| named_vehicle(reason, &self.vehicles));
        let reason = if truck.status == TruckStatus::Running { stands.as_ref() } else { Some(&lost) };
        if let Some(reason) = reason {
            *figures.stood.entry(reason.kind()).or_insert(0.0) += dt;
        }
        let payload = state.load.mass;
        let stood = truck.stand.look(&Look { truck: id, now, dt, reason, pose, payload });
        figures.stuck += stood.iter().filter(|e| matches!(e, EventKind::Stuck { .. })).count() as u32;
        let (from, to) = (truck.cycle.state(), telemetry.state);
        let meters = Meters { now: self.clock.now(), fuel_kg: state.fuel_used_kg, odometer: state.odometer };
        let ended = truck.cycle.go(to, dt, meters);

        // Waiting for the right of way and an all-stop are orders, not the supervisor's own doing.
        let why = telemetry.restriction.filter(|r| !matches!(r, Restriction::NoGrant | Restriction::AllStop));
        let began = why.is_some() && truck.restricted_at.is_none_or(|last| now.since(last) > SAME_HOLD);
        if why.is_some() {
            truck.restricted_at = Some(now);
        }
        if began {
            figures.supervisor_stops += 1;
        }
        if let Some(record) = &ended {
            figures.cycles.push(record.clone());
        }

        for event in stood {
            match &event {
                EventKind::Stuck { reason, seconds, .. } => {
                    tracing::warn!(truck = %id, at = %now, %reason, seconds, "stuck");
                    tracing::debug!(at = %now, "right of way:\n{}", self.site.explain_right_of_way());
                }
                EventKind::Stands { reason, .. } => tracing::info!(truck = %id, at = %now, %reason, "stands"),
                EventKind::StoodFor { reason, seconds, .. } => {
                    tracing::info!(truck = %id, at = %now, %reason, seconds, "stood");
                }
                _ => {}
            }
            self.tell(event);
        }
        if from != to {
            self.tell(EventKind::State { truck: id, from, to });
        }
        if let (true, Some(why)) = (began, why) {
            self.tell(EventKind::Restricted { truck: id, why });
        }
        if let Some(record) = ended {
            self.tell(EventKind::Cycle { truck: id, seconds: record.seconds(), payload: record.payload_kg });
        }
    }

    /// Gives the site an input and does what it answers.
    pub(super) fn ask_site(&mut self, input: SiteInput) {
        let now = self.clock.now();
        for output in self.site.handle(input, now) {
            match output {
                // Read in the truck's next control step at the earliest: 50 ms on the way.
                SiteOutput::ToTruck(truck, message) => {
                    let index = self.index_of(truck).filter(|i| self.trucks[*i].status != TruckStatus::Gone);
                    let Some(_) = index else { continue };
                    self.line.send_to_truck(truck, now, message);
                }
                SiteOutput::LoadTruck { place, truck, spot_index } => {
                    if let Some(shovel) = self.shovels.iter_mut().find(|s| *s.place() == place) {
                        shovel.begin(truck, spot_index);
                    }
                }
                SiteOutput::EndLoading { place, truck } => {
                    if let Some(shovel) = self.shovels.iter_mut().find(|s| *s.place() == place) {
                        shovel.end(truck);
                    }
                }
                SiteOutput::NoPath { truck, place, cause, instead } => {
                    self.tell(EventKind::NoPath { truck, place, cause, instead });
                }
                SiteOutput::Production(record) => self.tell(EventKind::Produced {
                    truck: record.truck,
                    place: record.dump,
                    payload: record.payload_kg,
                }),
                SiteOutput::Refused { truck, why } => self.tell(EventKind::Refused { truck, why: why.to_string() }),
                _ => {}
            }
        }
    }

    /// Moves every shovel on.
    fn run_shovels(&mut self, dt: f64) {
        for index in 0..self.shovels.len() {
            let under = self.shovels[index].job().and_then(|(truck, spot)| self.standing(index, truck, spot));
            if let Some(truck) = self.shovels[index].give_up(dt, under.is_some()) {
                let place = self.shovels[index].place().clone();
                tracing::warn!(%truck, %place, at = %self.clock.now(), "the shovel has no truck to load at the spot");
                self.ask_site(SiteInput::LoadingAbandoned { place, truck });
                continue;
            }
            let Some(deed) = self.shovels[index].advance(dt, under) else { continue };
            self.do_deed(index, deed);
        }
    }

    /// The truck of a shovel's job, where it really stands at its spot.
    fn standing(&self, shovel: usize, truck: TruckId, spot: usize) -> Option<(Standing, Point2)> {
        let place = self.map.place(self.shovels.get(shovel)?.place())?;
        let spot = place.spots.get(spot)?.pose;
        let truck = self.trucks.get(self.index_of(truck)?)?;
        let pose = truck.plan_pose();
        let stands = truck.status == TruckStatus::Running
            && truck.velocity().norm() < STANDING
            && pose.distance(spot) < AT_SPOT
            && angle::difference(pose.heading, spot.heading).abs() < ALONG_SPOT;
        let standing = Standing {
            payload: truck.machine.state().load.mass,
            rated: truck.machine.spec().rated_payload(),
            bed: truck.bed,
        };
        stands.then_some((standing, pose.place(truck.bed.x, truck.bed.y)))
    }

    fn do_deed(&mut self, shovel: usize, deed: ShovelDeed) {
        let Some(place) = self.shovels.get(shovel).map(|s| s.place().clone()) else { return };
        match deed {
            ShovelDeed::Pass { truck, mass, at } => {
                let Some(index) = self.index_of(truck) else { return };
                self.trucks[index].machine.receive(mass, at);
                self.tell(EventKind::Pass { truck, place: place.clone(), mass });
                let carried = &self.trucks[index];
                let standing = Standing {
                    payload: carried.machine.state().load.mass,
                    rated: carried.machine.spec().rated_payload(),
                    bed: carried.bed,
                };
                if let Some(done) = self.shovels[shovel].check_full(standing) {
                    self.do_deed(shovel, done);
                }
            }
            ShovelDeed::Complete { truck, payload } => {
                if let Some(index) = self.index_of(truck) {
                    self.trucks[index].cycle.loaded_at(&place);
                }
                self.tell(EventKind::Loaded { truck, place: place.clone(), payload });
                self.ask_site(SiteInput::LoadingComplete { place, truck, payload_kg: payload });
            }
        }
    }
}

/// The reason with the name of the vehicle that a truck takes for an obstacle.
fn named_vehicle(reason: &StandReason, vehicles: &[SimVehicle]) -> StandReason {
    let StandReason::Obstacle { x, y } = *reason else { return reason.clone() };
    let is_it = |v: &&SimVehicle| v.kind().footprint().distance(v.pose(), Point2::new(x, y)) < SAME_THING;
    match vehicles.iter().find(is_it) {
        Some(vehicle) => StandReason::Vehicle { vehicle: vehicle.id().clone(), x, y },
        None => reason.clone(),
    }
}
