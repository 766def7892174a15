//! What a host reads: clients and files by pages, the report, the failed.

use rusqlite::{Connection, Params, Row};

use super::db::Db;
use super::fault::Step;
use super::files::{about, path_from};
use super::schema::word;
use super::{Key, head, kept_error};
use crate::push::report::{ClientReport, FileReport, ItemState, Report};

/// Everything known now; what failed is listed, the rest is counted.
pub(crate) fn report(db: &Db) -> Step<Report> {
    let tally = db.tally();
    Ok(Report {
        state: tally.state,
        job_id: head::get(db)?.job_id,
        clients: tally.clients,
        files: tally.files,
        bytes_sent: tally.bytes_sent,
        failed_clients: clients_where(
            db.sql(),
            "state IN ('failed', 'cancelled') ORDER BY key",
            [],
        )?,
        failed_files: files_where(
            db.sql(),
            "f.state IN ('failed', 'cancelled') ORDER BY f.key",
            [],
        )?,
        notes: head::notes(db)?,
    })
}

/// The next clients in the order added. Keys count from 1 without gaps, since nothing is ever
/// removed: so `after` is also how many were read before.
pub(crate) fn clients(db: &Db, after: Key, limit: u32) -> Step<Vec<ClientReport>> {
    clients_where(db.sql(), "key > ? ORDER BY key LIMIT ?", (after, limit))
}

/// The next files in the order added.
pub(crate) fn files(db: &Db, after: Key, limit: u32) -> Step<Vec<FileReport>> {
    files_where(db.sql(), "f.key > ? ORDER BY f.key LIMIT ?", (after, limit))
}

fn clients_where(sql: &Connection, tail: &str, params: impl Params) -> Step<Vec<ClientReport>> {
    let statement = format!(
        "SELECT key, external_id, state, job_work_id, work_id, status, error FROM client WHERE {tail}"
    );
    let mut statement = sql.prepare_cached(&statement)?;
    let rows = statement.query_map(params, raw_client)?;
    rows.map(|row| client(row?)).collect()
}

fn files_where(sql: &Connection, tail: &str, params: impl Params) -> Step<Vec<FileReport>> {
    let mut statement = sql.prepare_cached(&file_statement(tail))?;
    let rows = statement.query_map(params, raw_file)?;
    rows.map(|row| file(row?)).collect()
}

fn file_statement(tail: &str) -> String {
    format!(
        "SELECT f.external_id, c.external_id, f.path, f.size, f.blake3, f.uploaded_type,
                f.file_url, f.artifact_id, f.status, f.state, f.error, f.file_url IS NOT NULL,
                f.sha256
         FROM file f JOIN client c ON c.key = f.client_key WHERE {tail}"
    )
}

/// A row with its state and error still as text, since reading those can fail in its own way.
type Raw<T> = (T, String, Option<String>);

fn raw_client(row: &Row<'_>) -> rusqlite::Result<Raw<ClientReport>> {
    let report = ClientReport {
        key: row.get::<_, Key>(0)?.cast_unsigned(),
        external_id: row.get(1)?,
        state: ItemState::Added,
        job_work_id: row.get(3)?,
        work_id: row.get(4)?,
        status: row.get(5)?,
        error: None,
    };
    Ok((report, row.get(2)?, row.get(6)?))
}

fn client((report, state, error): Raw<ClientReport>) -> Step<ClientReport> {
    let error = error.as_deref().map(kept_error::read).transpose()?;
    Ok(ClientReport {
        state: word::item_state(&state)?,
        error: error.map(|e| about(e, Some(&report.external_id), None)),
        ..report
    })
}

fn raw_file(row: &Row<'_>) -> rusqlite::Result<Raw<FileReport>> {
    let sent: bool = row.get(11)?;
    let size: Option<i64> = row.get(3)?;
    let report = FileReport {
        external_id: row.get(0)?,
        client_external_id: row.get(1)?,
        state: ItemState::Added,
        path: row.get::<_, Option<Vec<u8>>>(2)?.map(path_from),
        size: size.filter(|_| sent).map(i64::cast_unsigned),
        blake3: row.get(4)?,
        sha256: row.get(12)?,
        mime_type: row.get(5)?,
        file_url: row.get(6)?,
        artifact_id: row.get(7)?,
        status: row.get(8)?,
        error: None,
    };
    Ok((report, row.get(9)?, row.get(10)?))
}

fn file((report, state, error): Raw<FileReport>) -> Step<FileReport> {
    let error = error.as_deref().map(kept_error::read).transpose()?;
    Ok(FileReport {
        state: word::item_state(&state)?,
        error: error.map(|e| about(e, Some(&report.external_id), report.path.clone())),
        ..report
    })
}

/// External ids of the first failed clients, then files.
pub(crate) fn failed_external_ids(db: &Db, limit: usize) -> Step<Vec<String>> {
    let mut statement = db.sql().prepare_cached(
        "SELECT external_id FROM (
             SELECT 0 AS kind, key, external_id FROM client WHERE state IN ('failed', 'cancelled')
             UNION ALL
             SELECT 1, key, external_id FROM file WHERE state IN ('failed', 'cancelled'))
         ORDER BY kind, key LIMIT ?",
    )?;
    let ids = statement.query_map([limit as i64], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
