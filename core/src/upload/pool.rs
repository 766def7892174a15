//! The buffers file content travels in: taken from a pool, handed on as [`Bytes`] without a copy,
//! and back in the pool when the last of those is dropped.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Large enough that system calls and task switches cost little beside the copying.
pub(super) const BUFFER: usize = 256 * 1024;

/// The kernel's copy out of its cache takes three times as long to an address that is no multiple
/// of this, as many are that an allocator gives.
const ALIGNMENT: usize = 64;

/// Buffers of [`BUFFER`] bytes shared by all uploads of a client.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shelf>);

struct Shelf {
    idle: Mutex<Vec<Aligned>>,
    keep: usize,
}

/// Zeroed memory that begins where the kernel copies to fast.
#[derive(Default)]
pub(super) struct Aligned {
    /// What lies before `start` is skipped. Never grows, so it stays where it is.
    memory: Vec<u8>,
    start: usize,
}

/// One buffer, on loan from its pool.
pub(super) struct Buffer {
    data: Aligned,
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
            data: used.unwrap_or_else(|| Aligned::new(BUFFER)),
            filled: 0,
            home: self.0.clone(),
        }
    }
}

impl Aligned {
    pub fn new(size: usize) -> Self {
        let mut memory = vec![0; size + ALIGNMENT];
        let start = memory.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        memory.truncate(start + size);
        Self { memory, start }
    }
}

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        &self.memory[self.start..]
    }
}

impl AsMut<[u8]> for Aligned {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..]
    }
}

impl Shelf {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Aligned>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buffer {
    /// What is not filled yet.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.data.as_mut()[self.filled..]
    }

    /// How many bytes are filled.
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// Counts the first `more` bytes of the space as filled.
    pub fn advance(&mut self, more: usize) {
        self.filled = BUFFER.min(self.filled + more);
    }

    /// The filled bytes; their memory goes back to the pool when they are dropped.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.data.as_ref()[..self.filled]
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
        assert_eq!((again.data.as_ref().as_ptr(), again.filled()), (address, 0));
    }

    #[test]
    fn memory_begins_where_the_kernel_copies_fast() {
        for size in [1, 100, 16 * 1024, BUFFER] {
            let mut memory = Aligned::new(size);
            assert_eq!(memory.as_mut().as_ptr().align_offset(ALIGNMENT), 0);
            assert_eq!((memory.as_mut().len(), memory.as_ref().len()), (size, size));
        }
    }

    #[test]
    fn no_more_than_the_agreed_number_is_kept() {
        let pool = Pool::new(2);
        drop((pool.take(), pool.take(), pool.take()));
        assert_eq!(pool.0.lock().len(), 2);
    }
}
