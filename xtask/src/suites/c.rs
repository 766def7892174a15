//! Suite `c`: programs in C and C++ against the shared and the static library.

use anyhow::Result;

use super::{counts, long_variable};
use crate::tally::Tally;
use crate::{run, setup};

pub fn run(tally: &mut Tally) -> Result<()> {
    let built = setup::c::package();
    if !tally.check("the build", built)? {
        return Ok(());
    }
    let mut ctest = run::command("ctest")?;
    ctest
        .arg("--test-dir")
        .arg(setup::c::build_folder()?)
        .args(["--output-on-failure", "--no-tests=error"]);
    long_variable(&mut ctest, tally.long);
    tally.tests("tests", &mut ctest, counts::ctest)?;
    Ok(())
}
