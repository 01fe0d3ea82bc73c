//! Surveys of edge strings for tests: their import, and strings that are cut, reversed and shuffled as in real surveys.

use haul_core::Point3;
use haul_core::fault::SourceText;
use haul_mine::import::import_edges_text;
use haul_mine::{ImportOptions, MineMap};
use std::fmt::Write;

/// A survey as lists of points, one per string.
pub type Strings = Vec<Vec<Point3>>;

/// Returns the mine built from a survey whose coordinates are rounded to millimetres.
pub fn built(strings: &Strings) -> MineMap {
    let mut text = "string,x,y,z\n".to_owned();
    for (k, string) in strings.iter().enumerate() {
        string.iter().for_each(|p| writeln!(text, "{k},{:.3},{:.3},{:.3}", p.x, p.y, p.z).unwrap());
    }
    let source = SourceText::new("variant.csv", text);
    import_edges_text(&source, "variant", &ImportOptions::default()).unwrap_or_else(|e| panic!("{e}")).0
}

/// Returns a generator of pseudo-random numbers from 0 to 1, with the same sequence on every machine.
pub fn numbers() -> impl FnMut() -> f64 {
    let mut state = 7_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    }
}

/// Cuts strings into pieces that share their ends. Some pieces are reversed, some repeat a point, and their order is
/// random.
pub fn cut_and_shuffled(given: &Strings, draw: &mut impl FnMut() -> f64) -> Strings {
    let mut shuffled: Strings = Vec::new();
    for string in given {
        let mut at = 0;
        while at + 1 < string.len() {
            let end = (at + 2 + (draw() * string.len() as f64 / 2.0) as usize).min(string.len());
            let mut piece = string[at..end].to_vec();
            if draw() < 0.5 {
                piece.reverse();
            }
            if draw() < 0.3 {
                piece.insert(0, piece[0]);
            }
            shuffled.push(piece);
            at = end - 1;
        }
    }
    for k in (1..shuffled.len()).rev() {
        shuffled.swap(k, (draw() * (k + 1) as f64) as usize);
    }
    shuffled
}
