//! What requests are refused, and the rules that settings choose.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use serde_json::json;
use support::{COLLECT, ME, connections, with, world};

#[tokio::test]
async fn the_initiate_mutation_can_have_another_name() {
    let settings = json!({ "initiate_field": "startImport", "initiate_argument": "jobId" });
    let world = with(settings).await;
    let token = world.customer().await;
    let (job, _) = world.job_with_work(&token).await;
    assert_eq!(
        world.initiate(&token, &job).await.code(),
        "GRAPHQL_VALIDATION_FAILED"
    );
    let renamed = "mutation Go($job: ID!) { startImport(jobId: $job) { id status } }";
    let answer = world.ask(&token, renamed, json!({ "job": job })).await;
    assert_eq!(answer.data()["startImport"]["id"], json!(job));
    let state = world.state();
    assert_eq!(state["jobs"][0]["initiated"], 1);
    assert_eq!(state["counts"]["initiateTaxPrepsImport"], 2);
}

#[tokio::test]
async fn a_query_that_does_not_fit_the_schema_is_refused() {
    let world = world().await;
    let token = world.customer().await;
    for query in [
        "{ me { colour } }",
        "{ me {",
        "mutation { createJobWorks { id } }",
    ] {
        let answer = world.ask(&token, query, json!({})).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (200, "GRAPHQL_VALIDATION_FAILED")
        );
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let world = world().await;
    let url = &world.sandbox.ready().gateway_url;
    let post = async |content_type: &str, body: &'static str| {
        let request = world
            .http
            .post(url)
            .header("content-type", content_type)
            .body(body);
        request.send().await.unwrap().status()
    };
    assert_eq!(post("application/json", "not json").await, 400);
    assert_eq!(
        post("text/plain", "{\"query\":\"{ me { id } }\"}").await,
        400
    );
    assert_eq!(world.http.get(url).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn requests_without_a_source_platform_are_counted_or_refused() {
    let world = world().await;
    let bare = async || {
        let body = json!({ "query": ME }).to_string();
        let request = world
            .http
            .post(&world.sandbox.ready().gateway_url)
            .body(body);
        request
            .header("content-type", "application/json")
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(bare().await, 200);
    assert_eq!(world.state()["missing_source_platform"], 1);
    world
        .control()
        .patch_settings(&json!({ "require_source_platform": true }))
        .unwrap();
    assert_eq!(bare().await, 400);
}

#[tokio::test]
async fn status_words_can_be_others() {
    let words = json!({ "job": { "pending": "OPEN" }, "work": { "pending": "NEW" }, "connection": { "active": "LIVE" } });
    let world = with(json!({ "words": words, "work_tag": "urgent" })).await;
    let token = world.customer().await;
    world.job_with_work(&token).await;
    let state = world.state();
    assert_eq!(state["jobs"][0]["status"], "OPEN");
    assert_eq!(
        (&state["works"][0]["status"], &state["works"][0]["tag"]),
        (&json!("NEW"), &json!("urgent"))
    );
    let live = connections(
        &world,
        &token,
        json!({ "filters": { "statuses": ["LIVE"] } }),
    )
    .await;
    assert_eq!(
        live.data()["me"]["workspaces"][0]["connections"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn rules_the_documentation_leaves_open_can_be_chosen() {
    let settings = json!({
        "collect_result": "disconnected",
        "initial_job_state": "active",
        "over_limit": "reject",
    });
    let world = with(settings).await;
    let token = world.customer().await;
    let variables = json!({ "connectionId": "connection_790" });
    let collected = world.ask(&token, COLLECT, variables).await;
    assert_eq!(
        collected.data()["collectProviderConnection"]["status"],
        "disconnected"
    );
    let job = world.job(&token).await;
    assert_eq!(
        world.works(&token, &job, &["a"]).await.code(),
        "INVALID_JOB_STATE"
    );
    let over = connections(&world, &token, json!({ "limit": 501 })).await;
    assert_eq!(over.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_job_can_hide_its_state() {
    let world = with(json!({ "job_status_readable": false })).await;
    let token = world.customer().await;
    let (job, _) = world.job_with_work(&token).await;
    let initiated = world.initiate(&token, &job).await;
    assert_eq!(
        initiated.data()["initiateTaxPrepsImport"]["status"],
        "pending"
    );
    assert_ne!(world.state()["jobs"][0]["status"], "pending");
}

#[tokio::test]
async fn fragments_and_aliases_are_seen_through() {
    let world = world().await;
    let token = world.customer().await;
    let query = "query { who: me { ...Below } }
        fragment Below on User { workspaces { ... on Workspace { connections { all: jobWorks { id } } } } }";
    world.ask(&token, query, json!({})).await.data();
    let circle = "{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }";
    assert_eq!(
        world.ask(&token, circle, json!({})).await.code(),
        "GRAPHQL_VALIDATION_FAILED"
    );
    assert_eq!(world.state()["counts"]["jobWorks"], 1);
}
