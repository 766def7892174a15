//! Random cases. What is drawn here is bad luck, not lies: a server that says no took no effect,
//! and reads are stale for less time than the library looks.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::case::{Case, End, Run};
use crate::job::Way;
use crate::season::{Client, Document, Season, Source};

/// Any case.
pub fn cases() -> impl Strategy<Value = Case> {
    (
        seasons(),
        any::<(bool, bool)>(),
        prop::bool::weighted(0.12),
        settings(),
        prop::collection::vec(runs(), 0..=3),
    )
        .prop_map(
            |(season, (allow_partial, adopt), processes, settings, runs)| Case {
                season,
                allow_partial,
                adopt,
                processes,
                settings,
                runs,
            },
        )
}

fn seasons() -> impl Strategy<Value = Season> {
    let source = prop_oneof![
        3 => Just(Source::Path),
        2 => Just(Source::Bytes),
        1 => Just(Source::Url),
    ];
    let document = (source, 1_u16..60).prop_map(|(source, lines)| Document { source, lines });
    let client = prop::collection::vec(document, 0..=4).prop_map(|files| Client { files });
    prop::collection::vec(client, 1..=5).prop_map(|clients| Season { clients })
}

fn settings() -> impl Strategy<Value = Value> {
    let some = |percent: f64, value: BoxedStrategy<Value>| prop::option::weighted(percent, value);
    (
        some(0.3, Just(json!(false)).boxed()),
        some(0.2, (1_u64..4).prop_map(|n| json!(n)).boxed()),
        some(
            0.4,
            select(vec!["reversed", "shuffled"])
                .prop_map(|o| json!(o))
                .boxed(),
        ),
        some(
            0.4,
            select(vec!["off", "job"]).prop_map(|o| json!(o)).boxed(),
        ),
        some(0.2, (5_u64..30).prop_map(|ms| json!({"ms": ms})).boxed()),
        some(0.15, (300_u64..3000).prop_map(|ms| json!(ms)).boxed()),
        some(0.08, limit().boxed()),
        some(0.1, poison().boxed()),
    )
        .prop_map(|(atomic, most, order, scope, stale, life, limit, poison)| {
            let all = [
                ("batch_atomic", atomic),
                ("max_batch", most),
                ("result_order", order),
                ("duplicate_scope", scope),
                ("stale_reads", stale),
                ("token_ttl_ms", life),
                ("rate_limit", limit),
                ("poison_external_ids", poison),
            ];
            let set = all
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)));
            Value::Object(set.collect())
        })
}

fn limit() -> impl Strategy<Value = Value> {
    (20_u64..60).prop_map(|n| json!({"per_second": n, "burst": n, "retry_after": "0"}))
}

fn poison() -> impl Strategy<Value = Value> {
    let client = (0_u32..5).prop_map(|c| json!([format!("client-{c}")]));
    let file = (0_u32..5, 0_u32..4).prop_map(|(c, f)| json!([format!("file-{c}-{f}")]));
    prop_oneof![client, file]
}

fn runs() -> impl Strategy<Value = Run> {
    let way = prop_oneof![2 => Just(Way::Program), 1 => Just(Way::Resume)];
    let end = (0_u64..60, any::<bool>()).prop_map(|(after, effect)| End { after, effect });
    (
        way,
        prop::collection::vec(faults(), 0..=4),
        prop::option::weighted(0.6, end),
    )
        .prop_map(|(way, faults, end)| Run { way, faults, end })
}

/// Where, how often, and what.
fn faults() -> impl Strategy<Value = Value> {
    let often = prop_oneof![
        (0_u64..6, 1_u64..4).prop_map(|(skip, times)| json!({"skip": skip, "times": times})),
        (1_u64..30, any::<u32>()).prop_map(|(percent, seed)| {
            json!({"times": 0, "probability": percent as f64 / 100.0, "seed": seed})
        }),
    ];
    let anywhere = (places(), troubles()).prop_map(|(on, what)| merged(json!({"on": on}), what));
    let what = prop_oneof![8 => anywhere, 2 => batches(), 1 => uploads(), 1 => initiate()];
    let common = (what, often).prop_map(|(what, often)| merged(what, often));
    prop_oneof![12 => common, 1 => hidden()]
}

fn places() -> impl Strategy<Value = &'static str> {
    select(vec![
        "*",
        "graphql",
        "upload",
        "uploadByUrl",
        "loginViaPersonalApiToken",
        "connections",
        "createConnectionJob",
        "createJobWorks",
        "createJobWorks",
        "createJobWorkArtifacts",
        "createJobWorkArtifacts",
        "jobWorks",
        "initiateTaxPrepsImport",
    ])
}

/// What can go wrong with any request.
fn troubles() -> impl Strategy<Value = Value> {
    let lost =
        |name: &'static str| any::<bool>().prop_map(move |e| json!({name: true, "effect": e}));
    prop_oneof![
        (select(vec![500, 502, 503, 504]), any::<bool>())
            .prop_map(|(status, e)| json!({"status": status, "effect": e})),
        select(vec![400, 401, 403, 408, 413, 425, 429]).prop_map(|s| json!({"status": s})),
        select(vec![429, 503]).prop_map(|s| json!({"status": s, "headers": {"retry-after": "0"}})),
        lost("reset"),
        lost("close"),
        (1_u64..60, any::<bool>()).prop_map(|(ms, e)| json!({"hang_ms": ms, "effect": e})),
        (0_u64..200).prop_map(|bytes| json!({"truncate": bytes})),
        (select(vec!["json", "utf8", "empty", "html"]), any::<bool>())
            .prop_map(|(kind, e)| json!({"malformed": kind, "effect": e})),
        (
            select(vec![
                json!({}),
                json!({"data": null}),
                json!({"data": {}}),
                json!([])
            ]),
            any::<bool>()
        )
            .prop_map(|(body, e)| json!({"replace": body, "effect": e})),
        Just(json!({"expire_tokens": true})),
        (1_u64..40).prop_map(|ms| json!({"delay_ms": ms})),
        (0_u64..30).prop_map(|ms| json!({"close_after_ms": ms})),
        any::<bool>().prop_map(|data| {
            let error = json!({"code": "INTERNAL_SERVER_ERROR", "message": "no"});
            json!({"graphql_error": error, "with_data": data})
        }),
        select(vec!["UNAUTHENTICATED", "RATE_LIMITED", "FORBIDDEN"])
            .prop_map(|code| json!({"graphql_error": {"code": code, "message": "no"}})),
    ]
}

/// A part of a batch is done.
fn batches() -> impl Strategy<Value = Value> {
    let on = select(vec!["createJobWorks", "createJobWorkArtifacts"]);
    (on, 0_u64..4, any::<bool>()).prop_map(|(on, first, reset)| match reset {
        true => json!({"on": on, "apply_first": first, "reset": true}),
        false => json!({"on": on, "apply_first": first}),
    })
}

fn uploads() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0_u64..600).prop_map(|n| json!({"on": "upload", "early_reset_after_bytes": n})),
        select(vec![401, 413, 500, 503])
            .prop_map(|s| json!({"on": "upload", "early_answer": {"status": s}})),
    ]
}

/// What is asked once in the life of a push deserves its share.
fn initiate() -> impl Strategy<Value = Value> {
    let merge = |what| merged(json!({"on": "initiateTaxPrepsImport"}), what);
    troubles().prop_map(merge)
}

/// One read shows less than there is.
fn hidden() -> impl Strategy<Value = Value> {
    (0_u64..4, 1_u64..3).prop_map(
        |(skip, items)| json!({"on": "jobWorks", "skip": skip, "times": 1, "drop_items": items}),
    )
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Some(all), Value::Object(more)) = (one.as_object_mut(), other) {
        all.extend(more);
    }
    one
}
