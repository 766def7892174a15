//! The control endpoint over HTTP, without credentials: it is on the loopback only.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, patch, post, put};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::control::Control;

const MAX_HOSTED: usize = 1 << 30;

pub(crate) fn routes(control: Control) -> Router {
    Router::new()
        .route("/control/ready", get(ready))
        .route("/control/reset", post(reset))
        .route("/control/settings", patch(change_settings).get(settings))
        .route(
            "/control/faults",
            post(add_faults).delete(clear_faults).get(faults),
        )
        .route("/control/hosted/{name}", post(host))
        .route("/control/jobs/{id}", post(force_job))
        .route("/control/expire-tokens", post(expire_tokens))
        .route("/control/partner-token", post(partner_token))
        .route("/control/away", post(away))
        .route("/control/state", get(state))
        .route("/control/totals", get(totals))
        .route("/control/pull/return", put(prepare_return))
        .route("/control/pull/notes", post(pull_note))
        .route("/control/pull/run", post(pull_run))
        .layer(DefaultBodyLimit::max(MAX_HOSTED))
        .with_state(control)
}

/// A JSON body; an empty one stands for `{}`.
fn parsed(body: &[u8]) -> anyhow::Result<Value> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    Ok(serde_json::from_slice(body)?)
}

fn done(result: anyhow::Result<Value>) -> Response {
    match result {
        Ok(value) => Answer::json(200, &value).into_response(),
        Err(error) => Answer::refused(400, &format!("{error:#}")).into_response(),
    }
}

async fn ready(State(control): State<Control>) -> Response {
    Answer::json(200, control.ready()).into_response()
}

async fn reset(State(control): State<Control>, body: Bytes) -> Response {
    done(
        parsed(&body)
            .and_then(|patch| control.reset(&patch))
            .map(|()| json!({ "ok": true })),
    )
}

async fn settings(State(control): State<Control>) -> Response {
    Answer::json(200, &control.settings()).into_response()
}

async fn change_settings(State(control): State<Control>, body: Bytes) -> Response {
    let changed = parsed(&body).and_then(|patch| control.patch_settings(&patch));
    done(changed.and_then(|settings| Ok(serde_json::to_value(settings)?)))
}

async fn add_faults(State(control): State<Control>, body: Bytes) -> Response {
    let added = parsed(&body).and_then(|faults| control.add_faults(&faults));
    done(added.map(|()| json!({ "ok": true })))
}

async fn faults(State(control): State<Control>) -> Response {
    Answer::json(200, &control.faults()).into_response()
}

async fn clear_faults(State(control): State<Control>) -> Response {
    control.clear_faults();
    done(Ok(json!({ "ok": true })))
}

async fn host(
    State(control): State<Control>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let url = control.host_file(&name, content_type, body);
    done(Ok(json!({ "ok": true, "url": url })))
}

async fn force_job(
    State(control): State<Control>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let forced = parsed(&body).and_then(|body| {
        let state = body.get("state").and_then(Value::as_str);
        let state = state.ok_or_else(|| anyhow::anyhow!("state is missing"))?;
        control.force_job(&id, state)
    });
    done(forced.map(|()| json!({ "ok": true })))
}

async fn expire_tokens(State(control): State<Control>, body: Bytes) -> Response {
    done(parsed(&body).map(|body| {
        control.expire_tokens(
            body.get("partner")
                .is_some_and(|partner| *partner == json!(true)),
        );
        json!({ "ok": true })
    }))
}

async fn partner_token(State(control): State<Control>) -> Response {
    done(Ok(json!({ "partner_token": control.partner_token() })))
}

/// A slip of the keyboard must not keep a sandbox away for good.
const LONGEST_AWAY_MS: u64 = 600_000;

async fn away(State(control): State<Control>, body: Bytes) -> Response {
    let time = parsed(&body).and_then(|body| {
        let ms = body.get("ms").and_then(Value::as_u64);
        ms.filter(|ms| *ms <= LONGEST_AWAY_MS)
            .map(Duration::from_millis)
            .ok_or_else(|| anyhow::anyhow!("ms is not in 0..={LONGEST_AWAY_MS}"))
    });
    if let Ok(time) = &time {
        control.leave(*time).await;
    }
    done(time.map(|_| json!({ "ok": true })))
}

async fn prepare_return(State(control): State<Control>, body: Bytes) -> Response {
    control.prepare_return(body);
    done(Ok(json!({ "ok": true })))
}

async fn pull_note(State(control): State<Control>, body: Bytes) -> Response {
    done(match parsed(&body) {
        Ok(wanted) => control.post_note(wanted).await,
        Err(error) => Err(error),
    })
}

async fn pull_run(State(control): State<Control>, body: Bytes) -> Response {
    done(match parsed(&body) {
        Ok(wanted) => control.pull(wanted).await,
        Err(error) => Err(error),
    })
}

async fn totals(State(control): State<Control>) -> Response {
    Answer::json(200, &control.totals()).into_response()
}

async fn state(
    State(control): State<Control>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let summary = query.get("summary").is_some_and(|value| value != "0");
    Answer::json(200, &control.state(!summary)).into_response()
}
