//! One connection's socket, and the means to end it other than politely.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::response::Response;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Sleep;

use super::presence::Presence;

/// How a connection ends before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// TCP RST.
    Reset,
    /// TCP FIN, no answer.
    Close,
}

/// A handler's grip on the connection its request came on.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    shared: Arc<Shared>,
    presence: Presence,
}

#[derive(Debug, Default)]
struct Shared {
    state: AtomicU8,
    ended: Notify,
}

const RESET: u8 = 1;
const LINGER: u8 = 2;

impl Line {
    pub(super) fn new(presence: Presence) -> Self {
        Self {
            shared: Arc::default(),
            presence,
        }
    }

    /// Sends the whole server away; this connection still gets its answer.
    pub(crate) async fn leave(&self, time: Duration) {
        self.presence.leave(time).await;
    }

    /// Ends the connection; never returns, since the connection's task is dropped.
    pub(crate) async fn end(&self, ending: Ending) -> Response {
        self.hang_up(ending);
        std::future::pending().await
    }

    /// Ends the connection from outside its task.
    pub(crate) fn hang_up(&self, ending: Ending) {
        if ending == Ending::Reset {
            self.shared.state.store(RESET, Ordering::SeqCst);
        }
        self.shared.ended.notify_one();
    }

    /// Lets the client finish sending when an answer closes the connection before the request's
    /// body was read; else the kernel's reset could destroy the answer on its way.
    pub(crate) fn linger(&self) {
        self.shared.state.store(LINGER, Ordering::SeqCst);
    }

    pub(super) async fn ended(&self) {
        self.shared.ended.notified().await;
    }

    fn is(&self, state: u8) -> bool {
        self.shared.state.load(Ordering::SeqCst) == state
    }
}

/// A TCP socket that resets instead of closing when its line says so.
pub(super) struct Wire {
    stream: TcpStream,
    line: Line,
    lingering: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, line: Line) -> Self {
        Self {
            stream,
            line,
            lingering: None,
        }
    }

    /// Reads and forgets what still comes, for a bounded time.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        const PATIENCE: Duration = Duration::from_secs(5);
        let sleep = self
            .lingering
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(PATIENCE)));
        if sleep.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let mut scratch = [0_u8; 16 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.is(RESET) {
            // A failure means the socket is gone already, which is what was wanted.
            let _gone = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        if self.line.is(LINGER) {
            ready!(self.poll_linger(cx));
        }
        Poll::Ready(Ok(()))
    }
}
