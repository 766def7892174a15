//! What is refused: here, before anything is sent, or by the gateway.

use filed_core::gateway::{
    ConnectionFilter, FileToSend, NewArtifact, NewWork, NewWorkspace, WorkFilter,
};
use filed_core::{Effect, ErrorCode};
use serde_json::{Value, json};

use crate::operations::{artifact, work};
use crate::support::{code, world};

#[tokio::test]
async fn what_does_not_exist_is_said_to_be_missing() {
    let world = world().await;
    let (client, ready) = (&world.client, world.ready());
    let no_workspace = client
        .connections()
        .list("workspace_0", ConnectionFilter::default());
    let error = no_workspace.all().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("workspace"), "{error}");

    let works = client
        .jobs()
        .works(&ready.workspace_id, "connection_0", WorkFilter::default());
    let error = works.all().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
    assert!(error.message().contains("connection"), "{error}");

    let jobs = client.jobs();
    assert_eq!(
        code(jobs.add_works("job_0", vec![work("c")]).await),
        ErrorCode::NotFound
    );
    assert_eq!(code(jobs.initiate("job_0").await), ErrorCode::NotFound);
    let artifacts = client
        .works()
        .add_artifacts("job_work_0", vec![artifact("f")])
        .await;
    assert_eq!(code(artifacts), ErrorCode::NotFound);
}

#[tokio::test]
async fn refusals_have_codes_of_their_own() {
    let world = world().await;
    let (client, ready) = (&world.client, world.ready());
    let new = NewWorkspace {
        display_name: "Firm".into(),
        ..NewWorkspace::default()
    };
    assert_eq!(
        code(client.workspaces().create(new).await),
        ErrorCode::PermissionDenied
    );
    let pending = client
        .jobs()
        .create(&ready.pending_connection_id, "x")
        .await
        .unwrap_err();
    assert_eq!(pending.code(), ErrorCode::ConnectionNotActive);
    assert_eq!(pending.operation(), Some("jobs.create"));

    let job = world.job().await;
    client
        .jobs()
        .add_works(&job, vec![work("c-1")])
        .await
        .unwrap();
    let again = client
        .jobs()
        .add_works(&job, vec![work("c-1")])
        .await
        .unwrap_err();
    assert_eq!(
        (again.code(), again.effect()),
        (ErrorCode::ExternalIdExists, Effect::NotApplied)
    );
    assert_eq!(
        again.graphql_errors()[0].code.as_deref(),
        Some("DUPLICATE_EXTERNAL_ID")
    );
    assert_eq!(again.attempts(), 1);
}

#[tokio::test]
async fn bad_input_is_refused_before_anything_is_sent() {
    let world = world().await;
    let client = &world.client;
    let long = "x".repeat(501);
    let named = |name: &str| NewWork {
        name: name.into(),
        external_id: "c".into(),
    };
    let firm = |size: &str| NewWorkspace {
        display_name: "Firm".into(),
        firm_size: Some(size.into()),
        ..NewWorkspace::default()
    };
    let to = |endpoint: &str| FileToSend {
        file_name: "a.pdf".into(),
        tusd_endpoint: endpoint.into(),
        ..FileToSend::default()
    };
    let url = |url: &str| NewArtifact {
        url: Some(url.into()),
        ..artifact("f")
    };
    let jobs = client.jobs();
    let invalid = [
        code(jobs.create("", "x").await),
        code(jobs.create("c", "").await),
        code(jobs.create("c", &*long).await),
        code(jobs.create("c\n", "x").await),
        code(jobs.add_works("j", vec![]).await),
        code(jobs.add_works("j", vec![named("")]).await),
        code(jobs.add_works("j", vec![named("a\u{7}b")]).await),
        code(jobs.add_works("j", vec![work(&long[..256])]).await),
        code(jobs.initiate(" ").await),
        code(client.works().add_artifacts("w", vec![]).await),
        code(
            client
                .works()
                .add_artifacts("w", vec![url("http://example.com/f")])
                .await,
        ),
        code(client.workspaces().create(firm("huge")).await),
        code(
            client
                .workspaces()
                .add_users("w", vec!["nobody".into()])
                .await,
        ),
        code(client.workspaces().add_users("w", vec![]).await),
        code(client.connections().start("w", "", None).await),
        code(
            client
                .platform()
                .upload_file("c", "k", to("http://example.com/"))
                .await,
        ),
        code(client.graphql("subscription { a }", Value::Null).await),
        code(client.graphql("{ a }", json!([])).await),
    ];
    assert!(
        invalid
            .iter()
            .all(|code| *code == ErrorCode::InvalidArgument),
        "{invalid:?}"
    );
    let twice = jobs
        .add_works("j", vec![work("c-1"), work("c-1")])
        .await
        .unwrap_err();
    assert_eq!(twice.code(), ErrorCode::DuplicateExternalId);
    assert_eq!(twice.external_id(), Some("c-1"));
    let state = world.sandbox.control().state(true);
    assert_eq!(state["requests"].as_array().map(Vec::len), Some(0));
}
