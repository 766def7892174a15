//! Layouts and signatures, compared by libabigail, and the offsets of every field for each kind of
//! target.
//!
//! What is compared is not the Rust library, whose debug information describes Rust, but a library
//! of empty functions made from each header: the header is generated from the same sources, and the
//! comparison says nothing but what a C program would notice.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::golden::Golden;
use super::{header, include, soname, tests};
use crate::run;
use crate::tally::Tally;

const LIMIT: Duration = Duration::from_secs(120);

/// Offsets of 32-bit targets are asserted without having one: the compiler for x86 knows its 32-bit
/// rules, and with `-malign-double` those of Windows and ARM.
const TARGETS: [(&str, &[&str]); 3] = [
    ("64 bits", &["-m64"]),
    ("32 bits", &["-m32"]),
    (
        "32 bits with aligned 64-bit integers",
        &["-m32", "-malign-double"],
    ),
];

/// Changes to the header, and whether old programs would survive them.
const CHANGES: [(&str, &str, &str, bool); 7] = [
    (
        "a function that is gone",
        "void filed_push_cancel(const struct filed_push *push);",
        "",
        false,
    ),
    (
        "a parameter of another type",
        "filed_push_commit(const struct filed_push *push, uint64_t timeout_ms)",
        "filed_push_commit(const struct filed_push *push, uint32_t timeout_ms)",
        false,
    ),
    (
        "a result of another type",
        "uint32_t filed_error_code(",
        "uint64_t filed_error_code(",
        false,
    ),
    (
        "a field before others",
        "typedef struct filed_file {",
        "typedef struct filed_file { uint64_t future;",
        false,
    ),
    (
        "a field at the end of a struct that cannot grow",
        "} filed_counts;",
        "uint64_t future; } filed_counts;",
        false,
    ),
    (
        "a field at the end of a struct with a size",
        "} filed_file;",
        "uint64_t future; } filed_file;",
        true,
    ),
    (
        "a function more",
        "void filed_push_cancel(const struct filed_push *push);",
        "void filed_push_cancel(const struct filed_push *push); void filed_future(void);",
        true,
    ),
];

pub fn check(tally: &mut Tally, folder: &Path, goldens: &[Golden]) -> Result<()> {
    for (target, flags) in TARGETS {
        let what = format!("every field is where it was, {target}");
        tally.check(&what, offsets(flags))?;
    }
    let now = library(&folder.join("now"), &include()?.join("filed.h"), &soname()?)?;
    for golden in goldens {
        let folder = folder.join(format!("{}-library", golden.name));
        let once = library(&folder, &golden.header(), &soname()?)?;
        let report = difference(&once, &now, Some(&golden.folder))?;
        let what = format!("libabigail: nothing incompatible with `{}`", golden.name);
        tally.verdict(&what, report.as_slice())?;
    }
    notices(tally, folder, &now)
}

fn offsets(flags: &[&str]) -> Result<()> {
    let mut compiler = run::command("cc")?;
    // Freestanding: the headers of another target's C library need not be here.
    compiler
        .args(flags)
        .args([
            "-std=c11",
            "-ffreestanding",
            "-fsyntax-only",
            "-Werror",
            "-I",
        ])
        .arg(include()?)
        .arg(tests()?.join("layout.c"));
    run::demand(&mut compiler).map(drop)
}

/// A comparison that finds nothing may be blind: it is shown changes of each kind.
fn notices(tally: &mut Tally, folder: &Path, now: &Path) -> Result<()> {
    let text = std::fs::read_to_string(include()?.join("filed.h"))?;
    for (change, from, to, harmless) in CHANGES {
        let folder = folder.join(change.replace(' ', "-"));
        std::fs::create_dir_all(&folder)?;
        ensure!(text.contains(from), "the header has no `{from}`");
        let header = folder.join("filed.h");
        std::fs::write(&header, text.replacen(from, to, 1))?;
        let changed = library(&folder, &header, &soname()?)?;
        let report = difference(now, &changed, None)?;
        let wrong = match (harmless, report) {
            (true, Some(report)) => Some(format!("reported, although harmless:\n{report}")),
            (false, None) => Some("not noticed".to_owned()),
            _ => None,
        };
        let verb = if harmless { "allows" } else { "notices" };
        tally.verdict(&format!("libabigail {verb} {change}"), wrong.as_slice())?;
    }
    Ok(())
}

/// A library of empty functions with a header's signatures.
pub fn library(folder: &Path, header: &Path, soname: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let source = folder.join("empty.c");
    let mut text = format!("#include \"{}\"\n", header.display());
    for function in header::functions(header)? {
        writeln!(text, "{function} {{ for (;;) {{}} }}")?;
    }
    std::fs::write(&source, text)?;
    let library = folder.join(soname);
    let mut compiler = run::command("cc")?;
    compiler
        .args(["-std=c11", "-shared", "-fPIC", "-g", "-w"])
        .arg(format!("-Wl,-soname,{soname}"))
        .arg(&source)
        .arg("-o")
        .arg(&library);
    run::demand(&mut compiler)?;
    Ok(library)
}

/// What libabigail has to say against the newer library; `None` when programs of the older run.
fn difference(older: &Path, newer: &Path, golden: Option<&Path>) -> Result<Option<String>> {
    let mut compare = run::command("abidiff")?;
    compare
        .arg("--no-added-syms")
        .arg("--suppressions")
        .arg(tests()?.join("allowed.abignore"));
    let own = golden.map(|folder| folder.join("allowed.abignore"));
    if let Some(own) = own.filter(|path| path.exists()) {
        compare.arg("--suppressions").arg(own);
    }
    compare.arg(older).arg(newer);
    let output = run::capture(&mut compare, LIMIT).context("abidiff of libabigail is needed")?;
    Ok((!output.success).then_some(output.text))
}
