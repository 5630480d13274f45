//! Has the linker say what refers to what: the page's build splits the module by it
//! (`xtask/src/build/split.rs`). Engine and edge worker are not split, hence not in
//! `.cargo/config.toml`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_wasm =
        std::env::var_os("CARGO_CFG_TARGET_FAMILY").is_some_and(|family| family == "wasm");
    if is_wasm {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
