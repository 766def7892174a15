//! The buffers file content travels in: taken from a pool, handed on as [`Bytes`] without a copy,
//! and back in the pool when the last of those is dropped.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Large enough that system calls and task switches cost little beside the copying.
pub(super) const BUFFER: usize = 256 * 1024;

/// Buffers of [`BUFFER`] bytes shared by all uploads of a client.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shelf>);

struct Shelf {
    idle: Mutex<Vec<Box<[u8]>>>,
    keep: usize,
}

/// One buffer, on loan from its pool.
pub(super) struct Buffer {
    data: Box<[u8]>,
    filled: usize,
    home: Arc<Shelf>,
}

impl Pool {
    /// A pool that keeps at most `keep` unused buffers.
    pub fn new(keep: usize) -> Self {
        Self(Arc::new(Shelf {
            idle: Mutex::default(),
            keep,
        }))
    }

    /// A buffer with nothing in it.
    pub fn take(&self) -> Buffer {
        let used = self.0.lock().pop();
        Buffer {
            data: used.unwrap_or_else(|| vec![0; BUFFER].into_boxed_slice()),
            filled: 0,
            home: self.0.clone(),
        }
    }
}

impl Shelf {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Box<[u8]>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    /// What is not filled yet.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.data[self.filled..]
    }

    /// How many bytes are filled.
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// Counts the first `more` bytes of the space as filled.
    pub fn advance(&mut self, more: usize) {
        self.filled = self.data.len().min(self.filled + more);
    }

    /// The filled bytes; their memory goes back to the pool when they are dropped.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.data[..self.filled]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut idle = self.home.lock();
        if idle.len() < self.home.keep {
            idle.push(std::mem::take(&mut self.data));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_when_its_last_slice_is_dropped() {
        let pool = Pool::new(1);
        let mut buffer = pool.take();
        buffer.space()[..3].copy_from_slice(b"abc");
        buffer.advance(3);
        let address = buffer.as_ref().as_ptr();
        let bytes = buffer.freeze();
        let slice = bytes.slice(1..);
        drop(bytes);
        assert!(pool.0.lock().is_empty());
        assert_eq!(&slice[..], b"bc");
        drop(slice);
        let again = pool.take();
        assert_eq!((again.data.as_ptr(), again.filled()), (address, 0));
    }

    #[test]
    fn no_more_than_the_agreed_number_is_kept() {
        let pool = Pool::new(2);
        drop((pool.take(), pool.take(), pool.take()));
        assert_eq!(pool.0.lock().len(), 2);
    }
}
