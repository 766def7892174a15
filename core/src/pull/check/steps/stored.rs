//! What became of an upload: it is listed, and its bytes come back as they went.

use bytes::Bytes;

use crate::pull::check::codes;
use crate::pull::check::listing::Item;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;
use crate::pull::check::text::word;

/// A small file that is like no other, with its name.
pub(super) fn sample(method: &str) -> (String, Bytes) {
    let mark = uuid::Uuid::new_v4();
    let mut bytes = format!("%PDF-1.4\n% Filed check by {method}, {mark}\n").into_bytes();
    bytes.extend((0..40_000_u32).map(|at| (at % 251) as u8));
    bytes.extend_from_slice(b"\n%%EOF\n");
    let mark = mark.simple().to_string();
    (format!("filed-check-{}.pdf", &mark[..12]), bytes.into())
}

/// Looks for an upload among the client's files, by its id or else by its name, and compares it.
pub(super) async fn examine(
    session: &mut Session,
    operation: &Operation,
    client: &str,
    (id, name): (Option<&str>, &str),
    sent: &Bytes,
) -> Step {
    let list = session.file_list(client);
    let walk = session.walk(&list, super::pages::LARGE, 10_000).await?;
    let title = session.mapping.files.field("name").to_owned();
    let is_it = |item: &&Item| match id {
        Some(id) => item.id == id,
        None => word(&item.value, &title).as_deref() == Some(name),
    };
    let Some(item) = walk.items().find(is_it) else {
        session.found(
            &codes::UPLOAD_NOT_LISTED,
            operation,
            "not among the client's files afterwards",
        );
        return Ok(());
    };
    let download = session.operations.download.clone();
    let request = Request::get(download.url(&session.probe.base, &item.id));
    let answer = session.ask(&download, request).await?;
    if answer.succeeded() && answer.body != *sent {
        let seen = format!(
            "{} bytes came back of {} that were sent",
            answer.body.len(),
            sent.len()
        );
        let seen = if answer.body.len() == sent.len() {
            "other bytes came back".into()
        } else {
            seen
        };
        session.found(&codes::UPLOAD_ALTERED, operation, seen);
    } else if !answer.succeeded() {
        let seen = format!(
            "status {} to a file that was uploaded",
            answer.status.as_u16()
        );
        session.found(&codes::DOWNLOAD_REFUSED, &download, seen);
    }
    Ok(())
}
