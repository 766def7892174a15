//! The Node packages: `filed-sdk`, which is JavaScript and types, and one package per platform with
//! the addon, of which npm installs the one that fits.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::build::Build;
use super::target::Target;
use super::{VERSION, archive, copy_licences};
use crate::{place, run, setup};

/// Each platform with the name of its package and what npm compares: system, processor, C library.
const PLATFORMS: [Platform; 8] = [
    platform("x86_64-unknown-linux-gnu", "linux-x64-gnu", Some("glibc")),
    platform(
        "aarch64-unknown-linux-gnu",
        "linux-arm64-gnu",
        Some("glibc"),
    ),
    platform("x86_64-unknown-linux-musl", "linux-x64-musl", Some("musl")),
    platform(
        "aarch64-unknown-linux-musl",
        "linux-arm64-musl",
        Some("musl"),
    ),
    platform("x86_64-apple-darwin", "darwin-x64", None),
    platform("aarch64-apple-darwin", "darwin-arm64", None),
    platform("x86_64-pc-windows-msvc", "win32-x64-msvc", None),
    platform("i686-pc-windows-msvc", "win32-ia32-msvc", None),
];

struct Platform {
    triple: &'static str,
    name: &'static str,
    libc: Option<&'static str>,
}

const fn platform(
    triple: &'static str,
    name: &'static str,
    libc: Option<&'static str>,
) -> Platform {
    Platform { triple, name, libc }
}

impl Platform {
    fn of(target: &Target) -> Result<&'static Self> {
        let mut all = PLATFORMS.iter();
        all.find(|platform| platform.triple == target.triple)
            .with_context(|| format!("Node has no package for {}", target.triple))
    }

    fn package(&self) -> String {
        format!("filed-sdk-{}", self.name)
    }
}

/// Builds the addon and writes both packages into `out`.
pub fn pack(build: &Build, out: &Path) -> Result<[PathBuf; 2]> {
    let platform = Platform::of(&build.target)?;
    Ok([javascript(build, out)?, addon(build, platform, out)?])
}

/// The same on every platform.
fn javascript(build: &Build, out: &Path) -> Result<PathBuf> {
    let stage = Stage::new()?;
    let from = setup::node::folder()?;
    copy(&from.join("lib"), &stage.folder.join("lib"))?;
    std::fs::copy(from.join("README.md"), stage.folder.join("README.md"))?;
    let mut about = own_description()?;
    for unwanted in ["devDependencies", "scripts", "prettier"] {
        about.shift_remove(unwanted);
    }
    let platforms = PLATFORMS.iter();
    let optional = platforms.map(|platform| (platform.package(), json!(VERSION)));
    about.insert("optionalDependencies".into(), optional.collect());
    about.insert("files".into(), json!(["lib"]));
    stage.pack(build, &about, out)
}

fn addon(build: &Build, platform: &Platform, out: &Path) -> Result<PathBuf> {
    let stage = Stage::new()?;
    let file = format!("filed-sdk.{}.node", platform.name);
    let library = build.libraries("filed-node")?;
    let library = library.join(build.target.shared("filed_node"));
    std::fs::copy(library, stage.folder.join(&file))?;
    if build.target.is_linux() {
        let mut strip = run::command("strip")?;
        run::demand(strip.arg("--strip-unneeded").arg(stage.folder.join(&file)))?;
    }
    let package = platform.package();
    let readme = format!("# {package}\n\nThe native half of `filed-sdk`, which installs it.\n");
    std::fs::write(stage.folder.join("README.md"), readme)?;
    let main = own_description()?;
    let mut words = platform.name.split('-');
    let mut about = Map::new();
    about.insert("name".into(), json!(package));
    for same in ["version", "description", "license", "engines"] {
        about.insert(same.into(), main[same].clone());
    }
    about.insert("os".into(), json!([words.next()]));
    about.insert("cpu".into(), json!([words.next()]));
    if let Some(libc) = platform.libc {
        about.insert("libc".into(), json!([libc]));
    }
    about.insert("main".into(), json!(file));
    about.insert("files".into(), json!([file]));
    stage.pack(build, &about, out)
}

fn own_description() -> Result<Map<String, Value>> {
    let text = std::fs::read_to_string(setup::node::folder()?.join("package.json"))?;
    Ok(serde_json::from_str(&text)?)
}

/// The folder that a package of npm's unpacks to.
struct Stage {
    around: tempfile::TempDir,
    folder: PathBuf,
}

impl Stage {
    fn new() -> Result<Self> {
        let around = tempfile::tempdir_in(place::target()?)?;
        let folder = around.path().join("package");
        std::fs::create_dir(&folder)?;
        Ok(Self { around, folder })
    }

    /// Adds its description and the licences, and packs.
    fn pack(self, build: &Build, about: &Map<String, Value>, out: &Path) -> Result<PathBuf> {
        let text = serde_json::to_string_pretty(about)? + "\n";
        std::fs::write(self.folder.join("package.json"), text)?;
        copy_licences(&self.folder)?;
        let name = about["name"].as_str().context("a package has a name")?;
        let package = out.join(format!("{name}-{VERSION}.tgz"));
        archive::pack(&self.folder, &package, build.effort())?;
        self.around.close()?;
        Ok(package)
    }
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let inside = to.join(path.file_name().context("a file has a name")?);
        if path.is_dir() {
            copy(&path, &inside)?;
        } else {
            std::fs::copy(&path, &inside)?;
        }
    }
    Ok(())
}
