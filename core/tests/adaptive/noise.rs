//! A network on which requests fail at random, for a whole push.

use filed_core::Config;
use serde_json::json;

use crate::support::*;

/// Everything but the request to initiate, whose lost answer is a question for the host.
const OPERATIONS: [&str; 6] = [
    "loginViaPersonalApiToken",
    "createConnectionJob",
    "createJobWorks",
    "createJobWorkArtifacts",
    "jobWorks",
    "upload",
];

async fn completes(seed: u64) {
    let world = world_with(json!({}), |config| Config {
        max_concurrency: Some(16),
        ..config
    })
    .await;
    for (n, on) in OPERATIONS.iter().enumerate() {
        let seed = seed * 100 + n as u64;
        let often = json!({"on": on, "times": 0, "probability": 0.02, "seed": seed});
        for what in [
            json!({"reset": true}),
            json!({"reset": true, "effect": true}),
            json!({"status": 502, "body": "<html>Bad Gateway</html>"}),
        ] {
            let mut fault = often.clone();
            let fields = fault.as_object_mut().unwrap();
            fields.extend(what.as_object().unwrap().clone());
            world.plan(fault);
        }
    }
    let push = world.push().await;
    let hashes = world.add_season(&push, 60, 5).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();
    world.assert_exactly_once(60, &hashes);
    let faults = world.sandbox.control().faults();
    let struck: u64 = faults["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["struck"].as_u64().unwrap())
        .sum();
    println!("seed {seed}: {struck} faults struck");
    assert!(struck > 5, "{struck} faults");
}

#[tokio::test]
async fn a_push_completes_exactly_once_though_one_in_twenty_requests_fails() {
    for seed in 1..=3 {
        completes(seed).await;
    }
}
