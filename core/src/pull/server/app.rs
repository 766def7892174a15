//! [`App`]: what every request shares, and the call of a provider's function: bounded in time, and
//! with its panics kept to the one request.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::once::Running;
use crate::pull::auth::Keys;
use crate::pull::auth::lockout::LockOut;
use crate::pull::auth::rates::Rates;
use crate::pull::auth::seal::{Purpose, Seal};
use crate::pull::docs::Documents;
use crate::pull::problem::{Code, Problem};
use crate::pull::store::Store;
use crate::pull::tus::lock::Locks;
use crate::pull::{Caller, Limits, Outcome, Provider, PullConfig};

/// What stands in a path as it is; everything else is percent-encoded.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What every request shares.
pub struct App {
    pub provider: Arc<dyn Provider>,
    pub keys: Keys,
    pub seal: Seal,
    pub rates: Rates,
    pub lock_out: LockOut,
    pub limits: Limits,
    pub token_lifetime: Duration,
    pub signed_urls: Option<Duration>,
    /// What the API is, for everybody.
    pub documents: Documents,
    pub store: Arc<Store>,
    pub locks: Locks,
    pub running: Running,
    /// Ends what still runs once nobody waits for it any more.
    pub cut: CancellationToken,
    /// Work that goes on when its caller has hung up; a graceful end waits for it.
    pub work: TaskTracker,
    base: String,
}

impl App {
    pub fn new(
        config: &PullConfig,
        provider: Arc<dyn Provider>,
        seal: Seal,
        store: Arc<Store>,
        base: String,
    ) -> Self {
        Self {
            provider,
            keys: Keys::new(config),
            seal,
            rates: Rates::new(&config.limits),
            lock_out: LockOut::new(&config.limits),
            limits: config.limits.clone(),
            token_lifetime: config.token_lifetime,
            signed_urls: config.signed_urls,
            documents: Documents::new(config, &base),
            store,
            locks: Locks::default(),
            running: Running::default(),
            cut: CancellationToken::new(),
            work: TaskTracker::new(),
            base,
        }
    }

    /// Waits for a provider's function, not for ever. `missing` is what its `NotFound` means.
    pub async fn ask<T>(
        &self,
        missing: Code,
        call: impl Future<Output = Outcome<T>>,
    ) -> Result<T, Problem> {
        let call = AssertUnwindSafe(call).catch_unwind();
        match tokio::time::timeout(self.limits.provider, call).await {
            Err(_late) => Err(Problem::new(Code::ProviderTimeout)),
            Ok(Err(_panic)) => Err(Problem::new(Code::ProviderFailed)),
            Ok(Ok(outcome)) => outcome.map_err(|error| Problem::of(error, missing)),
        }
    }

    /// Runs `work` to its end, whether or not anybody still waits for it; only the end of the
    /// server cuts it off.
    pub async fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Problem>> + Send + 'static,
    ) -> Result<T, Problem> {
        let cut = self.cut.clone();
        let work = async move { cut.run_until_cancelled(work).await };
        match self.work.spawn(work).await {
            Ok(Some(result)) => result,
            Ok(None) => Err(Problem::new(Code::Unavailable)),
            Err(_) => Err(Problem::new(Code::ProviderFailed)),
        }
    }

    /// When an upload ends to which bytes come now.
    pub fn upload_ends(&self) -> i64 {
        let lifetime = self.limits.upload_lifetime.as_secs().cast_signed();
        Timestamp::now().as_second().saturating_add(lifetime)
    }

    /// The absolute URL of a path that starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The absolute URL of a file's content, signed where that is switched on.
    pub fn download_url(&self, caller: &Caller, file_id: &str) -> Result<String, Problem> {
        let url = self.url(&format!("/api/v1/files/{}/download", in_path(file_id)));
        let Some(lifetime) = self.signed_urls else {
            return Ok(url);
        };
        let expires = expiry(Timestamp::now().as_second(), lifetime);
        let context = signed(file_id, expires);
        let signature = self
            .seal
            .close(Purpose::Url, &context, caller.id.as_bytes())?;
        Ok(format!("{url}?expires={expires}&signature={signature}"))
    }
}

/// What a signature is for.
pub fn signed(file_id: &str, expires: i64) -> String {
    format!("{expires}\n{file_id}")
}

/// Between one lifetime and two from now, and the same for a while, so that a list does not change
/// with every second.
fn expiry(now: i64, lifetime: Duration) -> i64 {
    let step = lifetime.as_secs().max(1).cast_signed();
    (now / step).saturating_add(2).saturating_mul(step)
}

/// A text as one segment of a path.
pub fn in_path(text: &str) -> String {
    match text {
        // A browser would take these for steps in the path, encoded or not.
        "." | ".." => text.replace('.', "%2E"),
        _ => utf8_percent_encode(text, IN_PATH).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_url_lives_between_one_lifetime_and_two() {
        let minute = Duration::from_secs(60);
        for now in [0, 1, 59, 60, 1_000_003] {
            let left = expiry(now, minute) - now;
            assert!((61..=120).contains(&left), "{now}: {left}");
        }
    }
}
