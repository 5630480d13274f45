#![no_main]

#[path = "../../../shared/edge-api/tests/hostile/checks.rs"]
#[allow(dead_code)]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| {
    checks::proxy_path(text);
});
