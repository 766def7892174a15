//! How the shared library is linked: under which name programs look for it.

use std::path::{Path, PathBuf};

/// `FILED_ABI_VERSION` of `src/library.rs`; `cargo xtask test abi` holds the two together.
const ABI: &str = "1";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => linux(),
        // Never run: this project was not built on macOS yet.
        Ok("macos") => link_argument(&format!("-Wl,-install_name,@rpath/libfiled.{ABI}.dylib")),
        _ => {}
    }
}

fn linux() {
    let name = format!("libfiled.so.{ABI}");
    link_argument(&format!("-Wl,-soname,{name}"));
    if let Err(error) = beside_the_library(&name) {
        println!("cargo::warning={name} cannot be made, so programs will not find it: {error}");
    }
}

fn link_argument(argument: &str) {
    println!("cargo::rustc-cdylib-link-arg={argument}");
}

/// A link from the name that programs look for to the library, where cargo puts it: programs run
/// against the build as they do against an installed library.
fn beside_the_library(name: &str) -> std::io::Result<()> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    // OUT_DIR is PROFILE/build/PACKAGE/out.
    let profile = out.ancestors().nth(3).unwrap_or(Path::new("."));
    let link = profile.join(name);
    if link.is_symlink() {
        return Ok(());
    }
    symlink(Path::new("libfiled.so"), &link)
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

/// Never compiled: a Linux library built from Windows keeps its one name.
#[cfg(not(unix))]
fn symlink(_target: &Path, _link: &Path) -> std::io::Result<()> {
    Ok(())
}
