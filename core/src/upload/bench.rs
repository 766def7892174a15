//! What the micro-benchmarks of uploads drive.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::Body;

use super::answer;
use super::body::{Envelope, MultipartBody, Slip};
use super::file::{FilePass, OpenFile};
use super::pool::Pool;
use super::source::Pass;
use crate::wire::UploadWire;

/// What uploads share.
pub struct Uploads(Pool);

impl Default for Uploads {
    fn default() -> Self {
        Self(Pool::new(4))
    }
}

impl Uploads {
    /// Drives the body of an upload of `content` to its end; the bytes it gave.
    pub fn bytes(&self, content: &Bytes) -> usize {
        drive(Pass::Bytes(content.clone()), content.len() as u64)
    }

    /// Opens a file and drives the body of its upload to its end; the bytes it gave. 0 when the
    /// file is not in memory.
    pub fn file(&self, path: &Path) -> usize {
        let Some(file) = OpenFile::open_cached(path) else {
            return 0;
        };
        let size = file.size();
        drive(
            Pass::File(FilePass::new(Arc::new(file), self.0.clone())),
            size,
        )
    }
}

fn drive(content: Pass, size: u64) -> usize {
    let envelope = Envelope::new("file", "w2 2024.pdf", "application/pdf");
    let mut body = MultipartBody::new(envelope, content, Some(size), None, Slip::default());
    let mut cx = Context::from_waker(Waker::noop());
    let mut given = 0;
    loop {
        match Pin::new(&mut body).poll_frame(&mut cx) {
            Poll::Ready(Some(Ok(frame))) => given += frame.data_ref().map_or(0, Bytes::len),
            Poll::Ready(_) => return given,
            // It has only stepped aside, for the network to be looked at.
            Poll::Pending => {}
        }
    }
}

/// Reads an upload host's answer; whether it can be used.
pub fn read_answer(body: &[u8]) -> bool {
    answer::read(body, &UploadWire::default()).is_ok()
}
