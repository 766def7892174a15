//! [`Pager`]: lists that page by themselves.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;

use crate::{Error, ErrorCode, Result};

type Page<T> = Pin<Box<dyn Future<Output = Result<Vec<T>>> + Send>>;

/// A list that is read page by page as it is walked. Memory holds one page.
///
/// The gateway states no stop rule for its lists: a page shorter than asked for ends this one, and
/// a page that repeats the one before is an error, never an endless walk.
pub struct Pager<T> {
    fetch: Box<dyn FnMut(u64, u32) -> Page<T> + Send>,
    identify: fn(&T) -> &str,
    limit: u32,
    offset: u64,
    last_first: Option<String>,
    buffer: VecDeque<T>,
    done: bool,
}

impl<T: Send> Pager<T> {
    pub(crate) fn new<F>(
        limit: u32,
        identify: fn(&T) -> &str,
        mut fetch: impl FnMut(u64, u32) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Vec<T>>> + Send + 'static,
    {
        Self {
            fetch: Box::new(move |offset, limit| Box::pin(fetch(offset, limit))),
            identify,
            limit,
            offset: 0,
            last_first: None,
            buffer: VecDeque::new(),
            done: false,
        }
    }

    /// The next item, or `None` at the end.
    ///
    /// # Errors
    /// Those of the query behind the list; the walk can be continued after a retryable one.
    pub async fn next(&mut self) -> Result<Option<T>> {
        while self.buffer.is_empty() && !self.done {
            let page = self.fetch_page().await?;
            self.buffer.extend(page);
        }
        Ok(self.buffer.pop_front())
    }

    /// The next page, or `None` at the end. A binding crosses its boundary once per page.
    ///
    /// # Errors
    /// As [`Pager::next`].
    pub async fn next_page(&mut self) -> Result<Option<Vec<T>>> {
        if !self.buffer.is_empty() {
            return Ok(Some(self.buffer.drain(..).collect()));
        }
        if self.done {
            return Ok(None);
        }
        let page = self.fetch_page().await?;
        Ok((!page.is_empty()).then_some(page))
    }

    /// Everything that is left. For lists known to be short.
    ///
    /// # Errors
    /// As [`Pager::next`].
    pub async fn all(mut self) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(page) = self.next_page().await? {
            items.extend(page);
        }
        Ok(items)
    }

    async fn fetch_page(&mut self) -> Result<Vec<T>> {
        let page = (self.fetch)(self.offset, self.limit).await?;
        let first = page.first().map(|item| (self.identify)(item).to_owned());
        if first.is_some() && first == self.last_first {
            self.done = true;
            return Err(Error::new(
                ErrorCode::ProtocolError,
                "the server sent the same page twice: the list cannot be read to its end",
            ));
        }
        self.last_first = first;
        self.offset += page.len() as u64;
        self.done = page.len() < self.limit as usize;
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(total: u64) -> Pager<String> {
        Pager::new(
            3,
            |s| s.as_str(),
            move |offset, limit| async move {
                Ok((offset..total.min(offset + u64::from(limit)))
                    .map(|n| n.to_string())
                    .collect())
            },
        )
    }

    #[tokio::test]
    async fn a_short_page_ends_the_list() {
        for total in [0, 1, 3, 7] {
            assert_eq!(numbers(total).all().await.unwrap().len() as u64, total);
        }
    }

    #[tokio::test]
    async fn the_same_page_for_ever_is_an_error() {
        let stuck = Pager::new(
            1,
            |s: &String| s.as_str(),
            |_, _| async { Ok(vec!["a".to_owned()]) },
        );
        assert_eq!(
            stuck.all().await.unwrap_err().code(),
            ErrorCode::ProtocolError
        );
    }
}
