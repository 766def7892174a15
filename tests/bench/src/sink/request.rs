//! Requests of HTTP/1.1, read with as few system calls as they need: a buffer takes whatever has
//! come, bodies are counted where they lie and kept only when they are small.

use std::io::{Error, ErrorKind, Read, Result, Write};

/// What a client is connected by.
pub trait Wire: Read + Write {}

const BUFFER: usize = 256 * 1024;

/// Bodies up to this size are kept: those of calls.
const KEPT: usize = 16 * 1024;

/// A request that was read to its end.
pub struct Request {
    pub path: String,
    /// Bytes of the body.
    pub length: u64,
    /// The beginning of the body.
    pub text: Vec<u8>,
}

/// What a request's head says.
struct Head {
    path: String,
    body: Body,
    waits: bool,
}

enum Body {
    Sized(u64),
    Chunked,
}

/// A client, and what of it was read and not used yet.
pub struct Connection<S> {
    stream: S,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
}

impl<S: Wire> Connection<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
        }
    }

    /// The next request, or `None` when the client has ended the connection.
    pub fn next(&mut self) -> Result<Option<Request>> {
        let Some(head) = self.head()? else {
            return Ok(None);
        };
        if head.waits {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let mut request = Request {
            path: head.path,
            length: 0,
            text: Vec::new(),
        };
        match head.body {
            Body::Sized(length) => self.take(length, &mut request)?,
            Body::Chunked => while self.chunk(&mut request)? {},
        }
        Ok(Some(request))
    }

    /// Answers with JSON, in one write.
    pub fn answer(&mut self, json: &str) -> Result<()> {
        let text = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
            json.len()
        );
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    fn head(&mut self) -> Result<Option<Head>> {
        loop {
            if let Some((head, length)) = parse(&self.buffer[self.start..self.end])? {
                self.start += length;
                return Ok(Some(head));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Counts `length` bytes of a body.
    fn take(&mut self, length: u64, request: &mut Request) -> Result<()> {
        let mut left = length;
        while left > 0 {
            if self.start == self.end && !self.fill()? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let there = (self.end - self.start).min(usize::try_from(left).unwrap_or(usize::MAX));
            let piece = &self.buffer[self.start..self.start + there];
            if request.text.len() + there <= KEPT {
                request.text.extend_from_slice(piece);
            }
            self.start += there;
            left -= there as u64;
        }
        request.length += length;
        Ok(())
    }

    /// Counts one chunk; `false` after the last.
    fn chunk(&mut self, request: &mut Request) -> Result<bool> {
        let line = self.line()?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| malformed())?;
        self.take(size, request)?;
        // The end of the chunk, or of the trailers, of which there are none.
        self.line()?;
        Ok(size > 0)
    }

    fn line(&mut self) -> Result<String> {
        loop {
            let there = &self.buffer[self.start..self.end];
            if let Some(length) = there.iter().position(|byte| *byte == b'\n') {
                let line = String::from_utf8_lossy(&there[..length])
                    .trim_end()
                    .to_owned();
                self.start += length + 1;
                return Ok(line);
            }
            if !self.fill()? {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads what has come; `false` at the end of the connection.
    fn fill(&mut self) -> Result<bool> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.end == self.buffer.len() {
            return Err(malformed());
        }
        let read = self.stream.read(&mut self.buffer[self.end..])?;
        self.end += read;
        Ok(read > 0)
    }
}

/// The head at the start of `bytes` and its length, once it is whole.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(malformed()),
    };
    let value = |name: &str| {
        let header = parsed
            .headers
            .iter()
            .find(|h| h.name.eq_ignore_ascii_case(name));
        header.and_then(|h| std::str::from_utf8(h.value).ok())
    };
    let body = match value("content-length") {
        Some(length) => Body::Sized(length.trim().parse().map_err(|_| malformed())?),
        None if value("transfer-encoding").is_some() => Body::Chunked,
        None => Body::Sized(0),
    };
    let head = Head {
        path: parsed.path.unwrap_or_default().to_owned(),
        body,
        waits: value("expect").is_some(),
    };
    Ok(Some((head, length)))
}

fn malformed() -> Error {
    Error::new(ErrorKind::InvalidData, "a malformed request")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that sends so many bytes at a time and keeps what it is answered.
    struct Client {
        sends: Vec<u8>,
        at_once: usize,
        hears: Vec<u8>,
    }

    impl Read for Client {
        fn read(&mut self, space: &mut [u8]) -> Result<usize> {
            let sent = self.at_once.min(space.len()).min(self.sends.len());
            let rest = self.sends.split_off(sent);
            space[..sent].copy_from_slice(&self.sends);
            self.sends = rest;
            Ok(sent)
        }
    }

    impl Write for Client {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.hears.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn sized_and_chunked_bodies_are_counted_however_they_come() {
        let requests = "POST /upload HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde\
             POST /upload HTTP/1.1\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n\
             a\r\n0123456789\r\n3\r\nxyz\r\n0\r\n\r\nGET /counts HTTP/1.1\r\n\r\n";
        for at_once in [1, 7, 1000] {
            let mut connection = Connection::new(Client {
                sends: requests.as_bytes().to_vec(),
                at_once,
                hears: Vec::new(),
            });
            let mut seen = Vec::new();
            while let Some(request) = connection.next().unwrap() {
                seen.push((request.path, request.length, request.text));
            }
            let expected = [
                ("/upload".to_owned(), 5, b"abcde".to_vec()),
                ("/upload".to_owned(), 13, b"0123456789xyz".to_vec()),
                ("/counts".to_owned(), 0, Vec::new()),
            ];
            assert_eq!(seen, expected, "{at_once} bytes at a time");
            let heard = String::from_utf8(connection.stream.hears).unwrap();
            assert_eq!(heard, "HTTP/1.1 100 Continue\r\n\r\n");
        }
    }

    #[test]
    fn a_body_that_breaks_off_is_an_error() {
        let mut connection = Connection::new(Client {
            sends: b"POST /upload HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc".to_vec(),
            at_once: 100,
            hears: Vec::new(),
        });
        assert!(connection.next().is_err());
    }
}
