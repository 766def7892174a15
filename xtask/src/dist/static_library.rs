//! The static library as it is given away: one object whose only global names are `filed_*`, so that
//! a program with a SQLite or a Rust of its own can link it. On Linux with binutils; elsewhere it
//! stays as rustc made it.

use std::path::Path;

use anyhow::Result;

use super::target::Target;
use crate::run;

/// Writes `from` to `to`, its own names hidden.
pub fn write(target: &Target, from: &Path, to: &Path) -> Result<()> {
    if !target.is_linux() {
        std::fs::copy(from, to)?;
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (whole, hidden) = (folder.path().join("whole.o"), folder.path().join("filed.o"));
    // Groups must go: the linker keeps one group of a name in a program, and what was made local in
    // another would be lost with it.
    let mut link = run::command("ld")?;
    link.args(["-r", "--force-group-allocation", "-o"])
        .arg(&whole)
        .arg("--whole-archive")
        .arg(from);
    run::demand(&mut link)?;
    let mut hide = run::command("objcopy")?;
    hide.args(["--wildcard", "--keep-global-symbol", "filed_*"])
        .arg("--strip-debug")
        // Bitcode that rustc keeps for its own linking; run together it is none any more.
        .args(["--remove-section", ".llvmbc"])
        .args(["--remove-section", ".llvmcmd"])
        .args([&whole, &hidden]);
    run::demand(&mut hide)?;
    let mut pack = run::command("ar")?;
    pack.arg("rcsD").arg(to).arg(&hidden);
    run::demand(&mut pack).map(drop)
}
