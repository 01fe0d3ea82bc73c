use super::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Journey {
    #[serde(with = "shared")]
    path: Arc<Vec<f64>>,
    #[serde(with = "shared::option")]
    out: Option<Arc<Vec<f64>>>,
    passed: f64,
}

struct Machine {
    name: &'static str,
    journey: Option<Journey>,
    cells: Vec<Cell>,
    sorted: Vec<u32>,
}

struct Cell(u8);

impl KeepState for Cell {
    fn save(&self, out: &mut StateWriter) -> Result<(), StateError> {
        out.value(&self.0)
    }

    fn restore(&mut self, from: &mut StateReader<'_>) -> Result<(), StateError> {
        self.0 = from.value()?;
        Ok(())
    }
}

keep_state!(Machine { name: given, journey: value, cells: part, sorted: scratch });

fn machine() -> Machine {
    let path = Arc::new(vec![1.0, f64::NAN, f64::INFINITY]);
    let journey = Journey { out: Some(Arc::clone(&path)), path, passed: -0.0 };
    Machine { name: "a", journey: Some(journey), cells: vec![Cell(3), Cell(4)], sorted: vec![1, 2] }
}

fn other() -> Machine {
    Machine { name: "b", journey: None, cells: vec![Cell(0), Cell(0)], sorted: vec![7] }
}

fn save(machine: &Machine) -> (Vec<u8>, SharedTable) {
    SharedDigests::default().writing(true, || {
        let mut writer = StateWriter::to_bytes();
        writer.part(machine).unwrap();
        writer.into_bytes()
    })
}

fn hash(machine: &Machine, digests: &mut SharedDigests) -> u64 {
    let (hash, table) = digests.writing(false, || {
        let mut writer = StateWriter::to_hash();
        writer.part(machine).unwrap();
        writer.hash()
    });
    assert!(table.is_empty(), "a hash needs no contents");
    hash
}

#[test]
fn restored_state_equals_the_saved_one_and_leaves_what_is_given() {
    let (bytes, table) = save(&machine());
    assert_eq!(table.len(), 1, "a shared value is kept once");
    let mut restored = other();
    table.reading(|| StateReader::new(&bytes).part(&mut restored)).unwrap();
    assert_eq!((restored.name, restored.sorted), ("b", vec![7]));
    assert_eq!(restored.cells.iter().map(|c| c.0).collect::<Vec<_>>(), [3, 4]);
    let journey = restored.journey.unwrap();
    assert!(Arc::ptr_eq(&journey.path, journey.out.as_ref().unwrap()), "shared before, not shared after");
    assert!(journey.path[1].is_nan() && journey.path[2] == f64::INFINITY);
    assert_eq!(journey.passed.to_bits(), (-0.0_f64).to_bits());
}

#[test]
fn hash_is_that_of_the_saved_bytes_and_sees_every_value() {
    let mut digests = SharedDigests::default();
    let mut machine = machine();
    let first = hash(&machine, &mut digests);
    assert_eq!(first, hash_bytes(&save(&machine).0));
    assert_eq!(first, hash(&machine, &mut digests), "a known digest gives another hash");
    machine.cells[1].0 = 5;
    assert_ne!(first, hash(&machine, &mut digests));
    machine.cells[1].0 = 4;
    machine.sorted.clear();
    assert_eq!(first, hash(&machine, &mut digests), "scratch has no part in the state");
    let journey = machine.journey.as_mut().unwrap();
    journey.path = Arc::new(vec![1.0, f64::NAN, 5.0]);
    assert_ne!(first, hash(&machine, &mut digests));
}

#[test]
fn long_state_hashes_as_its_bytes_do() {
    let numbers: Vec<u64> = (0..40_000).collect();
    let (mut bytes, mut hash) = (StateWriter::to_bytes(), StateWriter::to_hash());
    for writer in [&mut bytes, &mut hash] {
        numbers.iter().for_each(|n| writer.value(n).unwrap());
        writer.bytes(&[7; 100_000]).unwrap();
    }
    assert_eq!(hash_bytes(&bytes.into_bytes()), hash.hash());
}

#[test]
fn another_number_of_parts_and_cut_bytes_are_errors() {
    let (bytes, table) = save(&machine());
    let mut few = other();
    few.cells.pop();
    let error = table.clone().reading(|| StateReader::new(&bytes).part(&mut few)).unwrap_err();
    assert!(matches!(error, StateError::Number { found: 2, expected: 1, .. }), "{error}");
    for length in 0..bytes.len() {
        let mut restored = other();
        let result = table.clone().reading(|| StateReader::new(&bytes[..length]).part(&mut restored));
        assert!(result.is_err(), "{length} of {} bytes", bytes.len());
    }
    let mut restored = other();
    let error = SharedTable::default().reading(|| StateReader::new(&bytes).part(&mut restored));
    assert!(error.is_err(), "a missing shared value is not missed");
    assert_eq!(decode::<u8>(&[1, 2]), Err(StateError::LeftOver(1)));
}

#[test]
fn outside_of_a_state_a_shared_value_is_written_whole() {
    let journey = Journey { path: Arc::new(vec![2.0]), out: None, passed: 1.0 };
    let bytes = encode(&journey).unwrap();
    assert_eq!(decode::<Journey>(&bytes).unwrap(), journey);
}
