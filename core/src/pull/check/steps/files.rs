//! The lists of files, client by client.

use super::{pages, tags};
use crate::pull::check::codes;
use crate::pull::check::listing::{Item, Place};
use crate::pull::check::probe::Step;
use crate::pull::check::session::Session;

pub(super) async fn run(session: &mut Session) -> Step {
    let most = session.probe.limits.clients;
    let clients: Vec<Item> = session.clients.iter().take(most).cloned().collect();
    if clients.len() < session.clients.len() {
        let left = session.clients.len() - clients.len();
        session.skip(format!("the files of {left} clients: the limit is {most}"));
    }
    let mut fullest: (usize, Option<String>) = (0, None);
    for client in &clients {
        let count = read(session, &client.id).await?;
        if count > fullest.0 {
            fullest = (count, Some(client.id.clone()));
        }
    }
    let Some(client) = fullest.1 else {
        session.skip("files: no client has any");
        return Ok(());
    };
    let list = session.file_list(&client);
    pages::examine(session, &list, 1_000).await?;
    let request = list.request(session, &Place::Start, pages::LARGE);
    tags::examine(session, &list.operation, request).await
}

/// Reads one client's files; gives how many there are.
async fn read(session: &mut Session, client: &str) -> Step<usize> {
    let list = session.file_list(client);
    let Some((answer, _)) = session.page(&list, &Place::Start, pages::LARGE).await? else {
        return Ok(0);
    };
    session.compare(&list.operation, &answer, &codes::SCHEMA);
    let walk = session.walk(&list, pages::LARGE, 1_000).await?;
    let before = session.files.len();
    session.files.extend(walk.items().cloned());
    Ok(session.files.len() - before)
}
