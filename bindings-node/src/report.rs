//! What a host learns about a push as a whole, with the names JavaScript expects.

use std::path::Path;

use filed_core::push::{ClientReport, Counts, FileReport, Progress, Report};
use serde_json::{Value, json};

use crate::outcome;

/// The outcome of a push.
pub fn report(report: &Report) -> Value {
    json!({
        "state": report.state.as_str(),
        "jobId": report.job_id,
        "clients": counts(&report.clients),
        "files": counts(&report.files),
        "bytesSent": report.bytes_sent,
        "failedClients": report.failed_clients.iter().map(client).collect::<Value>(),
        "failedFiles": report.failed_files.iter().map(file).collect::<Value>(),
        "notes": report.notes,
    })
}

/// A snapshot.
pub fn progress(progress: &Progress) -> Value {
    json!({
        "state": progress.state.as_str(),
        "clients": counts(&progress.clients),
        "files": counts(&progress.files),
        "bytesTotal": progress.bytes_total,
        "bytesSent": progress.bytes_sent,
        "uploading": progress.uploading,
    })
}

/// A client.
pub fn client(client: &ClientReport) -> Value {
    json!({
        "key": client.key,
        "externalId": client.external_id,
        "state": client.state.as_str(),
        "jobWorkId": client.job_work_id,
        "workId": client.work_id,
        "status": client.status,
        "error": client.error.as_ref().map(outcome::error),
    })
}

/// A file.
pub fn file(file: &FileReport) -> Value {
    json!({
        "externalId": file.external_id,
        "clientExternalId": file.client_external_id,
        "state": file.state.as_str(),
        "path": file.path.as_deref().map(Path::to_string_lossy),
        "size": file.size,
        "blake3": file.blake3,
        "sha256": file.sha256,
        "mimeType": file.mime_type,
        "fileUrl": file.file_url,
        "artifactId": file.artifact_id,
        "status": file.status,
        "error": file.error.as_ref().map(outcome::error),
    })
}

fn counts(counts: &Counts) -> Value {
    json!({
        "total": counts.total,
        "sent": counts.sent,
        "attached": counts.attached,
        "imported": counts.imported,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
    })
}
