//! The documents, as the server shows them.

use reqwest::Method;
use serde_json::Value;

use crate::support::*;

#[tokio::test]
async fn everybody_may_read_the_documents_and_they_hold_no_secret() {
    let world = world().await;
    let document = ok(world.bare(Method::GET, "/openapi.json")).await;
    assert_eq!(document.headers()["content-type"], "application/json");
    let document: Value = read(document).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], world.server.url());
    let page = ok(world.bare(Method::GET, "/docs"))
        .await
        .text()
        .await
        .unwrap();
    for text in [document.to_string(), page] {
        assert!(!text.contains(KEY) && !text.contains(SECRET));
        for name in NAMES
            .iter()
            .filter(|name| **name != "Ada" && **name != "Lovelace")
        {
            assert!(!text.contains(name) || *name == "W-2");
        }
    }
}
