//! Whether a file that is added again after it was sent still holds what was sent. A new time alone
//! means nothing: whoever copies a folder gives every file one.

use std::fs::File;
use std::io;

use super::journal::resent::{self, Doubt, Sent};
use super::run::Run;
use crate::{Error, ErrorCode, Result, hash};

/// Settles doubts by content.
///
/// # Errors
/// `FILE_CHANGED` for the first that holds something else; the journal's.
pub(super) async fn settle(run: &Run, doubts: Vec<Doubt>) -> Result<()> {
    for doubt in doubts {
        let look = async move {
            tokio::task::spawn_blocking(move || (holds(&doubt), doubt))
                .await
                .map_err(|_| Error::new(ErrorCode::Internal, "looking at a file was broken off"))
        };
        let (same, doubt) = run.client.generation().run(look).await?;
        match same {
            Ok(true) => {
                run.journal
                    .run(move |db| resent::same(db, &doubt.external_id, &doubt.fingerprint))
                    .await?;
            }
            Ok(false) => return Err(changed(&doubt)),
            // What cannot be read now is no longer needed; the next run looks again.
            Err(_) => {}
        }
    }
    Ok(())
}

/// Whether the file still holds what was sent. Blocks.
fn holds(doubt: &Doubt) -> io::Result<bool> {
    let mut file = File::open(&doubt.path)?;
    Ok(match &doubt.sent {
        Sent::Sha256(sent) => *sent == hash::of_file(&mut file)?,
        Sent::Blake3(sent) => {
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(file)?;
            *sent == hasher.finalize().to_hex().as_str()
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_compared_by_the_hash_that_was_kept() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let content = vec![b'x'; 300_000];
        std::fs::write(file.path(), &content).unwrap();
        let blake3 = |bytes: &[u8]| Sent::Blake3(blake3::hash(bytes).to_string());
        let sha256 = |bytes: &[u8]| Sent::Sha256(hash::of(bytes));
        for (sent, same) in [
            (blake3(&content), true),
            (blake3(b"x"), false),
            (sha256(&content), true),
            (sha256(b"x"), false),
        ] {
            let doubt = Doubt {
                external_id: "f-1".into(),
                path: file.path().into(),
                sent,
                fingerprint: String::new(),
            };
            assert_eq!(holds(&doubt).unwrap(), same, "{:?}", doubt.sent);
        }
    }
}
