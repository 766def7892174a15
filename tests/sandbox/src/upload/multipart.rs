//! Uploads as `multipart/form-data`: exactly one part, with the right name and a file name.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use multer::{Field, Multipart};
use tokio::sync::Mutex;

use super::body::{self, Source};
use super::store::Sink;
use super::{Received, Visit, disposition};
use crate::answer::Answer;
use crate::faults::Fault;
use crate::server::{Ending, Line};

pub(super) async fn receive(
    visit: &Visit,
    mut source: Source,
    strike: impl FnMut(&str) -> Option<Fault>,
) -> Result<Received, Answer> {
    let content_type = visit
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let boundary = content_type
        .and_then(|value| multer::parse_boundary(value).ok())
        .ok_or_else(|| Answer::refused(400, "multipart/form-data with a boundary is needed"))?;
    // The parser misses a first boundary that comes in pieces, so it gets that in one.
    let head = source.head(boundary.len() + 4).await.map_err(cut_off)?;
    let source = Arc::new(Mutex::new(source));
    let rest = body::pieces(Arc::clone(&source));
    let mut parts = Multipart::new(stream::iter([Ok(head)]).chain(rest), boundary);
    let received = parse(visit, &mut parts, strike).await;
    drop(parts);
    let came = source.lock().await.finish().await.map_err(cut_off)?;
    let received = received?;
    let promised = visit
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    if promised.is_some_and(|promised| promised.parse() != Ok(came)) {
        return Err(Answer::refused(400, "content-length does not fit the body"));
    }
    Ok(received)
}

fn cut_off(error: axum::Error) -> Answer {
    Answer::refused(400, &format!("the body did not come whole: {error}"))
}

async fn parse(
    visit: &Visit,
    parts: &mut Multipart<'_>,
    mut strike: impl FnMut(&str) -> Option<Fault>,
) -> Result<Received, Answer> {
    let mut received = None;
    let mut refused = None;
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        // A refused body is read to its end all the same: the answer then finds its reader.
        if let Some(answer) = fault_of(visit, &part, received.is_some()) {
            refused = refused.or(Some(answer));
            continue;
        }
        if refused.is_none() {
            received = Some(keep(visit, part, &mut strike).await?);
        }
    }
    match (refused, received) {
        (Some(refused), _) => Err(refused),
        (None, None) => Err(Answer::refused(400, "the form has no part")),
        (None, Some(received)) => Ok(received),
    }
}

fn fault_of(visit: &Visit, part: &Field<'_>, one_came: bool) -> Option<Answer> {
    let wanted = &visit.settings.part_name;
    if part.name() != Some(wanted) {
        return Some(Answer::refused(
            400,
            &format!("the file's part must be named {wanted}"),
        ));
    }
    if disposition::file_name(part.headers()).is_none_or(|name| name.is_empty()) {
        return Some(Answer::refused(400, "the file's part must have a filename"));
    }
    one_came.then(|| Answer::refused(400, "the form must have one file only"))
}

async fn keep(
    visit: &Visit,
    mut part: Field<'_>,
    strike: &mut impl FnMut(&str) -> Option<Fault>,
) -> Result<Received, Answer> {
    let file_name = disposition::file_name(part.headers()).unwrap_or_default();
    let mime_type = part
        .headers()
        .get(CONTENT_TYPE)
        .map_or("application/octet-stream".into(), |value| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        });
    let fault = strike(&file_name);
    let reset_after = at_name(fault.as_ref(), &visit.line).await;
    let (id, place) = visit.new_place();
    let mut sink = Sink::open(place.as_deref()).await.map_err(broken)?;
    while let Some(piece) = part.chunk().await.map_err(unreadable)? {
        sink.write(&piece).await.map_err(broken)?;
        if reset_after.is_some_and(|limit| sink.size() >= limit) {
            visit.line.end(Ending::Reset).await;
        }
    }
    let stored = sink.finish().await.map_err(broken)?;
    Ok(Received {
        id,
        file_name,
        mime_type,
        stored,
    })
}

/// Enacts the part of a fault that strikes as soon as the file's name is known.
async fn at_name(fault: Option<&Fault>, line: &Line) -> Option<u64> {
    let fault = fault?;
    if fault.reset && !fault.applies() {
        line.end(Ending::Reset).await;
    }
    fault.early_reset_after_bytes
}

fn unreadable(error: multer::Error) -> Answer {
    Answer::refused(400, &format!("the body cannot be read as a form: {error}"))
}

fn broken(error: anyhow::Error) -> Answer {
    Answer::refused(500, &format!("the file could not be kept: {error:#}"))
}
