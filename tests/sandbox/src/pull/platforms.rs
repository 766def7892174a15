//! Which connections reach a registered platform, and the return that is sent back to them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::{Platform, credentials};
use crate::fetch::is_loopback;
use crate::hub::Epoch;
use crate::state::Connection;

/// The platforms of an epoch, by connection.
#[derive(Default)]
pub(crate) struct Platforms {
    known: Mutex<HashMap<String, Arc<Platform>>>,
}

impl Platforms {
    /// The platform behind a connection; `None` when the connection names none that may be called.
    pub(crate) fn of(
        &self,
        epoch: &Epoch,
        connection: &Connection,
    ) -> anyhow::Result<Option<Arc<Platform>>> {
        let Some(read) = credentials::read(connection.inputs.as_ref()) else {
            return Ok(None);
        };
        let (base, credentials) = read?;
        if !is_loopback(&base) && !epoch.settings().fetch_any_host {
            return Ok(None);
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let platform = known.entry(connection.id.clone()).or_insert_with(|| {
            Arc::new(Platform::new(epoch.fixed.http.clone(), base, credentials))
        });
        Ok(Some(Arc::clone(platform)))
    }
}

/// The prepared return when a test has put none in its place: a PDF of one empty page.
pub(crate) fn prepared_return() -> Bytes {
    const PDF: &str = "%PDF-1.4\n\
        1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n\
        trailer<</Root 1 0 R>>\n%%EOF\n";
    Bytes::from_static(PDF.as_bytes())
}
