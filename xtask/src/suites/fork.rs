//! Suite `fork`: the column "forked child" of `docs/lifecycle.md`, executed from each language with
//! uploads under way.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use super::guest;
use crate::tally::Tally;
use crate::{place, run, setup};

/// Children of one run in C.
const CHILDREN: u32 = 20;
const MANY_CHILDREN: u32 = 300;
const KINDS: [&str; 5] = ["fork", "forkserver", "spawn", "pool", "preload"];

pub fn run(tally: &mut Tally) -> Result<()> {
    if !cfg!(unix) {
        return tally.skip("everything", "processes do not fork here");
    }
    setup::c::package()?;
    tally.check("every call of the header is in the table", complete())?;
    let children = if tally.long { MANY_CHILDREN } else { CHILDREN };
    let mut forks = guest::c("forks")?;
    tally.program(
        &format!("C: {children} children, each call made in each"),
        forks.arg(children.to_string()),
    )?;
    setup::python::package()?;
    for kind in KINDS {
        let mut python = run::command(setup::python::interpreter()?)?;
        python.arg("tests/python/guest_forks.py").arg(kind);
        tally.program(&format!("Python: {kind}"), &mut python)?;
    }
    setup::node::package()?;
    let mut node = run::command("node")?;
    node.arg("tests/node/guest-children.mjs");
    tally.program("Node: child processes", &mut node)?;
    Ok(())
}

/// The table of calls in `tests/c/support/calls.c` against the header: whatever can fail and is
/// made on a client, a push or a list.
fn complete() -> Result<()> {
    let header = std::fs::read_to_string(place::root()?.join("include/filed.h"))?;
    let listed = run::demand(guest::c("forks")?.arg("--list"))?;
    let listed: BTreeSet<&str> = listed.lines().collect();
    let made = fallible(&header);
    ensure!(made.len() > 40, "only {} calls in the header", made.len());
    let missing: Vec<_> = made.difference(&listed).collect();
    let unknown: Vec<_> = listed.difference(&made).collect();
    ensure!(
        missing.is_empty() && unknown.is_empty(),
        "not in the table: {missing:?}; not in the header: {unknown:?}"
    );
    Ok(())
}

fn fallible(header: &str) -> BTreeSet<&str> {
    let declarations = header.split("struct filed_error *").skip(1);
    declarations
        .filter_map(|declaration| {
            let (name, rest) = declaration.split_once('(')?;
            let (first, _) = rest.split_once([',', ')'])?;
            let (kind, pointer) = first.strip_prefix("const struct filed_")?.split_once(' ')?;
            let handle = ["client", "push"].contains(&kind) || kind.ends_with("_iterator");
            (handle && pointer.starts_with('*') && name.starts_with("filed_")).then_some(name)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_on_handles_are_found() {
        let header = "struct filed_error *filed_client_me(const struct filed_client *client,\n \
                      struct filed_user **user);\n\
                      struct filed_error *filed_deep_link(const char *slug);\n\
                      struct filed_error *filed_user_iterator_next(const struct filed_user_iterator *i,\
                      struct filed_user **user);\nstruct filed_error *error;";
        let expected = ["filed_client_me", "filed_user_iterator_next"];
        assert_eq!(fallible(header), expected.into());
    }
}
