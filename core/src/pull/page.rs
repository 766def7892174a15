//! Pages of a list: which entries match, in which order, and where the next page begins.
//!
//! A cursor is the place of the last entry that was given out, not a number of entries: what comes
//! and goes meanwhile makes no other entry appear twice or be left out. It is sealed together with
//! the filters and the order it belongs to.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::auth::seal::{Purpose, Seal};
use super::problem::{Code, Problem};
use super::provider::{Listing, Page};
use super::types::{ClientQuery, ClientSort, FileQuery, FileSort, PullClient, PullFile};

/// Where a page begins.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Cursor {
    /// After this entry.
    After(Place),
    /// Where the provider says.
    Provider(String),
}

/// An entry's place in the order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(Key, String);

/// What entries are ordered by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    Nothing,
    Number(u64),
    Time(i64, i32),
    Text(String),
}

/// A page as it is given out.
pub struct Cut<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
    pub total: Option<u64>,
}

/// What can be asked of a list.
pub trait Query {
    type Item;
    fn keeps(&self, item: &Self::Item) -> bool;
    fn key(&self, item: &Self::Item) -> Key;
    fn id(item: &Self::Item) -> &str;
    fn descending(&self) -> bool;
    fn limit(&self) -> usize;
    fn offset(&self) -> Option<u64>;
    /// Hands the provider its own cursor.
    fn go_on(&mut self, cursor: String);
}

/// Opens a cursor and hands the provider's own part of it over.
pub fn resume<Q: Query>(
    seal: &Seal,
    context: &str,
    sealed: Option<&str>,
    query: &mut Q,
) -> Result<Option<Place>, Problem> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let cursor = seal
        .open(Purpose::Cursor, context, sealed)
        .and_then(|text| serde_json::from_slice(&text).ok())
        .ok_or_else(|| Problem::new(Code::CursorNotFound))?;
    Ok(match cursor {
        Cursor::After(place) => Some(place),
        Cursor::Provider(own) => {
            query.go_on(own);
            None
        }
    })
}

/// Seals a cursor.
pub fn seal(seal: &Seal, context: &str, cursor: &Cursor) -> crate::Result<String> {
    let text = serde_json::to_vec(cursor).unwrap_or_default();
    seal.close(Purpose::Cursor, context, &text)
}

/// The page that was asked for.
pub fn cut<Q: Query>(listing: Listing<Q::Item>, query: &Q, after: Option<Place>) -> Cut<Q::Item> {
    match listing {
        Listing::All(items) => cut_from_all(items, query, after),
        Listing::Page(page) => given(page, query),
    }
}

fn given<Q: Query>(mut page: Page<Q::Item>, query: &Q) -> Cut<Q::Item> {
    page.items.truncate(query.limit());
    Cut {
        items: page.items,
        next: page.next.map(Cursor::Provider),
        total: page.total,
    }
}

fn cut_from_all<Q: Query>(items: Vec<Q::Item>, query: &Q, after: Option<Place>) -> Cut<Q::Item> {
    let order = |a: &Place, b: &Place| match query.descending() {
        true => b.cmp(a),
        false => a.cmp(b),
    };
    let place = |item: &Q::Item| Place(query.key(item), Q::id(item).to_owned());
    let mut kept: Vec<(Place, Q::Item)> = items
        .into_iter()
        .filter(|item| query.keeps(item))
        .map(|item| (place(&item), item))
        .collect();
    kept.sort_by(|(a, _), (b, _)| order(a, b));
    let total = kept.len() as u64;
    let skipped = match &after {
        Some(after) => kept.partition_point(|(one, _)| order(one, after) != Ordering::Greater),
        None => usize::try_from(query.offset().unwrap_or(0)).unwrap_or(usize::MAX),
    };
    let mut rest = kept.into_iter().skip(skipped);
    let page: Vec<_> = rest.by_ref().take(query.limit()).collect();
    let last = page.last().map(|(place, _)| Cursor::After(place.clone()));
    Cut {
        next: rest.next().and(last),
        items: page.into_iter().map(|(_, item)| item).collect(),
        total: Some(total),
    }
}

fn time(time: Option<Timestamp>) -> Key {
    time.map_or(Key::Nothing, |time| {
        Key::Time(time.as_second(), time.subsec_nanosecond())
    })
}

/// Without a time nothing can be left out safely.
fn since(changed: Option<Timestamp>, since: Option<Timestamp>) -> bool {
    match (changed, since) {
        (Some(changed), Some(since)) => changed >= since,
        _ => true,
    }
}

impl Query for ClientQuery {
    type Item = PullClient;

    fn keeps(&self, client: &PullClient) -> bool {
        let kind = self.kind.as_deref();
        since(client.last_modified, self.modified_since)
            && kind.is_none_or(|kind| client.kind.as_deref() == Some(kind))
            && self.id.as_ref().is_none_or(|id| *id == client.id)
    }

    fn key(&self, client: &PullClient) -> Key {
        use ClientSort::*;
        match self.sort {
            Id | IdDescending => Key::Nothing,
            Name | NameDescending => Key::Text(client.name.to_lowercase()),
            LastModified | LastModifiedDescending => time(client.last_modified),
        }
    }

    fn id(client: &PullClient) -> &str {
        &client.id
    }

    fn descending(&self) -> bool {
        use ClientSort::*;
        matches!(
            self.sort,
            IdDescending | NameDescending | LastModifiedDescending
        )
    }

    fn limit(&self) -> usize {
        self.limit
    }

    fn offset(&self) -> Option<u64> {
        self.offset
    }

    fn go_on(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

impl Query for FileQuery {
    type Item = PullFile;

    fn keeps(&self, file: &PullFile) -> bool {
        let mime = self.mime_type.as_deref();
        let extension = self.extension.as_deref();
        since(file.date_modified, self.modified_since)
            && mime.is_none_or(|wanted| of_type(&file.mime_type, wanted))
            && extension.is_none_or(|wanted| has_extension(&file.name, wanted))
    }

    fn key(&self, file: &PullFile) -> Key {
        use FileSort::*;
        match self.sort {
            Id | IdDescending => Key::Nothing,
            Name | NameDescending => Key::Text(file.name.to_lowercase()),
            Size | SizeDescending => Key::Number(file.size),
            DateCreated | DateCreatedDescending => time(file.date_created),
            DateModified | DateModifiedDescending => time(file.date_modified),
        }
    }

    fn id(file: &PullFile) -> &str {
        &file.id
    }

    fn descending(&self) -> bool {
        use FileSort::*;
        matches!(
            self.sort,
            IdDescending
                | NameDescending
                | SizeDescending
                | DateCreatedDescending
                | DateModifiedDescending
        )
    }

    fn limit(&self) -> usize {
        self.limit
    }

    fn offset(&self) -> Option<u64> {
        self.offset
    }

    fn go_on(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// Parameters do not count; `image/*` is every image.
fn of_type(mime_type: &str, wanted: &str) -> bool {
    let essence = |text: &str| text.split(';').next().unwrap_or("").trim().to_lowercase();
    let (have, want) = (essence(mime_type), essence(wanted));
    match want.strip_suffix("/*") {
        Some(kind) => have.split('/').next() == Some(kind),
        None => have == want,
    }
}

fn has_extension(name: &str, wanted: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.to_lowercase() == wanted.to_lowercase())
}

#[cfg(test)]
mod tests;
