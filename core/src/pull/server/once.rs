//! `Idempotency-Key`: the same request with the same key happens once, and every repetition gets
//! the first one's answer. The provider gets the key too: what it did just before a kill is
//! nowhere else.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use super::app::App;
use crate::pull::problem::{Code, Problem};
use crate::pull::store::once::{Kept, Slot};

/// How long an answer is kept.
const KEPT: i64 = 24 * 3600;

/// Requests with a key that run at the moment.
#[derive(Default)]
pub struct Running(Mutex<HashSet<Slot>>);

/// What is known of a key when its request begins.
pub enum Begun {
    /// Nothing: this is the first one.
    Now(Turn),
    /// The answer.
    Before(String),
}

/// A request with a key, while it runs.
pub struct Turn {
    app: Arc<App>,
    slot: Slot,
    request: String,
}

/// Looks a request's key up. `request` is what must be the same in every repetition; `None` when
/// there is no key.
pub async fn begin(
    app: &Arc<App>,
    headers: &HeaderMap,
    caller: &str,
    place: String,
    request: String,
) -> Result<Option<Begun>, Problem> {
    let Some(key) = key(headers)? else {
        return Ok(None);
    };
    let slot = Slot {
        caller: caller.to_owned(),
        place,
        key,
    };
    if !app.running.lock().insert(slot.clone()) {
        return Err(Problem::new(Code::KeyInUse).retry_after(Duration::from_secs(1)));
    }
    let turn = Turn {
        app: app.clone(),
        slot: slot.clone(),
        request,
    };
    match app.store.kept(slot, Timestamp::now().as_second()).await? {
        None => Ok(Some(Begun::Now(turn))),
        Some(kept) if kept.request == turn.request => Ok(Some(Begun::Before(kept.answer))),
        Some(_) => Err(Problem::new(Code::KeyReused)),
    }
}

impl Turn {
    /// Keeps the answer.
    pub async fn done(self, answer: String) -> Result<(), Problem> {
        let kept = Kept {
            request: self.request.clone(),
            answer,
        };
        let ends = Timestamp::now().as_second() + KEPT;
        self.app.store.keep(self.slot.clone(), kept, ends).await
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.app.running.lock().remove(&self.slot);
    }
}

impl Running {
    fn lock(&self) -> MutexGuard<'_, HashSet<Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks an answer as an earlier one's.
pub fn replayed(mut response: Response) -> Response {
    let name = HeaderName::from_static("idempotent-replayed");
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static("true"));
    response
}

/// The key of a request, if it has one.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let sound =
        |text: &&str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    match value.to_str().ok().filter(sound) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Problem::field(
            Code::InvalidParameter,
            "Idempotency-Key",
            "must be 1 to 255 visible ASCII characters",
        )),
    }
}
