//! The ABI as a whole: sources, header, list of symbols and library say the same.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The text of every file in `folder`, at any depth.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => texts.extend(sources(&path)),
            false => texts.push(text(path)),
        }
    }
    texts
}

/// Each exported function of the sources, with its body.
fn exported() -> BTreeMap<String, String> {
    let mut functions = BTreeMap::new();
    for source in sources(&root().join("ffi-c/src")) {
        for part in source.split("#[unsafe(no_mangle)]\n").skip(1) {
            let name = part.split_once(" fn ").unwrap().1;
            let name = name.split_once('(').unwrap().0;
            let body = part.split_once("\n}\n").unwrap().0;
            functions.insert(name.to_owned(), body.to_owned());
        }
    }
    functions
}

fn names() -> BTreeSet<String> {
    exported().into_keys().collect()
}

#[test]
fn every_exported_function_is_guarded_under_its_own_name() {
    let functions = exported();
    assert!(functions.len() > 200);
    for (name, body) in functions {
        let guards = ["guard", "read", "borrow", "free", "release", "next"];
        let guarded = guards.iter().any(|guard| {
            let call = format!("{guard}(\"{name}\"");
            let split = format!("{guard}(\n        \"{name}\"");
            body.contains(&call) || body.contains(&split)
        });
        assert!(guarded, "{name} has no guard that names it");
        let statements = body.split_once("{\n").unwrap().1;
        let first = statements.trim_start();
        assert!(
            guards.iter().any(|guard| first.starts_with(guard)) || first.starts_with("let made"),
            "{name} does something outside its guard"
        );
    }
}

#[test]
fn every_struct_that_crosses_has_its_layout_asserted() {
    let mut structs = BTreeSet::new();
    let all = sources(&root().join("ffi-c/src")).concat();
    for part in all.split("\n#[repr(C)]\n").skip(1) {
        let name = part.split_once("pub struct ").unwrap().1;
        structs.insert(name.split_once([' ', '<']).unwrap().0.to_owned());
    }
    assert!(structs.len() > 15);
    let layouts = text(root().join("ffi-c/src/layout.rs"));
    for name in structs {
        let asserted = layouts.contains(&format!("::{name}: ["));
        assert!(asserted, "{name} has no layout in layout.rs");
    }
}

#[test]
fn the_header_declares_what_the_sources_export() {
    let header = text(root().join("include/filed.h"));
    let code: String = header
        .split("/*")
        .map(|part| part.split_once("*/").map_or(part, |(_, code)| code))
        .collect();
    let declared: BTreeSet<String> = code
        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '('))
        .filter_map(|word| word.split_once('('))
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.starts_with("filed_"))
        .collect();
    assert_eq!(declared, names());
}

#[test]
fn the_list_of_symbols_is_complete_and_sorted() {
    let list = text(root().join("include/symbols.txt"));
    let listed: Vec<(&str, &str)> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap())
        .collect();
    let symbols: Vec<&str> = listed.iter().map(|(symbol, _)| *symbol).collect();
    assert!(symbols.is_sorted());
    assert_eq!(
        symbols,
        names().iter().map(String::as_str).collect::<Vec<_>>()
    );
    for (symbol, version) in listed {
        let numbers = version.split('.').map(str::parse::<u32>);
        assert_eq!(
            numbers.filter(Result::is_ok).count(),
            3,
            "{symbol} {version}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_library_exports_these_symbols_and_no_other() {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join("libfiled.so");
    let nm = Command::new("nm")
        .args(["-D", "--defined-only", "--format=posix"])
        .arg(&library)
        .output()
        .unwrap();
    assert!(nm.status.success(), "nm {}", library.display());
    let output = String::from_utf8(nm.stdout).unwrap();
    let found: BTreeSet<String> = output
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(found, names());
}

#[test]
fn every_error_code_has_a_constant() {
    let codes = text(root().join("ffi-c/src/codes.rs"));
    for row in filed_core::ErrorCode::ALL {
        let line = format!("pub const FILED_ERROR_{}: u32 = {};", row.name, row.number);
        assert!(codes.contains(&line), "{line}");
    }
}
