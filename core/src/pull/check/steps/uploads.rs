//! Sending a file back in one request: multipart, and the bytes alone.

use bytes::Bytes;

use super::{ids, stored};
use crate::pull::check::codes;
use crate::pull::check::mapping::{UploadMapping, UploadMethod};
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;
use crate::pull::check::text::word;

pub(super) async fn run(session: &mut Session) -> Step {
    let Some(client) = session.target.clone() else {
        session.skip("uploads: there is no client");
        return Ok(());
    };
    let operations = session.operations.clone();
    for (upload, operation) in &operations.uploads {
        if upload.method != UploadMethod::Tus {
            one(session, upload, operation, &client).await?;
        }
    }
    Ok(())
}

async fn one(
    session: &mut Session,
    upload: &UploadMapping,
    operation: &Operation,
    client: &str,
) -> Step {
    let (name, bytes) = stored::sample("one request");
    let request = request(session, upload, operation, (client, &name), &bytes);
    let answer = session.ask(operation, request).await?;
    if !answer.succeeded() {
        let seen = format!(
            "status {} to an upload by {:?}",
            answer.status.as_u16(),
            upload.method
        );
        session.found(&codes::UPLOAD_REFUSED, operation, seen);
        return Ok(());
    }
    session.compare(operation, &answer, &codes::SCHEMA);
    let body = answer.json().unwrap_or_default();
    let id = upload.id.as_deref().and_then(|path| word(&body, path));
    if let (Some(path), None) = (&upload.id, &id) {
        session.found(
            &codes::UPLOAD_INCOMPLETE,
            operation,
            format!("no `{path}` in the answer"),
        );
    }
    stored::examine(session, operation, client, (id.as_deref(), &name), &bytes).await?;
    let unknown = request_to_nobody(session, upload, operation);
    let answer = session.ask(operation, unknown).await?;
    ids::judge(session, operation, &answer);
    Ok(())
}

/// Small enough to be sent whole before a platform refuses it without reading.
fn request_to_nobody(session: &Session, upload: &UploadMapping, operation: &Operation) -> Request {
    let whom = ("filed-check-unknown", "filed-check.pdf");
    let bytes = Bytes::from_static(b"%PDF-1.4\n%%EOF\n");
    request(session, upload, operation, whom, &bytes)
}

/// The request that uploads `bytes` as `name` to a client.
pub(super) fn request(
    session: &Session,
    upload: &UploadMapping,
    operation: &Operation,
    (client, name): (&str, &str),
    bytes: &Bytes,
) -> Request {
    let request = Request::new(
        operation.method.clone(),
        operation.url(&session.probe.base, client),
    );
    if upload.method == UploadMethod::Multipart {
        let part = upload.part.as_deref().unwrap_or("file");
        let (kind, body) = form(part, name, bytes);
        return request.body(&kind, body);
    }
    let request = match &upload.name {
        Some(parameter) => request.pair(parameter, name),
        None => request.with(
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        ),
    };
    request.body("application/pdf", bytes.clone())
}

/// A form with one file; its name is our own and needs no escapes.
fn form(part: &str, name: &str, bytes: &Bytes) -> (String, Bytes) {
    let mark = uuid::Uuid::new_v4().simple().to_string();
    let head = format!(
        "--{mark}\r\ncontent-disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\
         content-type: application/pdf\r\n\r\n"
    );
    let tail = format!("\r\n--{mark}--\r\n");
    let body = [head.as_bytes(), bytes, tail.as_bytes()].concat();
    (format!("multipart/form-data; boundary={mark}"), body.into())
}
