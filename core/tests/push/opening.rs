//! Opening a push: everything is checked before anything is created.

use filed_core::ErrorCode;
use filed_core::push::PushOptions;

use crate::support::*;

#[tokio::test]
async fn a_connection_that_cannot_be_used_is_told_before_anything_is_made() {
    let world = world().await;
    let ready = world.ready().clone();
    for (connection, expected) in [
        (ready.pending_connection_id, ErrorCode::ConnectionNotActive),
        (ready.failed_connection_id, ErrorCode::ConnectionNotActive),
        ("connection_none".into(), ErrorCode::NotFound),
    ] {
        let options = PushOptions {
            connection_id: connection,
            ..world.options()
        };
        assert_eq!(code(world.push_with(options)).await, expected);
    }
    assert_eq!(std::fs::read_dir(world.folder.path()).unwrap().count(), 0);
    assert!(world.list("jobs").is_empty());
}

#[tokio::test]
async fn an_existing_journal_stays_when_opening_fails() {
    let world = world().await;
    let push = world.push().await;
    add(&push, 0).await;
    drop(push);
    let other = PushOptions {
        job_name: "Another".into(),
        ..world.options()
    };
    assert_eq!(
        code(world.push_with(other)).await,
        ErrorCode::JournalMismatch
    );
    assert!(world.journal().exists());
    assert_eq!(world.resume().await.unwrap().progress().clients.total, 1);
}

#[tokio::test]
async fn missing_arguments_are_named() {
    let world = world().await;
    for field in ["connection_id", "workspace_id", "job_name"] {
        let mut options = world.options();
        match field {
            "connection_id" => options.connection_id.clear(),
            "workspace_id" => options.workspace_id.clear(),
            _ => options.job_name = " ".into(),
        }
        let error = world.push_with(options).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        assert!(error.message().contains(field));
    }
    assert_eq!(world.count("connections"), 0, "nothing was sent");
}

#[tokio::test]
async fn a_journal_has_one_push_at_a_time() {
    let world = world().await;
    let push = world.push().await;
    assert_eq!(
        code(world.push_with(world.options())).await,
        ErrorCode::JournalLocked
    );
    assert_eq!(code(world.resume()).await, ErrorCode::JournalLocked);
    drop(push);
    world.push().await;
}

#[tokio::test]
async fn there_is_nothing_to_resume_without_a_journal() {
    let world = world().await;
    let error = world.resume().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::JournalIo);
    assert_eq!(error.path(), Some(world.journal().as_path()));
    assert!(!world.journal().exists());
    std::fs::write(world.journal(), "not a journal, but long enough to be one").unwrap();
    assert_eq!(code(world.resume()).await, ErrorCode::JournalCorrupt);
}

#[tokio::test]
async fn calls_follow_the_order_open_add_commit_wait() {
    let world = world().await;
    let push = world.push().await;
    assert_eq!(
        code(push.commit()).await,
        ErrorCode::PushState,
        "nothing was added"
    );
    assert_eq!(code(push.wait(None)).await, ErrorCode::PushState);
    let key = add(&push, 0).await;
    push.commit().await.unwrap();
    assert_eq!(code(push.add_client(client(1))).await, ErrorCode::PushState);
    let late = file("late", world.write("late.pdf", b"%PDF late"));
    assert_eq!(code(push.add_file(key, late)).await, ErrorCode::PushState);
    assert_eq!(
        add(&push, 0).await,
        key,
        "the same client again is no addition"
    );
    push.wait(None).await.unwrap();
}
