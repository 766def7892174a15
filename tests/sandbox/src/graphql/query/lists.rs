//! Paging and sorting, the same for every list of the gateway.

use crate::graphql::inputs::{SortBy, SortByOrder};
use crate::settings::{OverLimit, Settings};
use crate::state::{Moment, Refusal};

/// A window on a list.
pub(super) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    pub(super) fn new(
        limit: Option<i32>,
        offset: Option<i32>,
        settings: &Settings,
    ) -> Result<Self, Refusal> {
        let limit = not_negative("limit", limit)?.unwrap_or(settings.default_limit);
        let offset = not_negative("offset", offset)?.unwrap_or(0);
        if limit > settings.max_limit && settings.over_limit == OverLimit::Reject {
            return Err(Refusal::input(format!(
                "limit must be at most {}",
                settings.max_limit
            )));
        }
        Ok(Self {
            offset,
            limit: limit.min(settings.max_limit),
        })
    }

    pub(super) fn of<T>(&self, items: Vec<T>) -> impl Iterator<Item = T> + use<T> {
        items.into_iter().skip(self.offset).take(self.limit)
    }
}

fn not_negative(name: &str, number: Option<i32>) -> Result<Option<usize>, Refusal> {
    number
        .map(|number| {
            usize::try_from(number)
                .map_err(|_| Refusal::input(format!("{name} must not be negative")))
        })
        .transpose()
}

/// What a list can be sorted by.
pub(super) struct Sortable<'s> {
    pub(super) id: &'s str,
    pub(super) name: &'s str,
    pub(super) created: Moment,
    pub(super) updated: Moment,
}

/// Sorts a list that stands in order of creation; without a wish it stays so.
pub(super) fn sort<T>(
    items: &mut [T],
    wish: Option<&SortBy>,
    key: impl Fn(&T) -> Sortable<'_>,
) -> Result<(), Refusal> {
    let Some(wish) = wish else { return Ok(()) };
    match wish.field.as_str() {
        "createdAt" => items.sort_by_key(|item| key(item).created.at),
        "updatedAt" => items.sort_by_key(|item| key(item).updated.at),
        "id" => items.sort_by(|a, b| key(a).id.cmp(key(b).id)),
        "name" | "displayName" => items.sort_by(|a, b| key(a).name.cmp(key(b).name)),
        _ => {
            return Err(Refusal::input(
                "sortBy.field is not a field that can be sorted by",
            ));
        }
    }
    if wish.order == SortByOrder::Descending {
        items.reverse();
    }
    Ok(())
}
