//! The Markdown text: an overview with the table of items, then a section for everything the
//! OpenAPI document has.

use std::fmt::Write;

use serde_json::Value;

use super::SandboxAccess;
use super::items;
use super::schema::example;
use crate::pull::config::PullConfig;
use crate::pull::problem::Code;

mod endpoint;

/// In the order a reader needs them.
const ORDER: [&str; 13] = [
    "listClients",
    "listFiles",
    "downloadFile",
    "postNote",
    "sendFile",
    "createUpload",
    "continueUpload",
    "uploadOffset",
    "uploadState",
    "endUpload",
    "tusOptions",
    "describeFile",
    "getToken",
];

/// Everything.
pub fn write(document: &Value, config: &PullConfig, base: &str, access: &SandboxAccess) -> String {
    let mut text = Text {
        out: String::new(),
        document,
        base,
        key: access.key().unwrap_or("YOUR_API_KEY"),
    };
    let title = document["info"]["title"].as_str().unwrap_or_default();
    text.line(&format!("# {title}\n"));
    text.line(&format!(
        "Base URL: `{base}`. Everything is JSON in UTF-8 and every time RFC 3339 in UTC, unless said otherwise.\n"
    ));
    text.items();
    text.authentication(config, access);
    for id in ORDER {
        text.operation(id);
    }
    text.signed_urls(config);
    text.errors();
    text.limits(config);
    text.heading("Versioning");
    let description = document["info"]["description"].as_str().unwrap_or_default();
    text.line(
        description
            .split_once("**Versioning.** ")
            .map_or("", |(_, rest)| rest),
    );
    text.webhooks(config);
    text.heading("OpenAPI");
    text.line(&format!(
        "The whole API as an OpenAPI 3.1 document, with a JSON Schema of everything: `{base}/openapi.json`. This text is at `{base}/docs`."
    ));
    text.sandbox(config, access);
    text.out
}

struct Text<'a> {
    out: String,
    document: &'a Value,
    base: &'a str,
    key: &'a str,
}

impl<'a> Text<'a> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        let anchor = anchor(heading);
        self.line(&format!("\n## {heading} {{#{anchor}}}\n"));
    }

    fn items(&mut self) {
        self.heading("What Filed asks for");
        self.line("| part | item | answered in |\n| --- | --- | --- |");
        for item in items::ALL {
            let anchor = anchor(item.section);
            self.line(&format!(
                "| {} | {} | [{}](#{anchor}) |",
                item.part, item.asked, item.section
            ));
        }
    }

    fn authentication(&mut self, config: &PullConfig, access: &SandboxAccess) {
        self.heading("Authentication");
        let (base, key) = (self.base, self.key);
        let lifetime = config.token_lifetime.as_secs();
        let (id, secret) = access
            .client()
            .unwrap_or(("YOUR_CLIENT_ID", "YOUR_CLIENT_SECRET"));
        let _ = writeln!(
            self.out,
            "Every request carries an API key or an OAuth 2.0 access token.\n\n\
             **How to get credentials.** {}\n\n\
             **API key**, in either header:\n\n```http\nX-API-Key: {key}\n```\n\n```http\nAuthorization: Bearer {key}\n```\n\n\
             **OAuth 2.0 client credentials.** A token lives {lifetime} seconds; there is no refresh token: \
             ask for another one before it ends, or after a 401 with `TOKEN_EXPIRED`.\n\n\
             ```sh\ncurl {base}/api/v1/oauth/token \\\n  -d grant_type=client_credentials \\\n  \
             -d client_id={id} \\\n  -d client_secret={secret}\n```\n",
            config.about.credentials
        );
        self.line("| scope | allows |\n| --- | --- |");
        for scope in crate::pull::Scope::ALL {
            self.line(&format!("| `{}` | {} |", scope.as_str(), scope.meaning()));
        }
        self.line("\nWhat is answered when something is wrong with the credentials:\n");
        self.codes(|code| matches!(code.status(), 401 | 403) || code == Code::LockedOut);
    }

    fn codes(&mut self, which: impl Fn(Code) -> bool) {
        self.line("| status | code | means | do |\n| --- | --- | --- | --- |");
        for code in Code::ALL.iter().copied().filter(|code| which(*code)) {
            self.line(&format!(
                "| {} | `{}` | {} | {} |",
                code.status(),
                code.name(),
                code.title(),
                code.meaning()
            ));
        }
    }

    fn signed_urls(&mut self, config: &PullConfig) {
        self.heading("Signed URLs");
        self.line(&match config.signed_urls {
            Some(lifetime) => format!(
                "`downloadUrl` is signed: it needs no credentials, is for one file only, and lives \
                 at least {0} seconds and at most {1} from the moment it was listed. `expires` in \
                 it says when it ends. After that list the files again.",
                lifetime.as_secs(),
                lifetime.as_secs() * 2
            ),
            None => "`downloadUrl` is not signed here: it needs the same credentials as every \
                     other call, and is good for as long as the file is there, not for a number \
                     of seconds."
                .into(),
        });
    }

    fn errors(&mut self) {
        self.heading("Errors");
        self.line(
            "Every error is problem+json (RFC 9457). `code` is stable; `requestId` is the one to \
             name in a report. Only the token endpoint answers as RFC 6749 says.\n",
        );
        let shown = example(
            &self.document["components"]["schemas"]["Problem"],
            self.document,
        );
        let shown = serde_json::to_string_pretty(&shown).unwrap_or_default();
        self.line(&format!(
            "```http\nHTTP/1.1 404\nContent-Type: application/problem+json\n\n{shown}\n```\n"
        ));
        self.codes(|_| true);
    }

    fn limits(&mut self, config: &PullConfig) {
        let limits = &config.limits;
        self.heading("Limits");
        let (per_second, burst) = match limits.rate {
            Some(rate) => (rate.per_second.to_string(), rate.burst.to_string()),
            None => ("no limit".into(), "no limit".into()),
        };
        self.line("| limit | value |\n| --- | --- |");
        for (name, value) in [
            ("Requests a second, in the long run", per_second),
            ("Requests at once", burst),
            ("Connections", limits.connections.to_string()),
            ("Largest file, bytes", limits.file.to_string()),
            (
                "Chunks of a resumable upload",
                "any size up to what is left of the file".into(),
            ),
            ("Unfinished resumable uploads", limits.uploads.to_string()),
            (
                "Seconds an unfinished upload is kept after its last byte",
                limits.upload_lifetime.as_secs().to_string(),
            ),
            (
                "Characters of a note",
                crate::pull::types::MOST_NOTE.to_string(),
            ),
            ("Entries on a page", "200".into()),
            (
                "Seconds a transfer may move less than 16 KiB",
                limits.stall.as_secs().to_string(),
            ),
            (
                "Wrong credentials in a row before a lock-out",
                limits.failures.to_string(),
            ),
        ] {
            self.line(&format!("| {name} | {value} |"));
        }
        self.line(
            "\nEvery answer says in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` \
             what is left. One request too many is answered with 429 and `Retry-After`.",
        );
    }

    fn webhooks(&mut self, config: &PullConfig) {
        self.heading("Webhooks");
        if config.about.webhooks.is_empty() {
            self.line("There are no webhooks: list with `modifiedSince` to see what is new.");
            return;
        }
        self.line("| webhook | when and what |\n| --- | --- |");
        for hook in &config.about.webhooks {
            self.line(&format!(
                "| `{}` | {} |",
                hook.name,
                cell(&hook.description)
            ));
        }
    }

    fn sandbox(&mut self, config: &PullConfig, access: &SandboxAccess) {
        self.heading("Sandbox");
        if let Some(key) = access.key() {
            self.line(&format!("API key of the sandbox: `{key}`\n"));
        }
        if let Some((id, secret)) = access.client() {
            self.line(&format!(
                "OAuth 2.0 client of the sandbox: `{id}`, secret `{secret}`\n"
            ));
        }
        if access.key().is_none() && access.client().is_none() {
            self.line("Sandbox credentials are handed over privately, not on this page.\n");
        } else {
            self.line("These credentials open made-up clients only.\n");
        }
        if let Some(contact) = &config.about.contact {
            self.line(&format!("Questions: {contact}"));
        }
    }
}

fn yes(required: bool) -> &'static str {
    if required { "yes" } else { "no" }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A heading as the end of a link.
pub fn anchor(heading: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric();
    let words = heading
        .split(|c: char| !word(c))
        .filter(|one| !one.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
