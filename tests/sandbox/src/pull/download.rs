//! Downloading a file: hashed as it comes, resumed by range when it breaks off.

use anyhow::{Context as _, bail, ensure};
use http::StatusCode;
use http::header::{CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use reqwest::Response;
use url::Url;

use super::Platform;

/// Attempts in a row that bring nothing.
const FRUITLESS: u32 = 5;

/// A file that came whole.
pub(super) struct Downloaded {
    pub(super) blake3: String,
    pub(super) size: u64,
    pub(super) requests: u32,
}

/// A download under way.
struct Progress {
    hash: blake3::Hasher,
    size: u64,
    total: Option<u64>,
    tag: Option<String>,
}

impl Progress {
    fn new() -> Self {
        Self {
            hash: blake3::Hasher::new(),
            size: 0,
            total: None,
            tag: None,
        }
    }
}

impl Platform {
    /// Downloads a file. With `break_after` each connection is dropped after so many bytes, so that
    /// the rest has to be asked for by range.
    pub(super) async fn download(
        &self,
        url: &str,
        break_after: Option<u64>,
    ) -> anyhow::Result<Downloaded> {
        let url = Url::parse(url).context("the download URL is not a URL")?;
        let mut progress = Progress::new();
        let (mut requests, mut fruitless) = (0, 0);
        loop {
            requests += 1;
            let before = progress.size;
            let outcome = self.attempt(&url, &mut progress, break_after).await;
            if progress.total == Some(progress.size) && outcome.is_ok() {
                break;
            }
            fruitless = if progress.size > before {
                0
            } else {
                fruitless + 1
            };
            if fruitless == FRUITLESS {
                outcome?;
                bail!("the download breaks off again and again");
            }
        }
        Ok(Downloaded {
            blake3: progress.hash.finalize().to_hex().to_string(),
            size: progress.size,
            requests,
        })
    }

    /// One request, from where the last one ended.
    async fn attempt(
        &self,
        url: &Url,
        progress: &mut Progress,
        break_after: Option<u64>,
    ) -> anyhow::Result<()> {
        let (size, tag) = (progress.size, progress.tag.clone());
        let response = self
            .send(url, |http| {
                let request = http.get(url.clone());
                match &tag {
                    _ if size == 0 => request,
                    None => request.header(RANGE, format!("bytes={size}-")),
                    Some(tag) => request
                        .header(RANGE, format!("bytes={size}-"))
                        .header(IF_RANGE, tag),
                }
            })
            .await?;
        understand(&response, progress)?;
        take(response, progress, break_after).await
    }
}

/// Reads from an answer's head where its bytes belong.
fn understand(response: &Response, progress: &mut Progress) -> anyhow::Result<()> {
    match response.status() {
        StatusCode::OK => {
            *progress = Progress::new();
            progress.total = response.content_length();
            ensure!(
                progress.total.is_some(),
                "the download has no Content-Length"
            );
        }
        StatusCode::PARTIAL_CONTENT => {
            let (from, total) = range(response).context("Content-Range cannot be read")?;
            ensure!(from == progress.size, "the platform sent another range");
            progress.total = Some(total);
        }
        other => bail!("the download met status {}", other.as_u16()),
    }
    let tag = response
        .headers()
        .get(ETAG)
        .and_then(|tag| tag.to_str().ok());
    // A weak tag does not say that the bytes are the same.
    progress.tag = tag
        .filter(|tag| !tag.starts_with("W/"))
        .map(ToOwned::to_owned);
    Ok(())
}

/// First byte and whole length of `bytes 5-9/10`.
fn range(response: &Response) -> Option<(u64, u64)> {
    let value = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = range.split_once('-')?;
    Some((from.parse().ok()?, total.parse().ok()?))
}

async fn take(
    mut response: Response,
    progress: &mut Progress,
    break_after: Option<u64>,
) -> anyhow::Result<()> {
    let mut left = break_after.unwrap_or(u64::MAX);
    while let Some(piece) = response
        .chunk()
        .await
        .map_err(reqwest::Error::without_url)?
    {
        let length = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        progress.hash.update(&piece[..length]);
        progress.size += length as u64;
        left -= length as u64;
        if left == 0 && progress.total != Some(progress.size) {
            // Dropping the answer before its end closes the connection.
            return Ok(());
        }
    }
    ensure!(
        progress.total.is_none_or(|total| progress.size <= total),
        "the download is longer than announced"
    );
    Ok(())
}
