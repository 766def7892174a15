//! Lists: each page crosses to JavaScript as one text.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use filed_core::gateway::Pager;
use filed_core::{Client, Result};
use napi_derive::napi;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::bridge::Shared;

/// A list of any kind of item.
pub trait Pages: Send {
    /// The JSON text of the next page; `null` after the last.
    fn next_page(&mut self) -> Pin<Box<dyn Future<Output = Result<String>> + Send + '_>>;
}

/// The pages of a pager, each item shaped by `shape`.
pub fn pages<T: Send + 'static>(pager: Pager<T>, shape: fn(&T) -> Value) -> Box<dyn Pages> {
    Box::new(Shaped { pager, shape })
}

struct Shaped<T> {
    pager: Pager<T>,
    shape: fn(&T) -> Value,
}

impl<T: Send> Pages for Shaped<T> {
    fn next_page(&mut self) -> Pin<Box<dyn Future<Output = Result<String>> + Send + '_>> {
        Box::pin(async {
            let page = self.pager.next_page().await?;
            let items = page.map(|page| page.iter().map(self.shape).collect::<Value>());
            Ok(items.unwrap_or(Value::Null).to_string())
        })
    }
}

/// A list as JavaScript holds it.
#[napi]
pub struct NativePager {
    pages: Arc<Mutex<Box<dyn Pages>>>,
    client: Client,
    shared: Arc<Shared>,
}

#[napi]
impl NativePager {
    /// Fetches the next page; `null` after the last.
    #[napi(catch_unwind)]
    pub fn next(&self, call: i64) {
        let pages = self.pages.clone();
        self.shared
            .start(self.client.generation(), call, async move {
                pages.lock().await.next_page().await
            });
    }
}

impl NativePager {
    /// The list of `pages`.
    pub fn new(pages: Box<dyn Pages>, client: &Client, shared: Arc<Shared>) -> Self {
        Self {
            pages: Arc::new(Mutex::new(pages)),
            client: client.clone(),
            shared,
        }
    }
}
