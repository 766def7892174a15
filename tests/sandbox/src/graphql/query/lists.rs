//! Paging and sorting, the same for every list of the gateway; and which works a filter can mean,
//! without looking at all of them.

use crate::graphql::inputs::{JobWorkFilters, SortBy, SortByOrder};
use crate::settings::{OverLimit, Settings};
use crate::state::{Moment, Refusal, Work, World};

/// A window on a list.
pub(super) struct Page {
    pub(super) offset: usize,
    pub(super) limit: usize,
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
        self.window(items.into_iter())
    }

    /// As [`Page::of`], without listing what comes after the page.
    pub(super) fn window<I: Iterator>(&self, items: I) -> impl Iterator<Item = I::Item> + use<I> {
        items.skip(self.offset).take(self.limit)
    }
}

/// The works that can pass the filters by id or by job, in the order they were made: found by
/// position, so that a page of one job costs the same however much the sandbox holds.
pub(super) fn candidates<'w>(
    world: &'w World,
    filters: &JobWorkFilters,
) -> Box<dyn Iterator<Item = &'w Work> + 'w> {
    let mut positions: Vec<usize> = match (&filters.ids, &filters.connection_job_ids) {
        (Some(ids), _) => ids
            .iter()
            .filter_map(|id| world.works.get_index_of(id.as_str()))
            .collect(),
        (None, Some(jobs)) if jobs.len() == 1 => {
            let job = jobs.first().and_then(|id| world.jobs.get(id.as_str()));
            let works = job.map_or(&[][..], |job| &job.works);
            return Box::new(
                works
                    .iter()
                    .filter_map(|at| Some(world.works.get_index(*at)?.1)),
            );
        }
        _ => return Box::new(world.works.values()),
    };
    positions.sort_unstable();
    positions.dedup();
    Box::new(
        positions
            .into_iter()
            .filter_map(|at| Some(world.works.get_index(at)?.1)),
    )
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
