//! Walking a list as Filed does: page after page, by the mapping.

use std::collections::HashSet;

use serde_json::Value;

use super::codes;
use super::mapping::{ListMapping, PagingStyle};
use super::operation::Operation;
use super::probe::Step;
use super::request::{Answer, Request};
use super::session::Session;
use super::text::{at, word};

/// An item of a list, with what the check uses of it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: String,
    /// The client a file was listed under.
    pub(super) client: String,
    pub(super) value: Value,
}

/// A list that was walked to its end.
pub(super) struct Walk {
    pub(super) pages: Vec<Vec<Item>>,
    pub(super) total: Option<u64>,
    /// Whether it ended by itself.
    pub(super) ended: bool,
    /// Whether it goes round in circles.
    pub(super) endless: bool,
}

impl Walk {
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.pages.iter().flatten()
    }

    pub(super) fn ids(&self) -> Vec<&str> {
        self.items().map(|item| item.id.as_str()).collect()
    }
}

/// One list: the operation, its mapping, and whose it is.
#[derive(Clone)]
pub(super) struct List {
    pub(super) operation: Operation,
    pub(super) mapping: ListMapping,
    pub(super) client: String,
}

/// Where the next page begins.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    At(String),
}

impl List {
    /// The request for a page.
    pub(super) fn request(&self, session: &Session, place: &Place, size: usize) -> Request {
        let mut request = Request::get(self.operation.url(&session.probe.base, &self.client));
        let Some(paging) = &self.mapping.paging else {
            return request;
        };
        request = request.pair(&paging.size, &size.to_string());
        match (place, paging.style) {
            (Place::At(at), _) => request.pair(&paging.parameter, at),
            (Place::Start, PagingStyle::Page) => {
                request.pair(&paging.parameter, &paging.first.to_string())
            }
            (Place::Start, _) => request,
        }
    }

    /// The items of an answer; none when it holds no list.
    pub(super) fn items(&self, answer: &Value) -> Option<Vec<Item>> {
        let path = self.mapping.items.as_deref().unwrap_or_default();
        let list = at(answer, path).as_array()?;
        let id = self.mapping.field("id");
        let item = |value: &Value| Item {
            id: word(value, id).unwrap_or_default(),
            client: self.client.clone(),
            value: value.clone(),
        };
        Some(list.iter().map(item).collect())
    }

    /// Where the page after this one begins, when there is one.
    pub(super) fn next(
        &self,
        answer: &Value,
        before: usize,
        got: usize,
        size: usize,
        page: u64,
    ) -> Option<Place> {
        let paging = self.mapping.paging.as_ref()?;
        match paging.style {
            PagingStyle::Cursor => word(answer, paging.next.as_deref()?).map(Place::At),
            PagingStyle::Offset if got < size => None,
            PagingStyle::Offset => Some(Place::At((before + got).to_string())),
            PagingStyle::Page if got < size => None,
            PagingStyle::Page => Some(Place::At((paging.first + page + 1).to_string())),
        }
    }
}

impl Session {
    /// Reads one page. A list that cannot be read is a finding, and no page.
    pub(super) async fn page(
        &mut self,
        list: &List,
        place: &Place,
        size: usize,
    ) -> Step<Option<(Answer, Vec<Item>)>> {
        let answer = self
            .ask(&list.operation, list.request(self, place, size))
            .await?;
        let status = answer.status.as_u16();
        if status != 200 {
            self.found(
                &codes::LIST_REFUSED,
                &list.operation,
                format!("status {status}"),
            );
            return Ok(None);
        }
        let items = answer.json().and_then(|body| list.items(&body));
        let Some(items) = items else {
            let code = match says_error(&answer) {
                true => &codes::ERROR_AS_SUCCESS,
                false => &codes::LIST_REFUSED,
            };
            self.found(
                code,
                &list.operation,
                "200 without the list the documentation promises",
            );
            return Ok(None);
        };
        Ok(Some((answer, items)))
    }

    /// Walks a list to its end, or as far as `most` items.
    pub(super) async fn walk(&mut self, list: &List, size: usize, most: usize) -> Step<Walk> {
        let mut walk = Walk {
            pages: Vec::new(),
            total: None,
            ended: false,
            endless: false,
        };
        let mut seen = HashSet::new();
        let (mut place, mut count, mut page) = (Place::Start, 0, 0);
        while count < most {
            let Some((answer, items)) = self.page(list, &place, size).await? else {
                return Ok(walk);
            };
            let body = answer.json().unwrap_or_default();
            let total = list
                .mapping
                .paging
                .as_ref()
                .and_then(|paging| paging.total.as_deref());
            walk.total = total
                .and_then(|path| at(&body, path).as_u64())
                .or(walk.total);
            let got = items.len();
            let next = list.next(&body, count, got, size, page);
            walk.pages.push(items);
            count += got;
            page += 1;
            match next {
                None => {
                    walk.ended = true;
                    return Ok(walk);
                }
                Some(Place::At(at)) if !seen.insert(at.clone()) => {
                    walk.endless = true;
                    self.found(
                        &codes::PAGING_ENDLESS,
                        &list.operation,
                        "the same next page twice",
                    );
                    return Ok(walk);
                }
                // A page without items that has a next one would go on for ever.
                Some(_) if got == 0 => {
                    walk.endless = true;
                    self.found(
                        &codes::PAGING_ENDLESS,
                        &list.operation,
                        "an empty page with a next one",
                    );
                    return Ok(walk);
                }
                Some(next) => place = next,
            }
        }
        Ok(walk)
    }

    pub(super) fn client_list(&self) -> List {
        List {
            operation: self.operations.clients.clone(),
            mapping: self.mapping.clients.clone(),
            client: String::new(),
        }
    }

    pub(super) fn file_list(&self, client: &str) -> List {
        List {
            operation: self.operations.files.clone(),
            mapping: self.mapping.files.clone(),
            client: client.to_owned(),
        }
    }
}

/// Whether an answer with a status of success speaks of an error.
pub(super) fn says_error(answer: &Answer) -> bool {
    answer.json().is_some_and(|body| {
        ["error", "errors", "exception"]
            .iter()
            .any(|name| !body[*name].is_null())
    })
}
