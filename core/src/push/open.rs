//! Opening and resuming a push: nothing is created at Filed, and no new journal is left behind,
//! before everything was checked.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use super::entry::PushOptions;
use super::journal::head::{self, Head};
use super::journal::{self, Db, Expect, Journal, Key, Step};
use super::pace::Pace;
use super::run::Run;
use super::{Push, engine, validate};
use crate::client::Client;
use crate::gateway::{ConnectionFilter, Pager};
use crate::wire::named;
use crate::{Error, ErrorCode, Result};

/// Entries of a page when a host walks its clients or files.
const PAGE: u32 = 200;

/// The host's end of a run. The engine stops when it is dropped.
pub(super) struct Handle(Arc<Run>);

impl Handle {
    pub fn run(&self) -> &Arc<Run> {
        &self.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // A child after a fork has neither engine nor journal thread: there is nothing to stop, and
        // a lock that one of them held would never be released.
        let here = self.0.client.generation().check();
        if here.is_err_and(|e| e.code() == ErrorCode::Forked) {
            return;
        }
        self.0.stop.cancel();
        self.0.journal.closing();
    }
}

impl Push {
    pub(crate) async fn open(client: Client, options: PushOptions) -> Result<Self> {
        Self::open_paced(client, options, Pace::default()).await
    }

    pub(crate) async fn resume(client: Client, journal: PathBuf) -> Result<Self> {
        Self::resume_paced(client, journal, Pace::default()).await
    }

    /// As [`Client::push`] with other durations, for tests. Called on the embedded runtime.
    #[doc(hidden)]
    pub async fn open_paced(client: Client, options: PushOptions, pace: Pace) -> Result<Self> {
        validate::check_options(&options)?;
        let journal = Journal::open(options.journal.clone(), Expect::Any).await?;
        let prepared = prepare(&client, &journal, options).await;
        begun(client, journal, prepared, pace).await
    }

    /// As [`Client::resume`] with other durations, for tests. Called on the embedded runtime.
    #[doc(hidden)]
    pub async fn resume_paced(client: Client, path: PathBuf, pace: Pace) -> Result<Self> {
        let journal = Journal::open(Some(path), Expect::Existing).await?;
        let prepared = again(&client, &journal).await;
        begun(client, journal, prepared, pace).await
    }
}

/// A journal made in vain is removed; an existing one is told that this opener is on its way out,
/// so that the next one waits for it.
async fn begun(
    client: Client,
    journal: Journal,
    prepared: Result<Head>,
    pace: Pace,
) -> Result<Push> {
    match prepared {
        Ok(head) => begin(client, journal, head, pace),
        Err(error) => {
            if journal.is_fresh() {
                journal.discard().await;
            } else {
                journal.closing();
            }
            Err(error)
        }
    }
}

/// Checks that the connection of the journal's push can be used.
async fn again(client: &Client, journal: &Journal) -> Result<Head> {
    let head = journal
        .run(|db| {
            let head = head::get(db)?;
            journal::recover::recover(db)?;
            Ok(head)
        })
        .await?;
    active(client, &head.workspace_id, &head.connection_id).await?;
    Ok(head)
}

/// Checks that the journal is of this push and that the connection can be used; only then says in
/// the journal what push it is.
async fn prepare(client: &Client, journal: &Journal, options: PushOptions) -> Result<Head> {
    let same = options.clone();
    journal
        .run(move |db| match head::read(db)? {
            Some(head) => head::compare(&head, &same),
            None => Ok(()),
        })
        .await?;
    active(client, &options.workspace_id, &options.connection_id).await?;
    journal
        .run(move |db| {
            let head = head::identify(db, &options)?;
            journal::recover::recover(db)?;
            Ok(head)
        })
        .await
}

async fn active(client: &Client, workspace: &str, connection: &str) -> Result<()> {
    let inner = client.inner();
    let filter = ConnectionFilter {
        ids: vec![connection.to_owned()],
        ..ConnectionFilter::default()
    };
    let found = inner
        .gateway
        .list_connections(workspace.to_owned(), filter, 0, 1)
        .await?;
    let Some(found) = found.into_iter().find(|found| found.id == connection) else {
        return Err(Error::new(
            ErrorCode::NotFound,
            "there is no connection with this connection_id in this workspace",
        ));
    };
    if named(&inner.settings.wire.connection_status.active, &found.status) {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::ConnectionNotActive,
        format!(
            "the connection is `{}`, not active: collect or renew it, then try again",
            found.status
        ),
    ))
}

fn begin(client: Client, journal: Journal, head: Head, pace: Pace) -> Result<Push> {
    let generation = client.generation().clone();
    let run = Arc::new(Run::new(client, journal, head, pace));
    generation.spawn(engine::live(run.clone()))?;
    Ok(Push {
        handle: Arc::new(Handle(run)),
    })
}

/// A list that is read from the journal page by page. It does not keep the push open.
pub(super) fn pager<T: Send + 'static>(
    run: &Arc<Run>,
    identify: fn(&T) -> &str,
    read: fn(&Db, Key, u32) -> Step<Vec<T>>,
) -> Pager<T> {
    let run = Arc::downgrade(run);
    Pager::new(PAGE, identify, move |after, limit| {
        let run = Weak::upgrade(&run);
        async move {
            let run = run.ok_or_else(closed)?;
            run.client.generation().check()?;
            run.journal
                .run(move |db| read(db, after.cast_signed(), limit))
                .await
        }
    })
}

pub(super) fn closed() -> Error {
    Error::new(
        ErrorCode::Closed,
        "the push was closed: open or resume it again",
    )
}
