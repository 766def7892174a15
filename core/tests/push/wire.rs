//! A gateway that words and names things differently, met with a wire profile alone.

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn a_profile_alone_makes_a_differently_worded_gateway_work() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.json");
    std::fs::write(
        &profile,
        json!({
            "upload": {"part_name": "document"},
            "initiate": {
                "field": "beginImport",
                "document": "mutation Begin($job: ID!) { beginImport(jobId: $job) { id status } }",
                "job_variable": "job"
            },
            "artifact_status": {
                "initial": ["QUEUED_UP"], "imported": ["STORED"],
                "failed": ["BROKEN"], "terminated": ["STOPPED"]
            },
            "work_status": {"initial": ["FRESH"], "imported": ["READY"], "failed": ["BROKEN"]},
            "page_size": 2
        })
        .to_string(),
    )
    .unwrap();
    let settings = json!({
        "part_name": "document",
        "initiate_field": "beginImport",
        "initiate_argument": "jobId",
        "fail_artifacts": ["file-1-1"],
        "words": {
            "artifact": {"pending": "QUEUED_UP", "uploaded": "STORED", "failed": "BROKEN"},
            "work": {"pending": "FRESH", "completed": "READY", "failed": "BROKEN"}
        }
    });
    let world = world_with(settings, |config| filed_core::Config {
        wire_profile: Some(profile),
        ..config
    })
    .await;
    let push = world.push().await;
    world.add_season(&push, 5, 2).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!((report.files.imported, report.files.failed), (9, 1));
    assert_eq!(report.clients.imported, 5);
    assert_eq!(report.failed_files[0].status.as_deref(), Some("BROKEN"));
    assert_eq!(world.list("jobs")[0]["initiated"], 1);
}

#[tokio::test]
async fn words_no_list_names_are_waited_out() {
    let world = world_with(
        json!({"import_ms": 400, "words": {"artifact": {"pending": "transmogrifying"}}}),
        |config| config,
    )
    .await;
    let push = world.push().await;
    world.add_season(&push, 1, 2).await;
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().files.imported, 2);
}

#[tokio::test]
async fn without_words_for_works_the_artifacts_decide() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.json");
    let none = json!({"imported": [], "failed": [], "terminated": []});
    std::fs::write(&profile, json!({"work_status": none}).to_string()).unwrap();
    let settings = json!({
        "fail_artifacts": ["file-1-0", "file-2-0", "file-2-1"],
        "words": {"work": {"completed": "c0", "failed": "c1", "processing": "c2", "pending": "c3"}}
    });
    let world = world_with(settings, |config| filed_core::Config {
        wire_profile: Some(profile),
        ..config
    })
    .await;
    let push = world.push().await;
    world.add_season(&push, 3, 2).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!((report.clients.imported, report.clients.failed), (2, 1));
    assert_eq!(report.failed_clients[0].external_id, "client-2");
}
