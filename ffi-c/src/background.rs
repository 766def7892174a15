//! A task that belongs to a handle and ends with it.

use filed_core::Result;
use filed_core::push::Push;
use tokio::task::JoinHandle;

use crate::wait;

/// Work on the runtime for a push. What it holds is let go before the drop returns, so that a
/// freed push has a free journal.
pub(crate) struct Background(JoinHandle<Option<()>>);

impl Background {
    pub fn start(push: &Push, work: impl Future<Output = ()> + Send + 'static) -> Result<Self> {
        push.client().generation().spawn(work).map(Self)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
        // How it ended does not matter: it was stopped, or was over before.
        let _ = wait::block_on(&mut self.0);
    }
}
