//! Numbers of a query, refused when they are none.

use std::collections::HashMap;

use crate::problem::Problem;

/// The query of a request.
pub(crate) type Pairs = HashMap<String, String>;

/// A number within bounds, or the default when it is not given.
pub(crate) fn number(
    pairs: &Pairs,
    name: &str,
    default: usize,
    bounds: std::ops::RangeInclusive<usize>,
) -> Result<usize, Problem> {
    let Some(text) = pairs.get(name) else {
        return Ok(default);
    };
    let number = text.parse().ok().filter(|number| bounds.contains(number));
    number.ok_or(Problem::input(
        "A number of the query is none, or out of bounds.",
    ))
}
