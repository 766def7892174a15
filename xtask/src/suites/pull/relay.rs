//! A line between a client and the provider that breaks: it carries bytes both ways, and cuts the
//! connection that carries every so-many-th byte of the client's, a few times.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};

/// The line. Its threads end with their connections, and with the process.
pub struct Relay {
    listener: TcpListener,
    port: u16,
    line: Arc<Line>,
}

struct Line {
    every: usize,
    most: usize,
    /// Bytes of the client's, over all connections.
    carried: AtomicUsize,
    cuts: AtomicUsize,
}

impl Relay {
    /// One that is cut after every so many bytes, `most` times.
    pub fn new(every: usize, most: usize) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let line = Arc::new(Line {
            every,
            most,
            carried: AtomicUsize::new(0),
            cuts: AtomicUsize::new(0),
        });
        Ok(Self {
            listener,
            port,
            line,
        })
    }

    /// Where it begins.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where it ends.
    pub fn lead_to(&self, port: u16) -> Result<()> {
        let (listener, line) = (self.listener.try_clone()?, Arc::clone(&self.line));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A provider that is not there is a cut of its own: the client sees its end close.
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                    line.carry(client, server);
                }
            }
        });
        Ok(())
    }

    /// How many were cut.
    pub fn cuts(&self) -> usize {
        self.line.cuts.load(Ordering::SeqCst)
    }
}

impl Line {
    fn carry(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else {
            return;
        };
        let line = Arc::clone(self);
        std::thread::spawn(move || {
            // How a connection ended is what both of its ends find out.
            let _ = line.send(from, to);
        });
        std::thread::spawn(move || {
            let (mut server, mut client) = (server, client);
            let _ = std::io::copy(&mut server, &mut client);
            let _ = client.shutdown(Shutdown::Both);
        });
    }

    fn send(&self, mut client: TcpStream, mut server: TcpStream) -> Result<()> {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let got = client.read(&mut buffer)?;
            server.write_all(&buffer[..got])?;
            if got == 0 || self.is_cut(got) {
                server.shutdown(Shutdown::Both)?;
                return client.shutdown(Shutdown::Both).context("it was gone");
            }
        }
    }

    /// Whether the line is cut after these bytes.
    fn is_cut(&self, bytes: usize) -> bool {
        let before = self.carried.fetch_add(bytes, Ordering::SeqCst);
        if (before + bytes) / self.every == before / self.every {
            return false;
        }
        let next = |cuts| (cuts < self.most).then_some(cuts + 1);
        let taken = self
            .cuts
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
        taken.is_ok()
    }
}
