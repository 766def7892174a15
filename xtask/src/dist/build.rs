//! Compiling what is packed: with the machine's own linker, or, for Linux with glibc, with the one of
//! zig, which links for a C library older than any that still runs.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::archive::Effort;
use super::target::Target;
use crate::{place, run, setup};

/// The oldest glibc that Rust itself supports, and the one of manylinux2014.
pub const FLOOR: &str = "2.17";

/// One way of building everything.
pub struct Build {
    pub target: Target,
    profile: String,
    linker: Linker,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Linker {
    /// The tests' own: what `setup::workspace` has built.
    Tests,
    Native,
    Zig,
}

impl Build {
    /// A build to give away.
    pub fn new(target: Target, profile: &str, native: bool) -> Self {
        let linker = if target.is_glibc() && !native {
            Linker::Zig
        } else {
            Linker::Native
        };
        Self {
            target,
            profile: profile.to_owned(),
            linker,
        }
    }

    /// What the other suites test: unoptimised, for this machine, and built already.
    pub fn of_the_tests() -> Result<Self> {
        Ok(Self {
            target: Target::host()?,
            profile: "dev".into(),
            linker: Linker::Tests,
        })
    }

    /// Whether it runs on every Linux since [`FLOOR`].
    pub fn is_for_old_systems(&self) -> bool {
        self.linker == Linker::Zig
    }

    /// How small its packages have to be.
    pub fn effort(&self) -> Effort {
        match self.linker {
            Linker::Tests => Effort::Quick,
            Linker::Native | Linker::Zig => Effort::Small,
        }
    }

    /// Builds a crate's libraries; says in which folder they are.
    pub fn libraries(&self, package: &str) -> Result<PathBuf> {
        if self.linker == Linker::Tests {
            setup::workspace()?;
            return place::built("");
        }
        let mut build = self.cargo("build")?;
        build.args(["--package", package, "--lib"]);
        run::demand(&mut build)?;
        Ok(self.folder()?.join(match self.profile.as_str() {
            "dev" => "debug",
            other => other,
        }))
    }

    /// maturin, told to build the wheel this way; `None` where the tests' wheel is meant.
    pub fn maturin(&self) -> Result<Option<Command>> {
        let mut command = match self.linker {
            Linker::Tests => return Ok(None),
            Linker::Native => setup::python::maturin()?,
            Linker::Zig => setup::zig::command("maturin")?,
        };
        command.arg("build");
        if self.linker == Linker::Zig {
            command.args(["--zig", "--compatibility", "manylinux2014"]);
        }
        command
            .args(["--profile", &self.profile])
            .args(["--target", &self.target.triple])
            .args(["--manifest-path", "bindings-python/Cargo.toml"])
            .env("CARGO_TARGET_DIR", place::target()?.join("dist"));
        Ok(Some(command))
    }

    /// What a program that links the static library needs besides.
    pub fn native_libs(&self) -> Result<Vec<String>> {
        let list = place::root()?.join("ffi-c/packaging/native-libs.txt");
        let list = std::fs::read_to_string(list)?;
        let mut lines = list.lines().filter_map(|line| line.split_once(' '));
        let line = match lines.find(|(target, _)| *target == self.target.triple) {
            Some((_, libs)) => libs.to_owned(),
            None => self.asked_of_rustc()?,
        };
        Ok(line.split_whitespace().map(str::to_owned).collect())
    }

    fn asked_of_rustc(&self) -> Result<String> {
        let mut rustc = self.cargo("rustc")?;
        rustc
            .args(["--package", "filed-ffi", "--lib"])
            .args(["--crate-type", "staticlib"])
            .args(["--", "--print", "native-static-libs"]);
        let said = run::demand(&mut rustc)?;
        let mut lines = said.lines();
        let found = lines.find_map(|line| line.split_once("native-static-libs: "));
        Ok(found
            .context("rustc lists no native libraries")?
            .1
            .to_owned())
    }

    fn cargo(&self, subcommand: &str) -> Result<Command> {
        let triple = &self.target.triple;
        let (mut command, triple) = if self.linker == Linker::Zig {
            let mut zig = setup::zig::command("cargo-zigbuild")?;
            zig.arg(if subcommand == "build" {
                "zigbuild"
            } else {
                subcommand
            });
            (zig, format!("{triple}.{FLOOR}"))
        } else {
            (run::cargo([subcommand])?, triple.clone())
        };
        command
            .args(["--profile", &self.profile, "--target", &triple])
            .arg("--target-dir")
            .arg(place::target()?.join("dist"));
        Ok(command)
    }

    fn folder(&self) -> Result<PathBuf> {
        Ok(place::target()?.join("dist").join(&self.target.triple))
    }
}
