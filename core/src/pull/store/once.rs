//! Answers under their idempotency keys.

use std::sync::Arc;

use rusqlite::OptionalExtension;

use super::Store;
use crate::Result;
use crate::pull::problem::Problem;

/// Whose key it is, for what.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    pub caller: String,
    /// The kind of request and the client.
    pub place: String,
    pub key: String,
}

/// What was asked and answered under a key.
pub struct Kept {
    pub request: String,
    pub answer: String,
}

impl Store {
    pub async fn kept(self: &Arc<Self>, slot: Slot, now: i64) -> Result<Option<Kept>, Problem> {
        self.with(move |sql| {
            sql.prepare_cached(
                "SELECT request, answer FROM once
                 WHERE caller = ? AND place = ? AND key = ? AND ends > ?",
            )?
            .query_row((slot.caller, slot.place, slot.key, now), |row| {
                Ok(Kept {
                    request: row.get(0)?,
                    answer: row.get(1)?,
                })
            })
            .optional()
        })
        .await
    }

    pub async fn keep(self: &Arc<Self>, slot: Slot, kept: Kept, ends: i64) -> Result<(), Problem> {
        self.with(move |sql| {
            sql.prepare_cached("INSERT OR REPLACE INTO once VALUES (?, ?, ?, ?, ?, ?)")?
                .execute((
                    slot.caller,
                    slot.place,
                    slot.key,
                    kept.request,
                    kept.answer,
                    ends,
                ))
                .map(|_| ())
        })
        .await
    }

    /// Forgets what has ended.
    pub async fn forget(self: &Arc<Self>, now: i64) -> Result<(), Problem> {
        self.with(move |sql| {
            sql.execute("DELETE FROM once WHERE ends <= ?", [now])
                .map(|_| ())
        })
        .await
    }
}
