//! The partner token from a function of the host, which runs on the event loop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use filed_core::{Error, ErrorCode, PartnerTokenSource, Result};
use secrecy::SecretString;

use crate::bridge::Shared;

/// The host's function, known by its number: JavaScript keeps the function itself.
pub struct HostToken {
    shared: Arc<Shared>,
    source: i64,
}

impl HostToken {
    /// The function registered as `source` with the bridge.
    pub fn new(shared: Arc<Shared>, source: i64) -> Self {
        Self { shared, source }
    }
}

impl PartnerTokenSource for HostToken {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<SecretString>> + Send + '_>> {
        Box::pin(async {
            match self.shared.ask_token(self.source).await {
                Some(token) => Ok(SecretString::from(token)),
                None => Err(Error::new(
                    ErrorCode::CallbackFailed,
                    "the partnerToken function failed; its error is the cause of this one",
                )),
            }
        })
    }
}
