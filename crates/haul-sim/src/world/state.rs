//! State of the world: hash, snapshot and resumption.

use super::World;
use crate::error::SimError;
use crate::setup::Setup;
use crate::snapshot::{Snapshot, SnapshotError};
use haul_core::keep_state;
use haul_core::state::{SharedTable, StateError, StateReader, StateWriter};

// Targets are listed again in every control step, so they are not saved. Events are output, so it does not matter
// whether they have been taken.
keep_state!(World {
    map: given,
    marks: given,
    clock: value,
    agenda: value,
    tier: part,
    ground: part,
    weather: part,
    trucks: part,
    shovels: part,
    tips: part,
    site: part,
    line: part,
    posts: value,
    vehicles: part,
    targets: scratch,
    metrics: value,
    events: scratch,
    log: value,
    digests: scratch,
});

impl World {
    /// Returns the hash of the complete state. Two runs have the same hash only if their worlds agree bit for bit; the
    /// hashes then stay equal as long as the inputs are the same. It is the hash of the state's bytes in
    /// [`World::snapshot`].
    pub fn state_hash(&self) -> u64 {
        let (writer, _) = self.write(StateWriter::to_hash(), false);
        match writer {
            Ok(writer) => writer.hash(),
            Err(error) => {
                // Postcard can write every type of the state. A new type that it cannot write fails in its first test.
                tracing::error!(%error, "the state hash is 0: the state cannot be written");
                0
            }
        }
    }

    /// Takes a snapshot of the complete changing state.
    ///
    /// # Errors
    /// Returns an error if the state cannot be written.
    pub fn snapshot(&self) -> Result<Snapshot, SimError> {
        let (writer, shared) = self.write(StateWriter::to_bytes(), true);
        let state = writer.map_err(SnapshotError::State)?.into_bytes();
        Ok(Snapshot {
            program: env!("CARGO_PKG_VERSION").into(),
            setup: self.marks.with_map(&self.map),
            at: self.now(),
            step: self.steps(),
            state_hash: haul_core::state::hash_bytes(&state),
            shared,
            state,
            events: self.events.clone(),
            companion: Vec::new(),
        })
    }

    /// Builds the world of a snapshot. The setup, including its script, must be the one with which the run began.
    ///
    /// # Errors
    /// Returns an error if the setup is not valid, as for [`World::new`], if the snapshot is of another setup, or if
    /// its state does not come back unchanged.
    pub fn resume(setup: Setup, snapshot: &Snapshot) -> Result<World, SimError> {
        let mut world = World::new(setup)?;
        let own = world.marks.with_map(&world.map);
        let differ = own.iter().filter(|mark| !snapshot.setup.contains(mark)).map(|(name, _)| name.clone());
        let differ: Vec<String> = differ.collect();
        if !differ.is_empty() {
            return Err(SnapshotError::OtherRun(differ).into());
        }
        let read = || {
            let mut reader = StateReader::new(&snapshot.state);
            reader.part(&mut world)?;
            reader.end()
        };
        snapshot.shared.clone().reading(read).map_err(SnapshotError::State)?;
        world.events = snapshot.events.clone();
        let hash = world.state_hash();
        if hash != snapshot.state_hash {
            let hex = |hash: u64| format!("{hash:016x}");
            return Err(SnapshotError::OtherHash { found: hex(hash), expected: hex(snapshot.state_hash) }.into());
        }
        Ok(world)
    }

    fn write(&self, mut writer: StateWriter, keep: bool) -> (Result<StateWriter, StateError>, SharedTable) {
        // The digests behind a poisoned lock are still valid: they never change.
        let mut digests = self.digests.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        digests.writing(keep, || writer.part(self).map(|()| writer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensors::SensorLevel;
    use crate::setup::{ShovelSetup, TruckSetup};
    use haul_core::{SimTime, TruckId};
    use haul_messages::{Body, Envelope, Epoch, Timestamp, Uuid};
    use haul_mine::{PitSpec, PlaceKind, generate_pit};
    use haul_planner::Conditions;
    use haul_record::SimInput;
    use haul_vehicle::{TruckSpec, shovel};
    use std::sync::Arc;

    fn world() -> World {
        let map = Arc::new(generate_pit(&PitSpec::default()).unwrap());
        let place = |kind| map.places.iter().find(|p| p.kind == kind).unwrap();
        let (face, dump, park) = (place(PlaceKind::Load), place(PlaceKind::Dump), place(PlaceKind::Park));
        let truck = TruckSetup {
            id: TruckId(1),
            spec: Arc::new(TruckSpec::tr100at()),
            start: park.spots[0].pose,
            payload_kg: 0.0,
            fuel_kg: None,
            load: face.id.clone(),
            dump: dump.id.clone(),
            park: Some(park.id.clone()),
            driver: crate::driver::DriverKind::Stack,
            lateral_control: Default::default(),
        };
        World::new(Setup {
            trucks: vec![truck],
            shovels: vec![ShovelSetup { place: face.id.clone(), spec: shovel("hydraulic_15m3").unwrap() }],
            seed: 1,
            conditions: Conditions::of(&map),
            sensors: SensorLevel::Scan,
            slippery: Vec::new(),
            weather: Default::default(),
            script: Vec::new(),
            vehicles: Vec::new(),
            line: crate::line::LineQuality::default(),
            epoch: Epoch::default(),
            map: Arc::clone(&map),
            atlas: None,
        })
        .unwrap()
    }

    #[test]
    fn the_hash_covers_inboxes_queues_latches_and_future_tasks() {
        let mut world = world();
        for _ in 0..40 {
            world.step();
        }
        let mut seen = vec![("nothing", world.state_hash())];
        let mut see = |name, world: &World| {
            let hash = world.state_hash();
            assert!(seen.iter().all(|(_, other)| *other != hash), "{name} is not in the hash");
            seen.push((name, hash));
        };
        let body = Body::AllStopV1 { stop_id: Uuid::nil() };
        let now = world.now();
        world.line.send_to_truck(TruckId(1), now, Envelope::new(TruckId(1), Timestamp::UNIX_EPOCH, body));
        see("a message on the line", &world);
        world.trucks[0].disturb_hold(SimTime::from_seconds(0.1));
        see("the latch of the supervisor's hold", &world);
        world.trucks[0].disturb_tipping();
        see("the count of quiet steps", &world);
        world.inject(SimInput::Resume);
        see("a pending input", &world);
        world.posts.skip_number();
        see("the number of the next post", &world);
        world.shovels[0].begin(TruckId(1), 0);
        see("a job of the shovel", &world);
        world.ask_site(haul_fleet::SiteInput::AllStop);
        see("an all-stop", &world);
        let hash = world.state_hash();
        world.events.clear();
        world.targets.clear();
        assert_eq!(hash, world.state_hash(), "watching changes the hash");
    }
}
