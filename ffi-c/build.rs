//! How the shared library is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if target == "linux" {
        // Runtime threads run this image's code: unloading it under them would crash the host.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
