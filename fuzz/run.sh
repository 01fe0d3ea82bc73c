#!/bin/sh
# Builds the fuzz targets with the stable toolchain, writes their seeds, and runs each for a time (s, 600 if none is given):
#   fuzz/run.sh [SECONDS [TARGET...]]
# The coverage that libFuzzer steers by comes from options of rustc that any toolchain has; no nightly is needed, and
# no address sanitizer is used (importers and messages hold no unsafe code). Findings come to fuzz/artifacts/TARGET/.
set -eu
cd "$(dirname "$0")"
seconds=${1:-600}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- csv surpac_str surpac_dtm dxf landxml geojson esri_ascii surfer geotiff mask message
cargo run --quiet --package haul-fuzz-seeds
host=$(rustc -vV | sed -n 's/^host: //p')
# Without `--cfg fuzzing`, at which spade checks every triangulation after every step.
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags="$flags -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags="$flags -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
RUSTFLAGS="$flags" cargo build --release --target "$host" --bins
for target in "$@"; do
    mkdir -p "corpus/$target" "artifacts/$target"
    "${CARGO_TARGET_DIR:-target}/$host/release/$target" "corpus/$target" -artifact_prefix="artifacts/$target/" \
        -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=60 -max_len=20000 -print_final_stats=1
done
