//! Every operation, as documented. What is refused is in `refusals`.

use std::time::Duration;

use filed_core::config::Role;
use filed_core::gateway::{
    ConnectionFilter, FileToSend, NewArtifact, NewWork, NewWorkspace, WorkFilter,
};
use filed_core::{Client, Effect, ErrorCode};
use serde_json::{Value, json};

use crate::support::{World, code, config, world, world_with};

pub fn work(external_id: &str) -> NewWork {
    NewWork {
        name: format!("Client {external_id}"),
        external_id: external_id.into(),
    }
}

pub fn artifact(external_id: &str) -> NewArtifact {
    NewArtifact {
        name: format!("{external_id}.pdf"),
        kind: "application/pdf".into(),
        url: None,
        external_id: external_id.into(),
        metadata: Some(json!({"pages": 2})),
    }
}

fn partner(world: &World) -> Client {
    let ready = world.ready();
    let mut config = config(ready);
    config.role = Some(Role::Partner);
    config.api_key = Some(ready.partner_api_key.clone().into());
    config.upload_url = Some(ready.partner_upload_url.clone());
    Client::new(config).unwrap()
}

#[tokio::test]
async fn a_partner_sets_up_a_firm() {
    let world = world().await;
    let client = partner(&world);
    assert!(!client.me().await.unwrap().id.is_empty());

    let new = NewWorkspace {
        display_name: "Jones & Daughters Tax Firm".into(),
        metadata: Some(json!({"customerId": "c-1"})),
        firm_size: Some("md".into()),
    };
    let workspace = client.workspaces().create(new).await.unwrap();
    assert_eq!(workspace.slug, "jones-daughters-tax-firm");
    assert_eq!(workspace.workspace_type, "partner");

    let emails = vec!["a@example.com".into(), "b@example.com".into()];
    let users = client
        .workspaces()
        .add_users(&workspace.id, emails)
        .await
        .unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(
        (users[0].name.as_deref(), users[0].role.as_str()),
        (None, "user")
    );

    let connections = client.connections();
    let key = &world.ready().provider_key;
    let started = connections
        .start(&workspace.id, key, Some(json!({"apiKey": "k"})))
        .await
        .unwrap();
    assert_eq!(
        (started.status.as_str(), started.action.as_deref()),
        ("pending", Some("collect"))
    );
    let collected = connections
        .collect(&started.id, Some(json!({"firmReferenceId": "f"})))
        .await
        .unwrap();
    assert_eq!(collected.status, "active");
    let active = connections
        .wait_active(&workspace.id, &started.id, Duration::from_secs(5))
        .await
        .unwrap();
    assert_eq!(active.id, started.id);

    let filter = ConnectionFilter {
        statuses: vec!["active".into()],
        ..ConnectionFilter::default()
    };
    let listed = connections.list(&workspace.id, filter).all().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].category.is_some());
}

#[tokio::test]
async fn a_job_from_its_works_to_its_import() {
    let world = world().await;
    let client = &world.client;
    let ready = world.ready();
    let job = client
        .jobs()
        .create(&ready.connection_id, "Season")
        .await
        .unwrap();
    assert_eq!(job.workspace_id, ready.workspace_id);

    let works = client
        .jobs()
        .add_works(&job.id, vec![work("c-1"), work("c-2")])
        .await
        .unwrap();
    assert_eq!(works.len(), 2);
    let files = vec![artifact("f-1"), artifact("f-2")];
    let attached = client
        .works()
        .add_artifacts(&works[0].id, files)
        .await
        .unwrap();
    assert_eq!(attached[0].external_id, "f-1");

    let filter = WorkFilter {
        job_ids: vec![job.id.clone()],
        ..WorkFilter::default()
    };
    let list = client
        .jobs()
        .works(&ready.workspace_id, &ready.connection_id, filter);
    let listed = list.all().await.unwrap();
    let ids: Vec<_> = listed
        .iter()
        .filter_map(|work| work.external_id.as_deref())
        .collect();
    assert_eq!(ids, ["c-1", "c-2"]);
    let first = &listed[0].artifacts[0];
    assert_eq!(first.name.as_deref(), Some("f-1.pdf"));
    assert_eq!(first.metadata, Some(json!({"pages": 2})));
    assert!(first.status.is_some());

    let import = client.jobs().initiate(&job.id).await.unwrap();
    assert_eq!(import.id, Some(job.id.clone()));
    assert!(import.status.is_some());
    let late = client
        .jobs()
        .add_works(&job.id, vec![work("c-3")])
        .await
        .unwrap_err();
    assert_eq!(
        (late.code(), late.effect()),
        (ErrorCode::JobClosed, Effect::NotApplied)
    );
}

#[tokio::test]
async fn lists_page_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("wire.json");
    std::fs::write(&profile, r#"{"page_size": 2}"#).unwrap();
    let world = world_with(json!({}), |mut config| {
        config.wire_profile = Some(profile);
        config
    })
    .await;
    let job = world.job().await;
    let works = (0..5).map(|n| work(&format!("c-{n}"))).collect();
    world.client.jobs().add_works(&job, works).await.unwrap();
    let ready = world.ready();
    let filter = WorkFilter {
        job_ids: vec![job],
        ..WorkFilter::default()
    };
    let list = world
        .client
        .jobs()
        .works(&ready.workspace_id, &ready.connection_id, filter);
    assert_eq!(list.all().await.unwrap().len(), 5);
    assert_eq!(world.count("jobWorks"), 3);
}

#[tokio::test]
async fn the_platform_through_a_connection() {
    let world = world().await;
    let (client, ready) = (&world.client, world.ready());
    let platform = client.platform();
    let clients = platform.clients(&ready.workspace_id, &ready.connection_id, None);
    let clients = clients.all().await.unwrap();
    let first = clients.first().expect("the sandbox seeds clients");
    let files = platform.files(&ready.workspace_id, &ready.connection_id, &first.id, None);
    assert!(!files.all().await.unwrap().is_empty());
    let file = FileToSend {
        file_name: "return.pdf".into(),
        content_type: Some("application/pdf".into()),
        tusd_endpoint: "https://platform.example.com/files".into(),
    };
    let sent = platform
        .upload_file(&ready.connection_id, &first.id, file)
        .await
        .unwrap();
    assert!(sent.success);
    let missing = platform.files(&ready.workspace_id, &ready.connection_id, "nobody", None);
    let error = missing.all().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn documents_of_the_callers_own() {
    let world = world().await;
    let query = "query Q { me { id email } }";
    let answer = world.client.graphql(query, Value::Null).await.unwrap();
    assert!(answer.data["me"]["id"].is_string());
    assert!(answer.errors.is_empty());

    let broken = world
        .client
        .graphql("{ me { shoeSize } }", json!({}))
        .await
        .unwrap();
    assert!(broken.data.is_null());
    assert_eq!(
        broken.errors[0].code.as_deref(),
        Some("GRAPHQL_VALIDATION_FAILED")
    );

    let mutation =
        "mutation M($c: ID!) { createConnectionJob(connectionId: $c, jobName: \"x\") { id } }";
    world.plan(json!({"on": "createConnectionJob", "reset": true, "effect": true}));
    let variables = json!({"c": world.ready().connection_id});
    let lost = world.client.graphql(mutation, variables).await.unwrap_err();
    assert_eq!(
        (lost.code(), lost.effect()),
        (ErrorCode::OutcomeUnknown, Effect::Unknown)
    );
    assert_eq!(world.jobs(), 1, "sent once");
}

#[tokio::test]
async fn waiting_for_a_connection_ends() {
    let world = world().await;
    let ready = world.ready();
    let wait = |id: &str, ms| {
        let connections = world.client.connections();
        let (workspace, id) = (ready.workspace_id.clone(), id.to_owned());
        async move {
            connections
                .wait_active(workspace, id, Duration::from_millis(ms))
                .await
        }
    };
    assert_eq!(
        code(wait(&ready.failed_connection_id, 60_000).await),
        ErrorCode::ConnectionNotActive
    );
    assert_eq!(
        code(wait(&ready.pending_connection_id, 100).await),
        ErrorCode::WaitTimedOut
    );
    assert_eq!(
        code(wait("connection_0", 60_000).await),
        ErrorCode::NotFound
    );
    assert!(wait(&ready.connection_id, u64::MAX).await.is_ok());
}

#[tokio::test]
async fn another_initiate_mutation_takes_a_profile_alone() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("wire.json");
    let initiate = json!({"initiate": {
        "field": "startImport",
        "document": "mutation S($id: ID!) { startImport(job: $id) { id status metadata } }",
        "job_variable": "id",
    }});
    std::fs::write(&profile, initiate.to_string()).unwrap();
    let settings = json!({"initiate_field": "startImport", "initiate_argument": "job"});
    let world = world_with(settings, |mut config| {
        config.wire_profile = Some(profile);
        config
    })
    .await;
    let job = world.job().await;
    world
        .client
        .jobs()
        .add_works(&job, vec![work("c-1")])
        .await
        .unwrap();
    assert_eq!(
        world.client.jobs().initiate(&job).await.unwrap().id,
        Some(job)
    );
}

#[tokio::test]
async fn every_request_says_who_is_calling() {
    let world = world().await;
    world.client.me().await.unwrap();
    let state = world.sandbox.control().state(true);
    let requests = state["requests"].as_array().unwrap();
    assert_eq!(requests.len(), 2, "a login and a query");
    for request in requests {
        assert_eq!(request["source_platform"], "transport-tests");
        let agent = format!("filed-sdk/{}", filed_core::VERSION);
        assert_eq!(request["user_agent"], agent);
    }
}
