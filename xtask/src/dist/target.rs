//! What a target calls its files. Only those of 64-bit Linux with glibc were ever built; the other
//! names are from the systems' documentation.

use anyhow::{Context as _, Result};

use crate::run;

/// A target, by the name rustc has for it.
#[derive(Clone, Debug)]
pub struct Target {
    pub triple: String,
}

impl Target {
    pub fn named(triple: &str) -> Self {
        Self {
            triple: triple.to_owned(),
        }
    }

    /// The machine this runs on.
    pub fn host() -> Result<Self> {
        let mut rustc = run::command("rustc")?;
        let said = run::demand(rustc.arg("-vV"))?;
        let mut lines = said.lines();
        let host = lines.find_map(|line| line.strip_prefix("host: "));
        Ok(Self::named(host.context("rustc names no host")?))
    }

    pub fn is_linux(&self) -> bool {
        self.triple.contains("-linux-")
    }

    /// Linux with the C library whose versions matter.
    pub fn is_glibc(&self) -> bool {
        self.is_linux() && self.triple.contains("-gnu")
    }

    pub fn is_macos(&self) -> bool {
        self.triple.ends_with("-apple-darwin")
    }

    pub fn is_windows(&self) -> bool {
        self.triple.contains("-windows-")
    }

    /// How many bytes a pointer has.
    pub fn pointer_size(&self) -> u32 {
        let narrow = ["i586-", "i686-", "arm-", "armv7-"];
        let is_narrow = narrow.iter().any(|start| self.triple.starts_with(start));
        if is_narrow { 4 } else { 8 }
    }

    /// The shared library that cargo makes of a crate.
    pub fn shared(&self, stem: &str) -> String {
        if self.is_windows() {
            format!("{stem}.dll")
        } else if self.is_macos() {
            format!("lib{stem}.dylib")
        } else {
            format!("lib{stem}.so")
        }
    }

    /// The static library that cargo makes of a crate.
    pub fn archive(&self, stem: &str) -> String {
        if self.is_windows() && self.triple.ends_with("-msvc") {
            format!("{stem}.lib")
        } else {
            format!("lib{stem}.a")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_own_names() {
        let names = |triple: &str| {
            let target = Target::named(triple);
            (
                target.shared("filed"),
                target.archive("filed"),
                target.pointer_size(),
            )
        };
        let expect = |shared: &str, archive: &str, size| (shared.into(), archive.into(), size);
        assert_eq!(
            names("x86_64-unknown-linux-gnu"),
            expect("libfiled.so", "libfiled.a", 8)
        );
        assert_eq!(
            names("aarch64-apple-darwin"),
            expect("libfiled.dylib", "libfiled.a", 8)
        );
        assert_eq!(
            names("i686-pc-windows-msvc"),
            expect("filed.dll", "filed.lib", 4)
        );
    }
}
