//! [`Pager`]: a list that crosses the boundary once per page.

use std::sync::Arc;

use filed_core::Result;
use filed_core::gateway::Pager as CorePager;
use pyo3::prelude::*;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::error::guarded;
use crate::operation::{Operation, to_json};
use crate::owned::Owned;

type NextPage = Box<dyn Fn(&Arc<filed_core::runtime::Generation>) -> Operation + Send + Sync>;

/// A list read page by page.
#[pyclass(frozen, module = "filed._native")]
pub struct Pager(Owned<NextPage>);

impl Pager {
    /// A list whose pages become Python values by `answer`.
    pub fn new<T, F>(
        generation: &Arc<filed_core::runtime::Generation>,
        pager: CorePager<T>,
        answer: F,
    ) -> Self
    where
        T: Send + 'static,
        F: Fn(Python<'_>, Vec<T>) -> PyResult<Py<PyAny>> + Send + Sync + Copy + 'static,
    {
        let pager = Arc::new(Mutex::new(pager));
        let next: NextPage = Box::new(move |generation| {
            let pager = pager.clone();
            let page = async move { pager.lock().await.next_page().await };
            Operation::new(generation, page, move |py, page| match page {
                Some(items) => answer(py, items),
                None => Ok(py.None()),
            })
        });
        Self(Owned::new(generation, next))
    }

    /// A list whose pages cross as JSON text.
    pub fn json<T: Serialize + Send + 'static>(
        generation: &Arc<filed_core::runtime::Generation>,
        pager: CorePager<T>,
    ) -> Self {
        let pager = Arc::new(Mutex::new(pager));
        let next: NextPage = Box::new(move |generation| {
            let pager = pager.clone();
            Operation::new(generation, json_page(pager), |py, page| {
                Ok(page.into_pyobject(py)?.unbind())
            })
        });
        Self(Owned::new(generation, next))
    }
}

async fn json_page<T: Serialize + Send>(pager: Arc<Mutex<CorePager<T>>>) -> Result<Option<String>> {
    match pager.lock().await.next_page().await? {
        Some(items) => to_json(&items).map(Some),
        None => Ok(None),
    }
}

#[pymethods]
impl Pager {
    /// The next page, or None at the end.
    fn next_page(&self, py: Python<'_>) -> PyResult<Operation> {
        guarded(py, "pager.next_page", || Ok((self.0)(self.0.generation())))
    }
}
