//! Writes the sample mine that comes with Haul: `cargo run -p haul-mine --example sample_pit`.

use haul_mine::{MineError, PitSpec, generate_pit};
use std::path::Path;

fn main() -> Result<(), MineError> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/mines/sample_pit");
    generate_pit(&PitSpec::sample())?.save(&dir)
}
