//! The `multipart/form-data` body of an upload: one part with the file, its length known exactly
//! whenever the file's is. A ready-made file part reads in small pieces; here a piece is a buffer
//! of the pool, hashed and counted while it is in hand.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use uuid::Uuid;

use super::ProgressFn;
use super::name::quoted;
use super::source::Pass;
use crate::{Error, ErrorCode, Result};

/// What stands around the content.
#[derive(Clone)]
pub(super) struct Envelope {
    boundary: String,
    prologue: Bytes,
    epilogue: Bytes,
}

impl Envelope {
    /// `part_name`, `file_name` and `mime_type` were checked to hold no control characters.
    pub fn new(part_name: &str, file_name: &str, mime_type: &str) -> Self {
        let boundary = format!("filed-{}", Uuid::new_v4().simple());
        let prologue = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: {mime_type}\r\n\r\n",
            quoted(part_name),
            quoted(file_name),
        );
        let epilogue = format!("\r\n--{boundary}--\r\n");
        Self {
            boundary,
            prologue: prologue.into(),
            epilogue: epilogue.into(),
        }
    }

    /// The `Content-Type` of the request.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The length of the whole body around `content` bytes.
    pub fn length(&self, content: u64) -> u64 {
        self.prologue.len() as u64 + content + self.epilogue.len() as u64
    }
}

/// What one attempt sent, known once the whole content was handed to the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receipt {
    pub size: u64,
    pub blake3: String,
}

/// Where the body of the current attempt leaves its [`Receipt`].
///
/// An answer can come before the whole body was sent, and the HTTP library then goes on sending:
/// a body whose attempt is over must neither sign nor go on.
#[derive(Clone, Default)]
pub(super) struct Slip(Arc<Mutex<Attempt>>);

#[derive(Default)]
struct Attempt {
    number: u64,
    receipt: Option<Receipt>,
}

impl Slip {
    /// The receipt, if the current attempt sent the whole content.
    pub fn receipt(&self) -> Option<Receipt> {
        self.lock().receipt.clone()
    }

    /// Ends the attempt before, and with it its body.
    pub fn end(&self) -> u64 {
        let mut attempt = self.lock();
        attempt.receipt = None;
        attempt.number += 1;
        attempt.number
    }

    fn is_current(&self, number: u64) -> bool {
        self.lock().number == number
    }

    fn sign(&self, number: u64, receipt: Receipt) {
        let mut attempt = self.lock();
        if attempt.number == number {
            attempt.receipt = Some(receipt);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Attempt> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of one attempt.
pub(super) struct MultipartBody {
    envelope: Envelope,
    content: Pass,
    size: Option<u64>,
    stage: Stage,
    sent: u64,
    hash: blake3::Hasher,
    progress: Option<ProgressFn>,
    slip: Slip,
    attempt: u64,
    wait: Option<Wait>,
    ready: Option<Bytes>,
}

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(PartialEq, Eq)]
enum Stage {
    Prologue,
    Content,
    End,
}

impl MultipartBody {
    /// A body around `content`, which has `size` bytes when that is known.
    pub fn new(
        envelope: Envelope,
        content: Pass,
        size: Option<u64>,
        progress: Option<ProgressFn>,
        slip: Slip,
    ) -> Self {
        Self {
            attempt: slip.end(),
            wait: None,
            ready: None,
            envelope,
            content,
            size,
            stage: Stage::Prologue,
            sent: 0,
            hash: blake3::Hasher::new(),
            progress,
            slip,
        }
    }

    /// Waits so long before the content, for a host that refuses on sight.
    #[must_use]
    pub fn pausing(mut self, pause: Option<Duration>) -> Self {
        self.wait = pause.map(|pause| Box::pin(tokio::time::sleep(pause)) as Wait);
        self
    }

    /// The next piece, made ready first and handed on after a look at the network.
    ///
    /// A host may refuse and close in the middle. The HTTP library reads such an answer only if it
    /// looks before its next write fails, so what takes time must not come between the two. The
    /// first piece goes out with the head: nothing went before it that could have been refused.
    fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        if self.ready.is_none() {
            match ready!(self.content.poll_chunk(cx)) {
                Some(Ok(chunk)) => {
                    self.hash.update(&chunk);
                    self.ready = Some(chunk);
                    if self.sent > 0 {
                        self.wait
                            .get_or_insert_with(|| Box::pin(tokio::task::yield_now()));
                    }
                }
                end => return Poll::Ready(end),
            }
        }
        if let Some(wait) = &mut self.wait {
            ready!(wait.as_mut().poll(cx));
            self.wait = None;
        }
        Poll::Ready(self.ready.take().map(Ok))
    }

    /// The exact length, when known.
    pub fn length(&self) -> Option<u64> {
        self.size.map(|size| self.envelope.length(size))
    }

    fn count(&mut self, chunk: &Bytes) {
        self.sent += chunk.len() as u64;
        if let Some(progress) = &self.progress {
            progress(self.sent, self.size);
        }
    }

    /// The content ended soundly: only now does the body get the end that makes it whole.
    fn close(&mut self) -> Bytes {
        let receipt = Receipt {
            size: self.sent,
            blake3: self.hash.finalize().to_hex().to_string(),
        };
        self.slip.sign(self.attempt, receipt);
        self.stage = Stage::End;
        self.envelope.epilogue.clone()
    }
}

impl http_body::Body for MultipartBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.stage != Stage::End && !this.slip.is_current(this.attempt) {
            this.stage = Stage::End;
            return Poll::Ready(Some(Err(abandoned())));
        }
        let data = match this.stage {
            Stage::Prologue => {
                this.stage = Stage::Content;
                this.envelope.prologue.clone()
            }
            Stage::Content => match ready!(this.poll_content(cx)) {
                Some(Ok(chunk)) => {
                    this.count(&chunk);
                    chunk
                }
                Some(Err(error)) => {
                    this.stage = Stage::End;
                    return Poll::Ready(Some(Err(error)));
                }
                None => this.close(),
            },
            Stage::End => return Poll::Ready(None),
        };
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.stage == Stage::End
    }

    fn size_hint(&self) -> SizeHint {
        let left = match self.stage {
            Stage::Prologue => self.length(),
            Stage::Content => self
                .size
                .map(|size| size - self.sent.min(size) + self.envelope.epilogue.len() as u64),
            Stage::End => Some(0),
        };
        left.map(SizeHint::with_exact).unwrap_or_default()
    }
}

/// Breaks the connection; nobody waits for this error any more.
fn abandoned() -> Error {
    Error::new(ErrorCode::Cancelled, "this attempt is over")
}

#[cfg(test)]
mod tests;
