//! Faults on the way and answers of the wrong shape: what is repeated, and what is not.

use std::time::{Duration, Instant};

use filed_core::gateway::NewWork;
use filed_core::{Client, Effect, Error, ErrorCode};
use serde_json::{Value, json};

use crate::support::{World, config, world, world_with};

async fn works(world: &World) -> Error {
    let job = world.job().await;
    let work = NewWork {
        name: "Planted Taxpayer".into(),
        external_id: "c-1".into(),
    };
    world
        .client
        .jobs()
        .add_works(&job, vec![work])
        .await
        .expect_err("must fail")
}

/// Faults after which nobody knows whether the request was acted upon.
fn ambiguous(on: &str) -> Vec<Value> {
    vec![
        json!({"on": on, "reset": true}),
        json!({"on": on, "reset": true, "effect": true}),
        json!({"on": on, "close": true}),
        json!({"on": on, "status": 500, "effect": true}),
        json!({"on": on, "status": 502, "body": "<html>bad gateway</html>"}),
        json!({"on": on, "status": 504}),
        json!({"on": on, "truncate": 20}),
        json!({"on": on, "malformed": "json", "effect": true}),
        json!({"on": on, "malformed": "utf8"}),
        json!({"on": on, "malformed": "empty"}),
        json!({"on": on, "malformed": "html"}),
    ]
}

#[tokio::test]
async fn a_read_is_repeated_through_all_of_it() {
    let world = world().await;
    for fault in ambiguous("me") {
        let before = world.count("me");
        world.plan(fault.clone());
        let result = world.client.me().await;
        assert!(result.is_ok(), "{fault}: {result:?}");
        assert_eq!(world.count("me") - before, 2, "{fault}");
    }
}

#[tokio::test]
async fn an_effect_is_sent_once_and_its_outcome_is_unknown() {
    let world = world_with(json!({"duplicate_scope": "job"}), |config| config).await;
    for fault in ambiguous("createJobWorks") {
        let before = world.count("createJobWorks");
        world.plan(fault.clone());
        let error = works(&world).await;
        assert_eq!(error.code(), ErrorCode::OutcomeUnknown, "{fault}: {error}");
        assert_eq!(error.effect(), Effect::Unknown, "{fault}");
        assert_eq!(error.attempts(), 1, "{fault}");
        assert!(!error.message().contains('<'), "{error}");
        assert_eq!(world.count("createJobWorks") - before, 1, "{fault}");
    }
}

#[tokio::test]
async fn an_effect_is_repeated_when_the_server_did_nothing() {
    let world = world().await;
    let job = world.job().await;
    let wait = json!({"Retry-After": "0"});
    let faults = [
        json!({"on": "createJobWorks", "status": 429, "headers": wait}),
        json!({"on": "createJobWorks", "status": 503, "headers": wait}),
        json!({"on": "createJobWorks", "graphql_error":
            {"code": "SERVICE_UNAVAILABLE", "message": "later"}}),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        world.plan(fault.clone());
        let work = NewWork {
            name: "Client".into(),
            external_id: format!("c-{n}"),
        };
        let made = world.client.jobs().add_works(&job, vec![work]).await;
        assert_eq!(made.unwrap().len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_job_whose_answer_was_lost_is_created_again() {
    let world = world().await;
    world.plan(json!({"on": "createConnectionJob", "reset": true, "effect": true}));
    world.job().await;
    assert_eq!(world.jobs(), 2, "the first is an orphan without harm");
}

#[tokio::test]
async fn retry_after_keeps_the_whole_client_back() {
    let world = world_with(json!({}), |mut config| {
        config.max_attempts = Some(1);
        config
    })
    .await;
    world.client.me().await.unwrap();
    world.plan(json!({"on": "me", "status": 429, "headers": {"Retry-After": "1"}}));
    let error = world.client.me().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RateLimited);
    let start = Instant::now();
    world.job().await;
    assert!(
        start.elapsed() > Duration::from_millis(900),
        "another operation waits too"
    );
}

#[tokio::test]
async fn a_server_that_stays_down_is_asked_as_often_as_allowed() {
    let world = world_with(json!({}), |mut config| {
        config.max_attempts = Some(3);
        config
    })
    .await;
    world.client.me().await.unwrap();
    for (status, code) in [(500, ErrorCode::ServerError), (429, ErrorCode::RateLimited)] {
        let before = world.count("me");
        world.plan(json!({"on": "me", "times": 3, "status": status}));
        let error = world.client.me().await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (code, 3));
        assert_eq!(error.http_status(), Some(status));
        assert_eq!(error.effect(), Effect::NotApplied, "a read has none");
        assert_eq!(world.count("me") - before, 3);
    }
}

#[tokio::test]
async fn permission_is_not_asked_twice() {
    let world = world().await;
    world.plan(json!({"on": "me", "times": 0, "status": 403}));
    let error = world.client.me().await.unwrap_err();
    assert_eq!(
        (error.code(), error.attempts()),
        (ErrorCode::PermissionDenied, 1)
    );
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let world = world_with(json!({}), |mut config| {
        config.timeout = Some(Duration::from_millis(200));
        config.max_attempts = Some(2);
        config
    })
    .await;
    world.plan(json!({"on": "me", "times": 0, "hang_ms": 60_000}));
    let error = world.client.me().await.unwrap_err();
    assert_eq!((error.code(), error.attempts()), (ErrorCode::TimedOut, 2));
    world.plan(json!({"on": "createJobWorks", "hang_ms": 60_000, "effect": true}));
    let error = works(&world).await;
    assert_eq!(error.code(), ErrorCode::OutcomeUnknown);
}

#[tokio::test]
async fn a_wrong_shape_is_named_by_its_path_and_not_quoted() {
    let world = world().await;
    let user = |id: Value| json!({"data": {"me": {"id": id, "email": "e", "role": "user"}}});
    let shapes = [
        (user(json!(7)), "data.me.id"),
        (user(json!(null)), "data.me.id"),
        (user(json!("Planted")), ""),
        (
            json!({"data": {"me": {"id": "1", "email": "e", "name": ["Planted"], "role": "user"}}}),
            "data.me.name",
        ),
        (json!({"data": {"me": {}}}), "data.me"),
        (json!({"data": {"me": "Planted"}}), "data.me"),
        (json!({"data": ["Planted"]}), "data"),
        (json!({"payload": {}}), "data"),
        (json!(["Planted"]), "itself"),
    ];
    for (shape, path) in shapes {
        world.plan(json!({"on": "me", "replace": shape}));
        let result = world.client.me().await;
        if path.is_empty() {
            result.unwrap();
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!(
            (error.code(), error.attempts()),
            (ErrorCode::ProtocolError, 1),
            "{shape}"
        );
        assert!(error.message().contains(path), "{error} for {shape}");
        assert!(!error.message().contains("Planted"), "{error}");
    }
    world.plan(json!({"on": "createJobWorks", "effect": true, "replace":
        {"data": {"createJobWorks": [{"id": 1}]}}}));
    let error = works(&world).await;
    assert_eq!(
        (error.code(), error.effect()),
        (ErrorCode::ProtocolError, Effect::Unknown)
    );
    assert!(error.message().contains("createJobWorks[0].id"), "{error}");
}

#[tokio::test]
async fn unknown_fields_and_words_pass() {
    let world = world().await;
    world.plan(json!({"on": "me", "replace": {
        "data": {"me": {"id": "1", "email": "e", "name": null, "role": "grand_vizier", "shoe": [1]}},
        "extensions": {"cost": 3}, "errors": null,
    }}));
    assert_eq!(world.client.me().await.unwrap().role, "grand_vizier");
}

#[tokio::test]
async fn errors_beside_data_are_errors_and_leave_the_effect_open() {
    let world = world().await;
    world.plan(
        json!({"on": "createJobWorks", "with_data": true, "graphql_error":
        {"code": "SOMETHING_ODD", "message": "item 0 is odd", "with_data": true}}),
    );
    let error = works(&world).await;
    assert_eq!(
        (error.code(), error.effect()),
        (ErrorCode::RequestRejected, Effect::Unknown)
    );
    assert_eq!(error.graphql_errors()[0].message, "item 0 is odd");
}

#[tokio::test]
async fn a_rejection_carries_what_the_server_said() {
    let world = world_with(json!({"poison_external_ids": ["c-1"]}), |config| config).await;
    let error = works(&world).await;
    assert_eq!(error.code(), ErrorCode::RequestRejected);
    assert_eq!(error.graphql_errors().len(), 1);
    assert_eq!(error.http_status(), Some(200));
    assert!(!format!("{error} {error:?} {:?}", error.graphql_errors()).contains("Planted"));
}

#[tokio::test]
async fn a_host_that_is_not_there_is_named_with_its_setting() {
    let world = world().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for url in [
        format!("http://{address}/secret-path?secret=1"),
        "https://nowhere.invalid/".into(),
    ] {
        let mut config = config(world.ready());
        config.gateway_url = Some(url);
        config.max_attempts = Some(2);
        let client = Client::new(config).unwrap();
        let error = client.me().await.unwrap_err();
        assert_eq!(
            (error.code(), error.attempts()),
            (ErrorCode::ConnectFailed, 2)
        );
        assert_eq!(error.effect(), Effect::NotApplied);
        assert!(error.message().contains("gateway_url"), "{error}");
        assert!(!error.message().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn connections_the_server_closed_between_requests_are_not_noticed() {
    let world = world().await;
    for _ in 0..20 {
        world.plan(json!({"on": "*", "close_after_ms": 0}));
        world.client.me().await.unwrap();
    }
    assert_eq!(world.count("loginViaPersonalApiToken"), 1);
}

#[tokio::test]
async fn dropping_a_call_cancels_it() {
    let world = world().await;
    world.client.me().await.unwrap();
    world.plan(json!({"on": "me", "times": 0, "hang_ms": 60_000}));
    let dropped = tokio::time::timeout(Duration::from_millis(200), world.client.me()).await;
    assert!(dropped.is_err());
    let start = Instant::now();
    world.client.close();
    assert_eq!(
        world.client.me().await.unwrap_err().code(),
        ErrorCode::Closed
    );
    assert!(start.elapsed() < Duration::from_secs(1));
}
