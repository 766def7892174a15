//! The program: its first line, TLS, the control endpoint over HTTP, and how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use filed_sandbox::{Options, Ready, Sandbox};
use serde_json::{Value, json};
use support::{World, client, form, read, world};

const PROGRAM: &str = env!("CARGO_BIN_EXE_filed-sandbox");

/// A started program; killed with the test, so that none is left behind when a test fails.
struct Running {
    child: Child,
    ready: Ready,
    out: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _waited = self.child.wait();
    }
}

fn start(command: &mut Command) -> Running {
    let mut child = command
        .stdout(Stdio::piped())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    Running {
        child,
        ready: serde_json::from_str(&line).unwrap(),
        out,
    }
}

/// Waits until all writers of the program's output are gone, which is when it has ended.
fn wait_for_end(running: &mut Running) {
    let mut rest = String::new();
    running.out.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "there is one line of output only");
}

async fn get(url: &str) -> Value {
    read(client(None, false).get(url).send().await.unwrap())
        .await
        .body
}

#[tokio::test]
async fn the_first_line_says_where_everything_is() {
    let running = start(Command::new(PROGRAM).args(["--settings", "{\"import_ms\":5}"]));
    let ready = &running.ready;
    assert_eq!(
        (ready.event.as_str(), ready.pid),
        ("ready", running.child.id())
    );
    assert_eq!(
        get(&format!("{}/ready", ready.control_url)).await,
        json!(ready)
    );
    assert_eq!(
        get(&format!("{}/settings", ready.control_url)).await["import_ms"],
        5
    );
    assert!(ready.ca_bundle.is_none());
}

#[test]
fn it_ends_after_its_time() {
    wait_for_end(&mut start(
        Command::new(PROGRAM).args(["--max-seconds", "0"]),
    ));
}

#[test]
fn it_ends_with_its_parent() {
    let script = "\"$0\" --max-seconds 60 & read line";
    let mut running = start(Command::new("sh").args(["-c", script, PROGRAM]));
    drop(running.child.stdin.take());
    wait_for_end(&mut running);
}

#[test]
fn it_ends_with_a_named_process() {
    let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let pid = other.id().to_string();
    let mut running = start(Command::new(PROGRAM).args(["--parent-pid", &pid]));
    other.kill().unwrap();
    // Not waited for yet: an ended process counts as gone all the same.
    wait_for_end(&mut running);
    other.wait().unwrap();
}

#[test]
fn it_ends_with_its_input_if_told() {
    let mut running = start(Command::new(PROGRAM).arg("--stdin-guard"));
    running
        .child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(b"still here\n")
        .unwrap();
    assert!(running.child.try_wait().unwrap().is_none());
    drop(running.child.stdin.take());
    wait_for_end(&mut running);
}

#[test]
fn settings_that_do_not_exist_are_refused() {
    let output = Command::new(PROGRAM)
        .args(["--settings", "{\"colour\":1}"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("colour"));
}

#[tokio::test]
async fn https_is_served_over_both_http_versions() {
    let options = Options {
        tls: true,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let ca = sandbox.ready().ca_bundle.clone().unwrap();
    assert!(
        sandbox
            .ready()
            .gateway_url
            .starts_with("https://127.0.0.1:")
    );
    let untrusting = client(None, false)
        .get(&sandbox.ready().control_url)
        .send()
        .await;
    assert!(untrusting.unwrap_err().is_connect());
    let mut world = World {
        sandbox,
        http: client(Some(&ca), false),
    };
    for http2 in [false, true] {
        world.http = client(Some(&ca), http2);
        let token = world.customer().await;
        let uploaded = world.customer_upload(&token, b"abc").await;
        assert_eq!(uploaded.status, 200, "{}", uploaded.body);
        let source = world.control().host_file("a", None, "abc".into());
        let request = world
            .http
            .post(&world.sandbox.ready().upload_url)
            .bearer_auth(&token);
        let request = request.header("content-type", "application/json");
        let by_url = request
            .body(json!({ "url": source }).to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(by_url.status(), 200);
        world.fault(json!({ "on": "me", "reset": true }));
        world
            .send(&token, support::ME, json!({}))
            .await
            .unwrap_err();
        world.fault(json!({ "on": "me", "truncate": 5 }));
        let cut = world.send(&token, support::ME, json!({})).await.unwrap();
        assert!(cut.bytes().await.is_err());
    }
}

#[tokio::test]
async fn the_control_endpoint_does_what_the_library_does() {
    let world = world().await;
    let token = world.customer().await;
    let url = |path: &str| format!("{}/{path}", world.sandbox.ready().control_url);
    let post = async |path: &str, body: Value| {
        read(
            world
                .http
                .post(url(path))
                .body(body.to_string())
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    let (job, _) = world.job_with_work(&token).await;
    assert_eq!(
        post(&format!("jobs/{job}"), json!({ "state": "completed" }))
            .await
            .status,
        200
    );
    assert_eq!(
        world.works(&token, &job, &["x"]).await.code(),
        "INVALID_JOB_STATE"
    );
    assert_eq!(
        post("jobs/none", json!({ "state": "completed" }))
            .await
            .status,
        400
    );

    post(
        "faults",
        json!({ "faults": [{ "on": "me", "status": 500 }] }),
    )
    .await;
    assert_eq!(get(&url("faults")).await["faults"][0]["struck"], 0);
    assert_eq!(
        world
            .http
            .delete(url("faults"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        world
            .send(&token, support::ME, json!({}))
            .await
            .unwrap()
            .status(),
        200
    );
    assert_eq!(
        post("faults", json!({ "faults": [{ "status": 500 }] }))
            .await
            .status,
        400
    );

    let put = world
        .http
        .post(url("hosted/a.pdf"))
        .header("content-type", "application/pdf");
    let put = read(put.body("abc").send().await.unwrap()).await;
    let hosted = world
        .http
        .get(put.body["url"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(hosted.headers()["content-type"], "application/pdf");
    assert_eq!(hosted.text().await.unwrap(), "abc");
    let asked = format!("{}/a.pdf?status=404", world.sandbox.ready().hosted_url);
    assert_eq!(world.http.get(asked).send().await.unwrap().status(), 404);

    let minted = post("partner-token", json!({})).await.body["partner_token"].clone();
    let host = &world.sandbox.ready().partner_upload_url;
    let upload = world
        .upload(host, minted.as_str().unwrap(), form("a", b"x"))
        .await;
    assert_eq!(upload.status, 200);
    post("expire-tokens", json!({})).await;
    assert_eq!(
        world.ask(&token, support::ME, json!({})).await.code(),
        "UNAUTHENTICATED"
    );

    assert!(get(&url("state")).await["requests"].is_array());
    assert!(get(&url("state?summary=1")).await.get("requests").is_none());
    let totals = get(&url("totals")).await;
    let numbers = ["uploads", "uploads_not_attached", "works", "initiated"].map(|n| &totals[n]);
    assert_eq!(numbers, [&json!(1), &json!(1), &json!(1), &json!(0)]);
    let patched = world
        .http
        .patch(url("settings"))
        .body("{\"import_ms\":1}")
        .send()
        .await
        .unwrap();
    assert_eq!(read(patched).await.body["import_ms"], 1);
    assert_eq!(post("reset", json!({ "max_limit": 9 })).await.status, 200);
    assert_eq!(post("reset", json!({ "colour": 9 })).await.status, 400);
    let (state, settings) = (get(&url("state")).await, get(&url("settings")).await);
    assert_eq!((&state["jobs"], &state["counts"]), (&json!([]), &json!({})));
    assert_eq!(
        (&settings["max_limit"], &settings["import_ms"]),
        (&json!(9), &json!(300))
    );
    world.customer().await;
}

#[tokio::test]
async fn requests_under_way_at_once_are_counted() {
    let world = world().await;
    let token = world.customer().await;
    world.fault(json!({ "on": "me", "times": 0, "delay_ms": 100 }));
    let ask = || world.ask(&token, support::ME, json!({}));
    tokio::join!(ask(), ask(), ask());
    let most = world.state()["max_in_flight"].clone();
    assert_eq!(most, json!({ "graphql": 3, "upload": 0 }));
}

#[tokio::test]
async fn sandboxes_are_independent() {
    let (one, two) = (world().await, world().await);
    assert_eq!(
        two.login(&one.sandbox.ready().api_key).await.code(),
        "UNAUTHENTICATED"
    );
    let token = one.customer().await;
    one.job(&token).await;
    assert_eq!(two.state()["jobs"], json!([]));
}

#[tokio::test]
async fn a_dropped_sandbox_is_gone_with_its_files() {
    let parent = tempfile::tempdir().unwrap();
    let options = Options {
        data_dir: Some(parent.path().into()),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let world = World {
        sandbox,
        http: client(None, false),
    };
    let token = world.customer().await;
    world.customer_upload(&token, b"abc").await;
    let files = || std::fs::read_dir(parent.path()).unwrap().count();
    assert_eq!(files(), 1);
    let url = world.sandbox.ready().gateway_url.clone();
    drop(world);
    support::until("the files are gone", async || files() == 0).await;
    assert!(
        client(None, false)
            .get(url)
            .send()
            .await
            .unwrap_err()
            .is_connect()
    );
}
