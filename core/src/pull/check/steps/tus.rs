//! Sending a file back by tus 1.0.0: created, broken, resumed, refused, ended.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use url::Url;

use super::stored;
use crate::pull::check::codes;
use crate::pull::check::mapping::UploadMethod;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::{Broken, Step};
use crate::pull::check::request::{Answer, Payload, Request};
use crate::pull::check::session::Session;

const VERSION: &str = "1.0.0";
const KIND: &str = "application/offset+octet-stream";

pub(super) async fn run(session: &mut Session) -> Step {
    let operations = session.operations.clone();
    let tus = operations
        .uploads
        .iter()
        .find(|(upload, _)| upload.method == UploadMethod::Tus);
    let (Some((_, operation)), Some(client)) = (tus, session.target.clone()) else {
        session.skip("tus: there is no endpoint, or no client");
        return Ok(());
    };
    let (name, bytes) = stored::sample("tus");
    if let Some(upload) = create(session, operation, &client, &name, bytes.len()).await?
        && send(session, operation, &upload, &bytes).await?
    {
        stored::examine(session, operation, &client, (None, &name), &bytes).await?;
    }
    refusals(session, operation, &client).await
}

fn request(method: Method, url: &Url) -> Request {
    Request::new(method, url.clone()).with("tus-resumable", VERSION)
}

fn patch(url: &Url, offset: usize, bytes: Bytes) -> Request {
    request(Method::PATCH, url)
        .with("upload-offset", offset.to_string())
        .body(KIND, bytes)
}

/// Sends a request and looks for the header every answer must have.
async fn ask(session: &mut Session, operation: &Operation, request: Request) -> Step<Answer> {
    let answer = session.ask(operation, request).await?;
    // What a proxy or a framework answers itself may lack it.
    if answer.succeeded() && answer.header("tus-resumable") != Some(VERSION) {
        let seen = format!("status {} without it", answer.status.as_u16());
        session.found(&codes::TUS_RESUMABLE, operation, seen);
    }
    Ok(answer)
}

async fn create(
    session: &mut Session,
    operation: &Operation,
    client: &str,
    name: &str,
    length: usize,
) -> Step<Option<Url>> {
    let metadata = format!(
        "filename {},filetype {}",
        STANDARD.encode(name),
        STANDARD.encode("application/pdf")
    );
    let url = operation.url(&session.probe.base, client);
    let created = request(Method::POST, &url)
        .with("upload-length", length.to_string())
        .with("upload-metadata", metadata);
    let answer = ask(session, operation, created).await?;
    let status = answer.status.as_u16();
    if status != 201 {
        session.found(
            &codes::UPLOAD_REFUSED,
            operation,
            format!("status {status} to the creation of an upload"),
        );
        return Ok(None);
    }
    let place = answer
        .header("location")
        .and_then(|place| url.join(place).ok());
    if place.is_none() {
        session.found(
            &codes::TUS_NO_LOCATION,
            operation,
            "201 without a Location that is a URL",
        );
    }
    Ok(place)
}

/// Sends a third, a part that breaks, and the rest; whether everything went well.
async fn send(
    session: &mut Session,
    operation: &Operation,
    upload: &Url,
    bytes: &Bytes,
) -> Step<bool> {
    let third = bytes.len() / 3;
    if !offset_is(session, operation, upload, 0..=0).await? {
        return Ok(false);
    }
    let answer = ask(session, operation, patch(upload, 0, bytes.slice(..third))).await?;
    if answer.status.as_u16() != 204 {
        let seen = format!("status {} to the first bytes", answer.status.as_u16());
        session.found(&codes::UPLOAD_REFUSED, operation, seen);
        return Ok(false);
    }
    if answer.number("upload-offset") != Some(third as u64) {
        session.found(
            &codes::TUS_OFFSET,
            operation,
            "another Upload-Offset after a PATCH than was sent",
        );
        return Ok(false);
    }
    if !offset_is(session, operation, upload, third..=third).await? {
        return Ok(false);
    }
    let Some(offset) = broken(session, operation, upload, bytes, third).await? else {
        return Ok(false);
    };
    finish(session, operation, upload, bytes, offset).await
}

/// Sends the rest. What a broken request brought may still arrive meanwhile: a conflict is a reason
/// to ask again.
async fn finish(
    session: &mut Session,
    operation: &Operation,
    upload: &Url,
    bytes: &Bytes,
    mut reached: usize,
) -> Step<bool> {
    const CONFLICT: u16 = 409;
    const TRIES: u32 = 5;
    let mut tries = 0;
    let status = loop {
        let rest = patch(upload, reached, bytes.slice(reached..));
        let status = ask(session, operation, rest).await?.status.as_u16();
        tries += 1;
        if status != CONFLICT || tries == TRIES {
            break status;
        }
        match offset(session, operation, upload, reached..=bytes.len()).await? {
            Some(later) => reached = later,
            None => return Ok(false),
        }
    };
    if status != 204 {
        let seen = format!("status {status} to the rest of a broken upload");
        session.found(&codes::UPLOAD_REFUSED, operation, seen);
    }
    Ok(status == 204)
}

/// Breaks a PATCH off half-way, and asks where the upload is then.
async fn broken(
    session: &mut Session,
    operation: &Operation,
    upload: &Url,
    bytes: &Bytes,
    from: usize,
) -> Step<Option<usize>> {
    let to = from * 2;
    let mut half = patch(upload, from, Bytes::new());
    half = half.with("content-length", (bytes.len() - from).to_string());
    half.body = Payload::Broken(bytes.slice(from..to));
    match session.probe.send(half).await {
        Ok(_) | Err(Broken::NoAnswer(_)) => {}
        Err(limit) => return Err(limit),
    }
    // What the platform still holds in its hands may come to the offset a little later.
    offset(session, operation, upload, from..=to).await
}

async fn offset_is(
    session: &mut Session,
    operation: &Operation,
    upload: &Url,
    wanted: std::ops::RangeInclusive<usize>,
) -> Step<bool> {
    Ok(offset(session, operation, upload, wanted).await?.is_some())
}

/// The offset, when it is one of those that can be. A lock that a broken request has left is
/// waited for.
async fn offset(
    session: &mut Session,
    operation: &Operation,
    upload: &Url,
    wanted: std::ops::RangeInclusive<usize>,
) -> Step<Option<usize>> {
    const LOCKED: u16 = 423;
    let mut answer = ask(session, operation, request(Method::HEAD, upload)).await?;
    let mut tries = 0;
    while answer.status.as_u16() == LOCKED && tries < 20 {
        tries += 1;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        answer = ask(session, operation, request(Method::HEAD, upload)).await?;
    }
    let offset = answer
        .number("upload-offset")
        .and_then(|offset| usize::try_from(offset).ok());
    let right = offset.filter(|offset| answer.succeeded() && wanted.contains(offset));
    if right.is_none() {
        let seen = match offset {
            Some(offset) => format!("HEAD says {offset}, it must be in {wanted:?}"),
            None => format!(
                "status {} and no Upload-Offset to HEAD",
                answer.status.as_u16()
            ),
        };
        session.found(&codes::TUS_OFFSET, operation, seen);
    }
    Ok(right)
}

/// A second upload that meets everything that must be refused, and is ended.
async fn refusals(session: &mut Session, operation: &Operation, client: &str) -> Step {
    let (name, bytes) = stored::sample("tus");
    let Some(upload) = create(session, operation, client, &name, bytes.len()).await? else {
        return Ok(());
    };
    let ahead = ask(session, operation, patch(&upload, 7, bytes.slice(7..20))).await?;
    if ahead.succeeded() {
        session.found(
            &codes::TUS_CONFLICT,
            operation,
            "bytes for offset 7 were taken at offset 0",
        );
    }
    let plain = request(Method::PATCH, &upload)
        .with("upload-offset", "0")
        .body("application/octet-stream", bytes.slice(..10));
    if session.ask(operation, plain).await?.succeeded() {
        session.found(
            &codes::TUS_TYPE,
            operation,
            "a PATCH of another type was taken",
        );
    }
    let old = Request::new(Method::HEAD, upload.clone()).with("tus-resumable", "0.2.2");
    let status = session.ask(operation, old).await?.status.as_u16();
    if status != 412 {
        session.found(
            &codes::TUS_VERSION,
            operation,
            format!("status {status} to version 0.2.2"),
        );
    }
    terminate(session, operation, client, &upload).await
}

async fn terminate(
    session: &mut Session,
    operation: &Operation,
    client: &str,
    upload: &Url,
) -> Step {
    let url = operation.url(&session.probe.base, client);
    let options = session
        .probe
        .send(Request::new(Method::OPTIONS, url))
        .await?;
    let announced = options
        .header("tus-extension")
        .is_some_and(|all| all.contains("termination"));
    if !announced {
        session.skip("termination: OPTIONS does not announce it");
        return Ok(());
    }
    let ended = ask(session, operation, request(Method::DELETE, upload)).await?;
    let after = session
        .ask(operation, request(Method::HEAD, upload))
        .await?;
    if ended.status.as_u16() != 204 || after.succeeded() {
        let seen = format!(
            "status {} to DELETE, {} afterwards",
            ended.status.as_u16(),
            after.status.as_u16()
        );
        session.found(&codes::TUS_TERMINATION, operation, seen);
    }
    Ok(())
}
