//! A descriptor that tells the host's event loop that something is there. The one file that knows
//! the platform's descriptors.

#[cfg(unix)]
pub(crate) use unix::Signal;
#[cfg(windows)]
pub(crate) use windows::Signal;

#[cfg(unix)]
mod unix {
    use std::io::{PipeReader, PipeWriter, Read, Result, Write};
    use std::os::fd::AsRawFd;

    /// A pipe that holds one byte while raised, so that neither end ever blocks.
    pub(crate) struct Signal {
        reader: PipeReader,
        writer: PipeWriter,
        raised: bool,
    }

    impl Signal {
        pub fn new() -> Result<Self> {
            let (reader, writer) = std::io::pipe()?;
            Ok(Self {
                reader,
                writer,
                raised: false,
            })
        }

        /// What the host polls for reading.
        pub fn descriptor(&self) -> i64 {
            i64::from(self.reader.as_raw_fd())
        }

        pub fn raise(&mut self) -> Result<()> {
            if !self.raised {
                self.writer.write_all(&[1])?;
                self.raised = true;
            }
            Ok(())
        }

        pub fn lower(&mut self) -> Result<()> {
            if self.raised {
                self.reader.read_exact(&mut [0])?;
                self.raised = false;
            }
            Ok(())
        }
    }
}

/// Never compiled yet: there was no machine to try it on.
#[cfg(windows)]
mod windows {
    use std::ffi::c_void;
    use std::io::{Error, Result};

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn CreateEventW(
            attributes: *const c_void,
            manual_reset: i32,
            initial_state: i32,
            name: *const u16,
        ) -> *mut c_void;
        fn SetEvent(event: *mut c_void) -> i32;
        fn ResetEvent(event: *mut c_void) -> i32;
        fn CloseHandle(handle: *mut c_void) -> i32;
    }

    /// A manual-reset event object.
    pub(crate) struct Signal(*mut c_void);

    // SAFETY: an event object may be used by any thread.
    unsafe impl Send for Signal {}

    impl Signal {
        pub fn new() -> Result<Self> {
            // SAFETY: NULL is allowed for both pointers.
            let event = unsafe { CreateEventW(std::ptr::null(), 1, 0, std::ptr::null()) };
            if event.is_null() {
                return Err(Error::last_os_error());
            }
            Ok(Self(event))
        }

        /// What the host waits for.
        pub fn descriptor(&self) -> i64 {
            self.0 as i64
        }

        pub fn raise(&mut self) -> Result<()> {
            // SAFETY: the handle is open for as long as `self` lives.
            checked(unsafe { SetEvent(self.0) })
        }

        pub fn lower(&mut self) -> Result<()> {
            // SAFETY: the handle is open for as long as `self` lives.
            checked(unsafe { ResetEvent(self.0) })
        }
    }

    impl Drop for Signal {
        fn drop(&mut self) {
            // SAFETY: the handle is open and not used afterwards.
            unsafe { CloseHandle(self.0) };
        }
    }

    fn checked(answer: i32) -> Result<()> {
        if answer == 0 {
            return Err(Error::last_os_error());
        }
        Ok(())
    }
}
