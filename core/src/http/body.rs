//! Request bodies: opened anew for every attempt, and watched while they are sent, so that a
//! transfer is ended for lack of progress and never for being large.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::{Error, Result};

/// What a body is handed on in. Small pieces show progress on a slow line: the layers below take
/// a handful of pieces before they wait for the network.
const PIECE: usize = 16 * 1024;

/// What the layers below may still hold when they have taken the last piece of a body.
const BUFFERED: u64 = 512 * 1024;

/// How often a dry source is looked at.
const DRY_LOOK: Duration = Duration::from_secs(1);

/// A body for one attempt.
pub(crate) struct Opened {
    pub content: Pin<Box<dyn Body<Data = Bytes, Error = Error> + Send>>,
    /// The exact length, when known; otherwise it is sent in chunks.
    pub length: Option<u64>,
}

/// Opens the body for the next attempt: `None` when its content can be read only once and was.
/// An error ends the request and is what the caller gets.
pub(crate) type Open =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Option<Opened>>> + Send>> + Send + Sync>;

/// The body of a request.
#[derive(Clone)]
pub(crate) enum Payload {
    Bytes(Bytes),
    Factory(Open),
}

impl Payload {
    /// The body for the next attempt, and the watch over it.
    pub async fn open(&self) -> Result<Option<(reqwest::Body, Arc<Watch>)>> {
        match self {
            Self::Bytes(bytes) => Ok(Some(watched(Opened::whole(bytes.clone())))),
            Self::Factory(open) => Ok(open().await?.map(watched)),
        }
    }
}

impl Opened {
    fn whole(bytes: Bytes) -> Self {
        Self {
            length: Some(bytes.len() as u64),
            content: Box::pin(Full::new(bytes).map_err(|never| match never {})),
        }
    }
}

fn watched(opened: Opened) -> (reqwest::Body, Arc<Watch>) {
    let watch = Arc::new(Watch::new());
    let body = Watched::new(opened, watch.clone());
    (reqwest::Body::wrap(body), watch)
}

/// How far a body has been sent.
pub(crate) struct Watch {
    state: Mutex<State>,
    /// The next stage may allow less time than is left of this one.
    next_stage: Notify,
}

/// What a request is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing of the body was taken yet: the server cannot have acted.
    Connecting,
    Sending,
    /// All of the body was taken.
    Waiting,
}

struct State {
    stage: Stage,
    started: Instant,
    moved: Instant,
    sent: u64,
    /// The source has nothing to send at the moment; that is not the network's standstill.
    dry: bool,
    failed: Option<Error>,
}

/// How long each stage may last without progress.
pub(crate) struct Patience {
    pub connect: Duration,
    pub stall: Duration,
    pub silence: Duration,
}

impl Watch {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            state: Mutex::new(State {
                stage: Stage::Connecting,
                started: now,
                moved: now,
                sent: 0,
                dry: false,
                failed: None,
            }),
            next_stage: Notify::new(),
        }
    }

    /// Ends when a stage has lasted too long without progress, and says which. Waiting for a slow
    /// source has no limit here: the source has one of its own.
    pub async fn overdue(&self, patience: &Patience) -> Stage {
        loop {
            let (stage, dry, mut deadline) = self.change(|state| {
                let deadline = state.moved + state.allowed(patience);
                (state.stage, state.dry, deadline)
            });
            let now = Instant::now();
            if dry {
                deadline = now + patience.stall.min(DRY_LOOK);
            } else if deadline <= now {
                return stage;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => {}
                () = self.next_stage.notified() => {}
            }
        }
    }

    pub fn stage(&self) -> Stage {
        self.change(|state| state.stage)
    }

    /// The source's own error, when that is why the body ended.
    pub fn source_error(&self) -> Option<Error> {
        self.change(|state| state.failed.take())
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.stage;
        let result = change(&mut state);
        if state.stage != before {
            self.next_stage.notify_one();
        }
        result
    }
}

impl State {
    fn allowed(&self, patience: &Patience) -> Duration {
        match self.stage {
            // The connector keeps its own time; this is for whatever else may hold it up.
            Stage::Connecting => patience.connect.max(patience.silence),
            Stage::Sending => patience.stall,
            Stage::Waiting => patience.silence + self.drain(),
        }
    }

    /// How long the last pieces may still be under way, at the speed seen so far.
    fn drain(&self) -> Duration {
        let elapsed = self.moved - self.started;
        match self.sent {
            0 => Duration::ZERO,
            sent => elapsed.mul_f64(sent.min(BUFFERED) as f64 / sent as f64),
        }
    }
}

struct Watched {
    // Only ever reached through `&mut`; the lock makes a body that is not `Sync` shareable.
    content: Mutex<Pin<Box<dyn Body<Data = Bytes, Error = Error> + Send>>>,
    length: Option<u64>,
    sent: u64,
    pending: Bytes,
    watch: Arc<Watch>,
}

impl Watched {
    fn new(opened: Opened, watch: Arc<Watch>) -> Self {
        Self {
            content: Mutex::new(opened.content),
            length: opened.length,
            sent: 0,
            pending: Bytes::new(),
            watch,
        }
    }

    fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>>>> {
        let content = self
            .content
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        let polled = content.as_mut().poll_frame(cx);
        self.watch.change(|state| {
            if state.dry {
                state.moved = Instant::now();
            }
            state.dry = polled.is_pending();
        });
        polled
    }

    fn hand_on(&mut self) -> Frame<Bytes> {
        let piece = self.pending.split_to(self.pending.len().min(PIECE));
        self.sent += piece.len() as u64;
        let complete = self.length == Some(self.sent);
        self.watch.change(|state| {
            state.moved = Instant::now();
            state.sent = self.sent;
            if complete {
                state.stage = Stage::Waiting;
            }
        });
        Frame::data(piece)
    }

    fn end(&self, failed: Option<Error>) {
        self.watch.change(|state| {
            state.moved = Instant::now();
            state.stage = Stage::Waiting;
            state.failed = failed;
        });
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        this.watch.change(|state| {
            if state.stage == Stage::Connecting {
                state.stage = Stage::Sending;
                state.started = Instant::now();
                state.moved = state.started;
            }
        });
        while this.pending.is_empty() {
            match std::task::ready!(this.poll_content(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.pending = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                Some(Err(error)) => {
                    this.end(Some(error.clone()));
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    this.end(None);
                    return Poll::Ready(None);
                }
            }
        }
        Poll::Ready(Some(Ok(this.hand_on())))
    }

    fn is_end_stream(&self) -> bool {
        self.length == Some(self.sent)
    }

    fn size_hint(&self) -> SizeHint {
        match self.length {
            Some(length) => SizeHint::with_exact(length - self.sent.min(length)),
            None => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::poll_fn;
    use tokio::sync::mpsc;

    use super::*;

    const STALL: Duration = Duration::from_secs(30);
    const PATIENCE: Patience = Patience {
        connect: STALL,
        stall: STALL,
        silence: STALL,
    };

    /// Content that is there when it is sent.
    struct Supplied(mpsc::UnboundedReceiver<Bytes>);

    impl Body for Supplied {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>>>> {
            self.0
                .poll_recv(cx)
                .map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
        }
    }

    fn supplied() -> (mpsc::UnboundedSender<Bytes>, Watched, Arc<Watch>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let watch = Arc::new(Watch::new());
        let opened = Opened {
            content: Box::pin(Supplied(receiver)),
            length: None,
        };
        (sender, Watched::new(opened, watch.clone()), watch)
    }

    async fn overdue_within(watch: &Watch, time: Duration) -> Option<Stage> {
        tokio::time::timeout(time, watch.overdue(&PATIENCE))
            .await
            .ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_network_that_takes_nothing_more_is_a_standstill() {
        let (sender, mut body, watch) = supplied();
        sender.send(Bytes::from_static(b"x")).unwrap();
        poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        assert_eq!(overdue_within(&watch, STALL / 2).await, None);
        assert_eq!(overdue_within(&watch, STALL).await, Some(Stage::Sending));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_source_is_no_standstill_of_the_network() {
        let (sender, mut body, watch) = supplied();
        let waiting = poll_fn(|cx| Poll::Ready(Pin::new(&mut body).poll_frame(cx).is_pending()));
        assert!(waiting.await);
        assert_eq!(overdue_within(&watch, STALL * 100).await, None);
        sender.send(Bytes::from_static(b"x")).unwrap();
        poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        assert_eq!(overdue_within(&watch, STALL / 2).await, None);
        assert_eq!(overdue_within(&watch, STALL).await, Some(Stage::Sending));
    }
}
