//! Watching the import until every client and file has ended. Only what has not ended is read, with
//! gaps that grow while nothing moves; and of a large job a window at a time, so that a look costs
//! the gateway the same at any size.

use std::collections::HashMap;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::gateway::redact::Cleaner;
use crate::gateway::{Artifact, JobWork};
use crate::push::journal::outcome::{self, ArtifactNews, Ending, WatchedClient, WorkNews};
use crate::push::journal::{Key, head};
use crate::push::pace::Gaps;
use crate::push::reconcile::Pass;
use crate::push::run::Run;
use crate::wire::{StatusWords, WireProfile, named};
use crate::{Error, ErrorCode, Result};

/// Pages of clients with some still open that one poll reads. The next poll goes on after them.
const OPEN_PAGES: usize = 20;

/// Follows the import to its end and closes the push.
pub(super) async fn watch(run: &Run) -> Result<()> {
    run.status.send_modify(|status| status.initiated = true);
    run.journal.run(head::watching).await?;
    let fresh = || Gaps::new(run.pace.poll, run.pace.poll_longest);
    let mut gaps = fresh();
    let mut failed = 0;
    let mut from = 0;
    loop {
        let polled = match poll(run, from).await {
            Ok(polled) => polled,
            // The import goes on whether we look or not.
            Err(e) if e.retryable() && failed < run.pace.failed_polls => {
                failed += 1;
                sleep(gaps.next()).await;
                continue;
            }
            Err(e) => return Err(e),
        };
        failed = 0;
        from = polled.next;
        if !run.journal.run(outcome::any_open).await? {
            return run.journal.run(head::done).await;
        }
        if polled.moved {
            gaps = fresh();
        }
        sleep(gaps.next()).await;
    }
}

struct Polled {
    /// The client after which the next poll begins.
    next: Key,
    moved: bool,
}

/// Reads what has not ended, from `after` on; pages that have ended by now do not count. At the end
/// of the clients the next poll begins anew.
async fn poll(run: &Run, mut after: Key) -> Result<Polled> {
    // One fewer than a page holds: a full page would be followed by a request for the next one.
    let page = run.client.inner().settings.wire.page_size.0 as usize;
    let limit = page.saturating_sub(1).max(1);
    let mut moved = false;
    let mut open = 0;
    while open < OPEN_PAGES {
        let clients = run
            .journal
            .run(move |db| outcome::open_clients(db, after, limit))
            .await?;
        let Some(last) = clients.last().map(|client| client.key) else {
            return Ok(Polled { next: 0, moved });
        };
        let first = after;
        after = last;
        moved |= read(run, &clients).await?;
        let next = run
            .journal
            .run(move |db| outcome::open_clients(db, first, 1))
            .await?;
        open += usize::from(next.iter().any(|client| client.key <= last));
    }
    Ok(Polled { next: after, moved })
}

/// Reads the works of `clients` and records what is new.
async fn read(run: &Run, clients: &[WatchedClient]) -> Result<bool> {
    let wire = run.client.inner().settings.wire.clone();
    let keys: HashMap<&str, Key> = clients
        .iter()
        .map(|client| (client.job_work_id.as_str(), client.key))
        .collect();
    let ids = clients.iter().map(|c| c.job_work_id.clone()).collect();
    let mut pages = Pass::of_job(run, ids)?;
    let mut moved = false;
    while let Some(page) = pages.next_page().await? {
        let news: Vec<WorkNews> = page
            .iter()
            .filter_map(|work| Some(work_news(*keys.get(work.id.as_str())?, work, &wire)))
            .collect();
        moved |= run
            .journal
            .run(move |db| outcome::record(db, &news))
            .await?;
    }
    Ok(moved)
}

fn work_news(key: Key, work: &JobWork, wire: &WireProfile) -> WorkNews {
    let words = &wire.work_status;
    let wordless =
        words.imported.is_empty() && words.failed.is_empty() && words.terminated.is_empty();
    let cleaner = || cleaner(work, None);
    WorkNews {
        key,
        status: work.status.clone(),
        ending: ending(words, work.status.as_deref(), None, &cleaner),
        by_files: wordless || work.status.is_none(),
        artifacts: work
            .artifacts
            .iter()
            .map(|artifact| artifact_news(work, artifact, &wire.artifact_status))
            .collect(),
    }
}

fn artifact_news(work: &JobWork, artifact: &Artifact, words: &StatusWords) -> ArtifactNews {
    let cleaner = || cleaner(work, Some(artifact));
    let metadata = artifact.metadata.as_ref();
    ArtifactNews {
        artifact_id: artifact.id.clone(),
        status: artifact.status.clone(),
        ending: ending(words, artifact.status.as_deref(), metadata, &cleaner),
    }
}

/// What a status word says about the end of an item. A word no list names says nothing.
fn ending(
    words: &StatusWords,
    status: Option<&str>,
    metadata: Option<&Value>,
    cleaner: &dyn Fn() -> Cleaner,
) -> Option<Ending> {
    let word = status?;
    if named(&words.imported, word) {
        return Some(Ending::Imported);
    }
    let (code, text) = match word {
        word if named(&words.failed, word) => {
            (ErrorCode::ImportFailed, "Filed could not import it")
        }
        word if named(&words.terminated, word) => (
            ErrorCode::ImportTerminated,
            "its import was cancelled at Filed",
        ),
        _ => return None,
    };
    let message = match metadata.and_then(reason) {
        Some(reason) => format!("{text}: {}", cleaner().clean(reason)),
        None => text.to_owned(),
    };
    let error = Error::new(code, message);
    Some(match code {
        ErrorCode::ImportFailed => Ending::Failed(error),
        _ => Ending::Cancelled(error),
    })
}

/// Keys under which metadata tells what went wrong. Filed documents none of them.
const REASONS: [&str; 5] = ["error", "errorMessage", "message", "reason", "details"];

fn reason(metadata: &Value) -> Option<&str> {
    let named = REASONS.iter().find_map(|key| metadata.get(key));
    match named? {
        Value::String(text) => Some(text),
        nested => nested.get("message").and_then(Value::as_str),
    }
}

/// Knows the names around an item, so that Filed's words about it can be shown without them.
fn cleaner(work: &JobWork, artifact: Option<&Artifact>) -> Cleaner {
    let mut metadata = artifact.and_then(|a| a.metadata.clone());
    if let Some(Value::Object(fields)) = &mut metadata {
        REASONS.iter().for_each(|key| {
            fields.shift_remove(*key);
        });
    }
    let known = json!({
        "name": [work.name, artifact.and_then(|a| a.name.clone())],
        "url": artifact.and_then(|a| a.uploaded_url.clone()),
        "metadata": metadata,
    });
    Cleaner::new(&known, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> JobWork {
        JobWork {
            id: "jw-1".into(),
            work_id: "w-1".into(),
            connection_job_id: "j-1".into(),
            workspace_id: "ws".into(),
            created_at: String::new(),
            updated_at: String::new(),
            name: "Jane Placeholder - 2024".into(),
            external_id: Some("c-1".into()),
            status: None,
            tag: None,
            artifacts: vec![],
        }
    }

    fn artifact(status: &str, metadata: Value) -> Artifact {
        Artifact {
            id: "a-1".into(),
            artifact_id: "x".into(),
            work_artifact_id: "y".into(),
            external_id: "f-1".into(),
            name: Some("jane-w2.pdf".into()),
            kind: None,
            status: Some(status.into()),
            uploaded_url: None,
            metadata: Some(metadata),
            created_at: None,
            updated_at: None,
        }
    }

    fn ended(status: &str, metadata: Value) -> Option<Ending> {
        artifact_news(
            &work(),
            &artifact(status, metadata),
            &StatusWords::default(),
        )
        .ending
    }

    #[test]
    fn words_decide_without_regard_to_case_and_unknown_ones_do_not() {
        assert!(matches!(
            ended("UPLOADED", json!({})),
            Some(Ending::Imported)
        ));
        assert!(matches!(
            ended("terminated", json!({})),
            Some(Ending::Cancelled(_))
        ));
        assert!(ended("pending", json!({})).is_none());
        assert!(ended("transmogrified", json!({})).is_none());
    }

    #[test]
    fn the_reason_is_told_without_the_names_in_it() {
        let metadata = json!({ "error": "cannot parse jane-w2.pdf of Jane Placeholder" });
        let Some(Ending::Failed(error)) = ended("failed", metadata) else {
            panic!("must have failed");
        };
        assert_eq!(error.code(), ErrorCode::ImportFailed);
        assert!(error.message().contains("cannot parse"));
        for name in ["jane", "Jane", "Placeholder"] {
            assert!(!error.message().contains(name), "{}", error.message());
        }
        let long = json!({ "error": { "message": "x".repeat(5000) } });
        let Some(Ending::Failed(error)) = ended("failed", long) else {
            panic!("must have failed");
        };
        assert!(error.message().len() < 500);
    }

    #[test]
    fn a_work_without_a_word_ends_with_its_files() {
        let wire = WireProfile::default();
        assert!(work_news(1, &work(), &wire).by_files);
        let busy = JobWork {
            status: Some("processing".into()),
            ..work()
        };
        assert!(!work_news(1, &busy, &wire).by_files);
    }
}
