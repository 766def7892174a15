//! How a sandbox is started: what cannot change while it runs.

use std::path::PathBuf;

use serde_json::Value;

/// How a sandbox is away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Away {
    /// Nobody listens: connections are refused.
    #[default]
    Refusing,
    /// Connections are taken and broken off at once: a TLS handshake fails in the middle.
    BreakingOff,
}

/// Start options of a sandbox.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Serve HTTPS with a certificate authority made for this sandbox.
    pub tls: bool,
    /// Where the authority's certificate is written (PEM); without it, into the data directory.
    pub ca_out: Option<PathBuf>,
    /// Where uploads are kept; without it, a temporary directory that goes away with the sandbox.
    pub data_dir: Option<PathBuf>,
    /// What those who connect meet while the sandbox is away.
    pub away: Away,
    /// Settings merged over the defaults, at the start and at each reset.
    pub settings: Option<Value>,
}
