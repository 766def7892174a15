//! The client as JavaScript holds it: everything starts here.

use std::sync::Arc;

use filed_core::{Client, Error, ErrorCode, Result};
use napi::bindgen_prelude::{Either, Uint8Array};
use napi_derive::napi;
use serde::de::DeserializeOwned;

use crate::bridge::Shared;
use crate::config::NativeConfig;
use crate::outcome::Failure;
use crate::pager::NativePager;
use crate::push::NativePush;
use crate::sink::NativeSink;
use crate::{gateway, upload};

/// A client. Every `call` is a number whose answer comes through the bridge.
#[napi]
pub struct NativeClient {
    client: Client,
    shared: Arc<Shared>,
}

#[napi]
impl NativeClient {
    /// Starts an operation by name, with its arguments as JSON text.
    #[napi(catch_unwind)]
    pub fn call(&self, call: i64, operation: String, arguments: String) {
        let client = self.client.clone();
        self.start(call, async move {
            gateway::call(&client, &operation, &arguments).await
        });
    }

    /// A list by name, with its arguments as JSON text. Nothing is sent yet.
    #[napi(catch_unwind)]
    pub fn list(&self, operation: String, arguments: String) -> Either<NativePager, Failure> {
        match gateway::list(&self.client, &operation, &arguments) {
            Ok(pages) => Either::A(NativePager::new(pages, &self.client, self.shared.clone())),
            Err(e) => Either::B(Failure::new(&e)),
        }
    }

    /// Uploads a copy of `data`.
    #[napi(catch_unwind)]
    pub fn upload_bytes(&self, call: i64, arguments: String, data: Uint8Array) {
        let client = self.client.clone();
        let data = bytes::Bytes::copy_from_slice(&data);
        self.start(call, async move {
            upload::bytes(&client, &arguments, data).await
        });
    }

    /// Uploads what is written into the sink that is returned.
    #[napi(catch_unwind)]
    pub fn upload_stream(&self, call: i64, arguments: String) -> NativeSink {
        let client = self.client.clone();
        let (sender, receiver) = filed_core::upload::chunks();
        self.start(call, async move {
            upload::stream(&client, &arguments, receiver).await
        });
        NativeSink::new(sender, &self.client, self.shared.clone())
    }

    /// Opens a push; what is returned can be used once the call has been answered.
    #[napi(catch_unwind)]
    pub fn push(&self, call: i64, arguments: String) -> NativePush {
        let push = NativePush::new(&self.client, self.shared.clone());
        self.start(call, push.open(self.client.clone(), arguments));
        push
    }

    /// Opens the push of a journal; what is returned can be used once the call has been answered.
    #[napi(catch_unwind)]
    pub fn resume(&self, call: i64, journal: String) -> NativePush {
        let push = NativePush::new(&self.client, self.shared.clone());
        self.start(call, push.resume(self.client.clone(), journal));
        push
    }

    /// Ends everything that runs.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.client.close();
    }
}

impl NativeClient {
    /// Checks the settings.
    pub fn open(config: NativeConfig, shared: Arc<Shared>) -> Result<Self> {
        let client = Client::new(config.complete(&shared)?)?;
        Ok(Self { client, shared })
    }

    fn start(&self, call: i64, work: impl Future<Output = Result<String>> + Send + 'static) {
        self.shared.start(self.client.generation(), call, work);
    }
}

/// Reads arguments. Names and types were checked in JavaScript; what is left is what JSON text can
/// hold and Rust cannot.
pub fn arguments<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| {
        Error::new(
            ErrorCode::InvalidArgument,
            "the arguments are nested too deeply or hold text that is not Unicode",
        )
    })
}
