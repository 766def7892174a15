//! The documents of the pull API.

use filed_core::Result;
use filed_core::pull::{Documents, SandboxAccess};
use serde::Deserialize;
use serde_json::json;

use super::settings::{Client, SecretText, Settings};
use crate::client::arguments;

/// What JavaScript gives; see `pull.docs`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    base_url: String,
    api_key: Option<SecretText>,
    oauth_client: Option<Client>,
    settings: Settings,
}

/// The documents of a server with these settings, as JSON text.
pub fn make(given: &str) -> Result<String> {
    let given: Arguments = arguments(given)?;
    let access = SandboxAccess {
        api_key: given.api_key.map(SecretText::into_inner),
        oauth_client: given.oauth_client.map(Client::into_pair),
    };
    let made = Documents::package(&given.settings.config()?, &given.base_url, &access)?;
    let told = json!({ "openapi": made.openapi, "markdown": made.markdown, "html": made.html });
    Ok(told.to_string())
}
