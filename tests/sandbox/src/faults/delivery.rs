//! Enacting a fault: from the real answer, if there is one, to what goes down the line.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::kill::kill;
use super::plan::{EarlyAnswer, Fault, Malformed};
use crate::answer::Answer;
use crate::ledger::OpenLine;
use crate::server::{Ending, Line};

/// What goes down the line in the end.
pub(crate) enum Delivery {
    Answer { answer: Answer, manner: Manner },
    End(Ending),
    Hang(Duration),
}

/// How an answer goes down the line.
#[derive(Default)]
pub(crate) struct Manner {
    truncate: Option<usize>,
    bytes_per_second: Option<u64>,
    close_after: Option<Duration>,
    away: Option<Duration>,
    kill_after: Option<(u32, Duration)>,
}

impl From<Answer> for Delivery {
    fn from(answer: Answer) -> Self {
        Self::Answer {
            answer,
            manner: Manner::default(),
        }
    }
}

/// Runs the request as far as the fault lets it and says what goes down the line.
pub(crate) async fn enact<F, A>(fault: Option<&Fault>, operation: &str, apply: A) -> Delivery
where
    F: Future<Output = Answer>,
    A: FnOnce(Option<usize>) -> F,
{
    let Some(fault) = fault else {
        return apply(None).await.into();
    };
    tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    let real = if fault.applies() {
        Some(apply(fault.apply_first).await)
    } else {
        None
    };
    deliver(fault, operation, real)
}

/// What goes down the line, given the real answer if the request took effect.
fn deliver(fault: &Fault, operation: &str, real: Option<Answer>) -> Delivery {
    if let Some(pid) = fault.kills_instead() {
        kill(pid);
        return Delivery::End(Ending::Reset);
    }
    if fault.reset {
        return Delivery::End(Ending::Reset);
    }
    if fault.close {
        return Delivery::End(Ending::Close);
    }
    if let Some(ms) = fault.hang_ms {
        return Delivery::Hang(Duration::from_millis(ms));
    }
    Delivery::Answer {
        answer: faulty_answer(fault, operation, real),
        manner: Manner {
            truncate: fault.truncate,
            bytes_per_second: fault.slow_body_bytes_per_second,
            close_after: fault.close_after_ms.map(Duration::from_millis),
            away: fault.away_ms.map(Duration::from_millis),
            kill_after: fault
                .kill_pid
                .zip(fault.kill_after_ms.map(Duration::from_millis)),
        },
    }
}

fn faulty_answer(fault: &Fault, operation: &str, real: Option<Answer>) -> Answer {
    let mut answer = if let Some(status) = fault.status {
        Answer::text(status, fault.body.as_deref().unwrap_or("a planned fault"))
    } else if let Some(kind) = fault.malformed {
        malformed(kind)
    } else if let Some(body) = &fault.replace {
        Answer::json(200, body)
    } else if let Some(error) = &fault.graphql_error {
        let data = real
            .filter(|_| fault.shows_data())
            .and_then(|real| real.data());
        let error = json!({ "message": error.message, "extensions": { "code": error.code } });
        Answer::json(200, &json!({ "data": data, "errors": [error] }))
    } else {
        match real {
            Some(real) if fault.apply_first.is_none() => with_fewer(real, operation, fault),
            _ => Answer::text(500, "a planned fault"),
        }
    };
    put_headers(&mut answer, &fault.headers);
    answer
}

fn malformed(kind: Malformed) -> Answer {
    let (content_type, body): (_, &[u8]) = match kind {
        Malformed::Json => ("application/json", b"{\"data\":{\"me\":{\"id\":\"user_"),
        Malformed::Utf8 => (
            "application/json",
            b"{\"data\":{\"me\":{\"id\":\"\xff\xfe\xc3\"}}}",
        ),
        Malformed::Empty => ("application/json", b""),
        Malformed::Html => (
            "text/html",
            b"<!doctype html><title>Bad gateway</title><h1>502</h1>",
        ),
    };
    Answer::new(200, content_type, Bytes::from_static(body))
}

/// The answer with items missing from the end of a list: the one named, or the operation's own.
fn with_fewer(answer: Answer, operation: &str, fault: &Fault) -> Answer {
    let (Some(fewer), Some(mut body)) = (fault.drop_items, answer.body_json()) else {
        return answer;
    };
    let own = if operation == "me" {
        "workspaces"
    } else {
        operation
    };
    shorten(
        &mut body["data"],
        fault.drop_items_of.as_deref().unwrap_or(own),
        fewer,
    );
    Answer::json(answer.status, &body)
}

fn shorten(value: &mut Value, list: &str, fewer: usize) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Array(items) if name == list => {
                        items.truncate(items.len().saturating_sub(fewer));
                    }
                    _ => shorten(value, list, fewer),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, list, fewer)),
        _ => {}
    }
}

fn put_headers(answer: &mut Answer, headers: &BTreeMap<String, Value>) {
    for (name, value) in headers {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), ToOwned::to_owned);
        let parsed = HeaderName::try_from(name)
            .ok()
            .zip(HeaderValue::try_from(text).ok());
        if let Some((name, value)) = parsed {
            answer.headers.insert(name, value);
        }
    }
}

impl EarlyAnswer {
    pub(crate) fn answer(&self) -> Answer {
        let body = self
            .body
            .as_deref()
            .unwrap_or("{\"error\":\"a planned early answer\"}");
        let mut answer = Answer::new(self.status, "application/json", body.to_owned().into());
        put_headers(&mut answer, &self.headers);
        answer
    }
}

/// Sends a delivery down the line of a request.
pub(crate) async fn send(delivery: Delivery, line: &Line, mut entry: OpenLine) -> Response {
    match delivery {
        Delivery::End(ending) => {
            drop(entry);
            line.end(ending).await
        }
        Delivery::Hang(time) => {
            tokio::time::sleep(time).await;
            drop(entry);
            line.end(Ending::Close).await
        }
        Delivery::Answer { answer, manner } => {
            entry.answered(answer.status);
            if let Some(time) = manner.away {
                line.leave(time).await;
            }
            if let Some(time) = manner.close_after {
                tokio::spawn(close_after(time, line.clone()));
            }
            if let Some((pid, time)) = manner.kill_after {
                tokio::spawn(kill_after(time, pid));
            }
            if manner.truncate.is_none() && manner.bytes_per_second.is_none() {
                return answer.into_response();
            }
            trickle(
                answer,
                manner.truncate,
                manner.bytes_per_second,
                line.clone(),
            )
        }
    }
}

async fn close_after(time: Duration, line: Line) {
    tokio::time::sleep(time).await;
    line.hang_up(Ending::Close);
}

async fn kill_after(time: Duration, pid: u32) {
    tokio::time::sleep(time).await;
    kill(pid);
}

/// An answer whose body comes slowly, or not to its end.
fn trickle(answer: Answer, truncate: Option<usize>, speed: Option<u64>, line: Line) -> Response {
    let whole = answer.body.len();
    let body = answer.body.slice(..truncate.unwrap_or(whole).min(whole));
    let step = speed.map_or(body.len(), |speed| {
        usize::try_from(speed / 4).unwrap_or(usize::MAX)
    });
    let step = step.max(1);
    let rest = stream::unfold((body, false), move |(mut rest, begun)| {
        let line = line.clone();
        async move {
            if rest.is_empty() {
                if truncate.is_some() {
                    break_off(&line).await;
                }
                return None;
            }
            if begun && let Some(speed) = speed {
                let share = step as f64 / speed.max(1) as f64;
                tokio::time::sleep(Duration::from_secs_f64(share)).await;
            }
            let piece = rest.split_to(step.min(rest.len()));
            Some((Ok::<_, std::io::Error>(piece), (rest, true)))
        }
    });
    let mut response = Response::new(Body::from_stream(rest));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    *response.headers_mut() = *answer.headers;
    response.headers_mut().insert(CONTENT_LENGTH, whole.into());
    response
        .headers_mut()
        .entry(CONTENT_TYPE)
        .or_insert(HeaderValue::from_static("text/plain"));
    response
}

/// Resets the line, after what was written had the time to leave.
async fn break_off(line: &Line) {
    const TIME_TO_LEAVE: Duration = Duration::from_millis(30);
    tokio::time::sleep(TIME_TO_LEAVE).await;
    line.end(Ending::Reset).await;
}
