//! Every operation and setting of `docs/surface.md` exists in every language. Reads the sources as
//! text, so that a row without a function, in any column, fails here before anybody builds it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test says what broke by breaking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The text of all files below `folder` with one of these endings.
fn sources(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|e| path.to_string_lossy().ends_with(e)) {
                found.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The rows of the table below a heading, without its head; each cell without its backquotes.
fn table(heading: &str) -> Vec<Vec<String>> {
    let page = read("docs/surface.md");
    let section = page.split(heading).nth(1).unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with('|'));
    rows.take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            line.trim_matches('|')
                .split(" | ")
                .map(|c| c.trim().replace('`', ""))
                .collect()
        })
        .collect()
}

fn word(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| &text[..end])
}

fn after<'a>(line: &'a str, markers: &[&str]) -> Option<&'a str> {
    markers
        .iter()
        .find_map(|marker| line.strip_prefix(marker))
        .and_then(word)
}

/// `Owner.member` and bare names, from lines that open an owner and lines that name a member.
fn members(
    texts: &[String],
    owner: impl Fn(&str) -> Option<String>,
    member: impl Fn(&str) -> Option<String>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for text in texts {
        let mut current = String::new();
        for line in text.lines() {
            if let Some(name) = owner(line) {
                names.insert(name.clone());
                current = name;
            } else if let Some(name) = member(line.trim_start()) {
                let indented = line.starts_with(' ');
                names.insert(if indented {
                    format!("{current}.{name}")
                } else {
                    name
                });
            }
        }
    }
    names
}

fn rust() -> BTreeSet<String> {
    members(
        &sources("core/src", &[".rs"]),
        |line| after(line, &["impl ", "pub trait "]).map(str::to_owned),
        |line| {
            after(
                line,
                &[
                    "pub fn ",
                    "pub async fn ",
                    "pub const ",
                    "pub struct ",
                    // Functions of a trait.
                    "async fn ",
                ],
            )
            .map(str::to_owned)
        },
    )
}

fn python() -> BTreeSet<String> {
    members(
        &sources("bindings-python/python/filed", &[".py"]),
        |line| after(line, &["class "]).map(str::to_owned),
        |line| after(line, &["def ", "async def "]).map(str::to_owned),
    )
}

fn node() -> BTreeSet<String> {
    members(
        &sources("bindings-node/lib", &[".d.ts"]),
        |line| after(line, &["export interface ", "export declare class "]).map(str::to_owned),
        |line| {
            let line = line.strip_prefix("readonly ").unwrap_or(line);
            after(
                line,
                &["export declare function ", "export declare const ", ""],
            )
            .map(str::to_owned)
        },
    )
}

/// `workspaces.create` is method `create` of class `Workspaces`.
fn classed(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
        .unwrap()
}

fn in_python(names: &BTreeSet<String>, cell: &str) -> bool {
    match cell.contains('.') {
        true => [classed(cell), format!("Async{}", classed(cell))]
            .iter()
            .all(|n| names.contains(n)),
        false => names.contains(cell) || exported(cell),
    }
}

/// A function of the module itself.
fn exported(name: &str) -> bool {
    read("bindings-python/python/filed/__init__.py").contains(&format!("\"{name}\""))
}

fn in_node(names: &BTreeSet<String>, cell: &str) -> bool {
    names.contains(cell) || (cell.contains('.') && names.contains(&classed(cell)))
}

#[test]
fn every_operation_exists_in_every_language() {
    let (rust, python, node) = (rust(), python(), node());
    let header = read("include/filed.h");
    let rows = table("## Operations");
    assert!(rows.len() > 30, "the table was not understood");
    let mut missing = Vec::new();
    for row in &rows {
        let [_, in_rust, py, js, c] = row.as_slice() else {
            panic!("cells of {row:?}")
        };
        let plain = in_rust.replace("::", ".");
        let found = [
            rust.contains(&plain) || rust.contains(plain.rsplit('.').next().unwrap()),
            in_python(&python, py),
            in_node(&node, js),
            header.contains(&format!("{c}(")),
        ];
        for (ok, name) in found.iter().zip([in_rust, py, js, c]) {
            if !ok {
                missing.push(name.clone());
            }
        }
    }
    assert!(
        missing.is_empty(),
        "in docs/surface.md and nowhere else: {missing:?}"
    );
}

/// A cell of a language that lacks something as yet.
const LACKING: &str = "—";

#[test]
fn every_setting_of_pulls_is_there() {
    let config = read("core/src/pull/config.rs");
    let python = read("bindings-python/python/filed/pull/_server.py");
    let node = sources("bindings-node/lib", &[".d.ts"]).concat();
    let header = read("include/filed.h");
    let rows = table("## Pull settings");
    assert!(rows.len() > 8, "the table was not understood");
    for row in &rows {
        let [_, in_rust, py, js, c, _] = row.as_slice() else {
            panic!("cells of {row:?}")
        };
        let there = |name: &str, found: bool| assert!(name == LACKING || found, "{name}");
        there(in_rust, config.contains(&format!("pub {in_rust}:")));
        there(py, python.contains(&format!("{py}:")));
        there(js, node.contains(&format!("{js}?:")));
        there(c, header.contains(c.as_str()));
    }
}

#[test]
fn every_pull_operation_exists_where_the_table_says() {
    let languages = [
        sources("core/src/pull", &[".rs"]).concat(),
        sources("bindings-python/python/filed", &[".py"]).concat(),
        read("bindings-node/lib/types/pull.d.ts"),
        read("include/filed.h"),
    ];
    let rows = table("## Pulls");
    assert!(rows.len() >= 10, "the table was not understood");
    for row in &rows {
        let (_, cells) = row.split_first().unwrap();
        for (cell, source) in cells.iter().zip(&languages) {
            let name = cell.rsplit([':', '.']).next().unwrap();
            // A method, a class, or one of C's types for functions.
            let forms = [
                format!("{name}("),
                format!("{name}?("),
                format!("class {name}"),
                format!("readonly {name}:"),
                format!("{name})("),
            ];
            let found = forms.iter().any(|form| source.contains(form));
            assert!(
                cell.is_empty() || found,
                "in docs/surface.md and nowhere else: {cell}"
            );
        }
    }
}

#[test]
fn every_setting_exists_in_every_language() {
    let config = read("core/src/config.rs");
    let python = sources("bindings-python/python/filed", &[".py"]).concat();
    let node = sources("bindings-node/lib", &[".d.ts"]).concat();
    let header = read("include/filed.h");
    let rows = table("## Settings");
    assert!(rows.len() > 10, "the table was not understood");
    for row in &rows {
        let [_, variable, py, js, c, _] = row.as_slice() else {
            panic!("cells of {row:?}")
        };
        if let Some(variable) = variable.strip_prefix("FILED_") {
            assert!(config.contains(&format!("FILED_{variable}")), "{variable}");
        }
        assert!(python.contains(&format!("{py}:")), "Python: {py}");
        assert!(node.contains(&format!("{js}?:")), "Node: {js}");
        assert!(header.contains(&format!("{c}(")), "C: {c}");
    }
}
