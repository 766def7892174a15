//! Every operation of the gateway, in the words of the documentation.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use serde_json::{Value, json};
use support::{COLLECT, ME, connections, ids, text, until, with, world};

const CREATE_WORKSPACE: &str = "mutation CreateWorkspace($input: CreateWorkspaceInput!) {
  createWorkspace(input: $input) { id slug displayName status workspaceType }
}";
const ADD_USERS: &str = "mutation AddUsersToWorkspace($workspaceId: ID!, $userEmails: [String!]!) {
  addUsersToTheWorkspace(workspaceId: $workspaceId, userEmails: $userEmails) { id email name role }
}";
const START: &str =
    "mutation StartProviderConnection($workspaceId: ID!, $providerKey: String!, $inputs: JSON) {
  startProviderConnection(workspaceId: $workspaceId, providerKey: $providerKey, inputs: $inputs) {
    id workspaceId providerKey status action displayName createdAt
  }
}";

#[tokio::test]
async fn a_login_needs_a_known_key() {
    let world = world().await;
    assert_eq!(world.login("wrong").await.code(), "UNAUTHENTICATED");
    let token = world.customer().await;
    assert!(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
    assert_eq!(
        world.ask(&token, ME, json!({})).await.data()["me"]["role"],
        "user"
    );
    let state = world.state();
    assert_eq!(state["counts"]["loginViaPersonalApiToken"], 2);
    assert_eq!(state["effects"]["loginViaPersonalApiToken"], 1);
}

#[tokio::test]
async fn all_but_login_needs_a_live_token() {
    let world = world().await;
    assert_eq!(
        world.ask("wrong", ME, json!({})).await.code(),
        "UNAUTHENTICATED"
    );
    let token = world.customer().await;
    world.control().expire_tokens(false);
    let answer = world.ask(&token, ME, json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (200, "UNAUTHENTICATED")
    );
    world
        .control()
        .patch_settings(&json!({ "unauthenticated_http_status": 401 }))
        .unwrap();
    assert_eq!(world.ask(&token, ME, json!({})).await.status, 401);
}

#[tokio::test]
async fn a_token_dies_of_age() {
    let world = with(json!({ "token_ttl_ms": 150 })).await;
    let token = world.customer().await;
    world.ask(&token, ME, json!({})).await.data();
    until("the token dies", async || {
        world.ask(&token, ME, json!({})).await.code() == "UNAUTHENTICATED"
    })
    .await;
}

#[tokio::test]
async fn a_partner_creates_workspaces_with_free_slugs() {
    let world = world().await;
    let partner = world.partner().await;
    let input =
        json!({ "input": { "displayName": "Smith & Associates Tax Firm", "firmSize": "md" } });
    let made = world.ask(&partner, CREATE_WORKSPACE, input.clone()).await;
    let made = &made.data()["createWorkspace"];
    assert_eq!(made["slug"], "smith-associates-tax-firm-2");
    assert_eq!(
        (&made["status"], &made["workspaceType"]),
        (&json!("active"), &json!("partner"))
    );

    let list = "{ me { workspaces { id slug } } }";
    let seen = world.ask(&partner, list, json!({})).await;
    assert_eq!(seen.data()["me"]["workspaces"].as_array().unwrap().len(), 2);
    let customer = world.customer().await;
    let seen = world.ask(&customer, list, json!({})).await;
    assert_eq!(ids(&seen.data()["me"]["workspaces"]), ["workspace_123456"]);
    assert_eq!(
        world.ask(&customer, CREATE_WORKSPACE, input).await.code(),
        "FORBIDDEN"
    );
    for bad in [
        json!({ "displayName": " " }),
        json!({ "displayName": "x", "firmSize": "huge" }),
    ] {
        let answer = world
            .ask(&partner, CREATE_WORKSPACE, json!({ "input": bad }))
            .await;
        assert_eq!(answer.code(), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn users_are_added_once_per_email() {
    let world = world().await;
    let token = world.customer().await;
    let add = async |workspace: &str, emails: Value| {
        let variables = json!({ "workspaceId": workspace, "userEmails": emails });
        world.ask(&token, ADD_USERS, variables).await
    };
    let first = add("workspace_123456", json!(["a@x.example", "b@x.example"])).await;
    let again = add("workspace_123456", json!(["A@x.example"])).await;
    let first = &first.data()["addUsersToTheWorkspace"];
    assert_eq!(ids(first), ["user_789", "user_790"]);
    assert_eq!(ids(&again.data()["addUsersToTheWorkspace"]), ["user_789"]);
    assert_eq!(first[0]["name"], Value::Null);
    assert_eq!(
        add("workspace_123456", json!(["nobody"])).await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        add("workspace_0", json!(["c@x.example"])).await.code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn a_connection_is_started_and_collected() {
    let world = world().await;
    let token = world.partner().await;
    let start = async |key: &str, inputs: Value| {
        let workspace = "workspace_123456";
        let variables = json!({ "workspaceId": workspace, "providerKey": key, "inputs": inputs });
        world.ask(&token, START, variables).await
    };
    let collect = async |id: &Value| {
        let variables = json!({ "connectionId": id, "inputs": { "firmReferenceId": "f" } });
        world.ask(&token, COLLECT, variables).await
    };
    let started = start("acme", json!({ "apiKey": "right" })).await;
    let started = &started.data()["startProviderConnection"];
    assert_eq!(
        (&started["status"], &started["action"]),
        (&json!("pending"), &json!("collect"))
    );
    let collected = collect(&started["id"]).await;
    let collected = &collected.data()["collectProviderConnection"];
    assert_eq!(collected["status"], "active");
    assert_eq!(collected["settings"], json!({ "firmReferenceId": "f" }));

    let wrong = start("acme", json!({ "apiKey": "wrong" })).await;
    let wrong = collect(&wrong.data()["startProviderConnection"]["id"]).await;
    assert_eq!(
        wrong.data()["collectProviderConnection"]["status"],
        "failed"
    );
    assert_eq!(start("ACME", json!({})).await.code(), "BAD_USER_INPUT");
    assert_eq!(collect(&json!("connection_0")).await.code(), "NOT_FOUND");
}

#[tokio::test]
async fn connections_are_filtered_paged_and_sorted() {
    let world = world().await;
    let token = world.customer().await;
    let found = async |more: Value| {
        let answer = connections(&world, &token, more).await;
        ids(&answer.data()["me"]["workspaces"][0]["connections"]).join(" ")
    };
    assert_eq!(
        found(json!({})).await,
        "connection_789 connection_790 connection_791"
    );
    assert_eq!(
        found(json!({ "filters": { "statuses": ["failed"] } })).await,
        "connection_791"
    );
    assert_eq!(
        found(json!({ "filters": { "providerKeys": ["canopy"] } })).await,
        ""
    );
    assert_eq!(
        found(json!({ "filters": { "categories": ["tax_software"] } })).await,
        ""
    );
    assert_eq!(
        found(json!({ "limit": 1, "offset": 1 })).await,
        "connection_790"
    );
    let descending = json!({ "sortBy": { "field": "id", "order": "DESC" } });
    assert_eq!(
        found(descending).await,
        "connection_791 connection_790 connection_789"
    );
    let bad = json!({ "sortBy": { "field": "colour", "order": "ASC" } });
    assert_eq!(
        connections(&world, &token, bad).await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        connections(&world, &token, json!({ "limit": -1 }))
            .await
            .code(),
        "BAD_USER_INPUT"
    );
}

#[tokio::test]
async fn a_job_needs_an_active_connection() {
    let world = world().await;
    let token = world.customer().await;
    assert_eq!(world.job(&token).await, "job_123456");
    let create = async |connection: &str| {
        let variables = json!({ "connectionId": connection, "jobName": "x" });
        world.ask(&token, support::CREATE_JOB, variables).await
    };
    assert_eq!(
        create("connection_790").await.code(),
        "CONNECTION_NOT_ACTIVE"
    );
    assert_eq!(
        create("connection_791").await.code(),
        "CONNECTION_NOT_ACTIVE"
    );
    assert_eq!(create("connection_0").await.code(), "NOT_FOUND");
}

#[tokio::test]
async fn an_external_id_is_unique_where_the_settings_say() {
    let world = world().await;
    let token = world.customer().await;
    let (job, work) = world.job_with_work(&token).await;
    let other = world.job(&token).await;
    assert_eq!(
        world.works(&token, &other, &["c-1"]).await.code(),
        "DUPLICATE_EXTERNAL_ID"
    );
    assert_eq!(
        world.works(&token, &other, &["d", "d"]).await.code(),
        "DUPLICATE_EXTERNAL_ID"
    );
    world
        .control()
        .patch_settings(&json!({ "duplicate_scope": "job" }))
        .unwrap();
    world.works(&token, &other, &["c-1"]).await.data();
    assert_eq!(
        world.works(&token, &job, &["c-1"]).await.code(),
        "DUPLICATE_EXTERNAL_ID"
    );
    world.artifacts(&token, &work, &[("f", None)]).await.data();
    let again = world.artifacts(&token, &work, &[("f", None)]).await;
    assert_eq!(again.code(), "DUPLICATE_EXTERNAL_ID");
    world
        .control()
        .patch_settings(&json!({ "duplicate_scope": "off" }))
        .unwrap();
    world.works(&token, &job, &["c-1"]).await.data();
    world.artifacts(&token, &work, &[("f", None)]).await.data();
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_unless_told_otherwise() {
    let world = with(json!({ "poison_external_ids": ["p"], "max_batch": 3 })).await;
    let token = world.customer().await;
    let job = world.job(&token).await;
    let count = || world.state()["works"].as_array().unwrap().len();
    assert_eq!(
        world.works(&token, &job, &["a", "p", "b"]).await.code(),
        "INTERNAL_SERVER_ERROR"
    );
    assert_eq!(count(), 0);
    assert_eq!(
        world
            .works(&token, &job, &["a", "b", "c", "d"])
            .await
            .code(),
        "BATCH_TOO_LARGE"
    );
    assert_eq!(
        world.works(&token, &job, &[]).await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(
        world.works(&token, &job, &["a", " "]).await.code(),
        "BAD_USER_INPUT"
    );
    assert_eq!(count(), 0);
    world
        .control()
        .patch_settings(&json!({ "batch_atomic": false }))
        .unwrap();
    assert_eq!(
        world.works(&token, &job, &["a", "p", "b"]).await.code(),
        "INTERNAL_SERVER_ERROR"
    );
    assert_eq!(count(), 2);
    assert_eq!(
        world.works(&token, "job_0", &["x"]).await.code(),
        "NOT_FOUND"
    );
    assert_eq!(
        world
            .artifacts(&token, "job_work_0", &[("x", None)])
            .await
            .code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn an_artifact_url_must_be_http() {
    let world = world().await;
    let token = world.customer().await;
    let (_, work) = world.job_with_work(&token).await;
    let made = world
        .artifacts(&token, &work, &[("f", Some("file:///etc/passwd"))])
        .await;
    assert_eq!(made.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_batch_answers_in_the_order_the_settings_say() {
    for (order, same) in [("input", true), ("reversed", false), ("shuffled", false)] {
        let world = with(json!({ "result_order": order })).await;
        let token = world.customer().await;
        let job = world.job(&token).await;
        let names: Vec<String> = (0..20).map(|n| format!("c-{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let made = world.works(&token, &job, &names).await;
        let made = ids(&made.data()["createJobWorks"]).join(" ");
        let state = world.state();
        assert_eq!(made == ids(&state["works"]).join(" "), same, "{order}");
    }
}

#[tokio::test]
async fn works_are_paged_with_a_default_and_a_most() {
    let world = with(json!({ "default_limit": 2, "max_limit": 3 })).await;
    let token = world.customer().await;
    let job = world.job(&token).await;
    world
        .works(&token, &job, &["a", "b", "c", "d", "e"])
        .await
        .data();
    let page = async |more: Value| {
        let mut variables =
            json!({ "workspaceId": "workspace_123456", "connectionId": "connection_789" });
        variables
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = world.ask(&token, support::JOB_WORKS, variables).await;
        let works = &answer.data()["me"]["workspaces"][0]["connections"][0]["jobWorks"];
        let works = works.as_array().unwrap().clone();
        works
            .iter()
            .map(|work| text(&work["work"]["externalId"]))
            .collect::<String>()
    };
    assert_eq!(page(json!({})).await, "ab");
    assert_eq!(page(json!({ "limit": 100, "offset": 1 })).await, "bcd");
    assert_eq!(page(json!({ "offset": 4 })).await, "e");
    assert_eq!(page(json!({ "offset": 9 })).await, "");
    assert_eq!(
        page(json!({ "filters": { "connectionJobIds": ["job_0"] } })).await,
        ""
    );
    let by_work = json!({ "filters": { "workIds": ["work_790"] } });
    assert_eq!(page(by_work).await, "b");
    let sorted = json!({ "sortBy": { "field": "createdAt", "order": "DESC" } });
    assert_eq!(page(sorted).await, "ed");
}

#[tokio::test]
async fn reads_may_lag_behind() {
    let world = with(json!({ "stale_reads": { "ms": 300 } })).await;
    let token = world.customer().await;
    world.job_with_work(&token).await;
    let shown = async || {
        let answer = world.job_works(&token, json!({})).await;
        let works = &answer.data()["me"]["workspaces"][0]["connections"][0]["jobWorks"];
        works.as_array().unwrap().len()
    };
    assert_eq!(shown().await, 0);
    until("the work is shown", async || shown().await == 1).await;
}
