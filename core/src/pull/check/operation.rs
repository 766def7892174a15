//! [`Operation`]: one endpoint, as the mapping names it and the document describes it.

use http::Method;
use url::Url;

use super::document::Document;
use super::mapping::{Mapping, UploadMapping};
use crate::Result;
use crate::check::invalid;

/// One endpoint.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) method: Method,
    /// The path as the document has it, with parameters in braces.
    pub(super) path: String,
}

impl Operation {
    pub(super) fn find(name: &str, document: Option<&Document>) -> Result<Self> {
        let unknown = || {
            invalid(
                "mapping",
                &format!("names the operation `{name}`, which the document does not have"),
            )
        };
        let (method, path) = match name.split_once(' ') {
            Some((method, path)) => (method.to_owned(), path.trim().to_owned()),
            None => document
                .and_then(|document| document.by_id(name))
                .ok_or_else(unknown)?,
        };
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| unknown())?;
        if !path.starts_with('/') {
            return Err(unknown());
        }
        Ok(Self { method, path })
    }

    /// What reports call it.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The address below `base`, with `id` in place of the parameter.
    pub(super) fn url(&self, base: &Url, id: &str) -> Url {
        self.raw_url(base, &encoded(id))
    }

    /// As [`Operation::url`], with an id that is already written as it is to be sent.
    pub(super) fn raw_url(&self, base: &Url, id: &str) -> Url {
        let mut url = base.clone();
        let segments = self
            .path
            .split('/')
            .map(|segment| match segment.starts_with('{') {
                true => id,
                false => segment,
            });
        let path = segments.collect::<Vec<_>>().join("/");
        let path = format!("{}{path}", base.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }
}

/// One path segment, percent-encoded wherever there is doubt.
fn encoded(id: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'-');
    id.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

/// The endpoints of a platform.
pub(super) struct Operations {
    pub(super) clients: Operation,
    pub(super) files: Operation,
    pub(super) download: Operation,
    pub(super) note: Option<Operation>,
    pub(super) uploads: Vec<(UploadMapping, Operation)>,
}

impl Operations {
    pub(super) fn find(mapping: &Mapping, document: Option<&Document>) -> Result<Self> {
        let find = |name: &str| Operation::find(name, document);
        let upload = |upload: &UploadMapping| -> Result<(UploadMapping, Operation)> {
            Ok((upload.clone(), find(&upload.operation)?))
        };
        Ok(Self {
            clients: find(&mapping.clients.operation)?,
            files: find(&mapping.files.operation)?,
            download: find(&mapping.download)?,
            note: mapping
                .note
                .as_ref()
                .map(|note| find(&note.operation))
                .transpose()?,
            uploads: mapping.uploads.iter().map(upload).collect::<Result<_>>()?,
        })
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Operation> {
        [&self.clients, &self.files, &self.download]
            .into_iter()
            .chain(&self.note)
            .chain(self.uploads.iter().map(|(_, operation)| operation))
    }
}
