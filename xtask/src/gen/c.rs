//! What is generated for C: the error constants from the core's table, and the header from the
//! sources of `ffi-c`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use filed_core::ErrorCode;

/// `ffi-c/src/codes.rs`.
pub fn codes_rs() -> String {
    let mut text = String::from(
        "//! Error numbers for C. Generated from the core's table by `cargo xtask gen`.\n\n\
         /// No error.\n\
         pub const FILED_OK: u32 = 0;\n",
    );
    for row in ErrorCode::ALL {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n/// {}.\n///\n/// {}.\npub const FILED_ERROR_{}: u32 = {};\n",
            row.meaning, row.remedy, row.name, row.number
        );
    }
    text
}

/// `include/filed.h`.
///
/// # Errors
/// When the sources or `ffi-c/cbindgen.toml` cannot be read.
pub fn header() -> Result<String> {
    let sources = ffi_crate();
    let config = cbindgen::Config::from_file(sources.join("cbindgen.toml"))
        .map_err(|e| anyhow::anyhow!("ffi-c/cbindgen.toml: {e}"))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(&sources)
        .with_config(config)
        .generate()
        .context("reading the sources of ffi-c")?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).context("the header is not UTF-8")?;
    Ok(text.lines().map(without_line_comment).collect())
}

/// The line as C89 allows it: cbindgen ends its conditionals with a comment of C99.
fn without_line_comment(line: &str) -> String {
    let code = match line.split_once("//") {
        Some((code, _)) if line.starts_with('#') => code.trim_end(),
        _ => line,
    };
    format!("{code}\n")
}

fn ffi_crate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ffi-c")
}
