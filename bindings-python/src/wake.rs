//! How a queue tells an event loop that it stopped being empty.
//!
//! On Unix a socket pair: one end is watched by `loop.add_reader`, the other written by whichever
//! thread fills the queue. Elsewhere there is no such descriptor (the proactor loop of Windows has
//! no `add_reader`): the package then lets a thread wait in `LoopQueue.wait` and hand over each
//! batch by `loop.call_soon_threadsafe`.

#[cfg(unix)]
pub use with_descriptor::Wake;
#[cfg(not(unix))]
pub use without_descriptor::Wake;

#[cfg(unix)]
mod with_descriptor {
    use std::io::{Read, Result, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    pub struct Wake {
        writer: UnixStream,
        reader: UnixStream,
    }

    impl Wake {
        pub fn new() -> Result<Self> {
            let (writer, reader) = UnixStream::pair()?;
            writer.set_nonblocking(true)?;
            reader.set_nonblocking(true)?;
            Ok(Self { writer, reader })
        }

        pub fn descriptor(&self) -> Option<i32> {
            Some(self.reader.as_raw_fd())
        }

        pub fn signal(&self) {
            // A full buffer means that the reader has been told already.
            let _ = (&self.writer).write(&[1]);
        }

        pub fn clear(&self) {
            let mut buffer = [0; 64];
            while matches!((&self.reader).read(&mut buffer), Ok(n) if n == buffer.len()) {}
        }
    }
}

#[cfg(not(unix))]
mod without_descriptor {
    pub struct Wake;

    impl Wake {
        pub fn new() -> std::io::Result<Self> {
            Ok(Self)
        }

        pub fn descriptor(&self) -> Option<i32> {
            None
        }

        pub fn signal(&self) {}

        pub fn clear(&self) {}
    }
}
