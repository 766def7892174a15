//! The check: it plays Filed against a platform's pull API, ours or an existing one that is
//! described by its OpenAPI document and a small [`Mapping`], and reports what Filed would trip
//! over.
//!
//! | module | what lives there |
//! | --- | --- |
//! | `options`, `mapping` | what the check is told |
//! | `document`, `operation`, `schema` | the platform's OpenAPI document |
//! | `probe`, `request`, `caller` | one request, its answer, and who sends it |
//! | `session`, `listing` | a check under way; walking a list |
//! | `steps` | the parts of the check, one file each |
//! | `codes`, `finding` | what can be found |
//! | `report`, `words`, `junit` | what is told in the end |

mod caller;
mod codes;
mod document;
mod finding;
mod junit;
mod listing;
mod mapping;
mod operation;
mod options;
mod probe;
mod report;
mod request;
mod schema;
mod session;
mod steps;
mod text;
mod words;

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

pub use finding::{Finding, Severity};
pub use mapping::{
    AuthMapping, KeyPlace, ListMapping, Mapping, NoteMapping, Paging, PagingStyle, UploadMapping,
    UploadMethod,
};
pub use options::{CheckCredentials, CheckLimits, CheckOptions};
pub use report::{Part, Report};

use crate::check::{https_url, invalid};
use crate::{Result, runtime};
use document::Document;
use operation::Operations;
use probe::Probe;
use request::Request;
use session::Session;

/// Plays Filed against a platform and reports what Filed would trip over.
///
/// It reads everything it may (see [`CheckLimits`]) and, when [`CheckOptions::writes`] is on, posts
/// notes and uploads small files. It runs on the library's runtime and may be awaited from any.
///
/// # Errors
/// `INVALID_ARGUMENT` when the address, the document or the mapping cannot be used. That the
/// platform fails is no error but a finding.
pub async fn check(options: CheckOptions) -> Result<Report> {
    runtime::current()?.run(carry_out(options)).await
}

async fn carry_out(options: CheckOptions) -> Result<Report> {
    let base = https_url("base_url", &options.base_url)?;
    if options.credentials.api_key.is_none() && options.credentials.oauth.is_none() {
        return Err(invalid(
            "credentials",
            "hold neither an API key nor an OAuth client",
        ));
    }
    let mapping = match &options.mapping {
        Some(text) => Mapping::parse(text)?,
        None => Mapping::ours()?,
    };
    let mut probe = Probe::new(&options, base)?;
    let document = match &options.document {
        Some(text) => Some(Document::parse(text)?),
        None => fetch(&mut probe, &mapping).await,
    };
    let operations = Operations::find(&mapping, document.as_ref())?;
    let session = Session {
        probe,
        document: document.map(Arc::new),
        mapping: Arc::new(mapping),
        operations: Arc::new(operations),
        findings: finding::Findings::default(),
        skipped: Vec::new(),
        clients: Vec::new(),
        files: Vec::new(),
        target: options.client_id.clone(),
        rates_seen: false,
    };
    steps::run(session, &options).await
}

/// The document from where the mapping says it is served; without one the check goes on.
async fn fetch(probe: &mut Probe, mapping: &Mapping) -> Option<Document> {
    let url = under(&probe.base, mapping.document.as_deref()?)?;
    let answer = probe.send(Request::get(url)).await.ok()?;
    let text = std::str::from_utf8(&answer.body).ok()?;
    answer.succeeded().then(|| Document::parse(text).ok())?
}

/// An address that the platform or its document names: absolute, or a path below the base.
fn under(base: &Url, place: &str) -> Option<Url> {
    if place.contains("://") {
        return Url::parse(place).ok();
    }
    let base = base.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/{}", place.trim_start_matches('/'))).ok()
}

/// The secret of a client with its id, for the token endpoint.
type Client = (String, SecretString);
