//! The C package: unpacked, and used through pkg-config and CMake, shared and static, by C89 and C++17.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use super::consumer::Place;
use super::{dynamic, floor};
use crate::dist::build::Build;
use crate::dist::{abi_version, c as package, elf};
use crate::sandbox::Sandbox;
use crate::setup::debian;
use crate::tally::Tally;
use crate::{place, run};

const C89: [&str; 6] = [
    "-std=c89",
    "-pedantic-errors",
    "-Wall",
    "-Wextra",
    "-Wdeclaration-after-statement",
    "-Werror",
];
const CPP17: [&str; 5] = [
    "-std=c++17",
    "-pedantic-errors",
    "-Wall",
    "-Wextra",
    "-Werror",
];

pub fn check(tally: &mut Tally, build: &Build, sandbox: &Sandbox, out: &Path) -> Result<()> {
    debian::need("gcc", || run::exists("cc"))?;
    debian::need("g++", || run::exists("c++"))?;
    debian::need("binutils", || run::exists("objcopy"))?;
    debian::need("cmake", || run::exists("cmake"))?;
    debian::need("pkg-config", || run::exists("pkg-config"))?;
    let packed = package::pack(build, out)?;
    let place = Place::new(sandbox)?;
    // Twice unpacked, once used: what works in one folder only would show.
    package::unpack(build, &packed, &place.path().join("elsewhere"))?;
    std::fs::rename(place.path().join("elsewhere"), place.path().join("opt"))?;
    let tree = place.path().join("opt").join(package::name(build));
    contents(tally, &tree)?;
    floor::check(tally, build, &tree)?;
    let installed = Installed { place, tree };
    pkg_config(tally, &installed)?;
    static_link(tally, &installed, &build.native_libs()?)?;
    cmake(tally, &installed)?;
    dynamic::check(tally, &installed)
}

/// The package where it was unpacked.
pub struct Installed<'a> {
    pub place: Place<'a>,
    pub tree: PathBuf,
}

impl Installed<'_> {
    pub fn lib(&self) -> PathBuf {
        self.tree.join("lib")
    }

    pub fn pkg_config_path(&self) -> PathBuf {
        self.lib().join("pkgconfig")
    }

    /// What pkg-config says of one of the package's names.
    fn flags(&self, arguments: &[&str]) -> Result<Vec<String>> {
        let mut command = self.place.command("pkg-config");
        command
            .env("PKG_CONFIG_PATH", self.pkg_config_path())
            .args(arguments);
        let said = run::demand(&mut command)?;
        Ok(said.split_whitespace().map(str::to_owned).collect())
    }

    fn compiler(&self, program: &str, flags: &[&str], output: &str) -> Command {
        let mut compiler = self.place.command(program);
        compiler.args(flags).arg("-o").arg(output);
        compiler
    }

    fn consumer(&self, name: &str) -> Command {
        self.place.command(self.place.path().join(name))
    }
}

/// A consumer's source.
pub fn source(name: &str) -> Result<PathBuf> {
    Ok(place::root()?.join("tests/packages").join(name))
}

fn contents(tally: &mut Tally, tree: &Path) -> Result<()> {
    let lib = tree.join("lib");
    let shared = elf::exported(&lib.join("libfiled.so"))?;
    let archive = elf::defined(&lib.join("libfiled.a"))?;
    let list = std::fs::read_to_string(place::root()?.join("include/symbols.txt"))?;
    let listed = list.lines().filter(|line| !line.starts_with('#'));
    let listed = listed.filter_map(|line| line.split(' ').next());
    let listed: std::collections::BTreeSet<String> = listed.map(str::to_owned).collect();
    let differing = |found: &std::collections::BTreeSet<String>| -> Vec<String> {
        found.symmetric_difference(&listed).cloned().collect()
    };
    let what = format!(
        "the shared library exports the {} listed symbols",
        listed.len()
    );
    tally.verdict(&what, &differing(&shared))?;
    tally.verdict("the static library shows no other", &differing(&archive))?;
    let soname = elf::soname(&lib.join("libfiled.so"))?;
    tally.check(
        "links lead from each name to the library",
        links(&lib, &soname),
    )?;
    Ok(())
}

fn links(lib: &Path, soname: &str) -> Result<()> {
    ensure!(
        soname == format!("libfiled.so.{}", abi_version()?),
        "its name is {soname}"
    );
    let real = lib.join("libfiled.so").canonicalize()?;
    ensure!(
        lib.join(soname).canonicalize()? == real,
        "{soname} is another library than libfiled.so"
    );
    let target = std::fs::read_link(lib.join(soname))?;
    ensure!(target.is_relative(), "the link leads out of the package");
    Ok(())
}

fn pkg_config(tally: &mut Tally, installed: &Installed) -> Result<()> {
    let flags = installed.flags(&["--cflags", "--libs", "filed"])?;
    for (language, compiler, strict, name) in [
        ("C89", "cc", &C89[..], "push.c"),
        ("C++17", "c++", &CPP17[..], "push.cpp"),
    ] {
        let program = format!("shared-{name}.out");
        let mut compile = installed.compiler(compiler, strict, &program);
        compile.arg(source("c")?.join(name)).args(&flags);
        if tally.program(&format!("{language} builds by pkg-config"), &mut compile)? {
            let mut consumer = installed.consumer(&program);
            consumer.env("LD_LIBRARY_PATH", installed.lib());
            let what = format!("{language}, shared, by pkg-config");
            installed.place.pushes(tally, &what, &mut consumer)?;
        }
    }
    let version = installed.flags(&["--modversion", "filed"])?;
    let wrong = (version != [crate::dist::VERSION]).then(|| format!("{version:?}"));
    tally.verdict("pkg-config knows the version", wrong.as_slice())?;
    let flags = installed.flags(&["--cflags", "--libs", "filed-static"])?;
    let mut compile = installed.compiler("cc", &C89, "static.out");
    compile.arg(source("c/push.c")?).args(&flags);
    if tally.program("C89 builds by pkg-config, static", &mut compile)? {
        let mut consumer = installed.consumer("static.out");
        installed
            .place
            .pushes(tally, "C89, static, by pkg-config", &mut consumer)?;
    }
    Ok(())
}

/// With no library but the listed ones, not even those that the compiler adds by itself.
fn static_link(tally: &mut Tally, installed: &Installed, libs: &[String]) -> Result<()> {
    let mut flags = C89.to_vec();
    flags.push("-nodefaultlibs");
    let mut compile = installed.compiler("cc", &flags, "listed.out");
    compile
        .arg("-I")
        .arg(installed.tree.join("include"))
        .args([source("c/push.c")?, source("c/own_sqlite.c")?])
        .arg(installed.lib().join("libfiled.a"))
        .args(libs);
    if !tally.program(
        "the static library needs what is listed and no more",
        &mut compile,
    )? {
        return Ok(());
    }
    let mut consumer = installed.consumer("listed.out");
    let what = "C89, static, beside a SQLite and a Rust of its own";
    installed.place.pushes(tally, what, &mut consumer)
}

fn cmake(tally: &mut Tally, installed: &Installed) -> Result<()> {
    let mut configure = installed.place.command("cmake");
    configure
        .arg("-S")
        .arg(source("cmake")?)
        .args(["-B", "cmake"])
        .arg(format!("-DSOURCES={}", source("c")?.display()))
        .arg(format!("-DCMAKE_PREFIX_PATH={}", installed.tree.display()));
    if !tally.program("CMake finds the package, and no later one", &mut configure)? {
        return Ok(());
    }
    let mut build = installed.place.command("cmake");
    build.args(["--build", "cmake", "--parallel", "2"]);
    if !tally.program("consumers build by CMake", &mut build)? {
        return Ok(());
    }
    for (program, what) in [
        ("cmake/shared", "C, shared, by CMake"),
        ("cmake/static", "C, static, by CMake"),
        ("cmake/shared_cpp", "C++17, shared, by CMake"),
    ] {
        let mut consumer = installed.consumer(program);
        installed.place.pushes(tally, what, &mut consumer)?;
    }
    Ok(())
}
