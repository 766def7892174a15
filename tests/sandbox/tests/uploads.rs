//! The two upload hosts: who may use which, what a body must look like, what is kept.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

mod support;

use reqwest::multipart::{Form, Part};
use serde_json::json;
use support::{Answer, World, blake3, form, read, text, until, with, world};

async fn by_url(
    world: &World,
    host: &str,
    token: &str,
    content_type: &str,
    body: String,
) -> Answer {
    let request = world
        .http
        .post(host)
        .bearer_auth(token)
        .header("content-type", content_type);
    read(request.body(body).send().await.unwrap()).await
}

#[tokio::test]
async fn each_host_takes_its_own_credential_only() {
    let world = world().await;
    let ready = world.sandbox.ready().clone();
    let (customer, partner) = (world.customer().await, world.partner().await);
    let status = async |url: &str, token: &str| {
        world
            .upload(url, token, form("a.pdf", b"x"))
            .await
            .status
            .as_u16()
    };
    assert_eq!(status(&ready.upload_url, &customer).await, 200);
    assert_eq!(status(&ready.upload_url, &partner).await, 403);
    assert_eq!(status(&ready.upload_url, &ready.partner_token).await, 403);
    assert_eq!(status(&ready.upload_url, "wrong").await, 401);
    assert_eq!(
        status(&ready.partner_upload_url, &ready.partner_token).await,
        200
    );
    assert_eq!(status(&ready.partner_upload_url, &partner).await, 403);
    assert_eq!(status(&ready.partner_upload_url, &customer).await, 403);
    assert_eq!(status(&ready.partner_upload_url, "wrong").await, 401);
    let bare = world
        .http
        .post(&ready.partner_upload_url)
        .multipart(form("a.pdf", b"x"));
    assert_eq!(bare.send().await.unwrap().status(), 401);
    let hosts: Vec<_> = world.state()["uploads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| text(&u["host"]))
        .collect();
    assert_eq!(hosts, ["customer", "partner"]);
}

#[tokio::test]
async fn a_partner_token_dies_and_a_fresh_one_is_minted() {
    let world = with(json!({ "partner_token_ttl_ms": 100 })).await;
    let ready = world.sandbox.ready().clone();
    let status = async |token: &str| {
        world
            .upload(&ready.partner_upload_url, token, form("a.pdf", b"x"))
            .await
            .status
            .as_u16()
    };
    until("the token dies", async || {
        status(&ready.partner_token).await == 401
    })
    .await;
    world
        .control()
        .patch_settings(&json!({ "partner_token_ttl_ms": 60_000 }))
        .unwrap();
    assert_eq!(status(&world.control().partner_token()).await, 200);
}

#[tokio::test]
async fn what_came_is_recorded_and_given_back() {
    let world = world().await;
    let token = world.customer().await;
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let uploaded = world.customer_upload(&token, &bytes).await;
    let state = world.state();
    let record = &state["uploads"][0];
    assert_eq!(record["blake3"], blake3(&bytes));
    assert_eq!(record["size"], bytes.len());
    assert_eq!(
        (&record["chunked"], &record["attached"]),
        (&json!(false), &json!(false))
    );
    assert!(record["content_length"].as_u64().unwrap() > 3_000_000);
    let url = text(&uploaded.body["fileUrl"]);
    assert_eq!(world.http.get(&url).send().await.unwrap().status(), 401);
    let back = world
        .http
        .get(&url)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    assert_eq!(back.headers()["content-type"], "application/pdf");
    assert_eq!(blake3(&back.bytes().await.unwrap()), blake3(&bytes));
}

#[tokio::test]
async fn a_chunked_body_is_taken_and_marked() {
    let world = world().await;
    let token = world.customer().await;
    let pieces = [Ok::<_, std::io::Error>("one"), Ok("two")];
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let part = Part::stream(body)
        .file_name("s.txt")
        .mime_str("text/plain")
        .unwrap();
    let url = &world.sandbox.ready().upload_url;
    let answer = world
        .upload(url, &token, Form::new().part("file", part))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let state = world.state();
    assert_eq!(state["uploads"][0]["chunked"], true);
    assert_eq!(state["uploads"][0]["blake3"], blake3(b"onetwo"));
}

#[tokio::test]
async fn a_form_must_have_one_file_with_the_right_name() {
    let world = world().await;
    let token = world.customer().await;
    let url = world.sandbox.ready().upload_url.clone();
    let part = || Part::bytes(b"x".to_vec());
    let named = || part().file_name("a.pdf");
    let bad = [
        Form::new(),
        Form::new().part("document", named()),
        Form::new().part("file", part()),
        Form::new().part("file", named()).part("file", named()),
        Form::new().part("file", named()).text("note", "hello"),
    ];
    for form in bad {
        let answer = world.upload(&url, &token, form).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(answer.body["error"].is_string());
    }
    for (content_type, body) in [
        ("multipart/form-data; boundary=b", "not a form"),
        (
            "multipart/form-data; boundary=b",
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nabc",
        ),
        ("multipart/form-data", "--b--"),
    ] {
        let answer = by_url(&world, &url, &token, content_type, body.into()).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    assert_eq!(world.state()["uploads"], json!([]));
    world
        .control()
        .patch_settings(&json!({ "part_name": "document" }))
        .unwrap();
    let answer = world
        .upload(&url, &token, Form::new().part("document", named()))
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_body_shorter_than_promised_is_refused() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let world = world().await;
    let token = world.customer().await;
    let address = world.sandbox.ready().base_url.replace("http://", "");
    let body = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nabc\r\n--b--\r\n";
    let head = format!(
        "POST /upload HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: multipart/form-data; boundary=b\r\ncontent-length: {}\r\n\r\n",
        body.len() + 10
    );
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    // A reset instead of an answer is a refusal too.
    let _refused = stream.read_to_string(&mut answer).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(world.state()["uploads"], json!([]));
}

#[tokio::test]
async fn a_first_boundary_in_pieces_is_found() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let world = world().await;
    let token = world.customer().await;
    let address = world.sandbox.ready().base_url.replace("http://", "");
    let body = "--bound\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nabc\r\n--bound--\r\n";
    let head = format!(
        "POST /upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: multipart/form-data; boundary=bound\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    for byte in body.bytes() {
        stream.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(world.state()["uploads"][0]["blake3"], blake3(b"abc"));
}

#[tokio::test]
async fn a_url_is_fetched() {
    let world = world().await;
    let token = world.customer().await;
    let ready = world.sandbox.ready().clone();
    let source = world
        .control()
        .host_file("k1.pdf", Some("application/pdf"), "k-1".into());
    let json_type = "application/json";
    let body = json!({ "url": source }).to_string();
    let answer = by_url(&world, &ready.upload_url, &token, json_type, body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["fileName"], "k1.pdf");
    assert_eq!(answer.body["mimeType"], "application/pdf");
    let state = world.state();
    assert_eq!(state["uploads"][0]["host"], "url");
    assert_eq!(state["uploads"][0]["blake3"], blake3(b"k-1"));

    for bad in [
        format!("{source}?status=404"),
        "http://127.0.0.1:1/x".into(),
        "https://example.com/x".into(),
    ] {
        let body = json!({ "url": bad }).to_string();
        let answer = by_url(&world, &ready.upload_url, &token, json_type, body).await;
        assert_eq!(answer.status, 422, "{bad}");
    }
    for bad in [
        json!({ "fileUrl": source }),
        json!({ "url": "ftp://x/y" }),
        json!([1]),
    ] {
        let answer = by_url(
            &world,
            &ready.upload_url,
            &token,
            json_type,
            bad.to_string(),
        )
        .await;
        assert_eq!(answer.status, 400, "{bad}");
    }
    let partner = &ready.partner_token;
    let refused = by_url(
        &world,
        &ready.partner_upload_url,
        partner,
        json_type,
        body.clone(),
    )
    .await;
    assert_eq!(refused.status, 400);
    world
        .control()
        .patch_settings(&json!({ "partner_by_url": true }))
        .unwrap();
    let taken = by_url(&world, &ready.partner_upload_url, partner, json_type, body).await;
    assert_eq!(taken.status, 200);
}

#[tokio::test]
async fn the_url_parameter_can_have_another_name_and_encoding() {
    let names = json!({ "field": "fileUrl", "mime_field": "contentType", "encoding": "form" });
    let world = with(json!({ "url_upload": names })).await;
    let token = world.customer().await;
    let source = world.control().host_file("a.bin", None, "abc".into());
    let url = world.sandbox.ready().upload_url.clone();
    let body = format!("fileUrl={source}&contentType=image/png");
    let form = "application/x-www-form-urlencoded";
    let answer = by_url(&world, &url, &token, form, body).await;
    assert_eq!(answer.body["mimeType"], "image/png", "{}", answer.body);
    let old = json!({ "url": source }).to_string();
    assert_eq!(
        by_url(&world, &url, &token, "application/json", old)
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn bytes_can_be_hashed_and_forgotten() {
    let world = with(json!({ "upload_discard": true })).await;
    let token = world.customer().await;
    let uploaded = world.customer_upload(&token, b"abc").await;
    assert_eq!(world.state()["uploads"][0]["blake3"], blake3(b"abc"));
    let url = text(&uploaded.body["fileUrl"]);
    assert_eq!(
        world
            .http
            .get(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
}
