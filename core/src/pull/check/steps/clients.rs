//! The list of clients: whether it can be read, what its items hold, how it pages.

use super::{pages, tags};
use crate::pull::check::codes;
use crate::pull::check::listing::Place;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;

/// The most clients that are read.
const MOST: usize = 10_000;

pub(super) async fn run(session: &mut Session) -> Step {
    let list = session.client_list();
    let first = Request::get(list.operation.url(&session.probe.base, ""));
    let answer = session.ask(&list.operation, first).await?;
    if matches!(answer.status.as_u16(), 401 | 403) {
        let seen = format!("status {} to the given credentials", answer.status.as_u16());
        session.found(&codes::AUTH_REFUSED, &list.operation, seen);
        return Ok(());
    }
    session.compare(&list.operation, &answer, &codes::SCHEMA);
    let walk = pages::examine(session, &list, MOST).await?;
    session.clients = walk.items().cloned().collect();
    if session.clients.is_empty() {
        session.skip("everything below clients: the list shows none");
    }
    if session.target.is_none() {
        session.target = session.clients.first().map(|client| client.id.clone());
    }
    let request = list.request(session, &Place::Start, pages::LARGE);
    tags::examine(session, &list.operation, request).await
}
