//! The main job against the sandbox: job, works, uploads, artifacts, import.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use serde_json::{Value, json};
use support::{blake3, text, until, with, world};

fn list(answer: &support::Answer) -> &Vec<Value> {
    let found = &answer.data()["me"]["workspaces"][0]["connections"][0]["jobWorks"];
    found.as_array().unwrap()
}

#[tokio::test]
async fn a_push_arrives_and_is_imported() {
    let world = world().await;
    let token = world.customer().await;
    let (job, work) = world.job_with_work(&token).await;
    let uploaded = world.customer_upload(&token, b"%PDF-1.7 w2").await;
    assert_eq!(uploaded.status, 200, "{}", uploaded.body);
    assert_eq!(uploaded.body["fileName"], "w2.pdf");
    assert_eq!(uploaded.body["mimeType"], "application/pdf");
    let url = text(&uploaded.body["fileUrl"]);
    let made = world.artifacts(&token, &work, &[("f-1", Some(&url))]).await;
    assert_eq!(
        made.data()["createJobWorkArtifacts"][0]["workArtifact"]["externalId"],
        "f-1"
    );

    let initiated = world.initiate(&token, &job).await;
    assert_eq!(
        initiated.data()["initiateTaxPrepsImport"]["status"],
        "processing"
    );
    until("the import ends", async || {
        let works = world
            .job_works(&token, json!({ "connectionJobIds": [job] }))
            .await;
        list(&works)[0]["work"]["status"] == "completed"
    })
    .await;
    let works = world
        .job_works(&token, json!({ "connectionJobIds": [job] }))
        .await;
    let artifact = &list(&works)[0]["jobWorkArtifacts"][0]["workArtifact"];
    assert_eq!(artifact["status"], "uploaded");
    assert!(artifact["uploadedUrl"].is_string());

    let state = world.state();
    assert_eq!(state["jobs"][0]["status"], "completed");
    assert_eq!(state["jobs"][0]["initiated"], 1);
    assert_eq!(state["artifacts"][0]["blake3"], blake3(b"%PDF-1.7 w2"));
    assert_eq!(state["artifacts"][0]["size"], 11);
    assert_eq!(state["uploads"][0]["attached"], true);
    assert_eq!(state["effects"]["initiateTaxPrepsImport"], 1);
}

#[tokio::test]
async fn artifacts_end_as_the_settings_say() {
    let world = with(json!({
        "import_ms": 40,
        "fail_artifacts": ["bad"],
        "terminated_artifacts": ["cut"],
        "stuck_artifacts": ["slow"],
        "words": { "artifact": { "uploaded": "STORED", "pending": "QUEUED" } },
    }))
    .await;
    let token = world.customer().await;
    let (job, work) = world.job_with_work(&token).await;
    let url = text(&world.customer_upload(&token, b"x").await.body["fileUrl"]);
    let gone = format!("{}/files/none/x.pdf", world.sandbox.ready().base_url);
    let entries = [
        ("good", Some(url.as_str())),
        ("bad", Some(url.as_str())),
        ("cut", Some(url.as_str())),
        ("slow", Some(url.as_str())),
        ("lost", Some(gone.as_str())),
        ("bare", None),
    ];
    world.artifacts(&token, &work, &entries).await.data();
    world.initiate(&token, &job).await.data();
    let states = async || {
        let works = world.job_works(&token, json!({})).await;
        let artifacts = list(&works)[0]["jobWorkArtifacts"]
            .as_array()
            .unwrap()
            .clone();
        artifacts
            .iter()
            .map(|a| text(&a["workArtifact"]["status"]))
            .collect::<Vec<_>>()
    };
    let wanted = [
        "STORED",
        "failed",
        "terminated",
        "QUEUED",
        "failed",
        "failed",
    ];
    until("artifacts reach their ends", async || {
        states().await == wanted
    })
    .await;
    let works = world.job_works(&token, json!({})).await;
    let work = &list(&works)[0];
    assert_eq!(
        work["work"]["status"], "processing",
        "one artifact is stuck"
    );
    assert!(work["jobWorkArtifacts"][1]["workArtifact"]["metadata"]["error"].is_string());
    assert_eq!(world.state()["jobs"][0]["status"], "processing");
}

#[tokio::test]
async fn a_work_whose_artifacts_all_failed_has_failed() {
    let world = with(json!({ "import_ms": 0, "fail_artifacts": ["f"] })).await;
    let token = world.customer().await;
    let (job, work) = world.job_with_work(&token).await;
    world.artifacts(&token, &work, &[("f", None)]).await.data();
    world.initiate(&token, &job).await.data();
    until("the work fails", async || {
        world.state()["works"][0]["status"] == "failed"
    })
    .await;
    assert_eq!(world.state()["jobs"][0]["status"], "completed");
}

#[tokio::test]
async fn an_import_starts_once() {
    let world = world().await;
    let token = world.customer().await;
    let (job, _) = world.job_with_work(&token).await;
    world.initiate(&token, &job).await.data();
    assert_eq!(
        world.initiate(&token, &job).await.code(),
        "ALREADY_INITIATED"
    );
    let state = world.state();
    assert_eq!(state["jobs"][0]["initiated"], 1);
    assert_eq!(state["jobs"][0]["initiate_calls"], 2);
    world
        .control()
        .patch_settings(&json!({ "initiate_again": "accept" }))
        .unwrap();
    world.initiate(&token, &job).await.data();
    assert_eq!(world.state()["jobs"][0]["initiated"], 2);
}

#[tokio::test]
async fn a_job_that_is_not_pending_takes_nothing() {
    let world = world().await;
    let token = world.customer().await;
    let (job, work) = world.job_with_work(&token).await;
    world.control().force_job(&job, "completed").unwrap();
    assert_eq!(
        world.works(&token, &job, &["c-2"]).await.code(),
        "INVALID_JOB_STATE"
    );
    assert_eq!(
        world.artifacts(&token, &work, &[("f", None)]).await.code(),
        "INVALID_JOB_STATE"
    );
    assert_eq!(
        world.initiate(&token, &job).await.code(),
        "INVALID_JOB_STATE"
    );
    assert_eq!(world.state()["jobs"][0]["initiated"], 0);
}

#[tokio::test]
async fn an_artifact_with_a_foreign_url_is_fetched() {
    let world = with(json!({ "import_ms": 10 })).await;
    let token = world.customer().await;
    let (job, work) = world.job_with_work(&token).await;
    let url = world
        .control()
        .host_file("k1.pdf", Some("application/pdf"), "k-1".into());
    let missing = format!("{url}?status=404");
    let entries = [
        ("f", Some(url.as_str())),
        ("g", Some(&missing)),
        ("h", Some("https://api.example.com/x")),
    ];
    world.artifacts(&token, &work, &entries).await.data();
    world.initiate(&token, &job).await.data();
    until("the job ends", async || {
        world.state()["jobs"][0]["status"] == "completed"
    })
    .await;
    let state = world.state();
    assert_eq!(state["artifacts"][0]["status"], "uploaded");
    assert_eq!(state["artifacts"][0]["blake3"], blake3(b"k-1"));
    assert_eq!(state["artifacts"][1]["status"], "failed");
    assert_eq!(state["artifacts"][2]["status"], "failed");
}
