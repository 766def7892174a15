//! Parts of a file: a resumed download must fit to what is there already.

use crate::pull::check::codes;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;

use super::downloads::{chosen, listed_size};

/// Bytes a file needs for a range in its middle.
const LEAST: u64 = 64;

pub(super) async fn run(session: &mut Session) -> Step {
    let (files, _) = chosen(session);
    let large = files
        .iter()
        .find(|file| listed_size(session, file).is_none_or(|size| size >= LEAST));
    let Some(file) = large else {
        session.skip("ranges: no file is large enough");
        return Ok(());
    };
    let operation = session.operations.download.clone();
    let request = Request::get(operation.url(&session.probe.base, &file.id));
    let whole = session.ask(&operation, request.clone()).await?;
    let length = whole.body.len();
    if !whole.succeeded() || length < LEAST as usize {
        return Ok(());
    }
    let middle = length / 2;
    let honoured = range(session, &operation, &request, &whole.body, (10, Some(19))).await?
        && range(session, &operation, &request, &whole.body, (middle, None)).await?;
    if !honoured {
        return Ok(());
    }
    beyond(session, &operation, &request, length).await?;
    if whole.header("etag").is_some() {
        stale(session, &operation, &request).await?;
    }
    Ok(())
}

/// Asks for a range; whether it was honoured at all.
async fn range(
    session: &mut Session,
    operation: &Operation,
    request: &Request,
    whole: &[u8],
    (from, to): (usize, Option<usize>),
) -> Step<bool> {
    let value = match to {
        Some(to) => format!("bytes={from}-{to}"),
        None => format!("bytes={from}-"),
    };
    let answer = session
        .ask(operation, request.clone().with("range", &value))
        .await?;
    let status = answer.status.as_u16();
    if status != 206 {
        session.found(
            &codes::RANGE_IGNORED,
            operation,
            format!("status {status} to {value}"),
        );
        return Ok(false);
    }
    let last = to.unwrap_or(whole.len() - 1);
    let named = format!("bytes {from}-{last}/{}", whole.len());
    if answer.header("content-range") != Some(named.as_str()) {
        let seen = format!("another Content-Range than `{named}`");
        session.found(&codes::RANGE_WRONG, operation, seen);
    } else if answer.body != whole[from..=last] {
        session.found(
            &codes::RANGE_WRONG,
            operation,
            format!("other bytes for {value}"),
        );
    }
    Ok(true)
}

async fn beyond(
    session: &mut Session,
    operation: &Operation,
    request: &Request,
    length: usize,
) -> Step {
    let value = format!("bytes={}-", length + 10);
    let answer = session
        .ask(operation, request.clone().with("range", &value))
        .await?;
    let status = answer.status.as_u16();
    if status != 416 {
        session.found(
            &codes::RANGE_BEYOND,
            operation,
            format!("status {status} to a range beyond the end"),
        );
    }
    Ok(())
}

/// A resume after the file has become another one.
async fn stale(session: &mut Session, operation: &Operation, request: &Request) -> Step {
    let request = request
        .clone()
        .with("range", "bytes=10-19")
        .with("if-range", "\"filed-check-another-tag\"");
    let answer = session.ask(operation, request).await?;
    if answer.status.as_u16() == 206 {
        session.found(
            &codes::IF_RANGE_IGNORED,
            operation,
            "206 although If-Range names another tag",
        );
    }
    Ok(())
}
