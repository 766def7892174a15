//! Why an exported function fails: at this boundary, or in the core.

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
}

impl Failure {
    /// The error as `function` returns it.
    pub fn named(self, function: &'static str) -> Error {
        match self {
            Failure::Boundary(error) => error.with_operation(function),
            Failure::Core(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Core(error)
    }
}
