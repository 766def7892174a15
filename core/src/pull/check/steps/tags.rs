//! ETag and If-None-Match, for any GET that sends a tag.

use crate::pull::check::codes;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;

pub(super) async fn examine(
    session: &mut Session,
    operation: &Operation,
    request: Request,
) -> Step {
    let answer = session.ask(operation, request.clone()).await?;
    let Some(tag) = answer.header("etag").map(ToOwned::to_owned) else {
        return Ok(());
    };
    let again = request.clone().with("if-none-match", &tag);
    let status = session.ask(operation, again).await?.status.as_u16();
    if status != 304 {
        let seen = format!("status {status} to the tag it has just sent");
        session.found(&codes::ETAG_IGNORED, operation, seen);
    }
    let other = request.with("if-none-match", "\"filed-check-another-tag\"");
    let status = session.ask(operation, other).await?.status.as_u16();
    if status == 304 {
        session.found(&codes::ETAG_STALE, operation, "304 to a made-up tag");
    }
    Ok(())
}
