#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| haul_fuzz::read(haul_mine::import::Format::SurferGrid, bytes));
