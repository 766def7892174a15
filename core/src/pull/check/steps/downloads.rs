//! Downloading files: length, type, name, and the same bytes each time.

use http::Method;
use percent_encoding::percent_decode_str;

use super::tags;
use crate::pull::check::codes;
use crate::pull::check::listing::Item;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::{Answer, Request};
use crate::pull::check::session::Session;
use crate::pull::check::text::at;

pub(super) async fn run(session: &mut Session) -> Step {
    let (files, left) = chosen(session);
    if left > 0 {
        session.skip(format!(
            "{left} files: beyond the number or the size that is downloaded"
        ));
    }
    let operation = session.operations.download.clone();
    for file in &files {
        let request = Request::get(operation.url(&session.probe.base, &file.id));
        let answer = session.ask(&operation, request).await?;
        judge(session, &operation, file, &answer);
    }
    match files.first() {
        Some(file) => once_more(session, &operation, file).await,
        None => Ok(()),
    }
}

/// Files that may be downloaded whole, and how many are left out.
pub(super) fn chosen(session: &Session) -> (Vec<Item>, usize) {
    let limits = session.probe.limits;
    let fits = |file: &&Item| {
        listed_size(session, file).is_none_or(|size| size <= limits.answer_bytes as u64)
    };
    let files: Vec<Item> = session
        .files
        .iter()
        .filter(fits)
        .take(limits.files)
        .cloned()
        .collect();
    let left = session.files.len() - files.len();
    (files, left)
}

pub(super) fn listed_size(session: &Session, file: &Item) -> Option<u64> {
    at(&file.value, session.mapping.files.field("size")).as_u64()
}

fn judge(session: &mut Session, operation: &Operation, file: &Item, answer: &Answer) {
    let status = answer.status.as_u16();
    if status != 200 {
        session.found(
            &codes::DOWNLOAD_REFUSED,
            operation,
            format!("status {status} to a listed file"),
        );
        return;
    }
    length(session, operation, file, answer);
    kind(session, operation, file, answer);
    match answer.headers.get("content-disposition") {
        None => session.found(
            &codes::DISPOSITION_MISSING,
            operation,
            "no Content-Disposition",
        ),
        Some(value) => {
            if let Some(danger) = danger(value.as_bytes()) {
                session.found(&codes::DISPOSITION_UNSAFE, operation, danger);
            }
        }
    }
}

fn length(session: &mut Session, operation: &Operation, file: &Item, answer: &Answer) {
    let got = answer.body.len() as u64;
    let announced = answer.number("content-length");
    if announced.is_none() {
        session.found(
            &codes::DOWNLOAD_LENGTH_MISSING,
            operation,
            "no Content-Length",
        );
    }
    let listed = listed_size(session, file);
    let wanted = listed.or(announced).unwrap_or(got);
    if !answer.whole || got < wanted {
        session.found(
            &codes::DOWNLOAD_SHORT,
            operation,
            format!("{got} of {wanted} bytes"),
        );
    } else if got > wanted {
        session.found(
            &codes::DOWNLOAD_LONG,
            operation,
            format!("{got} bytes, {wanted} are listed"),
        );
    }
}

fn kind(session: &mut Session, operation: &Operation, file: &Item, answer: &Answer) {
    let listed = at(&file.value, session.mapping.files.field("mime"))
        .as_str()
        .map(essence);
    let sent = answer.kind();
    if let Some(listed) = &listed
        && sent.as_ref() != Some(listed)
    {
        let sent = sent.as_deref().unwrap_or("no type");
        session.found(
            &codes::DOWNLOAD_MIME,
            operation,
            format!("{sent}, the list says {listed}"),
        );
    }
    // Office documents are archives, text has no mark: only clear contradictions count.
    let real = infer::get(&answer.body).map(|kind| kind.mime_type());
    let clear = ["application/pdf", "image/png", "image/jpeg", "image/gif"];
    if let (Some(listed), Some(real)) = (&listed, real)
        && clear.contains(&listed.as_str())
        && listed != real
    {
        session.found(
            &codes::CONTENT_MIME,
            operation,
            format!("{real} as {listed}"),
        );
    }
}

fn essence(kind: &str) -> String {
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// What is dangerous about a Content-Disposition.
fn danger(value: &[u8]) -> Option<&'static str> {
    if !value.iter().all(|byte| (0x20..0x7f).contains(byte)) {
        return Some("bytes beyond ASCII, or control characters");
    }
    let text = percent_decode_str(std::str::from_utf8(value).ok()?).decode_utf8_lossy();
    let names = text
        .split(';')
        .skip(1)
        .filter_map(|part| part.split_once('='));
    for (_, name) in names {
        let name = name.trim().trim_matches('"');
        if name.contains('/') || name.contains(":\\") || name.contains("..\\") || name == ".." {
            return Some("a path in the file's name");
        }
        if name.chars().any(char::is_control) {
            return Some("a control character in the file's name");
        }
    }
    None
}

/// HEAD, the tag, and the same bytes again.
async fn once_more(session: &mut Session, operation: &Operation, file: &Item) -> Step {
    let url = operation.url(&session.probe.base, &file.id);
    let first = session.ask(operation, Request::get(url.clone())).await?;
    let again = session.ask(operation, Request::get(url.clone())).await?;
    if first.succeeded() && first.body != again.body {
        session.found(&codes::DOWNLOAD_UNSTABLE, operation, "two downloads differ");
    }
    let head = session
        .ask(operation, Request::new(Method::HEAD, url.clone()))
        .await?;
    let mut differing: Vec<&str> = ["content-length", "content-type", "etag"]
        .into_iter()
        .filter(|name| again.header(name) != head.header(name))
        .collect();
    if head.status != again.status {
        differing = vec!["status"];
    }
    if !differing.is_empty() {
        session.found(
            &codes::HEAD_DIFFERS,
            operation,
            format!("another {}", differing.join(", ")),
        );
    }
    tags::examine(session, operation, Request::get(url)).await
}

#[cfg(test)]
mod tests {
    use super::danger;

    #[test]
    fn bare_names_pass_and_paths_do_not() {
        assert!(danger(b"attachment; filename=\"W-2 2024.pdf\"").is_none());
        assert!(danger(b"attachment; filename=\"a\"; filename*=UTF-8''%E7%94%B0.pdf").is_none());
        for bad in [
            &b"attachment; filename=\"../../etc/passwd\""[..],
            b"attachment; filename*=UTF-8''..%2F..%2Fx",
            b"attachment; filename=\"C:\\x\"",
            b"attachment; filename*=UTF-8''a%0D%0Ab",
            b"attachment; filename=\"\xc3\xa9\"",
        ] {
            assert!(danger(bad).is_some(), "{bad:?}");
        }
    }
}
