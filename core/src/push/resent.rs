//! Whether a file that is added again after it was sent still holds what was sent. A new time alone
//! means nothing: whoever copies a folder gives every file one.

use std::fs::File;
use std::path::Path;

use super::journal::resent::{self, Doubt};
use super::run::Run;
use crate::{Error, ErrorCode, Result};

/// Settles doubts by content.
///
/// # Errors
/// `FILE_CHANGED` for the first that holds something else; the journal's.
pub(super) async fn settle(run: &Run, doubts: Vec<Doubt>) -> Result<()> {
    for doubt in doubts {
        let path = doubt.path.clone();
        let look = async move {
            tokio::task::spawn_blocking(move || blake3(&path))
                .await
                .map_err(|_| Error::new(ErrorCode::Internal, "looking at a file was broken off"))
        };
        let now = run.client.generation().run(look).await?;
        match now {
            Some(now) if now == doubt.blake3 => {
                run.journal
                    .run(move |db| resent::same(db, &doubt.external_id, &doubt.fingerprint))
                    .await?;
            }
            Some(_) => return Err(changed(&doubt)),
            // What cannot be read now is no longer needed; the next run looks again.
            None => {}
        }
    }
    Ok(())
}

fn blake3(path: &Path) -> Option<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path).ok()?).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

fn changed(doubt: &Doubt) -> Error {
    Error::new(
        ErrorCode::FileChanged,
        "the file was sent already and holds something else now. What was sent stays as it is, and \
         nothing of the new content was. To send that too, add it under a new external id; \
         otherwise bring back the file that was sent, or leave it out",
    )
    .with_external_id(&doubt.external_id)
    .with_path(&doubt.path)
}
