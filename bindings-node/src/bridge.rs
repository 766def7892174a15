//! The bridge between one JavaScript environment and the runtime: the calls that run, the queue
//! their answers wait in, and the one function that wakes the event loop. A worker thread has an
//! environment, and so a bridge, of its own.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use filed_core::queue::Queue;
use filed_core::runtime::Generation;
use filed_core::{Error, ErrorCode, Result};
use napi::bindgen_prelude::{Either, Function, Uint8Array};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Status, check_status, sys};
use napi_derive::napi;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::client::NativeClient;
use crate::config::NativeConfig;
use crate::outcome::{self, Failure};
use crate::pull::{Files, NativePullServer, check, docs};

// Weak: by itself it does not keep the process alive; `hold` and `release` decide that.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;
type Answer = oneshot::Sender<Option<Reply>>;

/// What the host's functions answer a question with.
pub enum Reply {
    /// A token, or a JSON text.
    Text(String),
    /// A chunk of a stream.
    Bytes(Bytes),
}

/// One environment's way to the runtime.
#[napi]
pub struct Bridge {
    shared: Arc<Shared>,
    wake: Arc<Wake>,
}

/// What outlives a call into the addon: no JavaScript value is in here.
pub struct Shared {
    queue: Queue<Item>,
    calls: Mutex<HashMap<i64, AbortHandle>>,
    // `None` once the environment is gone and nobody is left to ask.
    questions: Mutex<Option<HashMap<i64, Answer>>>,
    next_question: AtomicI64,
    chunks: Mutex<HashMap<i64, Bytes>>,
    /// Files that come in, for the host's functions that read them.
    pub incoming: Files,
}

/// A JSON array on its way to JavaScript: `[call, "ok", value]`, `[call, "error", error]`,
/// `[question, "token", source]`, `[question, "pull", request]`, and `[question, "gone"]` when the
/// answer is of no use any more.
struct Item {
    call: Option<i64>,
    text: String,
}

#[napi]
impl Bridge {
    /// A bridge that calls `wake` on the event loop once whenever answers have come.
    #[napi(constructor)]
    pub fn new(wake: Function<(), ()>) -> napi::Result<Self> {
        let wake: Arc<Wake> = Arc::new(
            wake.build_threadsafe_function::<()>()
                .weak::<true>()
                .build()?,
        );
        let ring = wake.clone();
        let queue = Queue::new(move || {
            // An environment that is going away takes no more calls, and nobody is left to tell.
            let _ = ring.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        let shared = Arc::new(Shared {
            queue,
            calls: Mutex::default(),
            questions: Mutex::new(Some(HashMap::new())),
            next_question: AtomicI64::new(1),
            chunks: Mutex::default(),
            incoming: Files::default(),
        });
        Ok(Self { shared, wake })
    }

    /// Everything that has come since the last time, as the text of one JSON array.
    #[napi(catch_unwind)]
    pub fn drain(&self) -> String {
        let items = self.shared.queue.drain();
        let mut calls = lock(&self.shared.calls);
        for call in items.iter().filter_map(|item| item.call) {
            calls.remove(&call);
        }
        let texts: Vec<_> = items.into_iter().map(|item| item.text).collect();
        format!("[{}]", texts.join(","))
    }

    /// Ends a call: its request is dropped. An answer that is on its way already still comes.
    #[napi(catch_unwind)]
    pub fn cancel(&self, call: i64) {
        if let Some(handle) = lock(&self.shared.calls).remove(&call) {
            handle.abort();
        }
    }

    /// Keeps the process alive until `release`.
    #[napi]
    pub fn hold(&self, env: Env) -> napi::Result<()> {
        // SAFETY: called by JavaScript of this environment, so it and its function are alive.
        check_status!(unsafe { sys::napi_ref_threadsafe_function(env.raw(), self.wake.raw()) })
    }

    /// Lets the process end when it has nothing else to do.
    #[napi]
    pub fn release(&self, env: Env) -> napi::Result<()> {
        // SAFETY: as in `hold`.
        check_status!(unsafe { sys::napi_unref_threadsafe_function(env.raw(), self.wake.raw()) })
    }

    /// Answers a question with a text; with nothing when the host's function failed. `false` when
    /// nobody waits for it any more.
    #[napi(catch_unwind)]
    pub fn answer(&self, question: i64, text: Option<String>) -> bool {
        self.shared.reply(question, text.map(Reply::Text))
    }

    /// Answers a question with a copy of `chunk`.
    #[napi(catch_unwind)]
    pub fn answer_bytes(&self, question: i64, chunk: Uint8Array) -> bool {
        let chunk = Bytes::copy_from_slice(&chunk);
        self.shared.reply(question, Some(Reply::Bytes(chunk)))
    }

    /// The bytes that came with the answer of a call; once.
    #[napi(catch_unwind)]
    pub fn take_chunk(&self, call: i64) -> Option<Uint8Array> {
        let chunk = lock(&self.shared.chunks).remove(&call)?;
        Some(Vec::from(chunk).into())
    }

    /// A client, or why the settings cannot be used.
    #[napi(catch_unwind)]
    pub fn open(&self, config: NativeConfig) -> Either<NativeClient, Failure> {
        match NativeClient::open(config, self.shared.clone()) {
            Ok(client) => Either::A(client),
            Err(e) => Either::B(Failure::new(&e)),
        }
    }

    /// Serves the API that Filed pulls from, for a provider of JavaScript's by its number, or for a
    /// folder; what is returned can be used once the call has been answered.
    #[napi(catch_unwind)]
    pub fn pull_serve(&self, call: i64, arguments: String) -> NativePullServer {
        NativePullServer::start(&self.shared, call, arguments)
    }

    /// Plays Filed against a platform's pull API; answers with the report.
    #[napi(catch_unwind)]
    pub fn pull_check(&self, call: i64, arguments: String) {
        self.begin(call, async move { check::run(&arguments).await });
    }

    /// Makes the documents of a pull API; answers with them.
    #[napi(catch_unwind)]
    pub fn pull_docs(&self, call: i64, arguments: String) {
        self.begin(call, async move { docs::make(&arguments) });
    }

    /// Asks for the next chunk of a file that comes in, by its number; the answer is whether there
    /// is one, which then is to be taken with `take_chunk`.
    #[napi(catch_unwind)]
    pub fn pull_read(&self, call: i64, incoming: i64) {
        self.shared.incoming.read(&self.shared, call, incoming);
    }

    /// Ends the process's runtime within `timeout_ms`; answers whether everything ended in time.
    #[napi(catch_unwind)]
    pub fn shutdown(&self, call: i64, timeout_ms: f64) -> napi::Result<()> {
        let timeout = Duration::try_from_secs_f64(timeout_ms / 1000.0).unwrap_or(Duration::MAX);
        let answer = PendingAnswer::new(self.shared.clone(), call);
        // The event loop must not wait for it, and the runtime cannot run its own end.
        std::thread::Builder::new()
            .name("filed-shutdown".into())
            .spawn(move || answer.give(Ok(filed_core::runtime::shutdown(timeout).to_string())))?;
        Ok(())
    }
}

impl Bridge {
    /// Runs what belongs to no client.
    fn begin(&self, call: i64, work: impl Future<Output = Result<String>> + Send + 'static) {
        match filed_core::runtime::current() {
            Ok(generation) => self.shared.start(&generation, call, work),
            Err(e) => self.shared.deliver(call, Err(e)),
        }
    }
}

impl Drop for Bridge {
    // Its environment is gone: nobody waits for what still runs.
    fn drop(&mut self) {
        for (_, handle) in lock(&self.shared.calls).drain() {
            handle.abort();
        }
        lock(&self.shared.questions).take();
    }
}

impl Shared {
    /// Runs `work`, which gives the JSON text of its result, and delivers what comes of it.
    pub fn start(
        self: &Arc<Self>,
        generation: &Generation,
        call: i64,
        work: impl Future<Output = Result<String>> + Send + 'static,
    ) {
        let answer = PendingAnswer::new(self.clone(), call);
        match generation.spawn(async move { answer.give(work.await) }) {
            Ok(task) => {
                lock(&self.calls).insert(call, task.abort_handle());
            }
            Err(e) => self.deliver(call, Err(e)),
        }
    }

    /// Asks the host's function number `source` for a token. `None` when it failed.
    pub async fn ask_token(&self, source: i64) -> Option<String> {
        match self.ask("token", &source.to_string()).await? {
            Reply::Text(token) => Some(token),
            Reply::Bytes(_) => None,
        }
    }

    /// Asks JavaScript a question whose content is a JSON text. `None` when nobody can answer it.
    pub async fn ask(&self, kind: &str, content: &str) -> Option<Reply> {
        let (answer, asked) = oneshot::channel();
        let number = self.next_question.fetch_add(1, Ordering::Relaxed);
        lock(&self.questions).as_mut()?.insert(number, answer);
        let mut question = Question {
            shared: self,
            number,
            open: true,
        };
        self.tell(&format!("[{number},\"{kind}\",{content}]"));
        let reply = asked.await.ok().flatten();
        question.open = false;
        reply
    }

    /// Tells JavaScript something that is no answer of a call: the text of a JSON array.
    pub fn tell(&self, text: &str) {
        let text = text.to_owned();
        self.queue.push(Item { call: None, text });
    }

    /// Keeps the bytes that belong to the answer of a call until JavaScript takes them.
    pub fn keep_chunk(&self, call: i64, chunk: Bytes) {
        lock(&self.chunks).insert(call, chunk);
    }

    fn reply(&self, question: i64, reply: Option<Reply>) -> bool {
        let answer = lock(&self.questions)
            .as_mut()
            .and_then(|all| all.remove(&question));
        answer.is_some_and(|answer| answer.send(reply).is_ok())
    }

    /// Answers a call.
    pub fn deliver(&self, call: i64, result: Result<String>) {
        let text = match result {
            Ok(value) => format!("[{call},\"ok\",{value}]"),
            Err(e) => format!("[{call},\"error\",{}]", outcome::error(&e)),
        };
        let call = Some(call);
        self.queue.push(Item { call, text });
    }
}

/// A question that is withdrawn when nobody waits for its answer any more.
struct Question<'a> {
    shared: &'a Shared,
    number: i64,
    open: bool,
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let number = self.number;
        let asked = lock(&self.shared.questions)
            .as_mut()
            .and_then(|all| all.remove(&number));
        if asked.is_some() {
            self.shared.tell(&format!("[{number},\"gone\"]"));
        }
    }
}

/// The duty to answer a call, whatever becomes of the task that has it.
struct PendingAnswer {
    shared: Arc<Shared>,
    call: i64,
    given: bool,
}

impl PendingAnswer {
    fn new(shared: Arc<Shared>, call: i64) -> Self {
        let given = false;
        Self {
            shared,
            call,
            given,
        }
    }

    fn give(mut self, result: Result<String>) {
        self.given = true;
        self.shared.deliver(self.call, result);
    }
}

impl Drop for PendingAnswer {
    fn drop(&mut self) {
        if self.given {
            return;
        }
        let error = if std::thread::panicking() {
            Error::new(
                ErrorCode::Internal,
                "a defect in this library ended the call; please report it",
            )
        } else {
            Error::new(
                ErrorCode::ShutDown,
                "the runtime was shut down meanwhile: make a new client",
            )
        };
        self.shared.deliver(self.call, Err(error));
    }
}

// What these maps hold cannot be half-changed by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
