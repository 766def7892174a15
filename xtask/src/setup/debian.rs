//! Debian packages, for programs and headers that no language's own tool brings.

use anyhow::{Result, bail};

use crate::run;

/// Installs `package` when `present` says it is missing; needs root and apt.
pub fn need(package: &str, present: impl Fn() -> bool) -> Result<()> {
    if present() {
        return Ok(());
    }
    if !run::exists("apt-get") || !is_root()? {
        bail!("Debian's package `{package}`, or what your system calls it, is needed: install it");
    }
    println!("installing {package}");
    let install = ["install", "--yes", "--no-install-recommends", package];
    let mut command = run::command("apt-get")?;
    command
        .args(install)
        .env("DEBIAN_FRONTEND", "noninteractive");
    if run::demand(&mut command).is_err() {
        // The list of packages may be missing or old.
        run::demand(run::command("apt-get")?.arg("update"))?;
        run::demand(&mut command)?;
    }
    if !present() {
        bail!("`{package}` was installed and what is needed is still missing");
    }
    Ok(())
}

fn is_root() -> Result<bool> {
    Ok(run::demand(run::command("id")?.arg("-u"))?.trim() == "0")
}
