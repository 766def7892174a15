//! The push as JavaScript holds it.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use filed_core::push::{ClientKey, Push};
use filed_core::{Client, Error, ErrorCode, Result};
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

use crate::bridge::Shared;
use crate::events::NativeEvents;
use crate::pager::{NativePager, pages};
use crate::{entry, report};

type Slot = Mutex<Option<Push>>;

/// A push: there once the call that opens it has been answered, until it is closed.
#[napi]
pub struct NativePush {
    slot: Arc<Slot>,
    client: Client,
    shared: Arc<Shared>,
}

#[napi]
impl NativePush {
    /// Adds a client; the answer is its key.
    #[napi(catch_unwind)]
    pub fn add_client(&self, call: i64, arguments: String) {
        self.start(call, |push| async move {
            let key = push.add_client(entry::client(&arguments)?).await?;
            Ok(key.0.to_string())
        });
    }

    /// Adds files to a client, with copies of the bytes of those that come from memory.
    #[napi(catch_unwind)]
    pub fn add_files(&self, call: i64, client: i64, arguments: String, data: Vec<Uint8Array>) {
        let data: Vec<_> = data.iter().map(|d| Bytes::copy_from_slice(d)).collect();
        self.start(call, move |push| async move {
            let client = ClientKey(client.unsigned_abs());
            let mut files = entry::files(&arguments, &data)?;
            match (files.len(), files.pop()) {
                (1, Some(file)) => push.add_file(client, file).await?,
                (_, last) => {
                    files.extend(last);
                    push.add_files(client, files).await?;
                }
            }
            Ok("null".to_owned())
        });
    }

    /// Uploads, attaches, verifies, initiates.
    #[napi(catch_unwind)]
    pub fn commit(&self, call: i64, timeout_ms: Option<f64>) {
        self.start(call, move |push| async move {
            match timeout_ms.map(duration) {
                None => push.commit().await?,
                Some(limit) => tokio::time::timeout(limit, push.commit())
                    .await
                    .unwrap_or_else(|_| Err(out_of_time()))?,
            }
            Ok("null".to_owned())
        });
    }

    /// Watches the import; the answer is the report.
    #[napi(catch_unwind)]
    pub fn wait(&self, call: i64, timeout_ms: Option<f64>) {
        self.start(call, move |push| async move {
            let report = push.wait(timeout_ms.map(duration)).await?;
            Ok(report::report(&report).to_string())
        });
    }

    /// What is known now.
    #[napi(catch_unwind)]
    pub fn report(&self, call: i64) {
        self.start(call, |push| async move {
            Ok(report::report(&push.report().await?).to_string())
        });
    }

    /// Stops the engine.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        if let Some(push) = &*lock(&self.slot) {
            push.cancel();
        }
    }

    /// Lets go of it: the engine stops and the journal can be opened again.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        let push = lock(&self.slot).take();
        drop(push);
    }

    /// The text of a snapshot.
    #[napi(catch_unwind)]
    pub fn progress(&self) -> napi::Result<String> {
        Ok(report::progress(&self.opened()?.progress()).to_string())
    }

    /// The events from now on.
    #[napi(catch_unwind)]
    pub fn events(&self) -> napi::Result<NativeEvents> {
        let events = self.opened()?.events();
        Ok(NativeEvents::new(events, &self.client, self.shared.clone()))
    }

    /// Every file with its state.
    #[napi(catch_unwind)]
    pub fn files(&self) -> napi::Result<NativePager> {
        let files = pages(self.opened()?.files(), report::file);
        Ok(NativePager::new(files, &self.client, self.shared.clone()))
    }

    /// Every client with its state.
    #[napi(catch_unwind)]
    pub fn clients(&self) -> napi::Result<NativePager> {
        let clients = pages(self.opened()?.clients(), report::client);
        Ok(NativePager::new(clients, &self.client, self.shared.clone()))
    }

    /// The job at Filed, once it was created.
    #[napi(catch_unwind)]
    pub fn job_id(&self) -> napi::Result<Option<String>> {
        Ok(self.opened()?.job_id())
    }

    /// Where the journal is.
    #[napi(catch_unwind)]
    pub fn journal(&self) -> napi::Result<String> {
        Ok(self.opened()?.journal().to_string_lossy().into_owned())
    }
}

impl NativePush {
    /// A push that is still to be opened.
    pub fn new(client: &Client, shared: Arc<Shared>) -> Self {
        Self {
            slot: Arc::default(),
            client: client.clone(),
            shared,
        }
    }

    /// Opens it with the options of `arguments`.
    pub fn open(
        &self,
        client: Client,
        arguments: String,
    ) -> impl Future<Output = Result<String>> + Send + 'static {
        let slot = self.slot.clone();
        async move {
            let push = client.push(entry::options(&arguments)?).await?;
            lock(&slot).replace(push);
            Ok("null".to_owned())
        }
    }

    /// Opens it from a journal.
    pub fn resume(
        &self,
        client: Client,
        journal: String,
    ) -> impl Future<Output = Result<String>> + Send + 'static {
        let slot = self.slot.clone();
        async move {
            let push = client.resume(journal).await?;
            lock(&slot).replace(push);
            Ok("null".to_owned())
        }
    }

    fn start<F>(&self, call: i64, work: impl FnOnce(Push) -> F)
    where
        F: Future<Output = Result<String>> + Send + 'static,
    {
        let generation = self.client.generation();
        let push = lock(&self.slot).clone();
        match push {
            Some(push) => self.shared.start(generation, call, work(push)),
            None => self
                .shared
                .start(generation, call, std::future::ready(Err(not_open()))),
        }
    }

    fn opened(&self) -> napi::Result<Push> {
        lock(&self.slot)
            .clone()
            .ok_or_else(|| napi::Error::from_reason(not_open().message().to_owned()))
    }
}

fn duration(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or(Duration::MAX)
}

fn out_of_time() -> Error {
    Error::new(
        ErrorCode::WaitTimedOut,
        "the push was not committed in the time given; it goes on: call commit again to wait on",
    )
    .with_operation("push.commit")
}

fn not_open() -> Error {
    Error::new(
        ErrorCode::Closed,
        "this push was closed: resume it from its journal",
    )
}

// An Option cannot be half-changed by a panic.
fn lock(slot: &Slot) -> MutexGuard<'_, Option<Push>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
