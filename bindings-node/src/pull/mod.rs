//! Pulls: Filed asks the host's API for its clients and files, and this serves that API with
//! functions that run on the event loop.
//!
//! | module | what lives there |
//! | --- | --- |
//! | `server`, `settings` | starting and stopping; addresses, credentials, limits |
//! | `host` | the host's functions as the core's provider |
//! | `content` | a file on its way out: from disk, from memory, from a stream |
//! | `incoming` | a file on its way in |
//! | `check`, `docs` | Filed played against a platform; what Filed reads first |

pub mod check;
mod content;
pub mod docs;
mod host;
mod incoming;
mod server;
mod settings;

pub use incoming::Files;
pub use server::NativePullServer;
