//! The upload hosts' answers, for fuzzing.

use super::answer::read;
use crate::Result;
use crate::wire::UploadWire;

/// Reads an answer; what passes can be used.
pub(crate) fn read_stored(body: &[u8]) -> Result<()> {
    let stored = read(body, &UploadWire::default()).map_err(|unusable| unusable.into_error().0)?;
    assert!(url::Url::parse(&stored.file_url).is_ok());
    assert!(!stored.file_name.is_empty() && !stored.mime_type.is_empty());
    Ok(())
}
