//! `cargo xtask dist`: packages for other machines. One module per package; `build` compiles what is
//! packed, `target` knows what each system calls its files, `elf` reads what was built.

mod archive;
pub mod build;
pub mod c;
pub mod elf;
pub mod node;
pub mod python;
mod static_library;
pub mod target;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::place;
use build::Build;
use target::Target;

/// The version of every package.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Package {
    C,
    /// The wheel.
    Python,
    /// What the wheel is built from.
    PythonSource,
    Node,
}

/// How it is built and where it goes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Only this package; may be given more than once.
    #[arg(long)]
    only: Vec<Package>,
    /// Where the packages are written.
    #[arg(long, default_value = "dist")]
    out: PathBuf,
    /// Cargo's profile.
    #[arg(long, default_value = "release")]
    profile: String,
    /// A target of rustc's; without it, this machine.
    #[arg(long)]
    target: Option<String>,
    /// Link against this machine's own C library, instead of for every Linux since glibc 2.17.
    #[arg(long)]
    native: bool,
}

/// Builds and packs; says what was written.
pub fn run(options: &Options) -> Result<bool> {
    let target = match &options.target {
        Some(triple) => Target::named(triple),
        None => Target::host()?,
    };
    let build = Build::new(target, &options.profile, options.native);
    let out = place::root()?.join(&options.out);
    let asked = |package: Package| options.only.is_empty() || options.only.contains(&package);
    if asked(Package::C) {
        say(&c::pack(&build, &out)?)?;
    }
    if asked(Package::Python) {
        say(&python::wheel(&build, &out)?)?;
    }
    if asked(Package::PythonSource) {
        say(&python::source(&out)?)?;
    }
    if asked(Package::Node) {
        for written in node::pack(&build, &out)? {
            say(&written)?;
        }
    }
    Ok(true)
}

fn say(written: &Path) -> Result<()> {
    let kib = written.metadata()?.len().div_ceil(1024);
    println!("{} ({kib} KiB)", written.display());
    Ok(())
}

/// `FILED_ABI_VERSION`, as the header states it.
pub fn abi_version() -> Result<String> {
    let header = std::fs::read_to_string(place::root()?.join("include/filed.h"))?;
    let mut lines = header.lines();
    let version = lines.find_map(|line| line.strip_prefix("#define FILED_ABI_VERSION "));
    Ok(version
        .context("the header states no ABI version")?
        .trim()
        .to_owned())
}

/// Both licences, for a package to carry.
fn copy_licences(into: &Path) -> Result<()> {
    std::fs::create_dir_all(into)?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::copy(place::root()?.join(name), into.join(name))?;
    }
    Ok(())
}
