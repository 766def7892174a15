//! The documents of the pull API, all made from the OpenAPI document: the document itself, a
//! Markdown text that answers every item Filed asks a platform for, and the same as one HTML page
//! that loads nothing. Ready to be sent to Filed.

mod items;
mod markdown;
mod schema;

use std::io;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, html};
use secrecy::{ExposeSecret, SecretString};

use super::config::{PullConfig, check_url};
use super::openapi;
use crate::Result;

/// The documents of one server.
#[derive(Clone)]
pub struct Documents {
    /// OpenAPI 3.1, JSON.
    pub openapi: String,
    /// Everything in words, Markdown.
    pub markdown: String,
    /// The same as one page.
    pub html: String,
}

/// Credentials of a sandbox with made-up clients, to be sent to Filed. Only the documents that
/// [`Documents::package`] makes hold them; those that the server shows to everybody do not.
#[derive(Clone, Default)]
pub struct SandboxAccess {
    /// An API key.
    pub api_key: Option<SecretString>,
    /// `client_id` and `client_secret` of an OAuth 2.0 client.
    pub oauth_client: Option<(String, SecretString)>,
}

impl Documents {
    /// For everybody: no credentials in them.
    pub(super) fn new(config: &PullConfig, base: &str) -> Self {
        Self::made(config, base, &SandboxAccess::default())
    }

    /// For Filed: with the URL it will use and the credentials of a sandbox filled in. Of the
    /// settings, those count that the API's callers notice.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when `base` is no http or https URL.
    pub fn package(config: &PullConfig, base: &str, access: &SandboxAccess) -> Result<Self> {
        check_url("base_url", base)?;
        Ok(Self::made(config, base, access))
    }

    fn made(config: &PullConfig, base: &str, access: &SandboxAccess) -> Self {
        let base = base.trim_end_matches('/');
        let document = openapi::document(config, base);
        let markdown = markdown::write(&document, config, base, access);
        Self {
            openapi: serde_json::to_string_pretty(&document).unwrap_or_default(),
            html: page(&markdown),
            markdown,
        }
    }

    /// Writes `openapi.json`, `pull-api.md` and `pull-api.html` into a folder, over older ones.
    ///
    /// # Errors
    /// What the file system reports.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("openapi.json"), &self.openapi)?;
        std::fs::write(folder.join("pull-api.md"), &self.markdown)?;
        std::fs::write(folder.join("pull-api.html"), &self.html)
    }
}

impl SandboxAccess {
    fn key(&self) -> Option<&str> {
        self.api_key.as_ref().map(ExposeSecret::expose_secret)
    }

    fn client(&self) -> Option<(&str, &str)> {
        let (id, secret) = self.oauth_client.as_ref()?;
        Some((id, secret.expose_secret()))
    }
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
padding:0 1rem;color:#1a1a1a}code,pre{font:14px/1.4 ui-monospace,monospace;background:#f4f4f5}\
pre{padding:.8rem;overflow:auto}table{border-collapse:collapse;width:100%;font-size:14px}\
td,th{border:1px solid #d4d4d8;padding:.3rem .5rem;text-align:left;vertical-align:top}\
h2{border-top:1px solid #d4d4d8;padding-top:1.5rem;margin-top:2.5rem}";

fn page(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut body = String::new();
    // What a platform says of itself is text, also where it looks like tags.
    let events = Parser::new_ext(markdown, options).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    html::push_html(&mut body, events);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>Filed pull API</title><style>{STYLE}</style></head>\n<body>\n{body}</body></html>\n"
    )
}

#[cfg(test)]
mod tests;
