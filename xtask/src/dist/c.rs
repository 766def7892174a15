//! The C package: a folder that works wherever it is put, with headers, both libraries, and what
//! pkg-config and CMake ask for.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::build::Build;
use super::{VERSION, abi_version, archive, copy_licences, static_library};
use crate::{place, run};

/// The name of the package and of the folder in it.
pub fn name(build: &Build) -> String {
    format!("filed-c-{VERSION}-{}", build.target.triple)
}

/// Builds the libraries and writes the package into `out`.
pub fn pack(build: &Build, out: &Path) -> Result<PathBuf> {
    let stage = tempfile::tempdir_in(place::target()?)?;
    let tree = stage.path().join(name(build));
    let built = build.libraries("filed-ffi")?;
    headers(&tree)?;
    let shared = shared_library(build, &built, &tree)?;
    static_library::write(
        &build.target,
        &built.join(build.target.archive("filed")),
        &tree.join("lib").join(static_name(build)),
    )?;
    descriptions(build, &shared, &tree)?;
    copy_licences(&tree.join("share/doc/filed"))?;
    let package = out.join(format!("{}.tar.gz", name(build)));
    archive::pack(&tree, &package, build.effort())?;
    Ok(package)
}

/// Unpacks a package; says where its folder is.
pub fn unpack(build: &Build, package: &Path, into: &Path) -> Result<PathBuf> {
    archive::unpack(package, into)?;
    Ok(into.join(name(build)))
}

fn headers(tree: &Path) -> Result<()> {
    let (from, to) = (place::root()?.join("include"), tree.join("include"));
    for folder in ["", "filed"] {
        std::fs::create_dir_all(to.join(folder))?;
        for entry in std::fs::read_dir(from.join(folder))? {
            let path = entry?.path();
            let name = path.file_name().context("a header has a name")?;
            if path.is_file() && !name.eq_ignore_ascii_case("symbols.txt") {
                std::fs::copy(&path, to.join(folder).join(name))?;
            }
        }
    }
    Ok(())
}

/// The static library must not have the name of the import library beside it.
fn static_name(build: &Build) -> String {
    let stem = if build.target.is_windows() {
        "filed_static"
    } else {
        "filed"
    };
    build.target.archive(stem)
}

/// What CMake has to know about the shared library.
struct Shared {
    /// Its place in the package.
    path: String,
    property: &'static str,
    value: String,
}

fn shared_library(build: &Build, built: &Path, tree: &Path) -> Result<Shared> {
    let lib = tree.join("lib");
    std::fs::create_dir_all(&lib)?;
    let from = built.join(build.target.shared("filed"));
    if build.target.is_windows() {
        return windows(built, tree);
    }
    let abi = abi_version()?;
    let (file, soname, link) = if build.target.is_macos() {
        let soname = format!("libfiled.{abi}.dylib");
        (
            format!("libfiled.{abi}.{VERSION}.dylib"),
            soname,
            "libfiled.dylib",
        )
    } else {
        let soname = format!("libfiled.so.{abi}");
        (format!("{soname}.{VERSION}"), soname, "libfiled.so")
    };
    std::fs::copy(&from, lib.join(&file))?;
    if build.target.is_linux() {
        let mut strip = run::command("strip")?;
        run::demand(strip.arg("--strip-unneeded").arg(lib.join(&file)))?;
    }
    symlink(&file, &lib.join(&soname))?;
    symlink(&soname, &lib.join(link))?;
    let prefix = if build.target.is_macos() {
        "@rpath/"
    } else {
        ""
    };
    Ok(Shared {
        path: format!("lib/{file}"),
        property: "IMPORTED_SONAME",
        value: format!("{prefix}{soname}"),
    })
}

/// Never run yet: `bin/filed.dll`, and its import library under the name linkers look for.
fn windows(built: &Path, tree: &Path) -> Result<Shared> {
    std::fs::create_dir_all(tree.join("bin"))?;
    std::fs::copy(built.join("filed.dll"), tree.join("bin/filed.dll"))?;
    std::fs::copy(built.join("filed.dll.lib"), tree.join("lib/filed.lib"))?;
    Ok(Shared {
        path: "bin/filed.dll".into(),
        property: "IMPORTED_IMPLIB",
        value: "${_filed_prefix}/lib/filed.lib".into(),
    })
}

#[cfg(unix)]
fn symlink(target: &str, link: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(target, link)?)
}

/// Never compiled. Packages for Linux and macOS are made on Linux and macOS.
#[cfg(not(unix))]
fn symlink(_target: &str, _link: &Path) -> Result<()> {
    anyhow::bail!("a package with links is made where links are")
}

/// pkg-config's and CMake's files, from the templates in `ffi-c/packaging`.
fn descriptions(build: &Build, shared: &Shared, tree: &Path) -> Result<()> {
    let libs = build.native_libs()?;
    let values = [
        ("@VERSION@", VERSION.to_owned()),
        ("@SHARED@", shared.path.clone()),
        ("@SHARED_PROPERTY@", shared.property.to_owned()),
        ("@SHARED_VALUE@", shared.value.clone()),
        ("@STATIC@", static_name(build)),
        ("@NATIVE_LIBS@", libs.join(" ")),
        ("@NATIVE_LIBS_CMAKE@", libs.join(";")),
        ("@POINTER_SIZE@", build.target.pointer_size().to_string()),
    ];
    let files = [
        ("filed.pc", "lib/pkgconfig"),
        ("filed-static.pc", "lib/pkgconfig"),
        ("filed-config.cmake", "lib/cmake/filed"),
        ("filed-config-version.cmake", "lib/cmake/filed"),
    ];
    for (file, folder) in files {
        let template = place::root()?.join(format!("ffi-c/packaging/{file}.in"));
        let mut text = std::fs::read_to_string(template)?;
        for (name, value) in &values {
            text = text.replace(name, value);
        }
        std::fs::create_dir_all(tree.join(folder))?;
        std::fs::write(tree.join(folder).join(file), text)?;
    }
    Ok(())
}
