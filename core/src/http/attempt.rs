//! One attempt: sends a request, follows redirects within the same origin, reads the answer.

use http::StatusCode;
use http::header::LOCATION;
use url::Url;

use crate::http::answer::Answer;
use crate::http::body::{Stage, Watch};
use crate::http::failure::{Failure, Sent, classify};
use crate::http::{Channel, Lane, Request};
use crate::{Error, ErrorCode};

const MOST_REDIRECTS: usize = 5;

/// Sends `request` once and reads the answer, whatever its status. `None` when its content can be
/// read only once, and was.
pub(crate) async fn attempt(
    channel: &Channel,
    request: &Request,
) -> Result<Option<Answer>, Failure> {
    let mut url = request.url.clone();
    for _ in 0..=MOST_REDIRECTS {
        let Some(response) = send(channel, request, &url).await? else {
            return Ok(None);
        };
        if !response.status().is_redirection() || response.headers().get(LOCATION).is_none() {
            let answer = Answer::read(response, request.lane, &channel.limits).await?;
            return Ok(Some(answer));
        }
        url = follow(&response, &url, request.lane)?;
    }
    Err(refused(request.lane, "redirects without end"))
}

async fn send(
    channel: &Channel,
    request: &Request,
    url: &Url,
) -> Result<Option<reqwest::Response>, Failure> {
    let opened = request.payload.open().await.map_err(Failure::local)?;
    let Some((body, watch)) = opened else {
        return Ok(None);
    };
    let sending = channel
        .client
        .post(url.clone())
        .headers(request.headers.clone())
        .body(body)
        .send();
    let limits = &channel.limits;
    let host = url.host_str().unwrap_or_default();
    let sent = tokio::select! {
        sent = sending => sent,
        stage = watch.overdue(&limits.patience) => return Err(overdue(stage, host)),
    };
    sent.map(Some).map_err(|error| match watch.source_error() {
        Some(own) => Failure::local(own),
        None => unbegun(classify(&error, host, request.lane, &channel.route), &watch),
    })
}

fn overdue(stage: Stage, host: &str) -> Failure {
    match stage {
        Stage::Connecting => {
            let text = format!("no connection to {host} in time (timeout)");
            Failure::new(Error::new(ErrorCode::TimedOut, text), Sent::Never, true)
        }
        Stage::Sending => {
            let text = format!("{host} stopped taking the upload (stall_timeout)");
            Failure::lost(ErrorCode::Stalled, text)
        }
        Stage::Waiting => {
            let text = format!("no answer came from {host} in time (timeout)");
            Failure::lost(ErrorCode::TimedOut, text)
        }
    }
}

/// A request whose content was not even begun cannot have had an effect.
fn unbegun(mut failure: Failure, watch: &Watch) -> Failure {
    if watch.stage() == Stage::Connecting && failure.sent == Sent::Maybe {
        failure.sent = Sent::Never;
    }
    failure
}

/// Where to send the request instead. Credentials go to the origin they are meant for and to no
/// other, and a POST is never turned into a GET.
fn follow(response: &reqwest::Response, from: &Url, lane: Lane) -> Result<Url, Failure> {
    if !matches!(
        response.status(),
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    ) {
        return Err(refused(
            lane,
            "a redirect that would drop the request's content",
        ));
    }
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok());
    let target = location
        .and_then(|location| from.join(location).ok())
        .ok_or_else(|| refused(lane, "a redirect to no valid URL"))?;
    if target.origin() != from.origin() {
        return Err(refused(
            lane,
            "a redirect to another host or to another protocol",
        ));
    }
    Ok(target)
}

fn refused(lane: Lane, what: &str) -> Failure {
    let message = format!(
        "{} answered with {what}, which was not followed: check {}",
        lane.host_name(),
        lane.setting()
    );
    Failure::new(
        Error::new(ErrorCode::RedirectRefused, message),
        Sent::Never,
        false,
    )
}
