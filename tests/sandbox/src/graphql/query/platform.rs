//! The free-form `options` of lists that come from the platform behind a connection.

use serde_json::Value;

use super::lists::Page;
use crate::settings::Settings;
use crate::state::Refusal;

pub(super) struct Options {
    id: Option<String>,
    pub(super) page: Page,
}

impl Options {
    /// Reads `id`, `limit` and `offset`; other keys are the platform's business.
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
            id,
            page: Page::new(number("limit")?, number("offset")?, settings)?,
        })
    }

    pub(super) fn wants(&self, id: &str) -> bool {
        self.id.as_deref().is_none_or(|wanted| wanted == id)
    }
}
