use super::*;
use crate::map::MineMap;
use crate::places::PlaceKind;

/// Number of random pits that the tests generate. The benchmark generates a thousand.
const RANDOM_PITS: u64 = 12;

const PLACES: [&str; 5] = ["face_1", "face_2", "crusher", "dump", "park"];

fn pit(seed: u64) -> MineMap {
    generate_pit(&PitSpec { seed, ..PitSpec::default() }).unwrap_or_else(|e| panic!("seed {seed}: {e}"))
}

#[test]
fn twenty_seeds_give_twenty_valid_mines() {
    let mut outlines = Vec::new();
    for seed in 1..=20 {
        // The generator itself checks grades, widths and connectivity. This test checks what a user relies on.
        let map = pit(seed);
        let summary = map.summary();
        assert_eq!(summary.components, 1, "seed {seed}");
        assert!(summary.z_max_m - summary.z_min_m >= 100.0, "seed {seed}");
        assert!(summary.grade_max <= 0.105, "seed {seed}: {}", summary.grade_max);
        for name in PLACES {
            let place = map.place(&name.into()).unwrap_or_else(|| panic!("seed {seed}: no {name}"));
            assert!(!place.spots.is_empty(), "seed {seed}: {name}");
        }
        outlines.push(summary.drivable_area_m2.to_bits());
    }
    outlines.sort_unstable();
    outlines.dedup();
    assert_eq!(outlines.len(), 20, "seeds repeat each other");
}

#[test]
fn same_figures_give_the_same_mine() {
    assert!(pit(7) == pit(7));
}

/// With these spacings the cells of the slope projections are 4 m to 20 m wide.
#[test]
fn ground_is_the_same_on_fine_and_coarse_grids() {
    for seed in [4, 38] {
        let grounds = [1.0, 2.0, 5.0].map(|grid_spacing| {
            let spec = PitSpec { grid_spacing, ..PitSpec::drawn(seed) };
            pit_design::PitDesign::draw(&spec, 0).unwrap().ground(&spec).unwrap()
        });
        let [fine, others @ ..] = &grounds;
        for other in others {
            let ((columns, rows), (low, _), times) = (other.size(), other.bounds(), other.spacing());
            let mut off = Vec::new();
            for (i, j) in (0..rows).flat_map(|j| (0..columns).map(move |i| (i, j))) {
                let (x, y) = (low.x + i as f64 * times, low.y + j as f64 * times);
                let same = (times as usize * i, times as usize * j);
                if same.0 < fine.size().0 && same.1 < fine.size().1 {
                    off.push(((other.node(i, j) - fine.node(same.0, same.1)).abs(), x, y));
                }
            }
            off.sort_by(|a, b| a.0.total_cmp(&b.0));
            let at = |share: f64| off[((off.len() - 1) as f64 * share) as usize];
            // The height of a safety berm depends on the drop that the grid resolves beyond it.
            assert!(at(0.99).0 < 1e-4 && at(0.999).0 < 0.15, "seed {seed}, {times} m: {:?} {:?}", at(0.99), at(0.999));
        }
    }
}

#[test]
fn depth_and_grade_follow_the_figures() {
    for (depth, grade) in [(110.0, 0.08), (150.0, 0.09), (200.0, 0.10)] {
        let spec = PitSpec { depth, ramp_grade: grade, ..PitSpec::default() };
        let map = generate_pit(&spec).unwrap_or_else(|e| panic!("{depth} m: {e}"));
        let height = |place: &str| {
            let pose = map.place(&place.into()).unwrap().spots[0].pose;
            map.terrain.height(pose.x, pose.y)
        };
        let down = height("park") - height("face_1");
        assert!((down - depth).abs() < 0.15 * depth, "{depth} m: {down}");
        let summary = map.summary();
        assert!(summary.grade_p95 > 0.9 * grade && summary.grade_max < grade + 0.012, "{depth} m: {summary:?}");
    }
}

#[test]
fn every_fault_of_the_figures_is_reported_at_once() {
    let spec = PitSpec {
        depth: 10.0,
        ramp_grade: 0.2,
        ramp_width: 12.0,
        floor_width: f64::NAN,
        switchbacks: Some(9),
        ..PitSpec::default()
    };
    let Err(error) = generate_pit(&spec) else { panic!("accepted") };
    let text = error.to_string();
    for name in ["depth", "ramp_grade", "ramp_width", "floor_width", "switchbacks"] {
        assert!(text.contains(name), "{name} is missing in {text}");
    }
}

#[test]
fn too_many_switchbacks_are_reported_with_the_needed_depth() {
    let refused = |spec: PitSpec| generate_pit(&spec).unwrap_err().to_string();
    let four = PitSpec { depth: 60.0, ramp_grade: 0.1, switchbacks: Some(4), ..PitSpec::default() };
    assert!((four.least_depth(4) - 120.0).abs() < 1e-9);
    let text = refused(four.clone());
    assert!(text.contains("expected a pit 120 m deep or more") && text.contains("found 60 m"), "{text}");
    assert!(refused(PitSpec { shape: RampShape::Spiral, ..four.clone() }).contains("a spiral has no switchbacks"));
    let deep = PitSpec { depth: 120.0, ..four };
    assert!(deep.check().is_ok() && generate_pit(&deep).is_ok());
}

/// Returns the violations of mandatory design rules for the loaded TR100AT on the mine's road class.
fn findings(map: &MineMap) -> Vec<String> {
    let spec = haul_vehicle::TruckSpec::tr100at();
    let limits = haul_vehicle::Limits::new(&spec);
    let mass = limits.gross_mass(spec.rated_payload());
    let class = haul_vehicle::road_class(&map.road_class).unwrap();
    let speed = |grade: f64| {
        if grade > 0.0 {
            limits.climb_speed(mass, grade + class.rolling_resistance).min(limits.top_speed())
        } else {
            limits.descent_speed(mass, grade, class.rolling_resistance)
        }
    };
    let stopping = |v: f64, g: f64| limits.stopping_distance(v, mass, g, class.rolling_resistance, class.friction, 0.0);
    let truck = crate::DesignTruck {
        name: spec.name.clone(),
        width: spec.geometry.width,
        turning_circle: 10.9,
        speed: &speed,
        stopping: &stopping,
    };
    let report = crate::check_design(map, &crate::DesignRules::standard(), &truck);
    let must = report.findings.iter().filter(|f| f.severity == crate::check::Severity::Must);
    must.map(|f| format!("{:?} at {:?}, {:.0} m: {}", f.rule, f.at, f.to_m - f.from_m, f.what)).collect()
}

#[test]
fn random_pits_keep_the_design_rules() {
    let (mut spirals, mut single) = (0, 0);
    for seed in 1..=RANDOM_PITS {
        let spec = PitSpec::drawn(seed);
        spirals += u32::from(spec.shape == RampShape::Spiral);
        single += u32::from(spec.lanes == 1);
        let map = generate_pit(&spec).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let broken = findings(&map);
        assert!(broken.is_empty(), "seed {seed}, {spec:?}: {broken:#?}");
        let count = |kind| map.places.iter().filter(|p| p.kind == kind).count();
        assert!(count(PlaceKind::Load) >= 1 && count(PlaceKind::Crusher) == spec.crushers as usize, "seed {seed}");
    }
    assert!(spirals > 1 && single > 0, "{spirals} spirals, {single} single lanes");
}

/// The first draw of this seed hides the ramp below a switchback.
#[test]
fn descending_truck_sees_its_stopping_distance() {
    let broken = findings(&generate_pit(&PitSpec::drawn(270)).unwrap());
    assert!(broken.is_empty(), "{broken:#?}");
}

/// In the first draws of these seeds, a road falls away beyond a crest that limits the sight distance.
#[test]
fn crests_keep_the_required_length() {
    for seed in [176, 462, 934] {
        let broken = findings(&generate_pit(&PitSpec::drawn(seed)).unwrap());
        assert!(broken.is_empty(), "seed {seed}: {broken:#?}");
    }
}

#[test]
fn shipped_mine_equals_the_generated_one() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    let shipped = MineMap::load(&dir).unwrap_or_else(|e| panic!("{e}"));
    let made = generate_pit(&PitSpec::sample()).unwrap();
    assert!(shipped == made, "run `cargo run -p haul-mine --example sample_pit` and look at the mine again");
}
