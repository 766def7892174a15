//! [`Client`]: opens everything else. Operations on nouns are in `gateway`, `uploads`, `push`.

use std::sync::Arc;

use filed_core::gateway::GraphqlAnswer;
use filed_core::runtime::Generation;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::convert::json;
use crate::error::{graphql_errors, guarded, raise};
use crate::operation::{Operation, to_json};
use crate::owned::Owned;
use crate::settings::Settings;
use crate::token::TokenRequests;

/// A client of the core's.
#[pyclass(frozen, module = "filed._native")]
pub struct Client(Owned<filed_core::Client>);

impl Client {
    /// The core's client.
    pub fn core(&self) -> &filed_core::Client {
        &self.0
    }

    /// The runtime it belongs to.
    pub fn generation(&self) -> &Arc<Generation> {
        self.0.generation()
    }
}

#[pymethods]
impl Client {
    /// `settings` has a value or None for every setting.
    #[new]
    fn new(py: Python<'_>, settings: Settings, requests: Option<&TokenRequests>) -> PyResult<Self> {
        let core = guarded(py, "client", || {
            let config = settings.config(requests);
            config
                .and_then(|config| py.detach(|| filed_core::Client::new(config)))
                .map_err(|e| raise(py, &e))
        })?;
        let generation = core.generation().clone();
        Ok(Self(Owned::new(&generation, core)))
    }

    /// Ends everything that runs; does nothing in a forked child.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        if self.0.is_foreign() {
            return Ok(());
        }
        guarded(py, "close", || {
            self.0.close();
            Ok(())
        })
    }

    fn me(&self, py: Python<'_>) -> PyResult<Operation> {
        guarded(py, "me", || {
            let client = self.core().clone();
            Ok(Operation::json(self.generation(), async move {
                client.me().await
            }))
        })
    }

    /// `variables` is JSON text.
    fn graphql(&self, py: Python<'_>, document: String, variables: &str) -> PyResult<Operation> {
        guarded(py, "graphql", || {
            let variables = json("variables", variables)?;
            let client = self.core().clone();
            let work = async move { client.graphql(document, variables).await };
            Ok(Operation::new(self.generation(), work, graphql_answer))
        })
    }
}

/// `(data as JSON text, errors, request id)`.
fn graphql_answer(py: Python<'_>, answer: GraphqlAnswer) -> PyResult<Py<PyAny>> {
    let data = to_json(&answer.data).map_err(|e| raise(py, &e))?;
    let errors = graphql_errors(py, &answer.errors)?;
    let parts = (data, errors, answer.request_id);
    let tuple: Bound<'_, PyTuple> = parts.into_pyobject(py)?;
    Ok(tuple.into_any().unbind())
}
