//! Generated files: written, or compared with what they should be. One module per language says
//! what goes into its files.

mod c;
mod docs;
mod node;
mod python;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::place;

/// A file and the content it must have.
struct Generated {
    path: &'static str,
    content: String,
}

fn all() -> Result<Vec<Generated>> {
    let file = |path, content| Generated { path, content };
    Ok(vec![
        file("docs/errors.md", docs::errors_md()),
        file("ffi-c/src/codes.rs", c::codes_rs()),
        file("include/filed.h", c::header()?),
        file("bindings-python/python/filed/_codes.py", python::codes_py()),
        file("bindings-node/lib/codes.d.ts", node::codes_ts()),
    ])
}

/// Writes every generated file that is not as it should be.
pub fn write() -> Result<()> {
    write_once()?;
    // The header is made of the error constants among others, which may be new by now.
    write_once()
}

fn write_once() -> Result<()> {
    for (path, file) in stale()? {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, file.content)
            .with_context(|| format!("{} cannot be written", file.path))?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

/// Fails when a generated file is not as it should be, and names each.
pub fn check() -> Result<()> {
    let stale: Vec<&str> = stale()?.iter().map(|(_, file)| file.path).collect();
    if stale.is_empty() {
        println!("every generated file is up to date");
        return Ok(());
    }
    bail!(
        "not up to date: {}; run `cargo xtask gen`",
        stale.join(", ")
    )
}

fn stale() -> Result<Vec<(PathBuf, Generated)>> {
    let root = place::root()?;
    let mut stale = Vec::new();
    for file in all()? {
        let path = root.join(file.path);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(&file.content) {
            stale.push((path, file));
        }
    }
    Ok(stale)
}
