//! External inputs, which take effect between two steps.

use super::World;
use crate::agenda::Task;
use crate::driver::Seat;
use crate::ground::RoadWork;
use crate::weather::Change;
use haul_core::TruckId;
use haul_fleet::SiteInput;
use haul_record::{EventKind, LoggedInput, SimInput, TruckFault};

impl World {
    /// Gives the world an input. The input takes effect before the next step and is kept in [`World::inputs`].
    pub fn inject(&mut self, input: SimInput) {
        self.agenda.enter(self.clock.taken(), Task::Injected(input));
    }

    pub(super) fn take_injected(&mut self, input: SimInput) {
        self.log.push(LoggedInput { step: self.clock.taken(), input: input.clone() });
        self.take_scripted(input);
    }

    pub(super) fn take_scripted(&mut self, input: SimInput) {
        self.apply(&input);
        self.tell(EventKind::Input(input));
    }

    /// Passes an input to the actor that it concerns. An input that concerns no actor changes nothing.
    fn apply(&mut self, input: &SimInput) {
        match input {
            SimInput::AllStop => self.ask_site(SiteInput::AllStop),
            SimInput::Resume => self.ask_site(SiteInput::Resume),
            SimInput::PlaceObstacle { id, at, radius } => {
                self.posts.place(id, *at, *radius, &self.map, &mut self.tier);
            }
            SimInput::RemoveObstacle { id } => self.posts.remove(id, &mut self.tier),
            SimInput::SetFriction(friction) => self.ground.set_ceiling(*friction),
            SimInput::SetRain(rain) => self.weather.change(Change::Rain(*rain)),
            SimInput::SetSnow(snow) => self.weather.change(Change::Snow(*snow)),
            SimInput::SetVisibility(visibility) => self.weather.change(Change::Visibility(*visibility)),
            SimInput::LayIce { depth, within } => self.ground.lay_ice(*depth, *within),
            SimInput::WaterRoads { within } => self.ground.work_over(RoadWork::Water, *within),
            SimInput::GradeRoads { within } => self.ground.work_over(RoadWork::Grade, *within),
            SimInput::Drive { truck, controls } => self.seat(*truck, Seat::by_hand(*controls)),
            SimInput::HandBack { truck } => self.seat(*truck, Seat::Stack),
            SimInput::Fail { truck, fault } => self.set_fault(*truck, *fault, true),
            SimInput::Repair { truck, fault } => self.set_fault(*truck, *fault, false),
        }
    }

    fn seat(&mut self, truck: TruckId, seat: Seat) {
        if let Some(index) = self.index_of(truck) {
            self.trucks[index].take_seat(seat);
        }
    }

    fn set_fault(&mut self, truck: TruckId, fault: TruckFault, fails: bool) {
        let Some(index) = self.index_of(truck) else { return };
        self.trucks[index].set_fault(fault, fails);
        if fault == TruckFault::LineSilent {
            self.line.silence(truck, fails);
        }
    }
}
