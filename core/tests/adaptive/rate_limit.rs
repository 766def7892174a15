//! A gateway that allows twenty requests a second.

use filed_core::push::Pace;
use serde_json::{Value, json};

use crate::support::*;

const CLIENTS: usize = 20;
const FILES: usize = 20;

#[tokio::test]
async fn a_rate_limited_push_has_few_requests_refused_after_ten_seconds() {
    let limit = json!({"per_second": 20, "burst": 20, "retry_after": "1"});
    let mut world = world_with(json!({"rate_limit": limit, "import_ms": 100}), |c| c).await;
    world.pace = Pace {
        quiet: Pace::default().quiet,
        ..world.pace
    };
    let push = world.push().await;
    let hashes = world.add_season(&push, CLIENTS, FILES).await;
    push.commit().await.unwrap();
    push.wait(None).await.unwrap();

    let state = world.sandbox.control().state(true);
    let requests = state["requests"].as_array().unwrap();
    let late: Vec<_> = requests.iter().filter(|r| after_ten_seconds(r)).collect();
    let refused = |list: &[&Value]| list.iter().filter(|r| r["status"] == 429).count();
    let (late_refused, all_refused) = (
        refused(&late),
        refused(&requests.iter().collect::<Vec<_>>()),
    );
    let lasted = requests.iter().filter_map(|r| r["ended_ms"].as_u64()).max();
    println!(
        "20 requests/s: {} requests in {:.1} s, {all_refused} refused; \
         after 10 s {late_refused} of {} ({:.1} %)",
        requests.len(),
        lasted.unwrap() as f64 / 1000.0,
        late.len(),
        100.0 * late_refused as f64 / late.len() as f64
    );
    assert!(late.len() > 100, "the push must last: {}", late.len());
    assert!(
        late_refused * 10 < late.len(),
        "{late_refused} of {}",
        late.len()
    );
    world.assert_exactly_once(CLIENTS, &hashes);
}

fn after_ten_seconds(request: &Value) -> bool {
    request["started_ms"].as_u64().unwrap() > 10_000
}
