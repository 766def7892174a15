//! A large season: bounded requests in flight, each once.

use serde_json::json;

use crate::support::*;

#[tokio::test]
async fn two_hundred_clients_and_a_thousand_files_stay_within_the_bounds() {
    let mut world = world_with(json!({"import_ms": 100}), |config| filed_core::Config {
        max_concurrency: Some(6),
        ..config
    })
    .await;
    world.pace.quiet = filed_core::push::Pace::default().quiet;
    let begun = std::time::Instant::now();
    let push = world.push().await;
    let mut hashes = Hashes::new();
    for c in 0..200 {
        let key = add(&push, c).await;
        let files = (0..5).map(|f| {
            let id = format!("file-{c}-{f}");
            hashes.insert(id.clone(), hash(id.as_bytes()));
            bytes(&id, id.as_bytes())
        });
        push.add_files(key, files.collect()).await.unwrap();
    }
    let open_for = begun.elapsed();
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.clients.imported, 200);
    assert_eq!(report.files.imported, 1000);
    world.assert_exactly_once(200, &hashes);
    let most = &world.state()["max_in_flight"];
    assert!(most["upload"].as_u64().unwrap() <= 6, "{most}");
    assert!(most["graphql"].as_u64().unwrap() <= 16, "{most}");
    assert_eq!(world.count("upload"), 1000);
    // At most one batch in each quiet while the push was open, then full ones.
    let quiets = open_for.as_millis() / world.pace.quiet.as_millis();
    let batches = world.count("createJobWorks");
    assert!(
        u128::from(batches) <= quiets + 10,
        "{batches} batches in {open_for:?}"
    );
    assert_eq!(
        world.count("createJobWorkArtifacts"),
        200,
        "one batch per client"
    );
}

#[tokio::test]
async fn two_thousand_files_of_one_client_arrive() {
    let world = world_with(json!({"import_ms": 100}), |config| config).await;
    let push = world.push().await;
    let key = add(&push, 0).await;
    let mut hashes = Hashes::new();
    let files = (0..2000).map(|f| {
        let id = format!("file-0-{f}");
        hashes.insert(id.clone(), hash(id.as_bytes()));
        bytes(&id, id.as_bytes())
    });
    push.add_files(key, files.collect()).await.unwrap();
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().files.imported, 2000);
    world.assert_exactly_once(1, &hashes);
    let batches = world.count("createJobWorkArtifacts");
    assert!((4..=40).contains(&batches), "{batches} batches");
}
