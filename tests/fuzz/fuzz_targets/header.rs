//! See `core/src/fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| filed_core::fuzz::header(data));
