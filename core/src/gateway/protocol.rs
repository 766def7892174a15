//! GraphQL over HTTP: what an answer says, whatever shape it comes in. Which code an error word
//! stands for is in `refusal`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::gateway::redact::Cleaner;
use crate::gateway::refusal::{self, RawErrors};
use crate::http::{Answer, Class, Failure, Lane, Sent, status};
use crate::wire::ErrorWords;
use crate::{Effect, Error, ErrorCode};

/// What an operation came to: data, or data and an error about some of it.
#[derive(Debug)]
pub(crate) struct Outcome<T> {
    pub data: T,
    /// Set when the server sent errors beside the data: the data is then proof of nothing but
    /// itself.
    pub error: Option<Error>,
    pub request_id: Option<String>,
}

impl<T> Outcome<T> {
    /// The data, unless there were errors as well.
    ///
    /// # Errors
    /// The one the server sent.
    pub fn complete(self) -> Result<T, Error> {
        match self.error {
            None => Ok(self.data),
            Some(error) => Err(error),
        }
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    errors: RawErrors,
}

/// Reads answers of one request.
pub(crate) struct Protocol<'a> {
    pub words: &'a ErrorWords,
    pub class: Class,
    /// Made only when there is something to clean.
    pub cleaner: &'a (dyn Fn() -> Cleaner + Sync),
}

impl Protocol<'_> {
    /// The data of an answer, with the error beside it, if any.
    pub fn outcome<T: DeserializeOwned>(&self, answer: &Answer) -> Result<Outcome<T>, Failure> {
        let envelope = self.envelope(answer)?;
        let data = envelope.data.filter(|data| has_content(data));
        let error = match envelope.errors.is_empty() {
            true => None,
            false => Some(self.refusal(&envelope.errors, data.is_some(), answer)),
        };
        match (data, error) {
            (Some(data), None) => {
                self.accept(answer)?;
                let data = self.shaped(data, answer)?;
                Ok(self.done(data, None, answer))
            }
            (Some(data), Some(failure)) if may_stand_beside_data(&failure) => {
                match serde_json::from_str(data.get()) {
                    Ok(data) => Ok(self.done(data, Some(failure.error), answer)),
                    Err(_) => Err(failure),
                }
            }
            (_, Some(failure)) => Err(failure),
            (None, None) => {
                self.accept(answer)?;
                match envelope.data {
                    // A query may have nothing to say; its type decides.
                    Some(data) => Ok(self.done(self.shaped(data, answer)?, None, answer)),
                    None => Err(self.misshapen("data", answer)),
                }
            }
        }
    }

    fn done<T>(&self, data: T, error: Option<Error>, answer: &Answer) -> Outcome<T> {
        Outcome {
            data,
            error,
            request_id: answer.request_id.clone(),
        }
    }

    fn envelope<'a>(&self, answer: &'a Answer) -> Result<Envelope<'a>, Failure> {
        let parsed = serde_json::from_slice::<Envelope<'a>>(&answer.body);
        // The parser would take a list for a structure's fields in their order.
        if answer.body.trim_ascii_start().starts_with(b"[") && answer.status.is_success() {
            return Err(self.misshapen("the answer itself", answer));
        }
        parsed.map_err(|error| match answer.status.is_success() {
            false => status::failure(answer, Lane::Gateway),
            true if error.is_data() => self.misshapen("the answer itself", answer),
            true => unreadable(answer),
        })
    }

    fn accept(&self, answer: &Answer) -> Result<(), Failure> {
        match answer.status.is_success() {
            true => Ok(()),
            false => Err(status::failure(answer, Lane::Gateway)),
        }
    }

    fn refusal(&self, errors: &RawErrors, partial: bool, answer: &Answer) -> Failure {
        let errors = errors.cleaned(&(self.cleaner)());
        let mut failure = refusal::failure(&errors, self.words, partial, answer);
        failure.error = failure
            .error
            .with_graphql_errors(errors)
            .with_http_status(answer.status.as_u16())
            .with_request_id(answer.request_id.clone());
        if self.class == Class::Read {
            failure.error = failure.error.with_effect(Effect::NotApplied);
        }
        failure
    }

    fn shaped<T: DeserializeOwned>(&self, data: &RawValue, answer: &Answer) -> Result<T, Failure> {
        let mut json = serde_json::Deserializer::from_str(data.get());
        serde_path_to_error::deserialize(&mut json)
            .map_err(|error| self.misshapen(&place(error.path()), answer))
    }

    /// The answer is JSON, but not what the operation returns. The parser's own text stays out: it
    /// quotes values.
    fn misshapen(&self, path: &str, answer: &Answer) -> Failure {
        let message = format!("the gateway's answer is not of the documented shape at {path}");
        let error = about(Error::new(ErrorCode::ProtocolError, message), answer);
        match self.class {
            Class::Read => Failure::answered(error).with_effect(Effect::NotApplied),
            // As when it is lost: another one does no harm.
            Class::OrphanTolerant => Failure::new(error, Sent::Maybe, true),
            _ => Failure::answered(error).with_effect(Effect::Unknown),
        }
    }
}

fn place(path: &serde_path_to_error::Path) -> String {
    match path.iter().next() {
        Some(_) => format!("data.{path}"),
        None => "data".into(),
    }
}

/// Renewal and repetition come before partial data.
fn may_stand_beside_data(failure: &Failure) -> bool {
    !failure.transient && failure.error.code() != ErrorCode::AuthenticationFailed
}

/// Whether any root field holds anything.
fn has_content(data: &RawValue) -> bool {
    serde_json::from_str::<BTreeMap<String, Option<IgnoredAny>>>(data.get())
        .is_ok_and(|fields| fields.values().any(Option::is_some))
}

/// A success whose body is no JSON: cut off on the way, or written by something in between.
fn unreadable(answer: &Answer) -> Failure {
    let declared = answer.content_type.as_deref().unwrap_or_default();
    let page =
        declared.starts_with("text/html") || answer.body.trim_ascii_start().starts_with(b"<");
    let what = match answer.body.trim_ascii().is_empty() {
        true => "is empty",
        false if page => "is a web page",
        false => "is no complete JSON",
    };
    let message = format!("the gateway's answer {what}");
    let mut failure = Failure::lost(ErrorCode::ProtocolError, message);
    failure.error = about(failure.error, answer);
    failure
}

fn about(error: Error, answer: &Answer) -> Error {
    error
        .with_http_status(answer.status.as_u16())
        .with_request_id(answer.request_id.clone())
}
