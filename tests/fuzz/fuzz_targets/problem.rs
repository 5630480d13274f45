#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| tabcert_hostile::problem(content));
