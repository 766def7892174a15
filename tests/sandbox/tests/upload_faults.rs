//! Planned faults on the upload hosts, and the rate limit.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use support::{ME, World, form, with, world};

fn uploads(world: &World) -> usize {
    world.state()["uploads"].as_array().unwrap().len()
}

#[tokio::test]
async fn an_upload_without_effect_leaves_no_file() {
    let data = tempfile::tempdir().unwrap();
    let options = filed_sandbox::Options {
        data_dir: Some(data.path().into()),
        ..Default::default()
    };
    let sandbox = filed_sandbox::Sandbox::start(options).await.unwrap();
    let world = World {
        sandbox,
        http: support::client(None, false),
    };
    let token = world.customer().await;
    let files = || {
        let epoch = std::fs::read_dir(data.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        std::fs::read_dir(epoch.path()).unwrap().count()
    };
    world.fault(json!({ "on": "upload", "status": 503 }));
    world.customer_upload(&token, b"x").await;
    assert_eq!(files(), 0);
    world.customer_upload(&token, b"x").await;
    assert_eq!(files(), 1);
}

#[tokio::test]
async fn an_upload_is_answered_with_a_fault() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "upload", "status": 503 }));
    assert_eq!(world.customer_upload(&token, b"x").await.status, 503);
    assert_eq!(uploads(&world), 0);
    world.fault(json!({ "on": "upload", "status": 503, "effect": true }));
    assert_eq!(world.customer_upload(&token, b"x").await.status, 503);
    assert_eq!(uploads(&world), 1);
    world.fault(json!({ "on": "upload", "status": 418, "match": "other.pdf" }));
    assert_eq!(world.customer_upload(&token, b"x").await.status, 200);
    let url = &world.sandbox.ready().upload_url;
    assert_eq!(
        world
            .upload(url, &token, form("other.pdf", b"x"))
            .await
            .status,
        418
    );
}

#[tokio::test]
async fn an_upload_is_cut_off() {
    let world = world().await;
    let token = world.customer().await;
    let url = world.sandbox.ready().upload_url.clone();
    let large = vec![7_u8; 4 << 20];
    for fault in [
        json!({ "on": "upload", "reset": true }),
        json!({ "on": "upload", "reset": true, "match": "w2" }),
        json!({ "on": "upload", "early_reset_after_bytes": 100_000 }),
        json!({ "on": "upload", "early_reset_after_bytes": 100_000, "match": "w2" }),
    ] {
        world.fault(fault);
        world
            .send_upload(&url, &token, form("w2.pdf", &large))
            .await
            .unwrap_err();
        assert_eq!(uploads(&world), 0);
    }
    world.fault(json!({ "on": "upload", "reset": true, "effect": true }));
    world
        .send_upload(&url, &token, form("w2.pdf", &large))
        .await
        .unwrap_err();
    assert_eq!(uploads(&world), 1);
}

#[tokio::test]
async fn an_upload_is_answered_before_its_body_is_read() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "upload", "early_answer": { "status": 413 } }));
    let answer = world.customer_upload(&token, &vec![7_u8; 8 << 20]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(uploads(&world), 0);
}

#[tokio::test]
async fn an_upload_is_read_slowly() {
    let world = with(json!({ "upload_bytes_per_second": 1_000_000 })).await;
    let token = world.customer().await;
    let began = Instant::now();
    assert_eq!(
        world
            .customer_upload(&token, &vec![7_u8; 300_000])
            .await
            .status,
        200
    );
    assert!(
        began.elapsed() > Duration::from_millis(250),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn too_many_requests_are_refused() {
    let limit = json!({ "per_second": 0.001, "burst": 2, "retry_after": "1" });
    let world = with(json!({ "rate_limit": limit })).await;
    let token = world.customer().await;
    assert_eq!(
        world.send(&token, ME, json!({})).await.unwrap().status(),
        200
    );
    let refused = world.send(&token, ME, json!({})).await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (429, &"1".parse().unwrap())
    );
    let upload = world.customer_upload(&token, b"x").await;
    assert_eq!(
        (upload.status.as_u16(), &upload.body["error"]),
        (429, &json!("too many requests"))
    );
    let free = json!({ "rate_limit": { "retry_after": null, "burst": 0 } });
    world.control().patch_settings(&free).unwrap();
    let refused = world.send(&token, ME, json!({})).await.unwrap();
    assert!(!refused.headers().contains_key("retry-after"));
}
