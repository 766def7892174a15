//! Path, query and small JSON bodies, with problems instead of the framework's own refusals.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::app::App;
use super::body::{self, Received};
use crate::pull::problem::{Code, Problem};
use crate::pull::types::MOST_ID;

/// The largest JSON body: the longest note, every character of it escaped.
const MOST_JSON: u64 = 256 * 1024;

/// Query parameters.
pub struct Asked<T>(pub T);

/// An id in the path.
pub struct Named(pub String);

/// Two ids in the path.
pub struct NamedBoth(pub String, pub String);

/// A JSON body.
pub struct Said<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, app).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(refusal) => {
                let text = refusal.body_text();
                let reason = text
                    .split_once(": ")
                    .map_or(text.as_str(), |(_, rest)| rest);
                let (field, message) = reason.split_once(": ").unwrap_or(("query", reason));
                Err(Problem::field(Code::InvalidParameter, field, message))
            }
        }
    }
}

impl FromRequestParts<Arc<App>> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, app).await {
            // Longer ones lead nowhere, and are no provider's business.
            Ok(Path(id)) if id.chars().count() <= MOST_ID => Ok(Self(id)),
            _ => Err(Problem::new(Code::NotFound)),
        }
    }
}

impl FromRequestParts<Arc<App>> for NamedBoth {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let short = |id: &str| id.chars().count() <= MOST_ID;
        match Path::<(String, String)>::from_request_parts(parts, app).await {
            Ok(Path((one, other))) if short(&one) && short(&other) => Ok(Self(one, other)),
            _ => Err(Problem::new(Code::NotFound)),
        }
    }
}

impl<T: DeserializeOwned + Send> FromRequest<Arc<App>> for Said<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let media_type = request.headers().get(http::header::CONTENT_TYPE);
        let json = media_type
            .and_then(|value| value.to_str().ok())
            .is_some_and(is_json);
        if !json {
            let text = "Send Content-Type: application/json.";
            return Err(Problem::new(Code::MediaType).saying(text));
        }
        let received = Received::default();
        let mut content = body::incoming(request.into_body(), MOST_JSON, app, &received);
        let text = body::whole(&mut content).await;
        let text = text.map_err(|error| received.problem(error))?;
        let mut read = serde_json::Deserializer::from_slice(&text);
        let said = serde_path_to_error::deserialize(&mut read).map_err(|error| {
            let path = error.path().to_string();
            Problem::field(Code::InvalidBody, path, &error.into_inner().to_string())
        })?;
        read.end()
            .map_err(|error| Problem::new(Code::InvalidBody).saying(error.to_string()))?;
        Ok(Self(said))
    }
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}
