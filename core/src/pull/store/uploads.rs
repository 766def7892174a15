//! Unfinished uploads. The part on disk may be longer than what is received by these rows: bytes
//! count once they are on the disk for certain.

use std::sync::Arc;

use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::Store;
use crate::Result;
use crate::pull::NewFile;
use crate::pull::problem::Problem;

/// An upload.
#[derive(Clone)]
pub struct Upload {
    pub id: String,
    pub caller: String,
    pub client: String,
    pub about: About,
    pub length: u64,
    /// Bytes that are on the disk.
    pub offset: u64,
    /// When it ends, in seconds since 1970.
    pub ends: i64,
    /// The platform's answer, once it has the file.
    pub answer: Option<String>,
}

/// What was said of the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct About {
    pub file: NewFile,
    /// `Upload-Metadata` as it came.
    pub metadata: Option<String>,
}

const COLUMNS: &str = "id, caller, client, file, length, received, ends, answer";

impl Upload {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let about: String = row.get(3)?;
        let about = serde_json::from_str(&about).map_err(|e| {
            rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(e))
        })?;
        let number = |i| row.get::<_, i64>(i).map(i64::cast_unsigned);
        Ok(Self {
            id: row.get(0)?,
            caller: row.get(1)?,
            client: row.get(2)?,
            about,
            length: number(4)?,
            offset: number(5)?,
            ends: row.get(6)?,
            answer: row.get(7)?,
        })
    }

    /// All bytes are here.
    pub fn complete(&self) -> bool {
        self.offset == self.length
    }
}

impl Store {
    pub async fn add(self: &Arc<Self>, upload: Upload) -> Result<(), Problem> {
        let about = serde_json::to_string(&upload.about).unwrap_or_default();
        self.with(move |sql| {
            let (length, offset) = (upload.length.cast_signed(), upload.offset.cast_signed());
            sql.prepare_cached("INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, NULL)")?
                .execute((
                    upload.id,
                    upload.caller,
                    upload.client,
                    about,
                    length,
                    offset,
                    upload.ends,
                ))
                .map(|_| ())
        })
        .await
    }

    pub async fn upload(self: &Arc<Self>, id: &str) -> Result<Option<Upload>, Problem> {
        let id = id.to_owned();
        self.with(move |sql| {
            sql.prepare_cached(&format!("SELECT {COLUMNS} FROM upload WHERE id = ?"))?
                .query_row([id], Upload::read)
                .optional()
        })
        .await
    }

    /// How many uploads of a caller are not finished.
    pub async fn unfinished(self: &Arc<Self>, caller: &str) -> Result<usize, Problem> {
        let caller = caller.to_owned();
        self.with(move |sql| {
            sql.prepare_cached("SELECT count(*) FROM upload WHERE caller = ? AND answer IS NULL")?
                .query_row([caller], |row| row.get::<_, i64>(0))
        })
        .await
        .map(|count| usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// All bytes are here, and the platform has not got them.
    pub async fn undelivered(self: &Arc<Self>) -> Result<Vec<Upload>, Problem> {
        self.with(|sql| {
            let where_ = "received = length AND answer IS NULL";
            sql.prepare_cached(&format!("SELECT {COLUMNS} FROM upload WHERE {where_}"))?
                .query_map([], Upload::read)?
                .collect()
        })
        .await
    }

    pub async fn advance(self: &Arc<Self>, id: &str, to: u64, ends: i64) -> Result<(), Problem> {
        let id = id.to_owned();
        self.with(move |sql| {
            sql.prepare_cached("UPDATE upload SET received = ?, ends = ? WHERE id = ?")?
                .execute((to.cast_signed(), ends, id))
                .map(|_| ())
        })
        .await
    }

    pub async fn delivered(self: &Arc<Self>, id: &str, answer: String) -> Result<(), Problem> {
        let id = id.to_owned();
        self.with(move |sql| {
            sql.prepare_cached("UPDATE upload SET answer = ? WHERE id = ?")?
                .execute((answer, id))
                .map(|_| ())
        })
        .await
    }

    pub async fn remove(self: &Arc<Self>, id: &str) -> Result<(), Problem> {
        let id = id.to_owned();
        self.with(move |sql| {
            sql.prepare_cached("DELETE FROM upload WHERE id = ?")?
                .execute([id])
                .map(|_| ())
        })
        .await
    }

    /// Uploads that have ended. One that is complete is delivered, however late.
    pub async fn ended(self: &Arc<Self>, now: i64) -> Result<Vec<String>, Problem> {
        self.with(move |sql| {
            let where_ = "ends <= ? AND (answer IS NOT NULL OR received < length)";
            sql.prepare_cached(&format!("SELECT id FROM upload WHERE {where_}"))?
                .query_map([now], |row| row.get(0))?
                .collect()
        })
        .await
    }
}
