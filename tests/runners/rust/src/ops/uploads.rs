//! Steps that upload a file by itself.

use std::io::Read;

use filed_core::upload::{Source, UploadOptions};

use super::{Arguments, Result};
use crate::outcome::Failure;
use crate::session::Session;

pub async fn carry_out(session: &mut Session, step: &Arguments, op: &str) -> Result {
    let uploads = session
        .client(step.maybe::<String>("client")?.as_deref())?
        .uploads();
    let options = UploadOptions {
        file_name: step.maybe("file_name")?,
        mime_type: step.maybe("mime_type")?,
        progress: None,
    };
    let uploaded = match op {
        "uploads.file" => uploads.file(step.text("path")?, options).await,
        "uploads.bytes" => {
            let bytes = std::fs::read(session.file(&step.text("from")?))?;
            uploads.bytes(bytes, options).await
        }
        "uploads.stream" => {
            let file = std::fs::File::open(session.file(&step.text("from")?))?;
            let source = Source::Reader {
                reader: reader(file, step.maybe("fail_after")?),
                size: step.maybe("size")?,
            };
            uploads.stream(source, options).await
        }
        "uploads.url" => uploads.url(step.text("url")?, options.mime_type).await,
        _ => return Err(Failure::Unsupported),
    };
    Ok(serde_json::to_value(uploaded?)?)
}

fn reader(file: std::fs::File, fail_after: Option<u64>) -> Box<dyn Read + Send> {
    match fail_after {
        Some(limit) => Box::new(file.take(limit).chain(Broken)),
        None => Box::new(file),
    }
}

/// A reader that fails.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("the source broke, as planned"))
    }
}
