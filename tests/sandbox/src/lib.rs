//! A simulated Filed on one machine: the GraphQL gateway, both upload hosts, and a control
//! endpoint to plan faults and read everything back.
//!
//! It behaves as Filed's public documentation describes, strictly, so that what passes here is
//! well-formed there. It shares nothing with the client library but the schema's text. Start one
//! in a test with [`Sandbox::start`], or run the program `filed-sandbox`.

mod answer;
mod control;
mod control_http;
mod faults;
mod fetch;
mod gateway;
mod graphql;
pub mod guard;
mod hub;
mod ledger;
mod limiter;
mod options;
mod pull;
mod pull_control;
mod ready;
mod sandbox;
mod server;
mod settings;
mod state;
mod upload;

pub use control::Control;
pub use graphql::sdl;
pub use options::{Away, Options};
pub use ready::Ready;
pub use sandbox::Sandbox;
pub use settings::{
    DuplicateScope, InitiateAgain, OverLimit, RateLimit, ResultOrder, Settings, StaleReads,
    UrlEncoding, UrlUpload, Words,
};
