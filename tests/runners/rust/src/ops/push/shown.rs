//! Progress and reports, written down with every field.

use filed_core::push::{ClientReport, Counts, FileReport, Progress, Report};
use serde_json::{Value, json};

use crate::outcome::error_json;

pub fn report(report: &Report) -> Value {
    json!({
        "state": report.state.as_str(),
        "job_id": report.job_id,
        "clients": counts(&report.clients),
        "files": counts(&report.files),
        "bytes_sent": report.bytes_sent,
        "failed_clients": report.failed_clients.iter().map(client).collect::<Value>(),
        "failed_files": report.failed_files.iter().map(file).collect::<Value>(),
        "notes": report.notes,
    })
}

pub fn progress(progress: &Progress) -> Value {
    json!({
        "state": progress.state.as_str(),
        "clients": counts(&progress.clients),
        "files": counts(&progress.files),
        "bytes_total": progress.bytes_total,
        "bytes_sent": progress.bytes_sent,
        "uploading": progress.uploading,
    })
}

pub fn client(client: &ClientReport) -> Value {
    json!({
        "key": client.key,
        "external_id": client.external_id,
        "state": client.state.as_str(),
        "job_work_id": client.job_work_id,
        "work_id": client.work_id,
        "status": client.status,
        "error": client.error.as_ref().map(error_json),
    })
}

pub fn file(file: &FileReport) -> Value {
    json!({
        "external_id": file.external_id,
        "client_external_id": file.client_external_id,
        "state": file.state.as_str(),
        "path": file.path.as_ref().map(|path| path.to_string_lossy()),
        "size": file.size,
        "blake3": file.blake3,
        "sha256": file.sha256,
        "mime_type": file.mime_type,
        "file_url": file.file_url,
        "artifact_id": file.artifact_id,
        "status": file.status,
        "error": file.error.as_ref().map(error_json),
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
