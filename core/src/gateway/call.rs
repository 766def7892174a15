//! How an operation travels: its document and variables as a request, with a token, repeated as
//! its class allows, and its answer read.

use bytes::Bytes;
use http::HeaderValue;
use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::auth::Audience;
use crate::config::Settings;
use crate::gateway::Gateway;
use crate::gateway::operations::Operation;
use crate::gateway::protocol::{Outcome, Protocol};
use crate::gateway::redact::Cleaner;
use crate::http::{Class, Http, Lane, Payload, Request};
use crate::{Error, ErrorCode, Result};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
struct Document<'a> {
    query: &'a str,
    variables: &'a Value,
}

/// A document ready to be sent, as often as it takes.
pub(crate) struct Call {
    /// What the caller put in, for cleaning the server's texts of it.
    input: Value,
    body: Bytes,
    class: Class,
}

impl Call {
    pub fn new(document: &str, variables: Value, class: Class) -> Result<Self> {
        let document = Document {
            query: document,
            variables: &variables,
        };
        let body = serde_json::to_vec(&document).map_err(|_| unsendable())?;
        Ok(Self {
            // The body may hold the API key.
            body: Bytes::from_owner(Zeroizing::new(body)),
            input: variables,
            class,
        })
    }

    /// Counts `more` as the caller's input too.
    pub fn hiding(mut self, more: Vec<Value>) -> Self {
        self.input = Value::Array(vec![self.input, Value::Array(more)]);
        self
    }

    /// An operation of `core/graphql/`.
    pub fn of<O: Operation>(variables: O::Variables) -> Result<Self> {
        let query = O::build_query(variables);
        let variables = serde_json::to_value(query.variables).map_err(|_| unsendable())?;
        Self::new(query.query, variables, O::CLASS)
    }

    /// Sends it, with `token` if any. Texts from the server are cleaned of `secrets`.
    pub async fn send<T: DeserializeOwned>(
        &self,
        http: &Http,
        settings: &Settings,
        token: Option<&SecretString>,
        secrets: &(dyn Fn() -> Vec<SecretString> + Sync),
    ) -> Result<Outcome<T>> {
        let request = Request::new(
            Lane::Gateway,
            self.class,
            settings.gateway_url.clone(),
            JSON,
            token,
            Payload::Bytes(self.body.clone()),
        )?;
        let protocol = Protocol {
            words: &settings.wire.errors,
            class: self.class,
            cleaner: &|| Cleaner::new(&self.input, &secrets()),
        };
        http.send(request, |answer| protocol.outcome(&answer)).await
    }
}

fn unsendable() -> Error {
    Error::new(
        ErrorCode::InvalidArgument,
        "the variables cannot be written as JSON",
    )
}

impl Gateway {
    /// Runs an operation; errors beside data are errors.
    pub(crate) async fn execute<O: Operation>(
        &self,
        variables: O::Variables,
    ) -> Result<O::ResponseData> {
        self.outcome::<O>(variables).await?.complete()
    }

    /// Runs an operation and keeps data that came with errors.
    pub(crate) async fn outcome<O: Operation>(
        &self,
        variables: O::Variables,
    ) -> Result<Outcome<O::ResponseData>> {
        self.send(&Call::of::<O>(variables)?).await
    }

    pub(super) async fn send<T: DeserializeOwned>(&self, call: &Call) -> Result<Outcome<T>> {
        let secrets = || self.auth.secrets();
        let send = async |token: crate::auth::Token| {
            call.send(&self.http, &self.settings, Some(&token.secret), &secrets)
                .await
        };
        self.auth.with_token(Audience::Gateway, send).await
    }
}
