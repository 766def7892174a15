//! The documents of the pull API, ready to be sent to Filed.

use std::ffi::c_char;
use std::path::Path;

use filed_core::pull::{Documents, SandboxAccess};
use filed_core::{Error, ErrorCode};
use secrecy::SecretString;

use super::options::filed_pull_options;
use crate::args;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{free, guard, read};
use crate::records::{self, Record};
use crate::text::Text;

/// Credentials of a sandbox with made-up clients, filled in where they are not NULL: whoever has
/// the documents has them too. Start with `FILED_PULL_SANDBOX_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_sandbox {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// An API key.
    pub api_key: *const c_char,
    /// `client_id` of an OAuth 2.0 client.
    pub client_id: *const c_char,
    /// Its `client_secret`.
    pub client_secret: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_sandbox {
    const NAME: &'static str = "filed_pull_sandbox";
    const INIT: &'static str = "FILED_PULL_SANDBOX_INIT";
}

impl filed_pull_sandbox {
    unsafe fn to_core(self) -> Result<SandboxAccess> {
        let key = unsafe { args::optional_text(self.api_key, "sandbox.api_key") }?;
        Ok(SandboxAccess {
            api_key: key.map(SecretString::from),
            oauth_client: unsafe { pair(self.client_id, self.client_secret) }?,
        })
    }
}

/// An id with its secret, or neither.
pub(super) unsafe fn pair(
    id: *const c_char,
    secret: *const c_char,
) -> Result<Option<(String, SecretString)>> {
    let id = unsafe { args::optional_string(id, "client_id") }?;
    let secret = unsafe { args::optional_text(secret, "client_secret") }?;
    match (id, secret) {
        (None, None) => Ok(None),
        (Some(id), Some(secret)) => Ok(Some((id, SecretString::from(secret)))),
        _ => Err(args::invalid(
            "client_id and client_secret",
            "belong together: give both",
        )),
    }
}

/// The documents of a pull API. Strings are borrowed from it.
pub struct filed_pull_docs {
    openapi: Text,
    markdown: Text,
    html: Text,
    documents: Documents,
}

/// Makes the documents of a server with these options that Filed reaches at `base_url`: of the
/// options, those count that its callers notice, such as `about`. `options` and `sandbox` may be
/// NULL. `*docs` is yours to free with `filed_pull_docs_free`.
///
/// CONFIG_INVALID when `base_url` is no http or https URL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_docs_make(
    options: *const filed_pull_options,
    base_url: *const c_char,
    sandbox: *const filed_pull_sandbox,
    docs: *mut *mut filed_pull_docs,
) -> *mut filed_error {
    guard("filed_pull_docs_make", || {
        let place = unsafe { args::out(docs, "docs") }?;
        let config = unsafe { records::read_or_default(options, "options")?.to_core() }?;
        let base = unsafe { args::text(base_url, "base_url") }?;
        let access = unsafe { records::read_or_default(sandbox, "sandbox")?.to_core() }?;
        let documents = Documents::package(&config, base, &access)?;
        place.set(filed_pull_docs {
            openapi: Text::from(documents.openapi.as_str()),
            markdown: Text::from(documents.markdown.as_str()),
            html: Text::from(documents.html.as_str()),
            documents,
        });
        Ok(())
    })
}

/// OpenAPI 3.1, as JSON. It holds no credentials.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_docs_openapi(docs: *const filed_pull_docs) -> *const c_char {
    read("filed_pull_docs_openapi", docs, |docs| {
        docs.openapi.as_ptr()
    })
}

/// Everything in words, as Markdown, with a table of each item Filed asks for and where it is
/// answered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_docs_markdown(docs: *const filed_pull_docs) -> *const c_char {
    read("filed_pull_docs_markdown", docs, |docs| {
        docs.markdown.as_ptr()
    })
}

/// The same as one page that loads nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_docs_html(docs: *const filed_pull_docs) -> *const c_char {
    read("filed_pull_docs_html", docs, |docs| docs.html.as_ptr())
}

/// Writes `openapi.json`, `pull-api.md` and `pull-api.html` into a folder, over older ones. The
/// folder is made where there is none.
///
/// FILE_UNREADABLE when they cannot be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_docs_write(
    docs: *const filed_pull_docs,
    folder: *const c_char,
) -> *mut filed_error {
    guard("filed_pull_docs_write", || {
        let docs = unsafe { args::handle(docs, "docs") }?;
        let folder = Path::new(unsafe { args::text(folder, "folder") }?);
        docs.documents.write(folder).map_err(|e| {
            let text = format!("the documents cannot be written: {}", e.kind());
            Error::new(ErrorCode::FileUnreadable, text).with_path(folder)
        })?;
        Ok(())
    })
}

/// Frees the documents and what was borrowed from them. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_docs_free(docs: *mut filed_pull_docs) {
    free("filed_pull_docs_free", docs)
}
