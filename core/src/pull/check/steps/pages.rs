//! How a list pages: read once in large pages and once in small ones, the two must agree.

use std::collections::{HashMap, HashSet};

use crate::pull::check::codes;
use crate::pull::check::listing::{Item, List, Place, Walk};
use crate::pull::check::mapping::PagingStyle;
use crate::pull::check::probe::Step;
use crate::pull::check::session::Session;

/// Items of a large page: what platforms commonly allow.
pub(super) const LARGE: usize = 100;
const SMALL: usize = 3;
/// Items that are read in small pages; more would only take longer.
const ENOUGH: usize = 60;

/// Walks a list in both ways and says what does not fit; gives the walk in large pages.
pub(super) async fn examine(session: &mut Session, list: &List, most: usize) -> Step<Walk> {
    let large = session.walk(list, LARGE, most).await?;
    twice_within(session, list, &large);
    if let (true, Some(total)) = (large.ended, large.total) {
        let count: HashSet<&str> = large.ids().into_iter().collect();
        let pages_agree = count.len() == large.ids().len();
        if total != count.len() as u64 && pages_agree {
            let seen = format!("a total of {total} over {} items", count.len());
            session.found(&codes::TOTAL_WRONG, &list.operation, seen);
        }
    }
    if !stable(session, list).await? || list.mapping.paging.is_none() {
        return Ok(large);
    }
    let small = session.walk(list, SMALL, ENOUGH.min(most)).await?;
    compare(session, list, &large, &small);
    garbage(session, list).await?;
    Ok(large)
}

/// Whether the same request gives the same ids.
async fn stable(session: &mut Session, list: &List) -> Step<bool> {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let Some((_, items)) = session.page(list, &Place::Start, LARGE).await? else {
            return Ok(false);
        };
        ids.push(
            items
                .into_iter()
                .map(|item| item.id)
                .collect::<HashSet<_>>(),
        );
    }
    let same = ids.windows(2).all(|pair| pair[0] == pair[1]);
    if !same {
        session.found(
            &codes::IDS_UNSTABLE,
            &list.operation,
            "two readings gave other ids",
        );
    }
    Ok(same)
}

fn twice_within(session: &mut Session, list: &List, walk: &Walk) {
    for page in &walk.pages {
        let mut seen = HashSet::new();
        let twice = page.iter().filter(|item| !seen.insert(&item.id)).count();
        if twice > 0 {
            let seen = format!("{twice} ids stand twice in one page");
            session.found(&codes::ID_TWICE, &list.operation, seen);
        }
    }
}

fn compare(session: &mut Session, list: &List, large: &Walk, small: &Walk) {
    let distinct = |page: &[Item]| {
        page.iter()
            .map(|item| &item.id)
            .collect::<HashSet<_>>()
            .len()
    };
    let most = small
        .pages
        .iter()
        .map(|page| distinct(page))
        .max()
        .unwrap_or_default();
    if most > SMALL {
        let seen = format!("{most} items in a page of {SMALL}");
        session.found(&codes::PAGE_LIMIT_IGNORED, &list.operation, seen);
        return;
    }
    let mut pages_of: HashMap<&str, HashSet<usize>> = HashMap::new();
    for (at, page) in small.pages.iter().enumerate() {
        for item in page {
            pages_of.entry(&item.id).or_default().insert(at);
        }
    }
    let repeated = pages_of.values().filter(|pages| pages.len() > 1).count();
    if repeated > 0 && !small.endless {
        let seen = format!("{repeated} items come on more than one page");
        session.found(&codes::PAGE_REPEATS, &list.operation, seen);
    }
    // A walk that was cut short says nothing about what comes after it.
    let reach = if small.ended {
        usize::MAX
    } else {
        small.ids().len()
    };
    let prefix = large.ids().into_iter().take(reach);
    let lost = prefix.filter(|id| !pages_of.contains_key(id)).count();
    if lost > 0 && !small.endless && repeated == 0 {
        let seen = format!("{lost} items of large pages are in no small one");
        session.found(&codes::PAGE_SKIPS, &list.operation, seen);
    }
}

/// A cursor that was never issued.
async fn garbage(session: &mut Session, list: &List) -> Step {
    let cursors = list
        .mapping
        .paging
        .as_ref()
        .is_some_and(|paging| paging.style == PagingStyle::Cursor);
    if !cursors {
        return Ok(());
    }
    let place = Place::At("filed-check-no-cursor".into());
    let request = list.request(session, &place, SMALL);
    let answer = session.ask(&list.operation, request).await?;
    if answer.succeeded() {
        session.found(
            &codes::CURSOR_GARBAGE,
            &list.operation,
            "200 to a made-up cursor",
        );
    }
    Ok(())
}
