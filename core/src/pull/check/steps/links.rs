//! Download URLs in lists: what works without credentials must be signed, and must end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use url::Url;

use crate::pull::check::caller::Caller;
use crate::pull::check::codes::{self, Code};
use crate::pull::check::listing::{Item, Place};
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;
use crate::pull::check::text::at;
use crate::pull::check::under;

/// What signing schemes call the end of a URL, in seconds since 1970.
const ENDS: [&str; 6] = ["expires", "exp", "expiry", "expires_at", "valid_until", "e"];
/// Schemes whose end is written otherwise: it is there, and cannot be moved by a number.
const OTHER_ENDS: [&str; 4] = ["x-amz-expires", "x-goog-expires", "se", "sig_expires"];

pub(super) async fn run(session: &mut Session) -> Step {
    let Some(file) = session.files.first().cloned() else {
        session.skip("signed URLs: there is no file");
        return Ok(());
    };
    let Some((url, other)) = fresh(session, &file).await? else {
        session.skip("signed URLs: the list has no download URLs");
        return Ok(());
    };
    if !opens(session, &url, Caller::Nobody).await? {
        return with_credentials(session, &file).await;
    }
    let Some((name, end)) = end(&url) else {
        if !url
            .query_pairs()
            .any(|(name, _)| OTHER_ENDS.contains(&name.to_ascii_lowercase().as_str()))
        {
            found(
                session,
                &codes::SIGNED_URL_NO_EXPIRY,
                "it opens without credentials and names no end",
            );
        }
        return Ok(());
    };
    let later = moved(&url, &name, end + 3_600);
    if opens(session, &later, Caller::Nobody).await? {
        found(
            session,
            &codes::SIGNED_URL_FORGEABLE,
            "it opens with its end moved by an hour",
        );
    }
    if let Some(other) = other {
        let mut foreign = url.clone();
        foreign.set_path(other.path());
        if opens(session, &foreign, Caller::Nobody).await? {
            found(
                session,
                &codes::SIGNED_URL_TRANSFERABLE,
                "another file opens with its signature",
            );
        }
    }
    outlives(session, &url, end).await
}

fn found(session: &mut Session, code: &Code, seen: &str) {
    session.findings.add(code, "download URLs in lists", seen);
}

/// The file's URL as the list has it now, and that of another file.
async fn fresh(session: &mut Session, file: &Item) -> Step<Option<(Url, Option<Url>)>> {
    let list = session.file_list(&file.client);
    let page = session
        .page(&list, &Place::Start, super::pages::LARGE)
        .await?;
    let items = page.map(|(_, items)| items).unwrap_or_default();
    let field = session.mapping.files.field("url").to_owned();
    let url = |item: &Item| under(&session.probe.base, at(&item.value, &field).as_str()?);
    let mine = items.iter().find(|item| item.id == file.id).and_then(url);
    let others = session.files.iter().chain(&items);
    let other = others.filter(|item| item.id != file.id).find_map(url);
    Ok(mine.map(|mine| (mine, other)))
}

async fn opens(session: &mut Session, url: &Url, caller: Caller) -> Step<bool> {
    let answer = session
        .probe
        .send(Request::get(url.clone()).by(caller))
        .await?;
    Ok(answer.succeeded())
}

/// A URL that needs credentials must open with them. It is read afresh: it may have had an end.
async fn with_credentials(session: &mut Session, file: &Item) -> Step {
    let Some((url, _)) = fresh(session, file).await? else {
        return Ok(());
    };
    let known = url.origin() == session.probe.base.origin();
    if !opens(session, &url, Caller::Known).await? {
        let seen = if known {
            "it does not open with credentials"
        } else {
            "it does not open"
        };
        found(session, &codes::DOWNLOAD_REFUSED, seen);
    }
    Ok(())
}

fn end(url: &Url) -> Option<(String, u64)> {
    url.query_pairs().find_map(|(name, value)| {
        let end = value.parse().ok()?;
        ENDS.contains(&name.to_ascii_lowercase().as_str())
            .then(|| (name.into_owned(), end))
    })
}

fn moved(url: &Url, name: &str, end: u64) -> Url {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let mut moved = url.clone();
    moved
        .query_pairs_mut()
        .clear()
        .extend_pairs(pairs.iter().map(|(key, value)| {
            let value = if key == name {
                end.to_string()
            } else {
                value.clone()
            };
            (key.clone(), value)
        }));
    moved
}

/// Waits for the end when it is near, and tries again.
async fn outlives(session: &mut Session, url: &Url, end: u64) -> Step {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let left = Duration::from_secs(end).saturating_sub(now);
    if left > Duration::from_secs(24 * 3_600) {
        found(
            session,
            &codes::SIGNED_URL_LONG,
            "its end is more than a day away",
        );
    }
    if left > session.probe.limits.patience {
        session.skip(format!(
            "a signed URL after its end: that is {} s away",
            left.as_secs()
        ));
        return Ok(());
    }
    tokio::time::sleep(left + Duration::from_millis(1_100)).await;
    if opens(session, url, Caller::Nobody).await? {
        found(
            session,
            &codes::SIGNED_URL_OUTLIVES,
            "it opens after the end it names",
        );
    }
    Ok(())
}
