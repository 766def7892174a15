//! Finding the snippets of a page: fenced blocks that name a language, and command lines of our own
//! among the indented ones.

use std::path::{Path, PathBuf};

use anyhow::Result;

/// A piece of a page that can be executed.
#[derive(Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The page, from the repository's root.
    pub page: String,
    pub line: usize,
    /// What stands after the fence; `command` for a command line.
    pub language: String,
    pub text: String,
}

const COMMAND: &str = "    python -m filed ";

/// README files and everything under `docs`.
pub fn pages(root: &Path) -> Result<Vec<PathBuf>> {
    let mut pages: Vec<PathBuf> = [
        "",
        "bindings-python",
        "bindings-node",
        "ffi-c",
        "tests/sandbox",
    ]
    .iter()
    .map(|folder| root.join(folder).join("README.md"))
    .filter(|page| page.exists())
    .collect();
    collect(&root.join("docs"), &mut pages)?;
    pages.sort();
    Ok(pages)
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "md") {
            into.push(path);
        }
    }
    Ok(())
}

/// The snippets of one page.
pub fn of(root: &Path, page: &Path) -> Result<Vec<Snippet>> {
    let text = std::fs::read_to_string(page)?;
    let name = page.strip_prefix(root).unwrap_or(page);
    Ok(parse(&name.to_string_lossy(), &text))
}

fn parse(page: &str, text: &str) -> Vec<Snippet> {
    let mut all = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let snippet = |language: &str, text: String| Snippet {
            page: page.to_owned(),
            line: number,
            language: language.trim().to_owned(),
            text,
        };
        if let Some(language) = line.trim_start().strip_prefix("```") {
            let body: Vec<&str> = lines
                .by_ref()
                .map(|(line, _)| line)
                .take_while(|line| line.trim() != "```")
                .collect();
            if !language.trim().is_empty() {
                all.push(snippet(language, body.join("\n") + "\n"));
            }
        } else if line.starts_with(COMMAND) {
            all.push(snippet("command", line.trim().to_owned()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_our_own_command_lines_are_found() {
        let text =
            "# T\n\n```python\nimport filed\n```\n\n    cargo build\n    python -m filed push a\n";
        let found = parse("README.md", text);
        let seen: Vec<_> = found
            .iter()
            .map(|s| (s.line, s.language.as_str(), s.text.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (3, "python", "import filed\n"),
                (8, "command", "python -m filed push a")
            ]
        );
        assert!(parse("README.md", "```\nusage\n```\n").is_empty());
    }
}
