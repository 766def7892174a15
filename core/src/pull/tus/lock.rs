//! [`Locks`]: one request at a time writes to an upload. A newer one takes over: the older one's
//! connection has mostly broken without the server having noticed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

use crate::pull::problem::{Code, Problem};

/// How long the older request may take to put away what it has.
const PATIENCE: Duration = Duration::from_secs(10);

/// The locks of all uploads that anybody looks at.
#[derive(Default)]
pub struct Locks(Mutex<HashMap<String, Weak<Lock>>>);

#[derive(Default)]
struct Lock {
    turn: Arc<tokio::sync::Mutex<()>>,
    holder: Mutex<CancellationToken>,
}

/// One upload, held.
pub struct Held {
    /// Somebody else wants it: stop taking bytes.
    pub wanted: CancellationToken,
    _turn: OwnedMutexGuard<()>,
    _lock: Arc<Lock>,
}

impl Locks {
    /// Takes an upload, from another request if need be.
    pub async fn take(&self, id: &str) -> Result<Held, Problem> {
        let lock = self.lock(id);
        lock.holder().cancel();
        let turn = tokio::time::timeout(PATIENCE, lock.turn.clone().lock_owned()).await;
        let turn =
            turn.map_err(|_| Problem::new(Code::UploadLocked).retry_after(Duration::from_secs(1)))?;
        let wanted = CancellationToken::new();
        *lock.holder() = wanted.clone();
        Ok(Held {
            wanted,
            _turn: turn,
            _lock: lock,
        })
    }

    fn lock(&self, id: &str) -> Arc<Lock> {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = locks.get(id).and_then(Weak::upgrade) {
            return lock;
        }
        locks.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(Lock::default());
        locks.insert(id.to_owned(), Arc::downgrade(&lock));
        lock
    }
}

impl Lock {
    fn holder(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.holder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_newer_request_asks_the_older_one_to_let_go() {
        let locks = Locks::default();
        let older = locks.take("a").await.ok().unwrap();
        let other = locks.take("b").await.ok().unwrap();
        let takes = async { locks.take("a").await.is_ok() };
        let gives = async {
            older.wanted.cancelled().await;
            drop(older);
        };
        assert!(tokio::join!(takes, gives).0);
        assert!(!other.wanted.is_cancelled());
    }
}
