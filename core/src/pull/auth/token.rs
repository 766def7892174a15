//! Access tokens of the client credentials grant: sealed, with whose they are, what they allow and
//! when they end. Nothing of them is kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::seal::{Purpose, Seal};
use super::{Caller, Scope};
use crate::Result;

/// How every token starts, so that it is told from an API key.
const START: &str = "fpt_";

#[derive(Serialize, Deserialize)]
struct Inside {
    caller: String,
    scopes: Vec<String>,
    ends: i64,
    /// Makes two tokens of the same second differ.
    number: u64,
}

/// What a token said.
pub enum Shown {
    Caller(Caller),
    Expired,
    Wrong,
}

/// Makes a token.
pub fn make(seal: &Seal, caller: &Caller, lifetime: Duration, now: Timestamp) -> Result<String> {
    let inside = Inside {
        caller: caller.id.clone(),
        scopes: caller.scopes.iter().map(|s| s.as_str().into()).collect(),
        ends: now
            .as_second()
            .saturating_add(lifetime.as_secs().cast_signed()),
        number: fastrand::u64(..),
    };
    let text = serde_json::to_vec(&inside).unwrap_or_default();
    Ok(format!("{START}{}", seal.close(Purpose::Token, "", &text)?))
}

/// Whether a bearer token claims to be one of ours.
pub fn is_one(text: &str) -> bool {
    text.starts_with(START)
}

/// Reads a token.
pub fn read(seal: &Seal, text: &str, now: Timestamp) -> Shown {
    let inside = text
        .strip_prefix(START)
        .and_then(|sealed| seal.open(Purpose::Token, "", sealed))
        .and_then(|text| serde_json::from_slice::<Inside>(&text).ok());
    match inside {
        None => Shown::Wrong,
        Some(inside) if inside.ends <= now.as_second() => Shown::Expired,
        Some(inside) => Shown::Caller(Caller {
            id: inside.caller,
            scopes: inside
                .scopes
                .iter()
                .filter_map(|scope| scope.parse::<Scope>().ok())
                .collect(),
        }),
    }
}
