//! The header as the compiler sees it: its functions, and that only types cross the boundary whose
//! width is the same for everybody.

use std::path::Path;

use anyhow::{Result, ensure};

use super::include;
use crate::run;
use crate::tally::Tally;

/// Types whose width depends on the compiler, and what cannot cross a boundary at all.
const UNWELCOME: [&str; 19] = [
    "size_t",
    "ssize_t",
    "ptrdiff_t",
    "intptr_t",
    "uintptr_t",
    "off_t",
    "time_t",
    "wchar_t",
    "int",
    "long",
    "short",
    "unsigned",
    "signed",
    "float",
    "double",
    "bool",
    "_Bool",
    "enum",
    "FILE",
];

pub fn check(tally: &mut Tally) -> Result<()> {
    let statements = statements(&include()?.join("filed.h"))?;
    ensure!(statements.len() > 200, "the header was not understood");
    let odd = statements.iter().filter_map(|text| unwelcome(text));
    tally.verdict(
        "only types of one width cross the boundary",
        &odd.collect::<Vec<_>>(),
    )?;
    Ok(())
}

fn unwelcome(statement: &str) -> Option<String> {
    let mut words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let word = words.find(|word| UNWELCOME.contains(word))?;
    Some(format!("`{word}` in `{statement}`"))
}

/// Declarations of functions as they stand in a header, without the semicolon.
pub fn functions(header: &Path) -> Result<Vec<String>> {
    let mut found = statements(header)?;
    found.retain(|text| !text.starts_with("typedef") && function_name(text).is_some());
    Ok(found)
}

/// The name of a declared function.
pub fn function_name(declaration: &str) -> Option<&str> {
    let (head, _) = declaration.split_once('(')?;
    let name = head.rsplit([' ', '*']).next()?;
    name.starts_with("filed_").then_some(name)
}

/// Every statement of the header that is about this library, after the preprocessor.
fn statements(header: &Path) -> Result<Vec<String>> {
    let mut compiler = run::command("cc")?;
    compiler.args(["-E", "-P", "-x", "c"]).arg(header);
    let text = run::demand(&mut compiler)?;
    let mut statements = split(&text);
    statements.retain(|text| text.contains("filed_"));
    Ok(statements)
}

/// Text at its semicolons, except those between braces.
fn split(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut depth = 0usize;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter == ';' && depth == 0 {
            all.push(String::new());
        } else if let Some(last) = all.last_mut() {
            last.push(letter);
        }
    }
    let joined = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    all.iter().map(joined).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_semicolons_outside_braces() {
        let text = "typedef struct filed_a { int x; } filed_a;\nvoid filed_f(int a,\n  int b);";
        let found = split(text);
        assert_eq!(
            found[..2],
            [
                "typedef struct filed_a { int x; } filed_a",
                "void filed_f(int a, int b)"
            ]
        );
        assert_eq!(function_name(&found[1]), Some("filed_f"));
    }

    #[test]
    fn a_type_without_a_fixed_width_is_found_and_a_name_that_holds_one_is_not() {
        assert!(unwelcome("void filed_f(size_t n)").is_some());
        assert!(unwelcome("void filed_f(unsigned char *n)").is_some());
        assert!(unwelcome("uint64_t filed_f(const char *print, uint32_t size)").is_none());
    }
}
