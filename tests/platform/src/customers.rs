//! `GET /v2/customers`, paged by cursor.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};

use crate::defect::Defect;
use crate::documents::tagged;
use crate::problem::Problem;
use crate::query::{Pairs, number};
use crate::server::App;

const LONGEST_PAGE: usize = 100;

/// `GET /v2/customers`
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Query(pairs): Query<Pairs>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let size = number(&pairs, "page_size", 50, 1..=LONGEST_PAGE)?;
    let size = if app.has(Defect::LimitIgnored) {
        LONGEST_PAGE
    } else {
        size
    };
    let mut store = app.store();
    store.readings += 1;
    let mut all: Vec<Value> = store.customers.iter().map(|found| found.show()).collect();
    let from = begin(&pairs, all.len())?;
    let readings = store.readings;
    drop(store);
    let total = all.len();
    for customer in &mut all {
        spoil(&app, customer, readings);
    }
    let end = (from + size).min(total);
    let mut page = all[from..end].to_vec();
    if let (true, Some(first)) = (app.has(Defect::DuplicateIds), page.first().cloned()) {
        page.push(first);
    }
    let next = (end < total).then(|| cursor(&app, from, end));
    let answer = json!({ "customers": page, "meta": { "next_cursor": next, "total": total } });
    Ok(tagged(&app, &answer, &headers))
}

/// A cursor names the place of the next customer; customers are only ever added at the end.
fn cursor(app: &App, from: usize, end: usize) -> String {
    let next = if app.has(Defect::PagingSkips) {
        end + 1
    } else if app.has(Defect::PagingRepeats) {
        end.saturating_sub(1).max(from + 1)
    } else if app.has(Defect::PagingEndless) {
        0
    } else {
        end
    };
    format!("at{next}")
}

fn begin(pairs: &Pairs, total: usize) -> Result<usize, Problem> {
    let Some(cursor) = pairs.get("cursor") else {
        return Ok(0);
    };
    let at = cursor
        .strip_prefix("at")
        .and_then(|at| at.parse::<usize>().ok());
    at.map(|at| at.min(total))
        .ok_or(Problem::input("The cursor is none of ours."))
}

fn spoil(app: &App, customer: &mut Value, readings: u64) {
    if app.has(Defect::UnstableIds) {
        let id = format!(
            "{}-{readings}",
            customer["customer_id"].as_str().unwrap_or_default()
        );
        customer["customer_id"] = id.into();
    }
    if app.has(Defect::UnreadableDate) {
        customer["updated_at"] = "15/01/25 9am".into();
    }
    if let (true, Some(fields)) = (app.has(Defect::MissingField), customer.as_object_mut()) {
        fields.remove("kind");
    }
}
