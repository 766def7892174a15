//! Lists: pages, filters, order, conditional requests.

use filed_core::pull::Limits;
use reqwest::header::{ETAG, IF_NONE_MATCH, LINK};
use serde_json::Value;

use crate::support::*;

fn ids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().unwrap();
    data.iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_cursor_leads_through_all_clients_while_some_come() {
    let world = world().await;
    for number in 0..7 {
        write(world.folder.path(), &format!("Client {number}/a.pdf"), b"x");
    }
    let before = ids(&world.json("/api/v1/clients?limit=200").await);
    let (mut seen, mut path) = (Vec::new(), "/api/v1/clients?limit=2".to_owned());
    loop {
        let response = ok(world.get(&path)).await;
        let link = response.headers().get(LINK).cloned();
        let page: Value = read(response).await;
        seen.extend(ids(&page));
        assert_eq!(page["pagination"]["hasMore"], link.is_some());
        let Some(link) = link else { break };
        let link = link.to_str().unwrap().strip_prefix('<').unwrap().to_owned();
        path = link.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        write(
            world.folder.path(),
            &format!("Late {}/a.pdf", seen.len()),
            b"x",
        );
    }
    for id in &before {
        assert_eq!(seen.iter().filter(|one| *one == id).count(), 1);
    }
}

#[tokio::test]
async fn offset_and_order_are_as_asked_for() {
    let world = world().await;
    let names = |page: Value| -> Vec<String> {
        let data = page["data"].as_array().unwrap();
        data.iter()
            .map(|one| one["name"].as_str().unwrap().into())
            .collect()
    };
    let up = world.json("/api/v1/clients?sort=name").await;
    assert_eq!(up["pagination"]["total"], 2);
    assert_eq!(names(up), ["Ada Lovelace", "Grace Hopper"]);
    let down = world.json("/api/v1/clients?sort=-name&limit=1").await;
    assert_eq!(names(down), ["Grace Hopper"]);
    let second = world
        .json("/api/v1/clients?sort=name&offset=1&limit=1")
        .await;
    assert_eq!(names(second), ["Grace Hopper"]);
}

#[tokio::test]
async fn files_are_filtered_by_type_and_time() {
    let world = world().await;
    let id = world.client_id("Ada Lovelace").await;
    let count = async |query: &str| {
        let page = world
            .json(&format!("/api/v1/clients/{id}/files?{query}"))
            .await;
        page["data"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("mimeType=application/pdf").await, 1);
    assert_eq!(count("mimeType=image/*").await, 0);
    assert_eq!(count("type=txt").await, 1);
    assert_eq!(count("modifiedSince=2999-01-01T00:00:00Z").await, 0);
    assert_eq!(count("modifiedSince=1999-01-01T00:00:00Z").await, 2);
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again() {
    let world = world().await;
    let first = ok(world.get("/api/v1/clients")).await;
    let etag = first.headers()[ETAG].clone();
    let ask = || world.get("/api/v1/clients").header(IF_NONE_MATCH, &etag);
    let same = ask().send().await.unwrap();
    assert_eq!(same.status(), 304);
    assert_eq!(same.text().await.unwrap(), "");
    write(world.folder.path(), "New/a.pdf", b"x");
    assert_eq!(ask().send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let world = world().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("sort=size", "sort"),
        ("modifiedSince=yesterday", "modifiedSince"),
    ] {
        let request = world.get(&format!("/api/v1/clients?{query}"));
        let problem = refused(request, 400, "INVALID_PARAMETER").await;
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    let cursor = world.json("/api/v1/clients?limit=1").await["pagination"]["nextCursor"].clone();
    let cursor = cursor.as_str().unwrap();
    for query in [
        "cursor=made-up".into(),
        format!("cursor={cursor}&sort=name"),
    ] {
        let request = world.get(&format!("/api/v1/clients?{query}"));
        refused(request, 404, "CURSOR_NOT_FOUND").await;
    }
    refused(
        world.get("/api/v1/clients/none/files"),
        404,
        "CLIENT_NOT_FOUND",
    )
    .await;
    refused(world.get("/api/v1/elsewhere"), 404, "NOT_FOUND").await;
}

#[tokio::test]
async fn one_request_too_many_is_told_when_to_come_back() {
    let rate = filed_core::pull::config::RateLimit {
        per_second: 1,
        burst: 2,
    };
    let limits = Limits {
        rate: Some(rate),
        ..Limits::default()
    };
    let world = world_with(filed_core::pull::PullConfig { limits, ..config() }).await;
    let first = ok(world.get("/api/v1/clients")).await;
    assert_eq!(first.headers()["ratelimit-limit"], "2");
    assert_eq!(first.headers()["ratelimit-remaining"], "1");
    ok(world.get("/api/v1/clients")).await;
    let response = world.get("/api/v1/clients").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(response.status(), 429);
}
