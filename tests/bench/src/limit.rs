//! What the machine can do: bytes from the page cache to a socket by `sendfile`, one thread per
//! connection, without hash, checks or library. Plain HTTP only.

mod contender;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::fd::AsRawFd as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result, bail, ensure};
use contender::{Words, path, serve};

const BOUNDARY: &str = "the-limit-of-this-machine";

fn main() -> Result<()> {
    let url = std::env::var("FILED_UPLOAD_URL")?;
    let (host, rest) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .context("the limit is measured on plain HTTP")?;
    serve(|words| match words.text(0)? {
        "uploads" => uploads(host, rest, words),
        other => bail!("unknown work `{other}`"),
    })
}

fn uploads(host: &str, rest: &str, words: &Words) -> Result<()> {
    let (count, at_once, folder) = (words.number(1)?, words.number(2)?, words.text(3)?);
    let next = AtomicUsize::new(0);
    let worker = || -> Result<()> {
        let mut stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(());
            }
            send(&mut stream, host, rest, &path(folder, number))?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| match worker.join() {
                Ok(ended) => ended,
                Err(_) => bail!("a worker panicked"),
            })
    })
}

fn send(stream: &mut TcpStream, host: &str, rest: &str, path: &str) -> Result<()> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let prologue = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"document.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    );
    let epilogue = format!("\r\n--{BOUNDARY}--\r\n");
    let length = prologue.len() as u64 + size + epilogue.len() as u64;
    let head = format!(
        "POST /{rest} HTTP/1.1\r\nhost: {host}\r\ncontent-type: multipart/form-data; \
         boundary={BOUNDARY}\r\ncontent-length: {length}\r\n\r\n{prologue}"
    );
    stream.write_all(head.as_bytes())?;
    let mut left = usize::try_from(size)?;
    while left > 0 {
        // SAFETY: both descriptors are open and borrowed for the whole call; no offset is passed.
        let sent = unsafe {
            libc::sendfile(
                stream.as_raw_fd(),
                file.as_raw_fd(),
                std::ptr::null_mut(),
                left,
            )
        };
        let sent = usize::try_from(sent).map_err(|_| std::io::Error::last_os_error())?;
        ensure!(sent > 0, "the file is shorter than it was");
        left -= sent;
    }
    stream.write_all(epilogue.as_bytes())?;
    answered(stream)
}

/// Reads an answer whose head and body come in few pieces.
fn answered(stream: &mut TcpStream) -> Result<()> {
    let mut answer = [0; 4096];
    let mut read = 0;
    loop {
        read += match stream.read(&mut answer[read..])? {
            0 => bail!("the connection was closed"),
            more => more,
        };
        if answer[..read].ends_with(b"}") {
            ensure!(
                answer.starts_with(b"HTTP/1.1 200"),
                "the upload was refused"
            );
            return Ok(());
        }
    }
}
