//! The book of what was asked for: counts, effects, requests, how many were under way at once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

/// Requests that are kept; older ones are forgotten.
const KEPT_REQUESTS: usize = 10_000;

#[derive(Debug)]
pub(crate) struct Ledger {
    started: Instant,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    seq: u64,
    counts: BTreeMap<String, u64>,
    effects: BTreeMap<String, u64>,
    requests: VecDeque<Line>,
    under_way: BTreeMap<&'static str, u64>,
    most_under_way: BTreeMap<&'static str, u64>,
    missing_source_platform: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Line {
    seq: u64,
    operation: String,
    host: &'static str,
    status: Option<u16>,
    fault: bool,
    started_ms: u64,
    ended_ms: u64,
    user_agent: Option<String>,
    source_platform: Option<String>,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        let mut book = Book::default();
        for lane in ["graphql", "upload"] {
            book.under_way.insert(lane, 0);
            book.most_under_way.insert(lane, 0);
        }
        Self {
            started: Instant::now(),
            book: Mutex::new(book),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Opens a line for a request; it is written when the line is finished or dropped.
    pub(crate) fn open(self: &Arc<Self>, host: &'static str, headers: &HeaderMap) -> OpenLine {
        let text = |name: &str| {
            headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let lane = if host == "gateway" {
            "graphql"
        } else {
            "upload"
        };
        let mut book = self.book();
        book.seq += 1;
        let seq = book.seq;
        let source_platform = text("source-platform");
        book.missing_source_platform += u64::from(source_platform.is_none());
        let now = book.under_way.entry(lane).or_default();
        *now += 1;
        let now = *now;
        let most = book.most_under_way.entry(lane).or_default();
        *most = now.max(*most);
        drop(book);
        let started_ms = self.now_ms();
        let line = Line {
            seq,
            operation: "unknown".into(),
            host,
            status: None,
            fault: false,
            started_ms,
            ended_ms: started_ms,
            user_agent: text("user-agent"),
            source_platform,
        };
        OpenLine {
            ledger: Arc::clone(self),
            lane,
            line,
        }
    }

    pub(crate) fn effect(&self, operation: &str) {
        *self.book().effects.entry(operation.to_owned()).or_default() += 1;
    }

    pub(crate) fn snapshot(&self, with_requests: bool) -> Map<String, Value> {
        let book = self.book();
        let mut all = Map::new();
        all.insert("counts".into(), json!(book.counts));
        all.insert("effects".into(), json!(book.effects));
        all.insert("max_in_flight".into(), json!(book.most_under_way));
        all.insert(
            "missing_source_platform".into(),
            book.missing_source_platform.into(),
        );
        if with_requests {
            all.insert("requests".into(), json!(book.requests));
        }
        all
    }
}

/// The line of a request under way.
pub(crate) struct OpenLine {
    ledger: Arc<Ledger>,
    lane: &'static str,
    line: Line,
}

impl OpenLine {
    /// Names the operation, once it is known, and counts it.
    pub(crate) fn operation(&mut self, name: &str) {
        self.line.operation = name.to_owned();
        *self
            .ledger
            .book()
            .counts
            .entry(name.to_owned())
            .or_default() += 1;
    }

    pub(crate) fn faulty(&mut self) {
        self.line.fault = true;
    }

    pub(crate) fn answered(&mut self, status: u16) {
        self.line.status = Some(status);
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.line.ended_ms = self.ledger.now_ms();
        let mut book = self.ledger.book();
        if let Some(now) = book.under_way.get_mut(self.lane) {
            *now = now.saturating_sub(1);
        }
        if book.requests.len() == KEPT_REQUESTS {
            book.requests.pop_front();
        }
        book.requests.push_back(self.line.clone());
    }
}
