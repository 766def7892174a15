//! The whole workflow of putting a tax firm's clients and documents into Filed.
//!
//! Start with [`Client`]; the main job is [`Client::push`]. Nothing here knows which language
//! embeds it: the C, Python and Node layers stand on this crate and hold no logic of their own.
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`client`] | [`Client`]: opens everything else |
//! | [`config`] | [`Config`]: settings from arguments, then `FILED_*` variables |
//! | [`error`] | [`Error`] and the one table of codes |
//! | [`gateway`] | typed GraphQL operations, one file per noun |
//! | [`upload`] | sources, the multipart body, MIME detection |
//! | [`push`] | the push: entries, journal, engine, watch, events, report |
//! | [`pull`] | the API through which Filed pulls: provider, server, documents, check |
//! | [`wire`] | what the public documentation does not pin down, as a profile |
//! | [`runtime`] | the one embedded runtime |
//! | [`queue`] | completions and events on their way to a host |
//! | `sync` | the locks of what is checked by `tests/loom` |
//! | `auth`, `http` | tokens; the HTTP client with its retries and limits |
//! | `hash` | SHA-256 as it is shown and kept |
//! | `resources` | running out of descriptors and memory |

mod auth;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod check;
pub mod client;
pub mod config;
mod deep_link;
#[doc(hidden)]
pub mod defect;
pub mod error;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzz;
pub mod gateway;
mod hash;
mod http;
#[cfg(feature = "pull")]
pub mod pull;
pub mod push;
pub mod queue;
mod resources;
pub mod runtime;
mod sync;
pub mod upload;
pub mod wire;

pub use client::Client;
pub use config::{Config, PartnerToken, PartnerTokenSource, Role};
pub use deep_link::deep_link;
pub use error::{Effect, Error, ErrorCode, GraphqlError, Result};

/// The version of this library, as in `Cargo.toml`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
