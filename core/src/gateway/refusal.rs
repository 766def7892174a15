//! The `errors` of a GraphQL answer: read within bounds, cleaned, and turned into our codes by the
//! words of the wire profile.

use std::marker::PhantomData;

use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::GraphqlError;
use crate::gateway::redact::Cleaner;
use crate::http::{Answer, Failure, Lane, Sent, status};
use crate::wire::{ErrorWords, named};
use crate::{Effect, Error, ErrorCode};

/// More errors than this about one request tell nothing new.
const MOST_ERRORS: usize = 100;
/// A path or a code longer than this is none.
const LONGEST_PART: usize = 1000;

/// Words that common servers use for input they refused before doing anything.
const REFUSED_UNSEEN: &[&str] = &[
    "BAD_USER_INPUT",
    "BAD_REQUEST",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "VALIDATION_ERROR",
];

/// `errors` as it came.
#[derive(Default)]
pub(crate) struct RawErrors(Vec<RawError>);

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawError {
    message: Option<String>,
    path: Option<Box<RawValue>>,
    extensions: Option<Extensions>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Extensions {
    code: Option<Box<RawValue>>,
}

impl<'de> Deserialize<'de> for RawErrors {
    /// Anything at all is read without complaint: that there is an error matters more than that
    /// it is well-formed.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Option::<&RawValue>::deserialize(deserializer)?;
        let Some(text) = raw.map(RawValue::get).filter(|text| *text != "null") else {
            return Ok(Self::default());
        };
        let list: Result<Bounded<RawError>, _> = serde_json::from_str(text);
        Ok(Self(match list {
            Ok(list) => list.0,
            Err(_) => vec![RawError {
                message: Some("(the gateway's list of errors cannot be read)".into()),
                ..RawError::default()
            }],
        }))
    }
}

impl RawErrors {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn cleaned(&self, cleaner: &Cleaner) -> Vec<GraphqlError> {
        self.0.iter().map(|raw| raw.cleaned(cleaner)).collect()
    }
}

impl RawError {
    fn cleaned(&self, cleaner: &Cleaner) -> GraphqlError {
        let code = self.extensions.as_ref().and_then(|e| e.code.as_deref());
        GraphqlError {
            message: cleaner.clean(self.message.as_deref().unwrap_or_default()),
            code: code.and_then(word),
            path: self.path.as_deref().and_then(dotted),
        }
    }
}

fn small(raw: &RawValue) -> Option<Value> {
    (raw.get().len() <= LONGEST_PART)
        .then(|| serde_json::from_str(raw.get()).ok())
        .flatten()
}

/// A code is a word; anything else could be an echo of the caller's input.
fn word(raw: &RawValue) -> Option<String> {
    let text = match small(raw)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    (plain && !text.is_empty() && text.len() <= 64).then_some(text)
}

fn dotted(raw: &RawValue) -> Option<String> {
    let Value::Array(parts) = small(raw)? else {
        return None;
    };
    let parts: Option<Vec<String>> = parts
        .iter()
        .map(|part| match part {
            Value::String(name) if is_name(name) => Some(name.clone()),
            Value::Number(index) => Some(index.to_string()),
            _ => None,
        })
        .collect();
    parts.map(|parts| parts.join("."))
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The failure that `errors` stand for. `partial` says that there is data beside them.
pub(crate) fn failure(
    errors: &[GraphqlError],
    words: &ErrorWords,
    partial: bool,
    answer: &Answer,
) -> Failure {
    let codes = || {
        errors
            .iter()
            .map(|error| error.code.as_deref().unwrap_or_default())
    };
    if codes().any(|code| named(&words.unauthenticated, code)) {
        let text = "the access token was refused";
        return Failure::new(
            Error::new(ErrorCode::AuthenticationFailed, text),
            Sent::Never,
            false,
        );
    }
    if !partial && codes().all(|code| named(&words.transient, code)) {
        return transient(errors, answer);
    }
    let known = codes().find_map(|code| meaning(words, code));
    match known {
        Some((code, text)) => rejected(code, text, errors, effect_when(!partial)),
        None if !answer.status.is_success() => status::failure(answer, Lane::Gateway),
        None => {
            let unseen = !partial && codes().all(|code| refused_unseen(words, code));
            let text = "Filed rejected the request";
            rejected(
                ErrorCode::RequestRejected,
                text,
                errors,
                effect_when(unseen),
            )
        }
    }
}

fn effect_when(unseen: bool) -> Effect {
    match unseen {
        true => Effect::NotApplied,
        false => Effect::Unknown,
    }
}

fn refused_unseen(words: &ErrorWords, code: &str) -> bool {
    named(&words.batch_too_large, code)
        || REFUSED_UNSEEN
            .iter()
            .any(|word| word.eq_ignore_ascii_case(code))
}

fn transient(errors: &[GraphqlError], answer: &Answer) -> Failure {
    let limited = errors.iter().any(|error| {
        error
            .code
            .as_deref()
            .is_some_and(|code| code.contains("RATE"))
    });
    let (code, text) = match limited || answer.status.as_u16() == 429 {
        true => (ErrorCode::RateLimited, "Filed asked to slow down"),
        false => (ErrorCode::ServerError, "Filed is in passing trouble"),
    };
    let message = explained(text, errors);
    Failure::new(Error::new(code, message), Sent::Never, true).asking_to_wait(answer.retry_after)
}

fn meaning(words: &ErrorWords, code: &str) -> Option<(ErrorCode, &'static str)> {
    let table: [(&Vec<String>, ErrorCode, &'static str); 5] = [
        (
            &words.forbidden,
            ErrorCode::PermissionDenied,
            "the account may not do this",
        ),
        (&words.not_found, ErrorCode::NotFound, "no such object"),
        (
            &words.external_id_exists,
            ErrorCode::ExternalIdExists,
            "Filed already has this external id",
        ),
        (
            &words.job_closed,
            ErrorCode::JobClosed,
            "the job takes no more works or artifacts",
        ),
        (
            &words.connection_not_active,
            ErrorCode::ConnectionNotActive,
            "the connection is not active",
        ),
    ];
    table
        .into_iter()
        .find(|(list, ..)| named(list, code))
        .map(|(_, code, text)| (code, text))
}

fn rejected(code: ErrorCode, text: &str, errors: &[GraphqlError], effect: Effect) -> Failure {
    Failure::answered(Error::new(code, explained(text, errors))).with_effect(effect)
}

fn explained(text: &str, errors: &[GraphqlError]) -> String {
    match errors.iter().find(|error| !error.message.is_empty()) {
        Some(error) => format!("{text}: {}", error.message),
        None => text.to_owned(),
    }
}

/// The first entries of a list; the rest is skipped without being kept.
struct Bounded<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Bounded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BoundedVisitor(PhantomData))
    }
}

struct BoundedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for BoundedVisitor<T> {
    type Value = Bounded<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Bounded<T>, A::Error> {
        let mut kept = Vec::new();
        while kept.len() < MOST_ERRORS {
            match seq.next_element()? {
                Some(item) => kept.push(item),
                None => return Ok(Bounded(kept)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Bounded(kept))
    }
}
