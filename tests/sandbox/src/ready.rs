//! What a started sandbox says about itself: the first line of the program's output.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Addresses, keys and seeded ids of a running sandbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    /// Always `ready`.
    pub event: String,
    /// Root of all addresses.
    pub base_url: String,
    /// The GraphQL gateway.
    pub gateway_url: String,
    /// The customers' upload host.
    pub upload_url: String,
    /// The partners' upload host.
    pub partner_upload_url: String,
    /// The control endpoint.
    pub control_url: String,
    /// The control endpoint without TLS: the same, or on a port of its own that is never away.
    pub plain_control_url: String,
    /// The port of all addresses but that.
    pub port: u16,
    /// Where files put there by the control endpoint are served.
    pub hosted_url: String,
    /// API key of the customer account.
    pub api_key: String,
    /// API key of the partner account.
    pub partner_api_key: String,
    /// A partner upload token.
    pub partner_token: String,
    /// The seeded workspace.
    pub workspace_id: String,
    /// Its slug.
    pub workspace_slug: String,
    /// A seeded connection that is active.
    pub connection_id: String,
    /// A seeded connection that is pending.
    pub pending_connection_id: String,
    /// A seeded connection that has failed.
    pub failed_connection_id: String,
    /// A provider key the sandbox knows.
    pub provider_key: String,
    /// Certificate of the authority, with `tls`.
    pub ca_bundle: Option<PathBuf>,
    /// Process that runs the sandbox.
    pub pid: u32,
}
