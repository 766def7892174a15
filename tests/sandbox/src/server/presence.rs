//! Being away: for a while nobody listens, and who connects is refused or broken off.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::stay::Arrival;
use crate::options::Away;

const BACKLOG: u32 = 1024;

/// How long idle connections get to end before the server is away all the same.
const FAREWELL: Duration = Duration::from_secs(1);

/// The means to send the server away; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Presence {
    leave: mpsc::UnboundedSender<Leave>,
}

/// The server's end of it.
pub(crate) struct Absences {
    asked: mpsc::UnboundedReceiver<Leave>,
    /// Counts the times the server left; every connection watches it.
    left: watch::Sender<u64>,
    /// Connections without a request.
    idle: watch::Sender<usize>,
    manner: Away,
}

struct Leave {
    time: Duration,
    gone: oneshot::Sender<()>,
}

/// Both ends.
pub(crate) fn presence(manner: Away) -> (Presence, Absences) {
    let (leave, asked) = mpsc::unbounded_channel();
    let left = watch::Sender::new(0);
    let absences = Absences {
        asked,
        left,
        idle: watch::Sender::new(0),
        manner,
    };
    (Presence { leave }, absences)
}

impl Presence {
    /// Returns when nobody listens any more and idle connections have ended, so that whoever asks
    /// next meets nobody; the server comes back by itself after `time`.
    pub(crate) async fn leave(&self, time: Duration) {
        let (gone, told) = oneshot::channel();
        // A server that ended is away for good.
        if self.leave.send(Leave { time, gone }).is_ok() {
            let _ended = told.await;
        }
    }
}

impl Absences {
    /// For a connection that has just come.
    pub(crate) fn arrival(&self) -> Arrival {
        Arrival::new(self.left.subscribe(), self.idle.clone())
    }

    /// Ends every connection as soon as it is idle.
    async fn send_home(&self) {
        self.left.send_modify(|times| *times += 1);
        let mut idle = self.idle.subscribe();
        // One whose client does not hang up is left behind.
        let _left_behind = timeout(FAREWELL, idle.wait_for(|count| *count == 0)).await;
    }

    /// Waits until somebody wants the server away.
    pub(crate) async fn asked(&mut self) -> Absence {
        match self.asked.recv().await {
            Some(leave) => Absence(leave),
            None => std::future::pending().await,
        }
    }

    /// Takes every connection and ends it with a reset, until the absence is over.
    async fn break_off(&mut self, absence: Absence, listener: TcpListener) -> TcpListener {
        self.send_home().await;
        let mut until = absence.begin();
        loop {
            tokio::select! {
                () = sleep_until(until) => return listener,
                more = self.asked() => until = until.max(more.begin()),
                Ok((stream, _)) = listener.accept() => {
                    // Gone already is as good.
                    let _gone = stream.set_zero_linger();
                }
            }
        }
    }

    /// Is away as long as asked for, and longer when asked for meanwhile; then listens again.
    pub(crate) async fn stay_away(
        &mut self,
        absence: Absence,
        listener: TcpListener,
    ) -> io::Result<TcpListener> {
        if self.manner == Away::BreakingOff {
            return Ok(self.break_off(absence, listener).await);
        }
        let address = listener.local_addr()?;
        drop(listener);
        // Bound, but not listening: the port refuses connections and stays ours.
        let reserved = reserve(address)?;
        self.send_home().await;
        let mut until = absence.begin();
        loop {
            tokio::select! {
                () = sleep_until(until) => return reserved.listen(BACKLOG),
                more = self.asked() => until = until.max(more.begin()),
            }
        }
    }
}

/// An absence that was asked for.
pub(crate) struct Absence(Leave);

impl Absence {
    /// Tells who asked that it has begun; returns when it ends.
    fn begin(self) -> Instant {
        // Whoever asked may have hung up.
        let _gone = self.0.gone.send(());
        Instant::now() + self.0.time
    }
}

fn reserve(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Connections that ended a moment ago must not keep the port.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    Ok(socket)
}
