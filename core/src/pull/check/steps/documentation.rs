//! What the document itself says: the six endpoints, the way in, errors, rate limits.

use crate::pull::check::codes;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;

pub(super) async fn run(session: &mut Session) -> Step {
    if session.probe.base.scheme() == "http" && !crate::config::is_loopback(&session.probe.base) {
        session
            .findings
            .add(&codes::PLAIN_HTTP, "the platform", "an http address");
    }
    missing_endpoints(session);
    let Some(document) = session.document.clone() else {
        session.findings.add(
            &codes::DOC_MISSING,
            "the documentation",
            "no OpenAPI document was given or found",
        );
        return rates(session).await;
    };
    if !document.has_schemes() {
        session
            .findings
            .add(&codes::DOC_AUTH, "the documentation", "no security scheme");
    }
    let operations = session.operations.clone();
    for operation in operations.all() {
        if !document.has(operation) {
            session.found(&codes::DOC_OPERATION, operation, "not in the document");
        } else if !document.declares(operation, 401) {
            session.found(&codes::DOC_ERRORS, operation, "no 401 in the document");
        }
    }
    rates(session).await
}

/// What the mapping leaves out cannot be checked.
fn missing_endpoints(session: &mut Session) {
    if session.operations.note.is_none() {
        session.findings.add(
            &codes::DOC_OPERATION,
            "posting a note",
            "not in the mapping",
        );
    }
    if session.operations.uploads.is_empty() {
        session.findings.add(
            &codes::DOC_OPERATION,
            "sending a file",
            "not in the mapping",
        );
    }
}

/// Rate limits are declared in the document or in the answers.
async fn rates(session: &mut Session) -> Step {
    let clients = session.operations.clients.clone();
    let url = clients.url(&session.probe.base, "");
    session.ask(&clients, Request::get(url)).await?;
    let documented = session
        .document
        .as_ref()
        .is_some_and(|document| document.mentions_rate_limits());
    if !session.rates_seen && !documented {
        session.findings.add(
            &codes::RATE_LIMITS,
            "the platform",
            "neither headers nor documentation",
        );
    }
    Ok(())
}
