//! Keeping this library's code in memory once its threads run it, whatever the host unloads.

/// Pins the image this code is in: the shared library, the Python module, the Node addon. In a
/// program linked with the archive there is nothing to do, and nothing is done.
pub(super) fn pin() {
    platform::pin();
}

#[cfg(unix)]
mod platform {
    use std::ffi::c_void;
    use std::mem::MaybeUninit;

    pub fn pin() {
        let mut info = MaybeUninit::<libc::Dl_info>::zeroed();
        let here: fn() = pin;
        // SAFETY: `info` is writable, and all zeroes are a valid value of it.
        let info = unsafe {
            match libc::dladdr(here as *const c_void, info.as_mut_ptr()) {
                0 => return,
                _ => info.assume_init(),
            }
        };
        let flags = libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
        if !info.dli_fname.is_null() {
            // Not closed again: this reference is what keeps the image where the flag is unknown.
            // SAFETY: the loader's own name of an image that is loaded.
            unsafe { libc::dlopen(info.dli_fname, flags) };
        }
    }
}

/// Never compiled yet: there was no machine to try it on.
#[cfg(windows)]
mod platform {
    use std::ffi::c_void;

    const FROM_ADDRESS: u32 = 4;
    const PIN: u32 = 1;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(flags: u32, address: *const c_void, module: *mut *mut c_void) -> i32;
    }

    pub fn pin() {
        let mut module = std::ptr::null_mut();
        let here: fn() = pin;
        // SAFETY: the address is in this image, the result is writable.
        unsafe { GetModuleHandleExW(FROM_ADDRESS | PIN, here as *const c_void, &mut module) };
    }
}
