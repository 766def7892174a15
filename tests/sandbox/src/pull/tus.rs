//! A plain tus 1.0.0 client: creation, then the rest from wherever the server says it is.

use std::io;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use reqwest::{Body, Response};
use tokio::time::Instant;
use url::Url;

use super::Platform;

const VERSION: &str = "1.0.0";
const PIECE: usize = 64 * 1024;

/// How an upload ended.
pub(super) struct Ended {
    pub(super) requests: u32,
}

fn resumable(response: &Response) -> anyhow::Result<()> {
    let version = response.headers().get("tus-resumable");
    ensure!(
        version.is_some_and(|version| version == VERSION),
        "an answer of the tus endpoint is without Tus-Resumable: {VERSION}"
    );
    Ok(())
}

impl Platform {
    /// Creates an upload and gives its address.
    pub(super) async fn tus_create(
        &self,
        endpoint: &Url,
        length: usize,
        metadata: &[(&str, &str)],
    ) -> anyhow::Result<Url> {
        let pairs = metadata
            .iter()
            .map(|(name, value)| format!("{name} {}", STANDARD.encode(value)));
        let metadata = pairs.collect::<Vec<_>>().join(",");
        let response = self
            .send(endpoint, |http| {
                http.post(endpoint.clone())
                    .header("tus-resumable", VERSION)
                    .header("upload-length", length)
                    .header("upload-metadata", &metadata)
                    .header(CONTENT_LENGTH, 0)
            })
            .await?;
        let status = response.status().as_u16();
        ensure!(
            status == 201,
            "the platform refused the upload with status {status}"
        );
        resumable(&response)?;
        let place = response
            .headers()
            .get(LOCATION)
            .and_then(|place| place.to_str().ok());
        let place = place.context("the created upload has no Location")?;
        endpoint
            .join(place)
            .context("the created upload's Location is not a URL")
    }

    /// Sends the bytes, resuming after every break, until all are there or nothing has moved for
    /// as long as `patience`. With `break_after` each request is broken off after so many bytes.
    pub(super) async fn tus_send(
        &self,
        upload: &Url,
        bytes: &Bytes,
        break_after: Option<usize>,
        patience: Duration,
    ) -> anyhow::Result<Ended> {
        let (mut requests, mut reached) = (0, 0);
        let mut moved = Instant::now();
        loop {
            let outcome = self.tus_step(upload, bytes, break_after).await;
            requests += 1;
            match outcome {
                Ok(Step::Whole) => return Ok(Ended { requests }),
                Ok(Step::Gone(status)) => bail!("the upload is gone: status {status}"),
                Ok(Step::At(offset)) if offset > reached => {
                    reached = offset;
                    moved = Instant::now();
                }
                other if moved.elapsed() > patience => {
                    other?;
                    bail!("the upload does not move on");
                }
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Asks where the upload is, and sends on from there.
    async fn tus_step(
        &self,
        upload: &Url,
        bytes: &Bytes,
        break_after: Option<usize>,
    ) -> anyhow::Result<Step> {
        let offset = match self.tus_offset(upload).await? {
            Step::At(offset) => offset,
            ended => return Ok(ended),
        };
        ensure!(
            offset <= bytes.len(),
            "the platform has more bytes than were sent"
        );
        let rest = bytes.slice(offset..);
        let response = self
            .send(upload, |http| {
                http.patch(upload.clone())
                    .header("tus-resumable", VERSION)
                    .header("upload-offset", offset)
                    .header(CONTENT_TYPE, "application/offset+octet-stream")
                    .header(CONTENT_LENGTH, rest.len())
                    .body(body(&rest, break_after))
            })
            .await;
        let response = match response {
            Ok(response) => response,
            Err(_) => return self.tus_offset(upload).await,
        };
        match response.status() {
            StatusCode::NO_CONTENT => {
                resumable(&response)?;
                let reached = number(&response).context("Upload-Offset is missing")?;
                ensure!(reached == bytes.len(), "the platform took only a part");
                Ok(Step::Whole)
            }
            // Another offset, or a lock that a broken request has left: ask again.
            StatusCode::CONFLICT | StatusCode::LOCKED => Ok(Step::At(offset)),
            other if other.is_server_error() => bail!("status {} from tus", other.as_u16()),
            other => Ok(Step::Gone(other.as_u16())),
        }
    }

    async fn tus_offset(&self, upload: &Url) -> anyhow::Result<Step> {
        let response = self
            .send(upload, |http| {
                http.head(upload.clone()).header("tus-resumable", VERSION)
            })
            .await?;
        match response.status() {
            StatusCode::OK | StatusCode::NO_CONTENT => {
                resumable(&response)?;
                number(&response)
                    .map(Step::At)
                    .context("Upload-Offset is missing")
            }
            other if other.is_server_error() || other == StatusCode::LOCKED => {
                bail!("status {} from tus", other.as_u16())
            }
            other => Ok(Step::Gone(other.as_u16())),
        }
    }
}

enum Step {
    At(usize),
    Whole,
    Gone(u16),
}

fn number(response: &Response) -> Option<usize> {
    response
        .headers()
        .get("upload-offset")?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// The bytes in pieces; with `break_after` an error comes in place of the rest, and the connection
/// breaks.
fn body(bytes: &Bytes, break_after: Option<usize>) -> Body {
    let end = break_after.map_or(bytes.len(), |after| after.min(bytes.len()));
    let pieces: Vec<io::Result<Bytes>> = (0..end)
        .step_by(PIECE)
        .map(|from| Ok(bytes.slice(from..(from + PIECE).min(end))))
        .collect();
    let breaks = (end < bytes.len()).then_some(async {
        // A pause lets what was handed over go out before the break.
        tokio::task::yield_now().await;
        Err(io::ErrorKind::ConnectionReset.into())
    });
    let end = stream::iter(breaks).then(|breaks| breaks);
    Body::wrap_stream(stream::iter(pieces).chain(end))
}
