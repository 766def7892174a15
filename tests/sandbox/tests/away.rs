//! A sandbox that is away: connections are refused for as long as was asked for, and no longer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use std::time::Duration;

use filed_sandbox::{Away, Options, Sandbox};
use serde_json::json;
use support::{ME, World, keeping, until, world};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

fn address(world: &World) -> String {
    let ready = world.sandbox.ready();
    ready.base_url.trim_start_matches("http://").to_owned()
}

async fn refuses(world: &World) -> bool {
    let connected = TcpStream::connect(address(world)).await;
    connected.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}

#[tokio::test]
async fn the_last_answer_comes_and_then_nobody_listens() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "me", "away_ms": 2000 }));
    let mut idle = TcpStream::connect(address(&world)).await.unwrap();
    let last = world.send(&token, ME, json!({})).await.unwrap();
    assert_eq!(
        (last.status().as_u16(), &last.headers()["connection"]),
        (200, &"close".parse().unwrap())
    );
    let refused = world.send(&token, ME, json!({})).await;
    assert!(refused.unwrap_err().is_connect(), "nobody listens");
    assert_eq!(
        idle.read(&mut [0; 1]).await.unwrap(),
        0,
        "an idle connection ends"
    );
    until("somebody listens again", async || !refuses(&world).await).await;
    assert_eq!(
        world.send(&token, ME, json!({})).await.unwrap().status(),
        200
    );
    assert_eq!(
        world.state()["counts"]["me"],
        2,
        "the refused one never came"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_met_on_a_connection_from_before() {
    let options = Options {
        tls: true,
        away: Away::BreakingOff,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let ready = sandbox.ready();
    let http = keeping(ready.ca_bundle.as_deref(), true).build().unwrap();
    let asked = || async { http.get(&ready.base_url).send().await.is_ok() };
    for round in 0..20 {
        until("it is back", asked).await;
        sandbox.control().leave(Duration::from_millis(100)).await;
        assert!(!asked().await, "round {round}: HTTP/2 ends in two steps");
    }
}

#[tokio::test]
async fn a_longer_absence_wins() {
    let world = world().await;
    world.control().leave(Duration::from_millis(1)).await;
    world.control().leave(Duration::from_secs(3600)).await;
    assert!(refuses(&world).await);
}

#[tokio::test]
async fn an_answer_is_needed_to_leave_with() {
    let world = world().await;
    let fault = json!({ "on": "me", "away_ms": 1, "reset": true });
    assert!(world.control().add_faults(&fault).is_err());
}
