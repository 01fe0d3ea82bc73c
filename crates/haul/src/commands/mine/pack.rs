//! `haul mine pack` and `haul mine unpack`: a mine in one file.

use crate::cli::mine::{PackArgs, UnpackArgs};
use crate::commands::{load_mine, write_bytes};
use crate::failure::Failure;
use crate::out;
use serde::Serialize;

#[derive(Serialize)]
struct Packed {
    out: String,
    bytes: usize,
    fingerprint: String,
}

/// Writes a mine to one file.
pub fn pack(args: &PackArgs) -> Result<(), Failure> {
    let map = load_mine(&args.mine)?;
    let bytes = map.to_bytes();
    write_bytes(&args.out, &bytes)?;
    let fingerprint = format!("{:016x}", map.fingerprint());
    let packed = Packed { out: args.out.display().to_string(), bytes: bytes.len(), fingerprint };
    if args.json {
        out::json(&packed);
        return Ok(());
    }
    let kilobytes = packed.bytes as f64 / 1e3;
    out::line(format!("{} packed to {}: {kilobytes:.0} kB, fingerprint {}", map.name, packed.out, packed.fingerprint));
    Ok(())
}

/// Writes a packed mine to a directory.
pub fn unpack(args: &UnpackArgs) -> Result<(), Failure> {
    let map = load_mine(&args.mine)?;
    map.save(&args.out)?;
    out::line(format!("{} unpacked to {}", map.name, args.out.display()));
    Ok(())
}
