//! Ordering and lifting of an all-stop by the site.

use super::{Answers, SiteCore};
use crate::all_stop::AllStop;
use haul_core::{SimTime, TruckId};

impl SiteCore {
    pub(super) fn all_stop(&mut self, now: SimTime, answers: &mut Answers) {
        // A second press during an all-stop repeats the order, in case a truck did not receive it.
        if !self.is_stopped() {
            self.stops += 1;
            let trucks: Vec<TruckId> = self.present().collect();
            self.stop = Some(AllStop::order(self.stops, trucks.into_iter(), now));
        }
        self.tell_stop(answers);
    }

    pub(super) fn resume(&mut self, now: SimTime, answers: &mut Answers) {
        let trucks: Vec<TruckId> = self.present().collect();
        if let Some(stop) = self.stop.as_mut().filter(|stop| stop.is_on()) {
            stop.lift(trucks.into_iter(), now);
            self.tell_stop(answers);
            self.settle(None, answers);
        }
    }

    fn tell_stop(&self, answers: &mut Answers) {
        if let Some(stop) = &self.stop {
            self.present().for_each(|truck| answers.tell(truck, stop.message()));
        }
    }

    pub(super) fn repeat_stop(&mut self, now: SimTime, answers: &mut Answers) {
        if let Some(stop) = &mut self.stop {
            for truck in stop.due(now) {
                answers.tell(truck, stop.message());
            }
        }
    }

    /// Returns the trucks that have not been taken off the mine.
    pub(super) fn present(&self) -> impl Iterator<Item = TruckId> + '_ {
        self.trucks.iter().filter(|(_, book)| !book.withdrawn).map(|(truck, _)| *truck)
    }
}
