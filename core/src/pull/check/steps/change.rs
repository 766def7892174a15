//! A file is added while Filed pages: what was there before must come exactly once.

use bytes::Bytes;

use super::{stored, uploads};
use crate::pull::check::codes;
use crate::pull::check::listing::{List, Place};
use crate::pull::check::mapping::UploadMethod;
use crate::pull::check::operation::Operation;
use crate::pull::check::probe::Step;
use crate::pull::check::request::Request;
use crate::pull::check::session::Session;

/// Small enough that the files of one check need several pages.
const SIZE: usize = 2;

pub(super) async fn run(session: &mut Session) -> Step {
    let operations = session.operations.clone();
    let simple = operations
        .uploads
        .iter()
        .find(|(upload, _)| upload.method != UploadMethod::Tus);
    let (Some((upload, operation)), Some(client)) = (simple, session.target.clone()) else {
        session.skip("paging under change: nothing can be added in one request");
        return Ok(());
    };
    let list = session.file_list(&client);
    if list.mapping.paging.is_none() {
        return Ok(());
    }
    let before = session.walk(&list, super::pages::LARGE, 10_000).await?;
    if before.ids().len() <= SIZE {
        session.skip("paging under change: the client has too few files");
        return Ok(());
    }
    let (name, bytes): (String, Bytes) = stored::sample("paging");
    let request = uploads::request(session, upload, operation, (&client, &name), &bytes);
    let during = walk_and(session, &list, operation, request).await?;
    let times = |id: &str| during.iter().filter(|seen| *seen == id).count();
    let wrong = before.ids().into_iter().filter(|id| times(id) != 1).count();
    if wrong > 0 {
        let seen = format!("{wrong} files came twice or not at all when one was added meanwhile");
        session.found(&codes::PAGING_SHIFTS, &list.operation, seen);
    }
    Ok(())
}

/// The ids of a list in small pages, with an upload after the first.
async fn walk_and(
    session: &mut Session,
    list: &List,
    operation: &Operation,
    upload: Request,
) -> Step<Vec<String>> {
    let mut upload = Some(upload);
    let (mut ids, mut place) = (Vec::new(), Place::Start);
    loop {
        let Some((answer, items)) = session.page(list, &place, SIZE).await? else {
            return Ok(ids);
        };
        let got = items.len();
        let body = answer.json().unwrap_or_default();
        let page = (ids.len() / SIZE) as u64;
        let next = list.next(&body, ids.len(), got, SIZE, page);
        ids.extend(items.into_iter().map(|item| item.id));
        if let Some(upload) = upload.take() {
            session.ask(operation, upload).await?;
        }
        match next {
            Some(next) if got > 0 && ids.len() < 10_000 => place = next,
            _ => return Ok(ids),
        }
    }
}
