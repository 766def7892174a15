//! The wire profile: what the public documentation of the gateway does not pin down.
//!
//! Each value has the best documented guess as its default and can be changed without a new
//! release, through a JSON file named by `wire_profile` or `FILED_WIRE_PROFILE`. A file holds only
//! what differs:
//!
//! ```json
//! { "upload": { "part_name": "document" }, "artifact_status": { "imported": ["STORED"] } }
//! ```
//!
//! Status words that no list names are passed through and never taken for success or failure.

use std::path::Path;

use serde::Deserialize;

use crate::{Error, ErrorCode, Result};

/// What the public documentation does not pin down, with its defaults.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct WireProfile {
    /// The upload endpoints.
    pub upload: UploadWire,
    /// The mutation that starts the import.
    pub initiate: InitiateWire,
    /// Words of `ProviderConnection.status`.
    pub connection_status: ConnectionWords,
    /// Words of `WorkArtifact.status`.
    pub artifact_status: StatusWords,
    /// Words of `Work.status`. With every list empty, a work is done when its artifacts are.
    pub work_status: StatusWords,
    /// Words of the job's `status` as the initiate mutation returns it.
    pub job_status: JobWords,
    /// How errors are told apart.
    pub errors: ErrorWords,
    /// `limit` of every paged query, 1 to 1000.
    pub page_size: PageSize,
}

/// `limit` of every paged query.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct PageSize(pub u32);

impl Default for PageSize {
    fn default() -> Self {
        Self(100)
    }
}

/// How a file is handed to the upload endpoints.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UploadWire {
    /// Name of the multipart part that holds the file.
    pub part_name: String,
    /// Name of the parameter that holds the URL of an upload by URL.
    pub url_field: String,
    /// Name of its optional MIME type parameter.
    pub mime_type_field: String,
    /// How the parameters of an upload by URL are encoded.
    pub url_encoding: UrlEncoding,
    /// Whether partners may upload by URL.
    pub partner_by_url: bool,
    /// Name of the answer's field with the file's URL.
    pub file_url_field: String,
    /// Name of the answer's field with the file's name.
    pub file_name_field: String,
    /// Name of the answer's field with the MIME type.
    pub answer_mime_type_field: String,
}

impl Default for UploadWire {
    fn default() -> Self {
        Self {
            part_name: "file".into(),
            url_field: "url".into(),
            mime_type_field: "mimeType".into(),
            url_encoding: UrlEncoding::Json,
            partner_by_url: false,
            file_url_field: "fileUrl".into(),
            file_name_field: "fileName".into(),
            answer_mime_type_field: "mimeType".into(),
        }
    }
}

/// Encoding of the body of an upload by URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UrlEncoding {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    Form,
}

/// The mutation that starts the import.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InitiateWire {
    /// Root field of the mutation.
    pub field: String,
    /// The whole GraphQL document.
    pub document: String,
    /// Name of the variable that holds the job's id.
    pub job_variable: String,
}

impl Default for InitiateWire {
    fn default() -> Self {
        Self {
            field: "initiateTaxPrepsImport".into(),
            document: include_str!("../graphql/initiate_tax_preps_import.graphql").into(),
            job_variable: "connectionJobId".into(),
        }
    }
}

/// Words of `ProviderConnection.status`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionWords {
    /// Ready for jobs.
    pub active: Vec<String>,
    /// Will not become active by itself.
    pub failed: Vec<String>,
}

impl Default for ConnectionWords {
    fn default() -> Self {
        Self {
            active: words(&["active"]),
            failed: words(&["failed", "disconnected"]),
        }
    }
}

/// Terminal status words of an artifact or a work.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusWords {
    /// Not begun; seen right after creation.
    pub initial: Vec<String>,
    /// In Filed, ready for use.
    pub imported: Vec<String>,
    /// Fetching or processing failed.
    pub failed: Vec<String>,
    /// Explicitly cancelled.
    pub terminated: Vec<String>,
}

impl Default for StatusWords {
    fn default() -> Self {
        Self {
            initial: words(&["pending", "queued"]),
            imported: words(&["uploaded", "success", "completed", "done"]),
            failed: words(&["failed", "error"]),
            terminated: words(&["terminated", "cancelled"]),
        }
    }
}

/// Words of a job's status.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobWords {
    /// Still takes works and artifacts; the import was not initiated.
    pub open: Vec<String>,
}

impl Default for JobWords {
    fn default() -> Self {
        Self {
            open: words(&["pending", "active"]),
        }
    }
}

/// Values of `extensions.code`, compared without case.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ErrorWords {
    /// The token is missing, expired or wrong.
    pub unauthenticated: Vec<String>,
    /// The account may not do this.
    pub forbidden: Vec<String>,
    /// No such object.
    pub not_found: Vec<String>,
    /// The external id exists already.
    pub external_id_exists: Vec<String>,
    /// The job takes no more works or artifacts.
    pub job_closed: Vec<String>,
    /// The import was initiated before.
    pub already_initiated: Vec<String>,
    /// The connection is not active.
    pub connection_not_active: Vec<String>,
    /// The batch has too many inputs.
    pub batch_too_large: Vec<String>,
    /// Passing trouble; the request had no effect.
    pub transient: Vec<String>,
}

impl Default for ErrorWords {
    fn default() -> Self {
        Self {
            unauthenticated: words(&["UNAUTHENTICATED"]),
            forbidden: words(&["FORBIDDEN"]),
            not_found: words(&["NOT_FOUND"]),
            external_id_exists: words(&["DUPLICATE_EXTERNAL_ID"]),
            job_closed: words(&["JOB_CLOSED", "INVALID_JOB_STATE"]),
            already_initiated: words(&["ALREADY_INITIATED"]),
            connection_not_active: words(&["CONNECTION_NOT_ACTIVE"]),
            batch_too_large: words(&["BATCH_TOO_LARGE"]),
            transient: words(&["RATE_LIMITED", "SERVICE_UNAVAILABLE", "TIMEOUT"]),
        }
    }
}

/// Whether `word` is in the list, without regard to case.
pub(crate) fn named(list: &[String], word: &str) -> bool {
    list.iter().any(|entry| entry.eq_ignore_ascii_case(word))
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

impl WireProfile {
    /// Reads a profile; what it does not name keeps its default.
    ///
    /// # Errors
    /// `WIRE_PROFILE_INVALID` with the key that is wrong; the path is in the error's own field.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            refuse(format!(
                "wire profile (FILED_WIRE_PROFILE) cannot be read: {}",
                e.kind()
            ))
            .with_path(path)
        })?;
        Self::from_json(&text).map_err(|e| e.with_path(path))
    }

    /// Parses a profile.
    ///
    /// # Errors
    /// `WIRE_PROFILE_INVALID` with the key that is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let profile: Self =
            serde_json::from_str(text).map_err(|e| refuse(format!("wire profile: {e}")))?;
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<()> {
        if !(1..=1000).contains(&self.page_size.0) {
            return Err(refuse("wire profile: page_size must be 1 to 1000".into()));
        }
        let names = [
            ("upload.part_name", &self.upload.part_name),
            ("upload.url_field", &self.upload.url_field),
            ("upload.mime_type_field", &self.upload.mime_type_field),
            ("upload.file_url_field", &self.upload.file_url_field),
            ("initiate.field", &self.initiate.field),
            ("initiate.job_variable", &self.initiate.job_variable),
        ];
        for (key, name) in names {
            let ok = !name.is_empty()
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-.[]".contains(&b));
            if !ok {
                return Err(refuse(format!(
                    "wire profile: {key} must be letters, digits and any of _ - . [ ]"
                )));
            }
        }
        if !self.initiate.document.contains(&self.initiate.field) {
            return Err(refuse(
                "wire profile: initiate.document does not name initiate.field".into(),
            ));
        }
        Ok(())
    }
}

fn refuse(message: String) -> Error {
    Error::new(ErrorCode::WireProfileInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_names_only_what_differs() {
        let profile = WireProfile::from_json(r#"{"upload":{"part_name":"doc"}}"#).unwrap();
        assert_eq!(profile.upload.part_name, "doc");
        assert_eq!(profile.upload.url_field, "url");
        assert!(named(&profile.artifact_status.imported, "UPLOADED"));
    }

    #[test]
    fn a_misspelt_key_is_an_error_that_names_it() {
        let error = WireProfile::from_json(r#"{"upload":{"partname":"doc"}}"#).unwrap_err();
        assert_eq!(error.code(), ErrorCode::WireProfileInvalid);
        assert!(error.message().contains("partname"));
    }

    #[test]
    fn a_part_name_cannot_break_a_header() {
        assert!(WireProfile::from_json(r#"{"upload":{"part_name":"a\"\r\nb"}}"#).is_err());
    }
}
