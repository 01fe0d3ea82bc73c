//! Reads haul profiles as spreadsheets save them.

use haul_core::encoding::decode;
use haul_core::fault::SourceText;
use haul_vehicle::haulage::Profile;

#[test]
fn profile_with_semicolons_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/haulage-profile-semicolon/profile.csv");
    let text = decode(&std::fs::read(path).unwrap()).text;
    let (profile, notes) = Profile::from_csv_with_notes(&SourceText::new(path, text)).unwrap();
    let sections: Vec<[f64; 3]> =
        profile.sections().iter().map(|s| [s.length, 100.0 * s.grade, 100.0 * s.rolling]).collect();
    assert_eq!(sections, [[1220.0, 6.0, 5.0], [300.0, 0.0, 3.0]]);
    assert!(notes.is_empty(), "{notes:?}");
}
