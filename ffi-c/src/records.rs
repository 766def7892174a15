//! Structs that callers fill in. Each starts with its size as the caller's header knew it, so that
//! a struct can grow at its end: what an older caller does not have is zero, what a newer caller
//! has beyond our knowledge must be zero.

use crate::args::invalid;
use crate::failure::Result;

/// A struct that starts with a `uint32_t size` and for which zeros mean defaults.
///
/// # Safety
/// All fields are valid when zero, and `size` is the first.
pub(crate) unsafe trait Record: Copy {
    /// Its name in C.
    const NAME: &'static str;

    /// Its name as an initialiser.
    const INIT: &'static str;
}

// A size above this is no version to come but an uninitialised variable.
const LARGEST: usize = 4096;

/// A copy of the caller's struct, completed with zeros.
///
/// # Safety
/// NULL or a struct of at least the size it states.
pub(crate) unsafe fn read<T: Record>(pointer: *const T, name: &str) -> Result<T> {
    if pointer.is_null() {
        return Err(invalid(name, "is NULL"));
    }
    let size = unsafe { stated_size(pointer) }?;
    unsafe { copy(pointer.cast(), size) }
}

/// As [`read`], where NULL means defaults.
///
/// # Safety
/// As [`read`].
pub(crate) unsafe fn read_or_default<T: Record>(pointer: *const T, name: &str) -> Result<T> {
    if pointer.is_null() {
        // SAFETY: `Record` promises that zeros are valid.
        return Ok(unsafe { std::mem::zeroed() });
    }
    unsafe { read(pointer, name) }
}

/// Copies of an array of the caller's structs. The first one's size is the distance between them.
///
/// # Safety
/// NULL or `count` structs of the size the first one states.
pub(crate) unsafe fn read_all<T: Record>(
    pointer: *const T,
    count: u64,
    name: &str,
) -> Result<Vec<T>> {
    let count = usize::try_from(count).map_err(|_| invalid(name, "is longer than memory"))?;
    if count == 0 {
        return Ok(Vec::new());
    }
    if pointer.is_null() {
        return Err(invalid(name, "is NULL but its length is not 0"));
    }
    let stride = unsafe { stated_size(pointer) }?;
    (0..count)
        .map(|index| {
            let item = unsafe { pointer.cast::<u8>().add(index * stride) };
            if unsafe { stated_size(item.cast::<T>()) }? != stride {
                let problem = "differ in size: start each one with its initialiser";
                return Err(invalid(name, problem));
            }
            unsafe { copy(item, stride) }
        })
        .collect()
}

/// Fills the caller's struct, as far as it reaches, and clears what it has beyond ours.
///
/// # Safety
/// NULL or writable for the size it states.
pub(crate) unsafe fn write<T: Record>(pointer: *mut T, value: T, name: &str) -> Result<()> {
    if pointer.is_null() {
        return Err(invalid(name, "is NULL"));
    }
    let size = unsafe { stated_size(pointer) }?;
    let first = size_of::<u32>();
    unsafe {
        let to = pointer.cast::<u8>();
        let from = std::ptr::from_ref(&value).cast::<u8>();
        let known = size.min(size_of::<T>());
        std::ptr::copy_nonoverlapping(from.add(first), to.add(first), known - first);
        std::ptr::write_bytes(to.add(known), 0, size - known);
    }
    Ok(())
}

unsafe fn stated_size<T: Record>(pointer: *const T) -> Result<usize> {
    let size = unsafe { pointer.cast::<u32>().read_unaligned() } as usize;
    if size < size_of::<u32>() || size > LARGEST || !size.is_multiple_of(align_of::<T>()) {
        return Err(invalid(
            &format!("{}.size", T::NAME),
            &format!("is not the size of the struct: start with {}", T::INIT),
        ));
    }
    Ok(size)
}

unsafe fn copy<T: Record>(from: *const u8, size: usize) -> Result<T> {
    let known = size.min(size_of::<T>());
    let beyond = unsafe { std::slice::from_raw_parts(from.add(known), size - known) };
    if beyond.iter().any(|byte| *byte != 0) {
        return Err(invalid(
            T::NAME,
            "sets a field this version of the library does not have: upgrade it",
        ));
    }
    // SAFETY: `Record` promises that zeros are valid.
    let mut record: T = unsafe { std::mem::zeroed() };
    unsafe {
        std::ptr::copy_nonoverlapping(from, std::ptr::from_mut(&mut record).cast(), known);
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(C)]
    struct Sample {
        size: u32,
        first: u32,
        second: u64,
    }

    unsafe impl Record for Sample {
        const NAME: &'static str = "sample";
        const INIT: &'static str = "SAMPLE_INIT";
    }

    #[repr(C)]
    struct Newer {
        sample: Sample,
        third: u64,
    }

    fn sample(size: u32) -> Sample {
        Sample {
            size,
            first: 1,
            second: 2,
        }
    }

    #[test]
    fn an_older_callers_missing_tail_is_zero() {
        let read = unsafe { read(&sample(8), "x") }.unwrap();
        assert_eq!((read.first, read.second), (1, 0));
    }

    #[test]
    fn a_newer_callers_tail_must_be_zero() {
        let mut newer = Newer {
            sample: sample(size_of::<Newer>() as u32),
            third: 0,
        };
        let pointer = std::ptr::from_ref(&newer).cast::<Sample>();
        assert_eq!(unsafe { read(pointer, "x") }.unwrap().second, 2);
        newer.third = 1;
        let pointer = std::ptr::from_ref(&newer).cast::<Sample>();
        assert!(unsafe { read(pointer, "x") }.is_err());
    }

    #[test]
    fn an_uninitialised_size_is_refused() {
        for size in [0, 3, 9, 0xCCCC_CCCC] {
            assert!(unsafe { read(&sample(size), "x") }.is_err(), "{size}");
        }
    }

    #[test]
    fn an_array_is_walked_with_the_callers_stride() {
        let newer = [7, 8].map(|second| Newer {
            sample: Sample {
                size: size_of::<Newer>() as u32,
                first: 0,
                second,
            },
            third: 0,
        });
        let all = unsafe { read_all(newer.as_ptr().cast::<Sample>(), 2, "x") }.unwrap();
        assert_eq!(all.iter().map(|s| s.second).collect::<Vec<_>>(), [7, 8]);
    }

    #[test]
    fn writing_stops_where_the_caller_ends() {
        let mut older = Sample {
            size: 8,
            first: 0,
            second: 9,
        };
        unsafe { write(&mut older, sample(16), "x") }.unwrap();
        assert_eq!((older.size, older.first, older.second), (8, 1, 9));
    }
}
