//! Whether a file that is added again after it was sent still holds what was sent. A new time alone
//! means nothing: whoever copies a folder gives every file one.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::journal::resent::{self, Doubt};
use super::run::Run;
use crate::{Error, ErrorCode, Result};

/// Read at once.
const PIECE: usize = 256 * 1024;

/// Settles doubts by content.
///
/// # Errors
/// `FILE_CHANGED` for the first that holds something else; the journal's.
pub(super) async fn settle(run: &Run, doubts: Vec<Doubt>) -> Result<()> {
    for doubt in doubts {
        let path = doubt.path.clone();
        let look = async move {
            tokio::task::spawn_blocking(move || sha256(&path))
                .await
                .map_err(|_| Error::new(ErrorCode::Internal, "looking at a file was broken off"))
        };
        let now = run.client.generation().run(look).await?;
        // One that cannot be read has not been shown to be another: nobody needs it any more.
        if now.is_some_and(|now| now != doubt.sha256) {
            return Err(changed(&doubt));
        }
        run.journal
            .run(move |db| resent::same(db, &doubt.external_id, &doubt.fingerprint))
            .await?;
    }
    Ok(())
}

fn sha256(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let (mut hasher, mut buffer) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => hasher.update(&buffer[..read]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    let digest = hasher.finalize();
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
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
