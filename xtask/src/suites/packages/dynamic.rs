//! The shared library by plain dynamic loading: Python's `ctypes`, and Go by cgo.

use anyhow::Result;

use super::c::{Installed, source};
use crate::tally::Tally;
use crate::{place, run};

pub fn check(tally: &mut Tally, installed: &Installed) -> Result<()> {
    let mut python = installed.place.command("python3");
    python
        .arg(source("dynamic/push.py")?)
        .arg(installed.lib().join("libfiled.so"));
    installed
        .place
        .pushes(tally, "Python, by ctypes", &mut python)?;
    go(tally, installed)
}

fn go(tally: &mut Tally, installed: &Installed) -> Result<()> {
    if !run::exists("go") {
        return tally.skip("Go, by cgo", "go is not installed");
    }
    let folder = installed.place.path().join("go");
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(source("go/go.mod")?, folder.join("go.mod"))?;
    // Go's cache remembers what pkg-config said, by the text of the program.
    let text = std::fs::read_to_string(source("go/push.go")?)?;
    let text = format!("{text}\n// Built for {}.\n", folder.display());
    std::fs::write(folder.join("push.go"), text)?;
    let mut build = installed.place.command("go");
    build
        .current_dir(&folder)
        .args(["build", "-o", "../go.out"])
        .env("PKG_CONFIG_PATH", installed.pkg_config_path())
        .env("GOCACHE", place::target()?.join("go-cache"))
        .env("GOFLAGS", "-buildvcs=false")
        .env("GOTOOLCHAIN", "local");
    if !tally.program("Go builds by cgo and pkg-config", &mut build)? {
        return Ok(());
    }
    let mut consumer = installed
        .place
        .command(installed.place.path().join("go.out"));
    consumer.env("LD_LIBRARY_PATH", installed.lib());
    installed.place.pushes(tally, "Go, by cgo", &mut consumer)
}
