#![no_main]

// The surface and its strings in one input, parted by the first line that is a hash.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let at = bytes.windows(3).position(|w| w == b"\n#\n").unwrap_or(bytes.len());
    let (surface, strings) = bytes.split_at(at);
    let strings = strings.get(3..).unwrap_or_default();
    let _ = haul_mine::import::surpac_surface_of_bytes("fuzz.dtm", surface, "fuzz.str", strings);
});
