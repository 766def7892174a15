//! [`Door`]: the way to a sandbox, which can be shut in all the ways a network has, and counts
//! who comes while it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use filed_core::{Client, Config};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::support::{World, config};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Open,
    /// Nobody listens.
    Refusing,
    Resetting,
    /// Accepts and never answers.
    Hanging,
    /// Answers 503.
    Unavailable,
}

pub struct Door {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    came: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Door {
    pub async fn to(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let behind = authority(&world.ready().base_url);
        let (mode, seen) = watch::channel(Mode::Open);
        let came = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(watch_over(listener, behind, seen, came.clone()));
        Self {
            address,
            mode,
            came,
            task,
        }
    }

    /// A client that knows the sandbox by this door only.
    pub fn client(&self, world: &World, adjust: impl FnOnce(Config) -> Config) -> Client {
        let behind = authority(&world.ready().base_url);
        let through = |url: Option<String>| {
            url.map(|url| url.replace(&behind.to_string(), &self.address.to_string()))
        };
        let config = config(world.ready());
        let config = Config {
            gateway_url: through(config.gateway_url),
            upload_url: through(config.upload_url),
            ..config
        };
        Client::new(adjust(config)).unwrap()
    }

    /// Connections that were open end with the change.
    pub fn turn(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Requests that came while the door was not open. Where nobody listens nothing is seen.
    pub fn came(&self) -> u64 {
        self.came.load(Ordering::SeqCst)
    }
}

fn authority(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}

async fn watch_over(
    mut listener: TcpListener,
    behind: SocketAddr,
    mut mode: watch::Receiver<Mode>,
    came: Arc<AtomicU64>,
) {
    let address = listener.local_addr().unwrap();
    let for_each = mode.clone();
    loop {
        if *mode.borrow() == Mode::Refusing {
            drop(listener);
            mode.wait_for(|mode| *mode != Mode::Refusing).await.unwrap();
            listener = TcpListener::bind(address).await.unwrap();
        }
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted.unwrap();
                tokio::spawn(let_in(stream, behind, for_each.clone(), came.clone()));
            }
            _ = mode.wait_for(|mode| *mode == Mode::Refusing) => {}
        }
    }
}

async fn let_in(
    mut stream: TcpStream,
    behind: SocketAddr,
    mut mode: watch::Receiver<Mode>,
    came: Arc<AtomicU64>,
) {
    let now = *mode.borrow_and_update();
    if now != Mode::Open {
        came.fetch_add(1, Ordering::SeqCst);
    }
    match now {
        Mode::Open => {
            let mut inside = TcpStream::connect(behind).await.unwrap();
            tokio::select! {
                // Whoever hangs up first ends it; which one is no matter here.
                _ = copy_bidirectional(&mut stream, &mut inside) => {}
                _ = mode.changed() => {}
            }
        }
        Mode::Refusing | Mode::Resetting => stream.set_zero_linger().unwrap(),
        Mode::Hanging => {
            let _ = mode.changed().await;
        }
        Mode::Unavailable => unavailable(&mut stream).await,
    }
}

/// Answers, and takes what still comes, so that the answer is not lost to a reset.
async fn unavailable(stream: &mut TcpStream) {
    let answer =
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let mut taken = vec![0; 64 * 1024];
    // A client that is gone already got what it deserves.
    let _ = stream.read(&mut taken).await;
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
    let rest = async { while stream.read(&mut taken).await.is_ok_and(|n| n > 0) {} };
    let _ = timeout(Duration::from_secs(5), rest).await;
}
