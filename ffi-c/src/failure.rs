//! Why an exported function fails: at this boundary, in the core, or for want of memory.

use filed_core::Error;

/// What the body of an exported function gives.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why it has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Raised here; it is named after the exported function.
    Boundary(Error),
    /// Passed on as every language sees it.
    Core(Error),
    /// There was no memory for what the caller wants copied. Told without allocating any.
    NoMemory,
}

impl Failure {
    /// The error as `function` returns it; `None` when there is no memory for one.
    pub fn named(self, function: &'static str) -> Option<Error> {
        match self {
            Failure::Boundary(error) => Some(error.with_operation(function)),
            Failure::Core(error) => Some(error),
            Failure::NoMemory => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Core(error)
    }
}
