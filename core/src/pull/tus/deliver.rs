//! Handing complete uploads to the platform: when the last byte came, when somebody asks, and in
//! the background for those that a kill or a failure left behind.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::try_unfold;
use jiff::Timestamp;
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

use crate::pull::auth::Scope;
use crate::pull::problem::Problem;
use crate::pull::server::app::App;
use crate::pull::server::body::{self, Received};
use crate::pull::server::receive::{self, ReceivedFile};
use crate::pull::store::uploads::Upload;
use crate::pull::{Caller, Outcome, ProviderError};

/// Read at once.
const PIECE: usize = 256 * 1024;
/// Between two looks at what is left behind.
const ROUND: Duration = Duration::from_secs(30);

/// Gives a complete upload to the platform, unless it has it. The caller holds its lock. The
/// upload's id is the idempotency key, so that a platform that keeps those gets it once.
pub async fn deliver(app: &Arc<App>, upload: &mut Upload) -> Result<ReceivedFile, Problem> {
    if let Some(answer) = &upload.answer {
        return receive::remembered(answer);
    }
    let received = Received::default();
    let content = body::watched(part(app.store.part(&upload.id)), u64::MAX, &received);
    let mut file = upload.about.file.clone();
    file.size = Some(upload.length);
    file.idempotency_key = Some(format!("tus-{}", upload.id));
    let caller = Caller {
        id: upload.caller.clone(),
        scopes: vec![Scope::FilesWrite],
    };
    let client = upload.client.clone();
    let file = receive::deliver(app.clone(), caller, client, file, content, received).await?;
    let answer = receive::memory(&file)?;
    app.store.delivered(&upload.id, answer.clone()).await?;
    upload.answer = Some(answer);
    forget_part(app, &upload.id).await;
    Ok(file)
}

/// Removes the bytes of an upload; a part that stays is removed with the next round's upload.
pub async fn forget_part(app: &App, id: &str) {
    let _ = tokio::fs::remove_file(app.store.part(id)).await;
}

fn part(path: PathBuf) -> impl futures_util::Stream<Item = Outcome<Bytes>> + Send {
    try_unfold(None, move |file| {
        let path = path.clone();
        async move {
            let mut file = match file {
                Some(file) => file,
                None => tokio::fs::File::open(path).await.map_err(failed)?,
            };
            let mut piece = Vec::with_capacity(PIECE);
            let mut limited = (&mut file).take(PIECE as u64);
            let read = limited.read_to_end(&mut piece).await;
            match read.map_err(failed)? {
                0 => Ok(None),
                _ => Ok(Some((Bytes::from(piece), Some(file)))),
            }
        }
    })
}

fn failed(_: std::io::Error) -> ProviderError {
    ProviderError::Failed
}

/// Delivers and forgets until the server closes.
pub async fn rounds(app: Arc<App>, closing: CancellationToken) {
    let every = ROUND
        .min(app.limits.upload_lifetime / 4)
        .max(Duration::from_millis(50));
    loop {
        // What failed now is tried again in the next round.
        let _ = round(&app).await;
        tokio::select! {
            () = closing.cancelled() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn round(app: &Arc<App>) -> Result<(), Problem> {
    for upload in app.store.undelivered().await? {
        let Ok(held) = app.locks.take(&upload.id).await else {
            continue;
        };
        let work_app = app.clone();
        let delivery = async move {
            let _held = held;
            // It may have been delivered since the list was read.
            match work_app.store.upload(&upload.id).await? {
                Some(mut upload) => deliver(&work_app, &mut upload).await.map(|_| ()),
                None => Ok(()),
            }
        };
        // One that fails keeps no other one back.
        let _ = app.see_through(delivery).await;
    }
    let now = Timestamp::now().as_second();
    for id in app.store.ended(now).await? {
        let Ok(_held) = app.locks.take(&id).await else {
            continue;
        };
        forget_part(app, &id).await;
        app.store.remove(&id).await?;
    }
    app.store.forget(now).await
}
