//! Each kind of planned fault: what the client meets, and whether the request took effect.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use std::error::Error as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{CREATE_JOB, ME, World, read, text, until, world};

async fn create_job(world: &World, token: &str) -> reqwest::Result<reqwest::Response> {
    let variables = json!({ "connectionId": "connection_789", "jobName": "x" });
    world.send(token, CREATE_JOB, variables).await
}

fn jobs(world: &World) -> usize {
    world.state()["jobs"].as_array().unwrap().len()
}

fn uploads(world: &World) -> usize {
    world.state()["uploads"].as_array().unwrap().len()
}

/// The kind of the I/O error below an HTTP error, if there is one.
fn io_kind(error: &reqwest::Error) -> Option<std::io::ErrorKind> {
    let mut source = error.source();
    while let Some(found) = source {
        if let Some(io) = found.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        source = found.source();
    }
    None
}

#[tokio::test]
async fn a_status_comes_with_its_headers_and_body() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({
        "on": "createConnectionJob", "status": 503, "headers": { "Retry-After": "7" }, "body": "busy",
    }));
    let response = create_job(&world, &token).await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (503, &"7".parse().unwrap())
    );
    assert_eq!(response.text().await.unwrap(), "busy");
    assert_eq!(jobs(&world), 0);
    assert_eq!(
        create_job(&world, &token).await.unwrap().status(),
        200,
        "the fault struck once"
    );
    world.fault(json!({ "on": "createConnectionJob", "status": 500, "effect": true }));
    assert_eq!(create_job(&world, &token).await.unwrap().status(), 500);
    assert_eq!(jobs(&world), 2);
    let state = world.state();
    assert_eq!(state["counts"]["createConnectionJob"], 3);
    assert_eq!(state["effects"]["createConnectionJob"], 2);
    let faulty = state["requests"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["fault"] == true);
    assert_eq!(
        faulty
            .map(|line| line["status"].clone())
            .collect::<Vec<_>>(),
        [503, 500]
    );
}

#[tokio::test]
async fn a_reset_is_a_reset_before_or_after_the_effect() {
    let world = world().await;
    let token = world.customer().await;
    for (effect, jobs_after) in [(false, 0), (true, 1)] {
        world.fault(json!({ "on": "createConnectionJob", "reset": true, "effect": effect }));
        let error = create_job(&world, &token).await.unwrap_err();
        assert_eq!(
            io_kind(&error),
            Some(std::io::ErrorKind::ConnectionReset),
            "{error:?}"
        );
        assert_eq!(jobs(&world), jobs_after);
    }
    let state = world.state();
    assert_eq!(state["requests"][1]["status"], Value::Null);
}

#[tokio::test]
async fn a_close_is_not_a_reset() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "createConnectionJob", "close": true, "effect": true }));
    let error = create_job(&world, &token).await.unwrap_err();
    assert_ne!(
        io_kind(&error),
        Some(std::io::ErrorKind::ConnectionReset),
        "{error:?}"
    );
    assert_eq!(jobs(&world), 1);
}

#[tokio::test]
async fn a_hanging_server_never_answers() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "me", "hang_ms": 60_000 }));
    let waiting = world.send(&token, ME, json!({}));
    assert!(
        tokio::time::timeout(Duration::from_millis(200), waiting)
            .await
            .is_err()
    );
    world.fault(json!({ "on": "me", "hang_ms": 20 }));
    assert!(
        world.send(&token, ME, json!({})).await.is_err(),
        "closed without an answer"
    );
}

#[tokio::test]
async fn a_late_server_acts_although_the_caller_gave_up() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "createConnectionJob", "delay_ms": 200 }));
    let given_up =
        tokio::time::timeout(Duration::from_millis(50), create_job(&world, &token)).await;
    assert!(given_up.is_err());
    assert_eq!(jobs(&world), 0);
    until("the job is made after all", async || jobs(&world) == 1).await;
}

#[tokio::test]
async fn an_answer_is_cut_off() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "createConnectionJob", "truncate": 10 }));
    let mut response = create_job(&world, &token).await.unwrap();
    assert!(
        response.content_length().unwrap() > 100,
        "the length of the whole is promised"
    );
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 10);
    assert!(response.chunk().await.is_err());
    assert_eq!(jobs(&world), 1);
}

#[tokio::test]
async fn an_answer_is_not_what_it_should_be() {
    let world = world().await;
    let token = world.customer().await;
    for (kind, starts) in [("json", "{\"data\""), ("empty", ""), ("html", "<!doctype")] {
        world.fault(json!({ "on": "createConnectionJob", "malformed": kind }));
        let response = create_job(&world, &token).await.unwrap();
        assert_eq!(response.status(), 200);
        let body = response.text().await.unwrap();
        assert!(body.starts_with(starts) && serde_json::from_str::<Value>(&body).is_err());
    }
    world.fault(json!({ "on": "createConnectionJob", "malformed": "utf8" }));
    let bytes = create_job(&world, &token)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    world.fault(json!({ "on": "createConnectionJob", "replace": { "data": { "x": [] } } }));
    let answer = read(create_job(&world, &token).await.unwrap()).await;
    assert_eq!(answer.body, json!({ "data": { "x": [] } }));
    assert_eq!(jobs(&world), 0);
}

#[tokio::test]
async fn a_graphql_error_comes_with_or_without_data() {
    let world = world().await;
    let token = world.customer().await;
    let error = json!({ "code": "INTERNAL_SERVER_ERROR", "message": "oops" });
    world.fault(json!({ "on": "createConnectionJob", "graphql_error": error }));
    let answer = read(create_job(&world, &token).await.unwrap()).await;
    assert_eq!(
        (answer.code(), &answer.body["data"]),
        ("INTERNAL_SERVER_ERROR", &Value::Null)
    );
    assert_eq!(jobs(&world), 0);
    world.fault(json!({ "on": "createConnectionJob", "graphql_error": error, "with_data": true }));
    let answer = read(create_job(&world, &token).await.unwrap()).await;
    assert_eq!(answer.code(), "INTERNAL_SERVER_ERROR");
    assert!(answer.body["data"]["createConnectionJob"]["id"].is_string());
    assert_eq!(jobs(&world), 1);
    world.fault(json!({ "on": "createConnectionJob", "graphql_error": error, "effect": true }));
    let answer = read(create_job(&world, &token).await.unwrap()).await;
    assert_eq!(answer.body["data"], Value::Null);
    assert_eq!(jobs(&world), 2);
}

#[tokio::test]
async fn half_a_batch_takes_effect() {
    let world = world().await;
    let token = world.customer().await;
    let job = world.job(&token).await;
    world.fault(json!({ "on": "createJobWorks", "apply_first": 2, "status": 502 }));
    assert_eq!(
        world.works(&token, &job, &["a", "b", "c"]).await.status,
        502
    );
    let state = world.state();
    let made: Vec<_> = state["works"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| text(&w["external_id"]))
        .collect();
    assert_eq!(made, ["a", "b"]);
}

#[tokio::test]
async fn tokens_expire_before_the_request() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "createConnectionJob", "expire_tokens": true }));
    let answer = read(create_job(&world, &token).await.unwrap()).await;
    assert_eq!(answer.code(), "UNAUTHENTICATED");
    let token = world.customer().await;
    world.fault(json!({ "on": "upload", "expire_tokens": true }));
    assert_eq!(world.customer_upload(&token, b"x").await.status, 401);
    let token = world.customer().await;
    world.fault(json!({ "on": "upload", "expire_tokens": true, "match": "w2" }));
    assert_eq!(world.customer_upload(&token, b"x").await.status, 401);
    assert_eq!(uploads(&world), 0);
}

#[tokio::test]
async fn a_body_comes_slowly() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "me", "slow_body_bytes_per_second": 400 }));
    let began = Instant::now();
    let answer = world.ask(&token, ME, json!({})).await;
    assert_eq!(answer.data()["me"]["id"], "user_1");
    // The first quarter second's share comes at once, the few bytes after it only in time.
    world.fault(json!({ "on": "me", "slow_body_bytes_per_second": 100 }));
    world.ask(&token, ME, json!({})).await.data();
    assert!(
        began.elapsed() > Duration::from_millis(500),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn items_are_missing_from_a_list() {
    let world = world().await;
    let token = world.customer().await;
    let job = world.job(&token).await;
    world.fault(json!({ "on": "createJobWorks", "drop_items": 1 }));
    let made = world.works(&token, &job, &["a", "b", "c"]).await;
    assert_eq!(made.data()["createJobWorks"].as_array().unwrap().len(), 2);
    world.fault(json!({ "on": "jobWorks", "drop_items": 2 }));
    let count = async || {
        let read = world.job_works(&token, json!({})).await;
        let works = &read.data()["me"]["workspaces"][0]["connections"][0]["jobWorks"];
        works.as_array().unwrap().len()
    };
    assert_eq!(count().await, 1);
    assert_eq!(count().await, 3);
}

#[tokio::test]
async fn a_fault_waits_matches_and_repeats_as_planned() {
    let world = world().await;
    let token = world.customer().await;
    let status = async || {
        world
            .send(&token, ME, json!({}))
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    world.fault(json!({ "on": "me", "skip": 1, "times": 2, "status": 500 }));
    assert_eq!(
        [
            status().await,
            status().await,
            status().await,
            status().await
        ],
        [200, 500, 500, 200]
    );

    world.control().clear_faults();
    world.fault(json!({ "on": "*", "times": 0, "status": 500 }));
    assert_eq!([status().await, status().await], [500, 500]);
    world.control().clear_faults();
    world.fault(json!({ "on": "graphql", "times": 0, "status": 500, "match": "email" }));
    assert_eq!(status().await, 500);
    let other = world
        .send(&token, "{ me { id } }", json!({}))
        .await
        .unwrap();
    assert_eq!(other.status(), 200);
}

#[tokio::test]
async fn chance_is_the_same_each_time() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = world().await;
        let token = world.customer().await;
        world
            .fault(json!({ "on": "me", "times": 0, "probability": 0.5, "seed": 7, "status": 500 }));
        let mut run = Vec::new();
        for _ in 0..20 {
            run.push(
                world
                    .send(&token, ME, json!({}))
                    .await
                    .unwrap()
                    .status()
                    .as_u16(),
            );
        }
        assert!(run.contains(&200) && run.contains(&500));
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_fault_with_an_unknown_field_is_refused() {
    let world = world().await;
    let planned = world
        .control()
        .add_faults(&json!({ "on": "me", "statsu": 500 }));
    assert!(
        planned
            .unwrap_err()
            .chain()
            .any(|cause| cause.to_string().contains("statsu"))
    );
}

#[tokio::test]
async fn a_fault_that_cannot_strike_is_refused() {
    let world = world().await;
    let bad = [
        json!({ "on": "createJob", "status": 500 }),
        json!({ "on": "me", "status": 99 }),
        json!({ "on": "me", "probability": 2 }),
        json!({ "status": 500 }),
        json!({ "on": "me", "early_reset_after_bytes": 1 }),
        json!({ "on": "upload", "early_answer": { "status": 413 }, "match": "w2" }),
    ];
    for fault in bad {
        assert!(world.control().add_faults(&fault).is_err(), "{fault}");
    }
}

#[tokio::test]
async fn a_connection_is_closed_after_the_answer() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let world = world().await;
    world.fault(json!({ "on": "me", "close_after_ms": 20 }));
    let address = world.sandbox.ready().base_url.replace("http://", "");
    let body = json!({ "query": ME }).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        !answer.to_ascii_lowercase().contains("connection: close"),
        "{answer}"
    );
}
