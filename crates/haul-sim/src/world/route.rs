//! Routing of effects between actors.

use super::World;
use crate::effect::Effect;
use crate::shovel::{ShovelAction, SimShovel};
use crate::tier::Tier;
use haul_core::{PlaceId, TruckId};
use haul_fleet::SiteInput;
use haul_record::EventKind;

impl World {
    /// Applies effects, in order, to the actors that they concern.
    pub(super) fn route(&mut self, effects: Vec<Effect>) {
        let now = self.clock.now();
        for effect in effects {
            match effect {
                Effect::Tell(what) => {
                    if matches!(what, EventKind::Stuck { .. }) {
                        tracing::debug!(at = %now, "right of way:\n{}", self.site.core().explain_right_of_way());
                    }
                    self.tell(what);
                }
                Effect::AskSite(input) => self.ask_site(input),
                Effect::SendToSite { truck, at, message } => self.line.send_to_site(truck, at, now, message),
                // The truck reads the message in its next control step at the earliest: 50 ms in transit.
                Effect::SendToTruck { truck, message } => {
                    if self.index_of(truck).is_some_and(|index| self.trucks[index].is_in_play()) {
                        self.line.send_to_truck(truck, now, message);
                    }
                }
                Effect::BeginLoading { place, truck, spot } => {
                    if let Some(shovel) = self.shovel_at(&place) {
                        shovel.begin(truck, spot);
                    }
                }
                Effect::EndLoading { place, truck } => {
                    if let Some(shovel) = self.shovel_at(&place) {
                        shovel.end(truck);
                    }
                }
                Effect::Withdraw { truck, index } => {
                    self.tier.retire(index);
                    self.line.clear(truck);
                    self.ask_site(SiteInput::Withdraw(truck));
                }
            }
        }
    }

    /// Gives the site an input and applies its answers.
    pub(super) fn ask_site(&mut self, input: SiteInput) {
        let effects = self.site.handle(input, self.clock.now());
        self.route(effects);
    }

    /// Advances every shovel.
    pub(super) fn run_shovels(&mut self, dt: f64) {
        for index in 0..self.shovels.len() {
            let shovel = &self.shovels[index];
            let under = shovel.job().and_then(|(truck, spot)| {
                let spot = self.map.place(shovel.place())?.spots.get(spot)?.pose;
                self.trucks.get(self.index_of(truck)?)?.standing_at(spot)
            });
            let action = self.shovels[index].work(dt, under);
            let effects = action.map(|action| self.apply_action(index, action)).unwrap_or_default();
            self.route(effects);
        }
    }

    /// Applies an action of a shovel to its truck. Returns the effects on other actors.
    fn apply_action(&mut self, shovel: usize, action: ShovelAction) -> Vec<Effect> {
        let place = self.shovels[shovel].place().clone();
        match action {
            ShovelAction::Pass { truck, mass, at } => {
                let Some(index) = self.index_of(truck) else { return Vec::new() };
                let standing = self.trucks[index].take_bucket(mass, at);
                let mut effects = vec![Effect::Tell(EventKind::Pass { truck, place, mass })];
                if let Some(done) = self.shovels[shovel].check_full(standing) {
                    effects.extend(self.apply_action(shovel, done));
                }
                effects
            }
            ShovelAction::Complete { truck, payload } => self.complete(truck, place, payload),
            ShovelAction::GaveUp { truck } => {
                tracing::warn!(%truck, %place, at = %self.clock.now(), "the shovel has no truck to load at the spot");
                vec![Effect::AskSite(SiteInput::LoadingAbandoned { place, truck })]
            }
        }
    }

    fn complete(&mut self, truck: TruckId, place: PlaceId, payload: f64) -> Vec<Effect> {
        if let Some(index) = self.index_of(truck) {
            self.trucks[index].loaded_at(&place);
        }
        vec![
            Effect::Tell(EventKind::Loaded { truck, place: place.clone(), payload }),
            Effect::AskSite(SiteInput::LoadingComplete { place, truck, payload_kg: payload }),
        ]
    }

    fn shovel_at(&mut self, place: &PlaceId) -> Option<&mut SimShovel> {
        self.shovels.iter_mut().find(|shovel| shovel.place() == place)
    }
}
