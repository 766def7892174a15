//! Iterators over lists that page by themselves: what stands behind every `filed_..._iterator`.

use std::sync::{Mutex, PoisonError};

use filed_core::Client;
use filed_core::gateway::Pager;

use crate::client::is_forked;
use crate::error::filed_error;
use crate::failure::Result;
use crate::guard::{Forkable, guard};
use crate::{args, wait};

/// A list being walked, by any thread. `T` is the C handle of an item.
pub(crate) struct Iter<T> {
    client: Client,
    advance: Mutex<Advance<T>>,
}

type Advance<T> = Box<dyn FnMut() -> Result<Option<T>> + Send>;

impl<T> Iter<T> {
    /// Over a list that is fetched while it is walked.
    pub fn paged<P: Send + Into<T> + 'static>(
        client: &Client,
        mut pager: Pager<P>,
    ) -> Result<Self> {
        client.generation().check()?;
        Ok(Self::new(client, move || {
            Ok(wait::block_on(pager.next())?.map(Into::into))
        }))
    }

    /// Over a list that is here already.
    pub fn here<P: Send + Into<T> + 'static>(client: &Client, items: Vec<P>) -> Self {
        let mut items = items.into_iter();
        Self::new(client, move || Ok(items.next().map(Into::into)))
    }

    fn new(client: &Client, advance: impl FnMut() -> Result<Option<T>> + Send + 'static) -> Self {
        Self {
            client: client.clone(),
            advance: Mutex::new(Box::new(advance)),
        }
    }

    fn next(&self) -> Result<Option<T>> {
        // Before the lock: a forked child may have copied it held.
        self.client.generation().check()?;
        let mut advance = self.advance.lock().unwrap_or_else(PoisonError::into_inner);
        (*advance)()
    }
}

impl<T> Forkable for Iter<T> {
    fn forked(&self) -> bool {
        is_forked(&self.client)
    }
}

/// The guarded body of an iterator's `_next` function.
pub(crate) fn next<I: AsRef<Iter<T>>, T>(
    name: &'static str,
    iterator: *const I,
    item: *mut *mut T,
) -> *mut filed_error {
    guard(name, || {
        // SAFETY: the caller's contract: NULL or a place for a handle; NULL or a live handle.
        let place = unsafe { args::out(item, "the place for the item") }?;
        let iterator = unsafe { args::handle(iterator, "iterator") }?;
        if let Some(item) = iterator.as_ref().next()? {
            place.set(item);
        }
        Ok(())
    })
}

/// What an opaque iterator type over `$item`s needs. The type itself is written out where it
/// belongs, for the generator of the header to see it.
macro_rules! iterates {
    ($name:ident over $item:ty) => {
        impl AsRef<crate::iterator::Iter<$item>> for $name {
            fn as_ref(&self) -> &crate::iterator::Iter<$item> {
                &self.0
            }
        }

        impl crate::guard::Forkable for $name {
            fn forked(&self) -> bool {
                crate::guard::Forkable::forked(&self.0)
            }
        }
    };
}
pub(crate) use iterates;
