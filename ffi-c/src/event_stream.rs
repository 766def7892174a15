//! How events get from the runtime to the host: a task moves them into a queue, of which the host
//! takes them on its own threads. The queue holds few; the rest stays in the journal until then.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use filed_core::push::{Event, Events, Push};
use filed_core::queue::Queue;
use filed_core::{Error, ErrorCode};
use tokio::sync::Semaphore;

use crate::background::Background;
use crate::failure::{Failure, Result};
use crate::signal::Signal;
use crate::wait;

const BATCH: usize = 64;
const ROOM: usize = 1024;

enum Item {
    Event(Event),
    Failed(Error),
    // Given back to the queue by whoever takes it, so that every waiting thread sees it.
    Ended,
}

/// The events of one push on their way to the host.
pub(crate) struct EventStream {
    shared: Arc<Shared>,
    // Started when the host first asks.
    mover: Mutex<Option<Background>>,
}

struct Shared {
    queue: Queue<Item>,
    // Counted before an item is put in and after it is taken out.
    waiting: AtomicU64,
    room: Semaphore,
    signal: Arc<Mutex<Option<Signal>>>,
}

impl EventStream {
    pub fn new() -> Self {
        let signal: Arc<Mutex<Option<Signal>>> = Arc::default();
        let raised = signal.clone();
        Self {
            shared: Arc::new(Shared {
                queue: Queue::new(move || raise(&raised)),
                waiting: AtomicU64::new(0),
                room: Semaphore::new(ROOM),
                signal,
            }),
            mover: Mutex::default(),
        }
    }

    /// The next event, or `None` after the last.
    pub fn next(&self, push: &Push, timeout_ms: u64) -> Result<Option<Event>> {
        self.start(push)?;
        let deadline = Instant::now() + wait::duration(timeout_ms);
        let left = deadline.saturating_duration_since(Instant::now());
        let item = self.shared.queue.next(left);
        let item = item.ok_or_else(|| Failure::Boundary(wait::timed_out("no event came")))?;
        self.shared.taken(&item);
        match item {
            Item::Event(event) => Ok(Some(event)),
            Item::Failed(error) => Err(error.into()),
            Item::Ended => {
                self.shared.put(Item::Ended);
                push.client().generation().check()?;
                Ok(None)
            }
        }
    }

    /// The next event if it is there already.
    pub fn ready(&self, push: &Push) -> Result<Option<Event>> {
        match self.shared.waiting.load(Ordering::SeqCst) {
            0 => Ok(None),
            _ => self.next(push, 0).or_else(not_yet),
        }
    }

    /// What the host's event loop watches; made when first asked for.
    pub fn descriptor(&self, push: &Push) -> Result<i64> {
        self.start(push)?;
        let mut slot = lock(&self.shared.signal);
        if let Some(signal) = &*slot {
            return Ok(signal.descriptor());
        }
        let signal = slot.insert(Signal::new().map_err(|e| no_descriptor(&e))?);
        let descriptor = signal.descriptor();
        drop(slot);
        self.shared.settle();
        Ok(descriptor)
    }

    fn start(&self, push: &Push) -> Result<()> {
        let mut mover = lock(&self.mover);
        if mover.is_none() {
            let end = EndOnDrop(self.shared.clone());
            *mover = Some(Background::start(push, move_events(push.events(), end))?);
        }
        Ok(())
    }
}

async fn move_events(mut events: Events, end: EndOnDrop) {
    let shared = &end.0;
    loop {
        match events.next_batch(BATCH).await {
            Ok(batch) if batch.is_empty() => return,
            Ok(batch) => shared.put_events(batch).await,
            Err(error) => return shared.put(Item::Failed(error)),
        }
    }
}

/// Ends the stream however the task ends, so that nobody waits for an event that cannot come.
struct EndOnDrop(Arc<Shared>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.put(Item::Ended);
    }
}

impl Shared {
    async fn put_events(&self, batch: Vec<Event>) {
        for event in batch {
            // Never closed: the error cannot happen, and an event more does no harm.
            if let Ok(place) = self.room.acquire().await {
                place.forget();
            }
            self.put(Item::Event(event));
        }
    }

    fn put(&self, item: Item) {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.queue.push(item);
    }

    fn taken(&self, item: &Item) {
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        if let Item::Event(_) = item {
            self.room.add_permits(1);
        }
        self.settle();
    }

    /// Makes the signal say whether something is there.
    fn settle(&self) {
        let mut slot = lock(&self.signal);
        if let Some(signal) = &mut *slot {
            let something = self.waiting.load(Ordering::SeqCst) > 0;
            let told = if something {
                signal.raise()
            } else {
                signal.lower()
            };
            forgive(told);
        }
    }
}

/// Another thread was faster.
fn not_yet(failure: Failure) -> Result<Option<Event>> {
    match failure {
        Failure::Boundary(error) if error.code() == ErrorCode::WaitTimedOut => Ok(None),
        failure => Err(failure),
    }
}

fn raise(signal: &Mutex<Option<Signal>>) {
    if let Some(signal) = &mut *lock(signal) {
        forgive(signal.raise());
    }
}

// Only a host that closed the descriptor itself gets here; the events can still be taken.
fn forgive(_told: std::io::Result<()>) {}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn no_descriptor(error: &std::io::Error) -> Failure {
    Failure::Boundary(Error::new(
        ErrorCode::Internal,
        format!("the operating system gave no descriptor: {}", error.kind()),
    ))
}
