//! Lists that come from the platform behind a connection, and their free-form `options`.

use async_graphql::Result as Answer;
use serde_json::Value;

use super::lists::Page;
use crate::graphql::call::Call;
use crate::graphql::types::{ClientFile, ConnectionClient, FilesOf};
use crate::settings::Settings;
use crate::state::{self, Refusal};

pub(super) struct Options {
    id: Option<String>,
    page: Page,
    /// What only a registered platform understands.
    filters: Vec<(String, String)>,
}

impl Options {
    /// Reads `id`, `limit` and `offset`; other keys are handed to the platform as they are.
    pub(super) fn read(options: Option<Value>, settings: &Settings) -> Result<Self, Refusal> {
        let options = match options {
            None | Some(Value::Null) => serde_json::Map::new(),
            Some(Value::Object(options)) => options,
            Some(_) => return Err(Refusal::input("options must be an object")),
        };
        let number = |name: &str| match options.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_i64()
                .and_then(|number| i32::try_from(number).ok())
                .map(Some)
                .ok_or_else(|| Refusal::input(format!("options.{name} must be an integer"))),
        };
        let id = match options.get("id") {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => return Err(Refusal::input("options.id must be a string")),
        };
        Ok(Self {
            filters: filters(&options),
            id,
            page: Page::new(number("limit")?, number("offset")?, settings)?,
        })
    }

    fn wants(&self, id: &str) -> bool {
        self.id.as_deref().is_none_or(|wanted| wanted == id)
    }
}

fn filters(options: &serde_json::Map<String, Value>) -> Vec<(String, String)> {
    let others = options
        .iter()
        .filter(|(name, value)| !matches!(name.as_str(), "limit" | "offset") && !value.is_null());
    others
        .map(|(name, value)| match value {
            Value::String(text) => (name.clone(), text.clone()),
            other => (name.clone(), other.to_string()),
        })
        .collect()
}

/// The clients of the platform behind a connection.
pub(super) async fn clients(
    call: &Call,
    connection_id: &str,
    options: &Options,
) -> Answer<Vec<ConnectionClient>> {
    let Some(platform) = call.platform(connection_id)? else {
        let all = state::clients().iter();
        let wanted = all.filter(|client| options.wants(client.id)).collect();
        return Ok(options
            .page
            .of(wanted)
            .map(ConnectionClient::from)
            .collect());
    };
    let Page { offset, limit } = options.page;
    let found = platform.clients(offset, limit, &options.filters).await;
    let found = found.map_err(Refusal::platform)?.into_iter();
    Ok(found
        .filter(|client| options.wants(&client.id))
        .map(|client| ConnectionClient::remote(client, &platform))
        .collect())
}

/// The files of one of its clients.
pub(super) async fn files(client: &ConnectionClient, options: &Options) -> Answer<Vec<ClientFile>> {
    let platform = match &client.files_of {
        FilesOf::Registered(platform) => platform,
        FilesOf::Canned(files) => {
            let wanted = files.iter().filter(|file| options.wants(file.id)).collect();
            return Ok(options.page.of(wanted).map(ClientFile::from).collect());
        }
    };
    let Page { offset, limit } = options.page;
    let found = platform
        .files(&client.id, offset, limit, &options.filters)
        .await;
    let found = found.map_err(Refusal::platform)?.into_iter();
    Ok(found
        .filter(|file| options.wants(&file.id))
        .map(ClientFile::from)
        .collect())
}
