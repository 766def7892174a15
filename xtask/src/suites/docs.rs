//! Suite `docs`: every snippet of the README and the documentation, executed as it stands.

mod execute;
mod snippets;

use anyhow::Result;
use serde_json::json;

use crate::sandbox::Sandbox;
use crate::tally::Tally;
use crate::{place, setup};

pub fn run(tally: &mut Tally) -> Result<()> {
    setup::workspace()?;
    setup::python::package()?;
    setup::node::package()?;
    let sandbox = Sandbox::start(&json!({}), 600)?;
    let root = place::root()?;
    for page in snippets::pages(&root)? {
        for snippet in snippets::of(&root, &page)? {
            let outcome = execute::execute(&sandbox, &snippet);
            tally.check(
                &format!("{}:{} ({})", snippet.page, snippet.line, snippet.language),
                outcome,
            )?;
        }
    }
    Ok(())
}
