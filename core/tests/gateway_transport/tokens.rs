//! Tokens that expire, and logins that are refused.

use filed_core::gateway::NewWork;
use filed_core::{Client, ErrorCode};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{config, world, world_with};

#[tokio::test]
async fn a_token_that_expired_is_renewed_once_for_fifty_callers() {
    for status in [200, 401] {
        let settings = json!({"unauthenticated_http_status": status});
        let world = world_with(settings, |config| config).await;
        world.client.me().await.unwrap();
        world.sandbox.control().expire_tokens(false);
        // The renewal takes long enough for everybody to be refused before it is done.
        world.plan(json!({"on": "loginViaPersonalApiToken", "delay_ms": 300}));
        let calls = (0..50).map(|_| world.client.me());
        for result in join_all(calls).await {
            result.unwrap();
        }
        assert_eq!(world.count("loginViaPersonalApiToken"), 2, "HTTP {status}");
    }
}

#[tokio::test]
async fn a_refused_key_costs_one_login_for_everybody_who_waits() {
    let world = world().await;
    let mut config = config(world.ready());
    config.api_key = Some("planted-wrong-key".into());
    let client = Client::new(config).unwrap();
    world.plan(json!({"on": "loginViaPersonalApiToken", "delay_ms": 500}));
    let calls = (0..20).map(|_| client.me());
    for result in join_all(calls).await {
        let error = result.unwrap_err();
        assert_eq!(error.code(), ErrorCode::AuthenticationFailed);
        assert!(error.message().contains("FILED_API_KEY"));
        assert!(!format!("{error:?}").contains("planted"));
    }
    assert_eq!(world.count("loginViaPersonalApiToken"), 1);
    assert_eq!(world.count("me"), 0);
}

#[tokio::test]
async fn a_token_refused_for_ever_is_renewed_once() {
    let refusals = [
        json!({"on": "me", "times": 0, "status": 401}),
        json!({"on": "me", "times": 0, "graphql_error":
            {"code": "UNAUTHENTICATED", "message": "jwt expired"}}),
    ];
    for refusal in refusals {
        let world = world().await;
        world.plan(refusal);
        let error = world.client.me().await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::AuthenticationFailed);
        assert_eq!(world.count("loginViaPersonalApiToken"), 2);
        assert_eq!(world.count("me"), 2);
    }
}

#[tokio::test]
async fn an_effect_refused_for_its_token_is_repeated() {
    let world = world().await;
    let job = world.job().await;
    let work = NewWork {
        name: "Client".into(),
        external_id: "c-1".into(),
    };
    world
        .client
        .jobs()
        .add_works(&job, vec![work])
        .await
        .unwrap();
    world.sandbox.control().expire_tokens(false);
    world.client.jobs().initiate(&job).await.unwrap();
    let state = world.sandbox.control().state(false);
    assert_eq!(state["jobs"][0]["initiated"], 1);
}

#[tokio::test]
async fn a_login_is_repeated_through_passing_trouble() {
    let world = world().await;
    world.plan(json!({"on": "loginViaPersonalApiToken", "times": 2, "status": 503}));
    world.client.me().await.unwrap();
    assert_eq!(world.count("loginViaPersonalApiToken"), 3);
}
