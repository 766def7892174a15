//! What a host is told: everything, once, in order.

use std::collections::BTreeMap;

use filed_core::push::{EventKind, PushOptions};
use serde_json::json;

use crate::support::*;

fn terminal(kind: EventKind) -> bool {
    use EventKind::*;
    matches!(
        kind,
        ClientImported | ClientFailed | ClientCancelled | FileImported | FileFailed | FileCancelled
    )
}

#[tokio::test]
async fn each_item_ends_in_exactly_one_terminal_event() {
    let settings = json!({
        "poison_external_ids": ["client-3"],
        "fail_artifacts": ["file-0-1"],
        "terminated_artifacts": ["file-1-1"]
    });
    let world = world_with(settings, |config| config).await;
    let options = PushOptions {
        allow_partial: true,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    world.add_season(&push, 5, 3).await;
    let key = add(&push, 0).await;
    push.add_file(key, file("gone", "/nowhere/gone.pdf"))
        .await
        .unwrap();
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();

    let events = all_events(&push).await;
    assert!(events.windows(2).all(|w| w[0].sequence < w[1].sequence));
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &events {
        let id = event.external_id.as_deref().unwrap_or("push");
        *ends.entry(id).or_default() += usize::from(terminal(event.kind));
        let of_file = event.kind.as_str().starts_with("file_");
        assert_eq!(event.client_external_id.is_some(), of_file);
        let failed = matches!(event.kind, EventKind::ClientFailed | EventKind::FileFailed);
        if failed {
            let error = event.error.as_ref().unwrap();
            assert_eq!(error.external_id(), event.external_id.as_deref());
        }
    }
    assert_eq!(ends.remove("push"), Some(0));
    assert_eq!(ends.len(), 5 + 16);
    assert!(ends.values().all(|count| *count == 1), "{ends:?}");
    for once in [
        EventKind::JobCreated,
        EventKind::PushCommitting,
        EventKind::PushInitiated,
        EventKind::PushDone,
    ] {
        assert_eq!(count(&events, once), 1, "{once:?}");
    }
    assert_eq!(events.last().unwrap().kind, EventKind::PushDone);
    assert_eq!(count(&events, EventKind::ClientAttached), 4);
}

#[tokio::test]
async fn a_host_that_asks_late_or_slowly_misses_nothing() {
    let world = world().await;
    let push = world.push().await;
    let early = push.events();
    world.add_season(&push, 3, 2).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    let late = all_events(&push).await;
    let mut slow = Vec::new();
    let mut early = early;
    loop {
        let batch = early.next_batch(2).await.unwrap();
        assert!(batch.len() <= 2);
        if batch.is_empty() {
            break;
        }
        slow.extend(batch);
    }
    let line = |events: &[filed_core::push::Event]| {
        events
            .iter()
            .map(|e| (e.sequence, e.kind, e.external_id.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(line(&slow), line(&late));
    assert!(early.next().await.unwrap().is_none(), "it stays at its end");
}

#[tokio::test]
async fn a_run_tells_of_itself_and_not_of_the_one_before() {
    let world = world().await;
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    seen(&push, EventKind::FileUploaded, 1).await;
    drop(push);
    let push = world.push().await;
    world.add_season(&push, 1, 1).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    let events = all_events(&push).await;
    assert_eq!(count(&events, EventKind::ClientAdded), 0);
    assert_eq!(count(&events, EventKind::FileUploaded), 0);
    assert_eq!(count(&events, EventKind::FileImported), 1);
}
