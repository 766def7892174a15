//! The body of an upload as it comes in: paced, counted, and cut off where a fault says so.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::Mutex;

use crate::faults::Fault;
use crate::server::{Ending, Line};

pub(crate) struct Source {
    data: BodyDataStream,
    line: Line,
    bytes_per_second: Option<u64>,
    reset_after: Option<u64>,
    seen: u64,
}

impl Source {
    pub(crate) fn new(
        body: Body,
        settings: &crate::settings::Settings,
        line: Line,
        fault: Option<&Fault>,
    ) -> Self {
        Self {
            data: body.into_data_stream(),
            line,
            bytes_per_second: settings.upload_bytes_per_second,
            reset_after: fault.and_then(|fault| fault.early_reset_after_bytes),
            seen: 0,
        }
    }

    async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        let piece = match self.data.next().await? {
            Ok(piece) => piece,
            Err(error) => return Some(Err(error)),
        };
        self.seen += piece.len() as u64;
        if self.reset_after.is_some_and(|limit| self.seen >= limit) {
            self.line.end(Ending::Reset).await;
        }
        if let Some(speed) = self.bytes_per_second {
            let share = piece.len() as f64 / speed.max(1) as f64;
            tokio::time::sleep(Duration::from_secs_f64(share)).await;
        } else {
            // A parser that reads while there is something would otherwise hold the whole body.
            tokio::task::yield_now().await;
        }
        Some(Ok(piece))
    }

    /// The first bytes of the body: at least so many, unless it is shorter.
    pub(crate) async fn head(&mut self, at_least: usize) -> Result<Bytes, axum::Error> {
        let mut head = BytesMut::new();
        while head.len() < at_least {
            let Some(piece) = self.next().await else {
                break;
            };
            head.extend_from_slice(&piece?);
        }
        Ok(head.freeze())
    }

    /// The whole body, unless it is longer than allowed.
    pub(crate) async fn whole(&mut self, most: usize) -> Result<Option<Bytes>, axum::Error> {
        let body = self.head(most + 1).await?;
        Ok((body.len() <= most).then_some(body))
    }

    /// Reads what is left and gives the length of the whole body.
    pub(crate) async fn finish(&mut self) -> Result<u64, axum::Error> {
        while let Some(piece) = self.next().await {
            piece?;
        }
        Ok(self.seen)
    }

    /// Reads the rest and forgets it, so that an answer meets a client that has finished.
    pub(crate) async fn drain(&mut self) {
        while let Some(Ok(_)) = self.next().await {}
    }
}

/// The pieces of a body, one after the other; whoever shares the source can read on afterwards.
pub(crate) fn pieces(
    source: Arc<Mutex<Source>>,
) -> impl Stream<Item = Result<Bytes, axum::Error>> + Send {
    stream::unfold(source, |source| async {
        let piece = source.lock().await.next().await;
        piece.map(|piece| (piece, source))
    })
}
