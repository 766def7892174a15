//! x
use super::*;
use crate::config::Settings;
use crate::gateway::Gateway;
use std::sync::Arc;
#[derive(Clone)]
pub(crate) struct Uploader {
    _settings: Arc<Settings>,
}
impl Uploader {
    pub fn new(settings: Arc<Settings>, _gateway: Gateway) -> Result<Self> {
        Ok(Self {
            _settings: settings,
        })
    }
    pub async fn upload(&self, _source: Source, _options: UploadOptions) -> Result<UploadedFile> {
        todo!()
    }
}
