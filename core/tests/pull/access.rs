//! Who gets in: nobody without credentials, and nothing gets out to those who do not.

use std::time::Duration;

use filed_core::ErrorCode;
use filed_core::pull::{ApiKey, PullConfig, PullServer, Scope};
use reqwest::Method;
use serde_json::Value;

use crate::support::*;

/// Every path that gives or takes something.
async fn paths(world: &World) -> Vec<(Method, String)> {
    let client = world.client_id("Ada Lovelace").await;
    let file = world.file("Ada Lovelace", ".pdf").await;
    let file = file["id"].as_str().unwrap();
    vec![
        (Method::GET, "/api/v1/clients".into()),
        (Method::GET, format!("/api/v1/clients/{client}/files")),
        (Method::GET, format!("/api/v1/files/{file}/download")),
        (Method::HEAD, format!("/api/v1/files/{file}/download")),
        (Method::POST, format!("/api/v1/clients/{client}/notes")),
        (Method::POST, format!("/api/v1/clients/{client}/files")),
    ]
}

#[tokio::test]
async fn without_credentials_or_with_wrong_ones_nothing_gets_out() {
    let mut config = config();
    config.limits.failures = u32::MAX;
    let world = world_with(config).await;
    for (method, path) in paths(&world).await {
        let bare = || world.bare(method.clone(), &path);
        let missing = bare().send().await.unwrap();
        assert_eq!(
            missing.headers()["www-authenticate"],
            "Bearer realm=\"filed\""
        );
        assert_eq!(missing.status(), 401);
        silent(missing).await;
        for wrong in [
            bare().header("x-api-key", "wrong-key-0123456789"),
            bare().bearer_auth("wrong-key-0123456789"),
            bare().bearer_auth(&KEY[..KEY.len() - 1]),
            bare().bearer_auth(format!("fpt_{KEY}")),
            bare().basic_auth("filed", Some(KEY)),
            bare()
                .header("x-api-key", KEY)
                .bearer_auth("another-0123456789"),
            bare().header("x-api-key", ""),
        ] {
            let response = wrong.send().await.unwrap();
            assert_eq!(response.status(), 401, "{method} {path}");
            silent(response).await;
        }
    }
}

#[tokio::test]
async fn a_key_does_only_what_its_scopes_allow() {
    let narrow = ApiKey {
        caller: "reader".into(),
        key: "narrow-key-0123456789".into(),
        scopes: vec![Scope::ClientsRead],
    };
    let mut config = config();
    config.keys.push(narrow);
    let world = world_with(config).await;
    for (method, path) in paths(&world).await.into_iter().skip(1) {
        let request = world
            .bare(method, &path)
            .bearer_auth("narrow-key-0123456789");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 403, "{path}");
        silent(response).await;
    }
    ok(world
        .bare(Method::GET, "/api/v1/clients")
        .bearer_auth("narrow-key-0123456789"))
    .await;
}

#[tokio::test]
async fn path_tricks_find_nothing() {
    let world = world().await;
    for id in [
        "..",
        "..%2F..",
        "%2e%2e%2f",
        "%00",
        "Ada%20Lovelace",
        "%C0%AE",
        &"a".repeat(5000),
    ] {
        for path in [
            format!("/api/v1/clients/{id}/files"),
            format!("/api/v1/files/{id}/download"),
        ] {
            let response = world.get(&path).send().await.unwrap();
            assert!([400, 404].contains(&response.status().as_u16()), "{path}");
            silent(response).await;
        }
    }
}

#[tokio::test]
async fn a_signed_url_is_for_its_file_and_its_time_only() {
    let world = world_with(PullConfig {
        signed_urls: Some(Duration::from_secs(60)),
        ..config()
    })
    .await;
    let url = |file: &Value| file["downloadUrl"].as_str().unwrap().to_owned();
    let ada = url(&world.file("Ada Lovelace", "1099.txt").await);
    let grace = url(&world.file("Grace Hopper", ".pdf").await);
    let signed = ok(world.bare(Method::GET, &ada)).await;
    assert_eq!(signed.text().await.unwrap(), "0123456789");

    // Another client's signature, a later end, an end that has passed, half a signature.
    let query = |url: &str| url.split_once('?').unwrap().1.to_owned();
    let path = |url: &str| url.split_once('?').unwrap().0.to_owned();
    let later = {
        let (before, after) = grace.split_once("expires=").unwrap();
        let (ends, rest) = after.split_once('&').unwrap();
        format!(
            "{before}expires={}&{rest}",
            ends.parse::<u64>().unwrap() + 60
        )
    };
    for url in [
        format!("{}?{}", path(&grace), query(&ada)),
        later,
        format!("{}?expires=1&signature=AAAA", path(&grace)),
        format!("{}?expires=4102444800", path(&grace)),
    ] {
        // A key beside it does not mend it.
        for request in [world.bare(Method::GET, &url), world.get(&url)] {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 403);
            silent(response).await;
        }
    }
    refused(
        world.bare(Method::GET, &path(&grace)),
        401,
        "CREDENTIALS_MISSING",
    )
    .await;
}

#[tokio::test]
async fn a_signed_url_ends() {
    let world = world_with(PullConfig {
        signed_urls: Some(Duration::from_secs(1)),
        ..config()
    })
    .await;
    let url = world.file("Ada Lovelace", ".pdf").await["downloadUrl"].clone();
    let url = url.as_str().unwrap();
    for _ in 0..100 {
        let response = world.bare(Method::GET, url).send().await.unwrap();
        if response.status() == 403 {
            silent(response).await;
            refused(world.bare(Method::GET, url), 403, "URL_EXPIRED").await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it still works after five seconds");
}

#[tokio::test]
async fn guessing_is_locked_out() {
    let mut config = config();
    config.limits.failures = 3;
    let world = world_with(config).await;
    for _ in 0..3 {
        let wrong = world
            .bare(Method::GET, "/api/v1/clients")
            .bearer_auth("guess");
        refused(wrong, 401, "CREDENTIALS_INVALID").await;
    }
    let right = world.get("/api/v1/clients").send().await.unwrap();
    assert_eq!(right.headers()["retry-after"], "60");
    assert_eq!(right.status(), 429);
    silent(right).await;
}

fn token_form(secret: &str, scope: &str) -> String {
    format!(
        "grant_type=client_credentials&client_id=filed-oauth&client_secret={secret}&scope={scope}"
    )
}

async fn token(world: &World, form: String) -> (u16, Value) {
    let request = world.bare(Method::POST, "/api/v1/oauth/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response = request.body(form).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    (response.status().as_u16(), read(response).await)
}

#[tokio::test]
async fn an_access_token_allows_what_was_asked_for() {
    let world = world().await;
    let (status, answer) = token(&world, token_form(SECRET, "clients.read")).await;
    assert_eq!((status, &answer["token_type"]), (200, &"Bearer".into()));
    let access = answer["access_token"].as_str().unwrap();
    ok(world
        .bare(Method::GET, "/api/v1/clients")
        .bearer_auth(access))
    .await;
    let id = world.client_id("Ada Lovelace").await;
    let files = world.bare(Method::GET, &format!("/api/v1/clients/{id}/files"));
    refused(files.bearer_auth(access), 403, "INSUFFICIENT_SCOPE").await;

    let basic = world.bare(Method::POST, "/api/v1/oauth/token");
    let basic = basic
        .basic_auth("filed-oauth", Some(SECRET))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let answer: Value = read(ok(basic).await).await;
    assert_eq!(answer["scope"], "clients.read files.read");
}

#[tokio::test]
async fn wrong_clients_get_no_token() {
    let world = world().await;
    for (form, status, error) in [
        (token_form("wrong", ""), 401, "invalid_client"),
        (
            "grant_type=client_credentials".into(),
            401,
            "invalid_client",
        ),
        (token_form(SECRET, "notes.write"), 400, "invalid_scope"),
        (token_form(SECRET, "everything"), 400, "invalid_scope"),
        (
            "grant_type=password&username=a&password=b".into(),
            400,
            "unsupported_grant_type",
        ),
        ("nothing".into(), 400, "invalid_request"),
    ] {
        let (found, answer) = token(&world, form).await;
        assert_eq!((found, answer["error"].as_str().unwrap()), (status, error));
    }
}

#[tokio::test]
async fn an_access_token_expires() {
    let mut config = config();
    config.token_lifetime = Duration::ZERO;
    let world = world_with(config).await;
    let (_, answer) = token(&world, token_form(SECRET, "")).await;
    let access = answer["access_token"].as_str().unwrap();
    let request = world
        .bare(Method::GET, "/api/v1/clients")
        .bearer_auth(access);
    refused(request, 401, "TOKEN_EXPIRED").await;
}

#[tokio::test]
async fn an_unsafe_server_does_not_start() {
    let folder = folder();
    let provider =
        || std::sync::Arc::new(filed_core::pull::FolderProvider::open(folder.path()).unwrap());
    let mut open = config();
    open.listen = ([0, 0, 0, 0], 0).into();
    let mut guessable = config();
    guessable.keys[0].key = "short".into();
    let world = world().await;
    let mut taken = config();
    taken.listen = world.server.address();
    for config in [open, guessable, taken] {
        let error = PullServer::start(config, provider()).await.err().unwrap();
        assert_eq!(error.code(), ErrorCode::ConfigInvalid);
    }
}
