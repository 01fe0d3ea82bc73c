//! Who may go where: no two trucks are ever granted ground that they cannot have together, every truck that asks gets
//! its way in the end, and none is let into a place that it cannot leave.
//!
//! For each journey the site keeps two stations. Up to the *reserved* one the way is planned: the truck has a place to
//! stand there, clear of single lanes and junctions, that nobody else counts on. Up to the *granted* one the road is
//! free of others now; this is what the truck is told. A reservation through a single lane or a junction is made whole
//! or not at all, in the order in which trucks came to need it, so trucks neither meet head on nor stop on a crossing;
//! a truck may follow another into a single lane, its grant growing behind the other's tail, when both have places
//! beyond.

mod ground;
mod journey;
mod network;
mod rules;

pub use ground::{Ground, Movement, Stretch};
pub use network::{Network, Range, RoadShape};
pub use rules::Rules;

use haul_core::TruckId;
use haul_messages::{RoadSpan, Uuid};
use journey::Journey;
use std::collections::{BTreeMap, BTreeSet};

/// A truck on its journey.
#[derive(Debug, Clone)]
struct Holder {
    request_id: Uuid,
    journey: Journey,
    /// Station reached.
    passed: f64,
    /// `None` until the ground the truck stands on is its own.
    reserved: Option<f64>,
    granted: f64,
    /// The grant as [`RightOfWay::settle`] last gave it out.
    told: Option<f64>,
    /// Order in which the truck came to wait.
    waits_since: Option<u64>,
    /// Ground of the journey before that the truck may still cover, until the station is reached.
    left_over: Option<(Ground, f64)>,
    /// From the tail to the reserved place, the reserved place itself, and from the tail to the end of the grant.
    planned: Ground,
    place: Ground,
    claim: Ground,
}

impl Holder {
    fn lay_out(&mut self, rules: &Rules) {
        let tail = self.passed - rules.rear;
        match self.reserved {
            Some(reserved) => {
                self.planned = self.journey.ground(tail, reserved + rules.ahead());
                self.place = self.journey.ground((reserved - rules.rear).max(tail), reserved + rules.ahead());
                self.claim = self.journey.ground(tail, self.granted + rules.ahead());
            }
            None => (self.planned, self.place, self.claim) = Default::default(),
        }
        if let Some((ground, until)) = &self.left_over {
            if self.passed >= *until {
                self.left_over = None;
            } else {
                for own in [&mut self.planned, &mut self.place, &mut self.claim] {
                    own.stretches.extend(&ground.stretches);
                    own.movements.extend(&ground.movements);
                }
            }
        }
    }

    fn tail(&self, rules: &Rules) -> Option<((haul_core::RoadId, bool), f64)> {
        self.journey.lane_at(self.passed - rules.rear)
    }
}

/// What a truck asks for next: the way there and the place at its end.
struct Wish {
    stop: f64,
    way: Ground,
    place: Ground,
}

/// The right of way on one mine.
#[derive(Debug, Clone)]
pub struct RightOfWay {
    network: Network,
    rules: Rules,
    holders: BTreeMap<TruckId, Holder>,
    /// Counts trucks that came to wait.
    tickets: u64,
}

impl RightOfWay {
    /// Right of way on a network where no truck has any yet.
    pub fn new(network: Network, rules: Rules) -> Self {
        // A step of nothing would never end.
        let rules = Rules { step: rules.step.max(1.0), ..rules };
        Self { network, rules, holders: BTreeMap::new(), tickets: 0 }
    }

    /// The lengths it reckons with.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Takes a request: a new journey, or how far a known one has come. Ground that was passed is free at once; call
    /// [`RightOfWay::settle`] for what others gain by it. `stands` says whether the truck is known to be at rest: then a
    /// new journey gives back all of the old one but the ground under the truck.
    ///
    /// # Errors
    /// What is wrong with the spans; the journey before then stays in force.
    pub fn request(
        &mut self,
        truck: TruckId,
        request_id: Uuid,
        spans: &[RoadSpan],
        passed: f64,
        stands: bool,
    ) -> Result<(), String> {
        if !passed.is_finite() || passed.abs() > journey::LONGEST {
            return Err("the station reached is no length on a mine".into());
        }
        let rules = self.rules;
        if let Some(holder) = self.holders.get_mut(&truck).filter(|holder| holder.request_id == request_id) {
            if passed > holder.granted + rules.gap && holder.granted < holder.journey.end() {
                tracing::warn!(%truck, passed, granted = holder.granted, "a truck is beyond its grant");
            }
            // Never further than granted: what lies beyond is not the truck's to give back.
            let limit = if holder.granted < holder.journey.end() { holder.granted } else { f64::INFINITY };
            holder.passed = passed.min(limit).max(holder.passed);
            holder.lay_out(&rules);
            return Ok(());
        }
        let journey = Journey::lay(spans, &self.network, &rules)?;
        let left_over = self.holders.get(&truck).and_then(|old| {
            let ground = if stands {
                let mut ground = old.journey.ground(old.passed - rules.rear, old.passed + rules.ahead());
                // Where it never had ground of its own there is none to keep.
                if old.reserved.is_none() {
                    ground = Ground::default();
                }
                if let Some((older, _)) = &old.left_over {
                    ground.stretches.extend(&older.stretches);
                    ground.movements.extend(&older.movements);
                }
                ground
            } else {
                old.claim.clone()
            };
            let ahead = if stands { 0.0 } else { (old.granted.min(old.journey.end()) - old.passed).max(0.0) };
            (!ground.is_empty()).then_some((ground, passed + ahead + rules.ahead() + rules.rear))
        });
        let mut holder = Holder {
            request_id,
            journey,
            passed,
            reserved: None,
            granted: passed,
            told: None,
            waits_since: None,
            left_over,
            planned: Ground::default(),
            place: Ground::default(),
            claim: Ground::default(),
        };
        holder.lay_out(&rules);
        self.holders.insert(truck, holder);
        Ok(())
    }

    /// Takes a truck off the roads: it stands in a spot. Its journey stays known, and done.
    pub fn leave_roads(&mut self, truck: TruckId) {
        let rules = self.rules;
        if let Some(holder) = self.holders.get_mut(&truck) {
            holder.passed = holder.passed.max(holder.journey.end() + rules.ahead() + rules.rear);
            holder.granted = holder.granted.max(holder.passed);
            holder.reserved = Some(holder.granted);
            holder.left_over = None;
            holder.waits_since = None;
            holder.lay_out(&rules);
        }
    }

    /// Whether a truck's present journey is this one.
    pub fn knows(&self, truck: TruckId, request_id: Uuid) -> bool {
        self.holders.get(&truck).is_some_and(|holder| holder.request_id == request_id)
    }

    /// The journey that a truck is on and the station up to which it may go: `None` where it asked for none,
    /// [`haul_messages::WHOLE_JOURNEY`] where nothing of it is withheld.
    pub fn grant(&self, truck: TruckId) -> Option<(Uuid, f64)> {
        let holder = self.holders.get(&truck)?;
        let whole = holder.reserved.is_some() && holder.granted >= holder.journey.end();
        Some((holder.request_id, if whole { haul_messages::WHOLE_JOURNEY } else { holder.granted }))
    }

    /// What each truck holds now.
    pub fn claims(&self) -> impl Iterator<Item = (TruckId, &Ground)> {
        self.holders.iter().map(|(truck, holder)| (*truck, &holder.claim))
    }

    /// The network it keeps.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Gives what is free to those who want it, first come first served. Returns the trucks whose grant has grown.
    pub fn settle(&mut self) -> Vec<TruckId> {
        let mut order: Vec<TruckId> = self.holders.keys().copied().collect();
        order.sort_by_key(|truck| (self.holders.get(truck).and_then(|h| h.waits_since).unwrap_or(u64::MAX), *truck));
        self.reserve(&order);
        let mut gained = Vec::new();
        for truck in order {
            self.extend_grant(truck);
            let now = self.grant(truck).map(|(_, station)| station);
            if let Some(holder) = self.holders.get_mut(&truck)
                && holder.told != now
            {
                holder.told = now;
                gained.push(truck);
            }
        }
        gained
    }

    fn reserve(&mut self, order: &[TruckId]) {
        let mut blocked_by: BTreeMap<TruckId, Vec<TruckId>> = BTreeMap::new();
        for &truck in order {
            if let Some(wish) = self.wish(truck) {
                blocked_by.insert(truck, self.blockers(truck, &wish));
            }
        }
        let mut waiting: Vec<(TruckId, Wish)> = Vec::new();
        for &truck in order {
            while let Some(wish) = self.wish(truck) {
                let mut blockers = self.blockers(truck, &wish);
                if blockers.is_empty() {
                    blockers = self.earlier(truck, &wish, &waiting, &blocked_by);
                }
                if blockers.is_empty() {
                    self.take(truck, &wish);
                    continue;
                }
                blocked_by.insert(truck, blockers);
                self.wait(truck);
                waiting.push((truck, wish));
                break;
            }
        }
    }

    /// What the truck wants next; `None` where it has enough.
    fn wish(&self, truck: TruckId) -> Option<Wish> {
        let (holder, rules) = (self.holders.get(&truck)?, &self.rules);
        let (stop, from) = match holder.reserved {
            None => (holder.passed, holder.passed - rules.rear),
            Some(reserved) if reserved >= holder.journey.end() => return None,
            Some(reserved) if reserved >= holder.passed + rules.horizon => return None,
            Some(reserved) => (holder.journey.next_stop(reserved, rules), reserved + rules.ahead()),
        };
        let end = stop + rules.ahead();
        Some(Wish { stop, way: holder.journey.ground(from, end), place: holder.journey.ground(stop - rules.rear, end) })
    }

    fn take(&mut self, truck: TruckId, wish: &Wish) {
        if let Some(holder) = self.holders.get_mut(&truck) {
            holder.reserved = Some(wish.stop);
            holder.waits_since = None;
            holder.lay_out(&self.rules);
        }
    }

    fn wait(&mut self, truck: TruckId) {
        if let Some(holder) = self.holders.get_mut(&truck)
            && holder.waits_since.is_none()
        {
            self.tickets += 1;
            holder.waits_since = Some(self.tickets);
        }
    }

    /// The trucks whose reservations leave no room for a wish.
    fn blockers(&self, truck: TruckId, wish: &Wish) -> Vec<TruckId> {
        let Some(own) = self.holders.get(&truck) else { return Vec::new() };
        let blocks = |other: &Holder| {
            // A truck that is ahead in the same lane clears the place before this one gets there.
            let leads = other
                .tail(&self.rules)
                .is_some_and(|(lane, station)| own.planned.holds(lane, station) || wish.way.holds(lane, station));
            // The first reservation is of the ground that the truck stands on, and is claimed with it.
            (own.reserved.is_none() && wish.place.conflicts(&other.claim, &self.network))
                || wish.way.meets_head_on(&other.planned, &self.network)
                || wish.way.crosses(&other.planned, true)
                || wish.way.shares_lane(&other.place)
                || (!leads && wish.place.shares_lane(&other.planned))
        };
        let others = self.holders.iter().filter(|(id, _)| **id != truck);
        others.filter(|(_, other)| blocks(other)).map(|(id, _)| *id).collect()
    }

    /// The trucks that have waited longer for what a wish would take from them. A truck that stands in the way of the
    /// one that waits, or of those that one waits for, may go: its going is what they wait for.
    fn earlier(
        &self,
        truck: TruckId,
        wish: &Wish,
        waiting: &[(TruckId, Wish)],
        blocked_by: &BTreeMap<TruckId, Vec<TruckId>>,
    ) -> Vec<TruckId> {
        let Some(own) = self.holders.get(&truck) else { return Vec::new() };
        let tail = own.tail(&self.rules);
        let takes_from = |other: TruckId, theirs: &Wish| {
            let leads = tail.is_some_and(|(lane, station)| {
                theirs.way.holds(lane, station)
                    || self.holders.get(&other).is_some_and(|other| other.planned.holds(lane, station))
            });
            wish.way.meets_head_on(&theirs.way, &self.network)
                || wish.way.crosses(&theirs.way, true)
                || (!leads && (wish.way.shares_lane(&theirs.place) || wish.place.shares_lane(&theirs.way)))
        };
        waiting
            .iter()
            .filter(|(other, theirs)| takes_from(*other, theirs) && !waits_for(*other, truck, blocked_by))
            .map(|(other, _)| *other)
            .collect()
    }

    /// Grows the grant towards the reserved place as far as no other truck's claim is in the way.
    fn extend_grant(&mut self, truck: TruckId) {
        let rules = self.rules;
        let Some(holder) = self.holders.get(&truck) else { return };
        let Some(reserved) = holder.reserved.filter(|&reserved| reserved > holder.granted) else { return };
        let (from, to) = (holder.granted + rules.ahead(), reserved + rules.ahead());
        let free_to = self
            .holders
            .iter()
            .filter(|(id, _)| **id != truck)
            .filter_map(|(_, other)| holder.journey.first_conflict(from, to, &other.claim, &self.network))
            .fold(to, f64::min);
        let granted = if free_to < to { free_to - rules.ahead() } else { reserved };
        if granted < reserved && granted < holder.granted + rules.least_step() {
            return;
        }
        if let Some(holder) = self.holders.get_mut(&truck) {
            holder.granted = granted;
            holder.lay_out(&rules);
        }
    }
}

/// Whether `waiter` waits for `truck`, directly or through others.
fn waits_for(waiter: TruckId, truck: TruckId, blocked_by: &BTreeMap<TruckId, Vec<TruckId>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![waiter];
    while let Some(next) = open.pop() {
        for &blocker in blocked_by.get(&next).into_iter().flatten() {
            if blocker == truck {
                return true;
            }
            if seen.insert(blocker) {
                open.push(blocker);
            }
        }
    }
    false
}
