//! [`Uploader`]: takes one file from its source to the upload host's answer. How requests are
//! repeated is in `http`, credentials are in `auth`.

use std::fs::Metadata;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::body::{Envelope, MultipartBody, Receipt, Slip};
use super::hosts::Hosts;
use super::pool::Pool;
use super::source::Origin;
use super::{ProgressFn, Source, UploadOptions, UploadedFile, answer, by_url, mime, name};
use crate::auth::Audience;
use crate::config::Settings;
use crate::gateway::Gateway;
use crate::http::load::{Load, Turn};
use crate::http::status;
use crate::http::{Answer, Class, Failure, Lane, Open, Opened, Payload, Request, Sent};
use crate::runtime::Generation;
use crate::{Error, ErrorCode, Result};

/// Unused buffers kept by a client, at most: 8 MiB.
const MOST_IDLE_BUFFERS: usize = 32;

/// Streams that a client has under way, at most: each holds a buffer.
const MOST_STREAMS: usize = 64;

/// How many times the time-out of a request a host's source may be silent.
const SOURCE_PATIENCE: u32 = 5;

/// How long an attempt after a broken one waits for a refusal before it sends content.
const PAUSE: Duration = Duration::from_millis(250);

/// Asked about a file on disk once it is open, before anything of it is sent: an error refuses it.
pub(crate) type Accept<'a> = dyn Fn(&Metadata) -> Result<()> + Send + Sync + 'a;

/// Sends files to the upload host of the client's role. Clones share one limit of uploads at once.
#[derive(Clone)]
pub(crate) struct Uploader {
    settings: Arc<Settings>,
    gateway: Gateway,
    pool: Pool,
    hosts: Hosts,
    /// Streams at once: each holds a buffer, also before its turn.
    streams: Arc<Semaphore>,
}

impl Uploader {
    /// # Errors
    /// None today; what an uploader needs may be refused one day.
    pub fn new(settings: Arc<Settings>, gateway: Gateway, generation: &Generation) -> Result<Self> {
        let most = Load::most(settings.max_concurrency);
        let places = generation.readers().clone();
        Ok(Self {
            hosts: Hosts::new(places, settings.timeout * SOURCE_PATIENCE),
            streams: Arc::new(Semaphore::new(MOST_STREAMS.max(most))),
            pool: Pool::new(MOST_IDLE_BUFFERS.min(2 * most)),
            settings,
            gateway,
        })
    }

    /// Uploads one file, waiting its turn first. An upload whose answer was lost is sent again:
    /// a file that nobody attaches does no harm. Dropping the future ends the transfer.
    ///
    /// # Errors
    /// As the methods of [`super::Uploads`].
    pub async fn upload(&self, source: Source, options: UploadOptions) -> Result<UploadedFile> {
        self.upload_if(source, options, &|_| Ok(())).await
    }

    /// As [`Self::upload`]; a file on disk is sent if it is accepted.
    ///
    /// # Errors
    /// As [`Self::upload`], and that of `accept`.
    pub async fn upload_if(
        &self,
        source: Source,
        options: UploadOptions,
        accept: &Accept<'_>,
    ) -> Result<UploadedFile> {
        if let Some(mime_type) = &options.mime_type {
            mime::check(mime_type)?;
        }
        match source {
            Source::Url(url) => self.by_url(&url, options.mime_type.as_deref()).await,
            source => self.content(source, options, accept).await,
        }
    }

    async fn content(
        &self,
        source: Source,
        options: UploadOptions,
        accept: &Accept<'_>,
    ) -> Result<UploadedFile> {
        let given = given_name(&source, options.file_name)?;
        let path = match &source {
            Source::Path(path) => Some(path.clone()),
            _ => None,
        };
        let (origin, _stream, turn) = self.open(source).await?;
        if let Origin::File(file) = &origin {
            accept(file.metadata())?;
        }
        let file_name = match (given, path) {
            (Some(name), _) => name,
            (None, Some(path)) => name::of_path(&path)?,
            (None, None) => return Err(nameless()),
        };
        let mime_type = mime::decide(options.mime_type.as_deref(), &file_name, &origin.head());
        let part_name = &self.settings.wire.upload.part_name;
        let delivery = Arc::new(Delivery {
            envelope: Envelope::new(part_name, &file_name, &mime_type),
            origin,
            pool: self.pool.clone(),
            progress: options.progress,
            slip: Slip::default(),
            unanswered: AtomicBool::new(false),
        });
        let _end = EndOnDrop(&delivery.slip);
        let sent = self.deliver(&delivery).await;
        match sent {
            Ok(sent) => {
                turn.moved(sent.size.unwrap_or(0));
                Ok(sent)
            }
            Err(error) if delivery.is_repeatable() => Err(error),
            Err(error) => Err(unrepeatable(error)),
        }
    }

    /// Opens a source and waits for its turn. A host's stream gets one once it gave something: one
    /// that gives nothing must not hold up anybody else.
    async fn open(
        &self,
        source: Source,
    ) -> Result<(Origin, Option<SemaphorePermit<'_>>, Turn<'_>)> {
        let open = |source| Origin::open(source, &self.pool, &self.hosts);
        if matches!(source, Source::Reader { .. } | Source::Chunks { .. }) {
            let stream = self.streams.acquire().await.ok();
            let origin = open(source).await?;
            Ok((origin, stream, self.turn().await))
        } else {
            let turn = self.turn().await;
            Ok((open(source).await?, None, turn))
        }
    }

    async fn deliver(&self, delivery: &Arc<Delivery>) -> Result<UploadedFile> {
        let kind = header(&delivery.envelope.content_type())?;
        let judge = |answer: Answer| {
            delivery.unanswered.store(false, Ordering::Relaxed);
            let stored = self.judge(answer)?;
            let receipt = delivery.slip.receipt().ok_or_else(premature)?;
            Ok(uploaded(stored, Some(receipt)))
        };
        self.post(kind, Payload::Factory(delivery.clone().opener()), judge)
            .await
    }

    async fn by_url(&self, url: &str, mime_type: Option<&str>) -> Result<UploadedFile> {
        by_url::check_role(&self.settings)?;
        by_url::check(url)?;
        let _turn = self.turn().await;
        let (kind, body) = by_url::encode(url, mime_type, &self.settings.wire.upload);
        let judge = |answer: Answer| self.judge(answer).map(|stored| uploaded(stored, None));
        self.post(kind, Payload::Bytes(body), judge).await
    }

    async fn post(
        &self,
        kind: HeaderValue,
        payload: Payload,
        judge: impl Fn(Answer) -> Result<UploadedFile, Failure>,
    ) -> Result<UploadedFile> {
        let send = async |token: crate::auth::Token| {
            let request = Request::new(
                Lane::Upload,
                Class::OrphanTolerant,
                self.settings.upload_url.clone(),
                kind.clone(),
                Some(&token.secret),
                payload.clone(),
            )?;
            self.gateway.http().send(request, &judge).await
        };
        self.gateway.auth().with_token(Audience::Upload, send).await
    }

    fn judge(&self, answer: Answer) -> Result<answer::Stored, Failure> {
        let answer = status::judge(answer, Lane::Upload)?;
        answer::read(&answer.body, &self.settings.wire.upload).map_err(|unusable| {
            let (error, transient) = unusable.into_error();
            let error = error
                .with_http_status(answer.status.as_u16())
                .with_request_id(answer.request_id.clone());
            Failure::new(error, Sent::Maybe, transient)
        })
    }

    /// How many uploads may run at once now.
    pub fn at_once(&self) -> usize {
        self.gateway.http().uploads().limit()
    }

    async fn turn(&self) -> Turn<'_> {
        self.gateway.http().uploads().turn().await
    }
}

/// Ends the last attempt's body with the upload, however the upload ends.
struct EndOnDrop<'a>(&'a Slip);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A file and all it takes to send it, as often as its source allows.
struct Delivery {
    origin: Origin,
    envelope: Envelope,
    pool: Pool,
    progress: Option<ProgressFn>,
    slip: Slip,
    /// Whether an attempt was made that got no answer yet.
    unanswered: AtomicBool,
}

impl Delivery {
    fn opener(self: Arc<Self>) -> Open {
        Arc::new(move || {
            let delivery = self.clone();
            Box::pin(async move { Ok(delivery.open()) })
        })
    }

    fn open(&self) -> Option<Opened> {
        let broken = self.unanswered.swap(true, Ordering::Relaxed);
        let body = MultipartBody::new(
            self.envelope.clone(),
            self.origin.pass(&self.pool)?,
            self.origin.size(),
            self.progress.clone(),
            self.slip.clone(),
        )
        .pausing(broken.then_some(PAUSE));
        Some(Opened {
            length: body.length(),
            content: Box::pin(body),
        })
    }

    fn is_repeatable(&self) -> bool {
        self.origin.pass(&self.pool).is_some()
    }
}

/// The name the caller gave, checked. Only a path has one of its own.
fn given_name(source: &Source, given: Option<String>) -> Result<Option<String>> {
    match &given {
        Some(file_name) => name::check(file_name)?,
        None if matches!(source, Source::Path(_)) => {}
        None => return Err(nameless()),
    }
    Ok(given)
}

fn nameless() -> Error {
    Error::new(
        ErrorCode::FileNameInvalid,
        "file_name is required: only a path has a name of its own",
    )
}

fn header(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|_| {
        Error::new(
            ErrorCode::Internal,
            "the upload's own content type is malformed",
        )
    })
}

fn uploaded(stored: answer::Stored, receipt: Option<Receipt>) -> UploadedFile {
    let (size, blake3) = receipt.map(|r| (r.size, r.blake3)).unzip();
    UploadedFile {
        file_url: stored.file_url,
        file_name: stored.file_name,
        mime_type: stored.mime_type,
        size,
        blake3,
    }
}

/// A host that says "stored" before it was given everything stored something else.
fn premature() -> Failure {
    let text = "the upload host reported success before the whole file was sent: check upload_url";
    Failure::answered(Error::new(ErrorCode::ProtocolError, text))
}

/// Says why an error that another attempt might have mended is final.
fn unrepeatable(error: Error) -> Error {
    if !error.retryable() {
        return error;
    }
    let text = format!(
        "{}; what was read of the source cannot be read again, so it was not sent again",
        error.message()
    );
    let mut last = Error::new(error.code(), text)
        .with_attempts(error.attempts())
        .with_effect(error.effect())
        .with_request_id(error.request_id().map(str::to_owned));
    if let Some(status) = error.http_status() {
        last = last.with_http_status(status);
    }
    last
}
