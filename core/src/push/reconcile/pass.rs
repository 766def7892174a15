//! [`Pass`]: one reading of the works of a job or a connection, page by page, for those who must
//! not overlook anything.
//!
//! The gateway states neither a largest page nor a stop rule nor an order. So a page that is
//! shorter than asked for ends nothing here, an empty one does; a list that moves while it is read
//! is noticed by what comes twice; a read that fails is tried again where it failed.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use crate::gateway::{JobWork, WorkFilter};
use crate::push::engine::again::again;
use crate::push::pace::Gaps;
use crate::push::run::Run;
use crate::{Error, ErrorCode, Result};

/// Pages in a row with nothing new, before a list is taken for one without end.
const MOST_REPEATED: u32 = 3;
/// No firm has as many works.
const MOST_WORKS: usize = 5_000_000;

/// One reading of a list of works.
pub(in crate::push) struct Pass<'r> {
    run: &'r Run,
    filter: WorkFilter,
    /// Works of other jobs are passed over: a filter may be ignored.
    only: Option<String>,
    offset: u64,
    /// What was seen, as hashes: a season's ids themselves would weigh too much.
    seen: HashSet<u64>,
    hashes: RandomState,
    repeated: u32,
    short: bool,
    moved: bool,
    done: bool,
}

impl<'r> Pass<'r> {
    /// Reads the works of the push's own job; among `ids` only, unless that is empty.
    pub fn of_job(run: &'r Run, ids: Vec<String>) -> Result<Self> {
        let job = run.job()?.to_owned();
        let filter = WorkFilter {
            job_ids: vec![job.clone()],
            ids,
            work_ids: Vec::new(),
        };
        Ok(Self::new(run, filter, Some(job)))
    }

    /// Reads the works of the push's connection, whatever their jobs.
    pub fn of_connection(run: &'r Run) -> Self {
        Self::new(run, WorkFilter::default(), None)
    }

    fn new(run: &'r Run, filter: WorkFilter, only: Option<String>) -> Self {
        Self {
            run,
            filter,
            only,
            offset: 0,
            seen: HashSet::new(),
            hashes: RandomState::new(),
            repeated: 0,
            short: false,
            moved: false,
            done: false,
        }
    }

    /// Whether something came twice: the list moved, and something else may have been skipped.
    pub fn moved(&self) -> bool {
        self.moved
    }

    /// The next page with what was not seen before in this pass; `None` at the end.
    ///
    /// # Errors
    /// Those of the query, after it was tried again; `PROTOCOL_ERROR` for a list without end.
    pub async fn next_page(&mut self) -> Result<Option<Vec<JobWork>>> {
        if self.done {
            return Ok(None);
        }
        let limit = self.run.client.inner().settings.wire.page_size.0;
        let page = self.read(limit).await?;
        self.offset += page.len() as u64;
        let ended = page.is_empty();
        let came = page.len();
        let fresh: Vec<_> = page
            .into_iter()
            .filter(|work| self.seen.insert(self.hashes.hash_one(&work.id)))
            .collect();
        if ended || (fresh.is_empty() && self.short) || self.has_all() {
            // A server that pays no heed to the offset shows its one short page once more.
            self.done = true;
        } else {
            self.moved |= fresh.len() < came;
            self.no_end(fresh.is_empty())?;
        }
        self.short = came < limit as usize;
        if self.done && fresh.is_empty() {
            return Ok(None);
        }
        let only = self.only.as_deref();
        let ours = |work: &JobWork| only.is_none_or(|job| work.connection_job_id == job);
        Ok(Some(fresh.into_iter().filter(ours).collect()))
    }

    fn has_all(&self) -> bool {
        !self.filter.ids.is_empty() && self.seen.len() >= self.filter.ids.len()
    }

    fn no_end(&mut self, nothing_new: bool) -> Result<()> {
        self.repeated = if nothing_new { self.repeated + 1 } else { 0 };
        if self.repeated < MOST_REPEATED && self.seen.len() < MOST_WORKS {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::ProtocolError,
            "the gateway's list of works has no end: it sends what it has sent before",
        ))
    }

    /// Reads a page; an outage is sat out, and an answer that makes no sense asked for again.
    async fn read(&self, limit: u32) -> Result<Vec<JobWork>> {
        let (run, head) = (self.run, &self.run.head);
        let mut gaps = Gaps::new(run.pace.again, run.pace.again * 16);
        let mut left = run.pace.rounds;
        loop {
            let read = again(run, || {
                let filter = self.filter.clone();
                let (workspace, connection) = (&head.workspace_id, &head.connection_id);
                run.gateway()
                    .list_works(workspace, connection, filter, self.offset, limit)
            });
            match read.await {
                Err(e) if e.code() == ErrorCode::ProtocolError && left > 0 => {
                    left -= 1;
                    run.pause(gaps.next()).await?;
                }
                Err(e) => return Err(unread(&e)),
                Ok(page) => return Ok(page),
            }
        }
    }
}

fn unread(error: &Error) -> Error {
    let text = format!(
        "what is at Filed could not be read ({}). Without it the push does not go on: nothing was \
         repeated or initiated meanwhile. Resume it, and it reads again",
        error.message()
    );
    reworded(error, text)
}

/// The same error with another text.
pub(in crate::push) fn reworded(error: &Error, text: String) -> Error {
    let mut new = Error::new(error.code(), text)
        .with_effect(error.effect())
        .with_attempts(error.attempts())
        .with_request_id(error.request_id().map(str::to_owned))
        .with_graphql_errors(error.graphql_errors().to_vec());
    if let Some(status) = error.http_status() {
        new = new.with_http_status(status);
    }
    if let Some(id) = error.external_id() {
        new = new.with_external_id(id);
    }
    if let Some(operation) = error.operation() {
        new = new.with_operation(operation);
    }
    new
}
