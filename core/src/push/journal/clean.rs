//! Errors about an item, cleaned of the names that only the journal knows: a server may name a
//! client in an answer to a request that did not.

use rusqlite::OptionalExtension;
use serde_json::json;

use super::Key;
use super::db::Db;
use super::fault::Step;
use super::files::path_from;
use crate::gateway::redact::Cleaner;
use crate::{Error, GraphqlError};

/// An error about a client or one of its files, without the client's name.
pub(super) fn about_client(db: &Db, client: Key, error: &Error) -> Step<Error> {
    if !quotes_a_server(error) {
        return Ok(error.clone());
    }
    let names = json!({ "name": client_name(db, client)? });
    Ok(cleaned(error, &Cleaner::new(&names, &[])))
}

/// An error about a file, without its names and its client's.
pub(super) fn about_file(db: &Db, (client, file): (Key, Key), error: &Error) -> Step<Error> {
    if !quotes_a_server(error) {
        return Ok(error.clone());
    }
    type Names = (Option<Vec<u8>>, Option<String>, Option<String>);
    let (path, file_name, uploaded_name): Names = db
        .sql()
        .prepare_cached("SELECT path, file_name, uploaded_name FROM file WHERE key = ?")?
        .query_row([file], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let path = path.map(path_from);
    // Whoever quotes a path may quote a part of it.
    let folders: Vec<_> = path
        .iter()
        .flat_map(|path| path.components())
        .filter(|part| matches!(part, std::path::Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let names = json!({
        "name": [client_name(db, client)?, file_name, uploaded_name, folders],
        "path": path.as_deref().map(std::path::Path::to_string_lossy),
    });
    Ok(cleaned(error, &Cleaner::new(&names, &[])))
}

/// Texts of our own hold no names, and their words are nobody's.
fn quotes_a_server(error: &Error) -> bool {
    error.http_status().is_some() || !error.graphql_errors().is_empty()
}

fn client_name(db: &Db, client: Key) -> Step<Option<String>> {
    Ok(db
        .sql()
        .prepare_cached("SELECT name FROM client WHERE key = ?")?
        .query_row([client], |row| row.get(0))
        .optional()?)
}

fn cleaned(error: &Error, cleaner: &Cleaner) -> Error {
    let quoted = error.graphql_errors().iter().map(|e| GraphqlError {
        message: cleaner.clean(&e.message),
        ..e.clone()
    });
    let mut clean = Error::new(error.code(), cleaner.clean(error.message()))
        .with_graphql_errors(quoted.collect())
        .with_request_id(error.request_id().map(str::to_owned))
        .with_attempts(error.attempts())
        .with_effect(error.effect());
    if let Some(operation) = error.operation() {
        clean = clean.with_operation(operation);
    }
    if let Some(status) = error.http_status() {
        clean = clean.with_http_status(status);
    }
    if let Some(id) = error.external_id() {
        clean = clean.with_external_id(id);
    }
    if let Some(path) = error.path() {
        clean = clean.with_path(path);
    }
    clean
}
