//! A panic inside any exported function of the built library stays there: `INTERNAL`, with the
//! function's name, or the neutral value where there is no error to return.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_void};
use std::path::Path;

/// More arguments than any function has: those it has are all zero.
type Any = unsafe extern "C" fn(usize, usize, usize, usize, usize, usize, usize, usize) -> usize;

/// The text of every file in `folder`, at any depth.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => texts.extend(sources(&path)),
            false => texts.push(std::fs::read_to_string(path).unwrap()),
        }
    }
    texts
}

/// Each exported function and what it returns, from the sources.
fn exported() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut functions = BTreeMap::new();
    for source in sources(&folder) {
        for part in source.split("#[unsafe(no_mangle)]\n").skip(1) {
            let declared = part.split_once(" fn ").unwrap().1;
            let declared = declared.split_once(" {\n").unwrap().0;
            let name = declared.split_once('(').unwrap().0;
            let result = declared
                .rsplit_once(") -> ")
                .map_or("()", |(_, result)| result);
            functions.insert(name.to_owned(), result.to_owned());
        }
    }
    functions
}

struct Library(*mut c_void);

impl Library {
    fn open() -> Self {
        let test = std::env::current_exe().unwrap();
        let path = test.parent().unwrap().join("libfiled.so");
        let path = CString::new(path.to_str().unwrap()).unwrap();
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!handle.is_null(), "{path:?} cannot be loaded");
        Self(handle)
    }

    fn call(&self, name: &str, argument: usize) -> usize {
        let symbol = CString::new(name).unwrap();
        let address = unsafe { libc::dlsym(self.0, symbol.as_ptr()) };
        assert!(!address.is_null(), "{name} is not exported");
        // SAFETY: every argument is an integer or a pointer, which are passed alike on the targets
        // this test is for, and further ones are not looked at.
        let function: Any = unsafe { std::mem::transmute(address) };
        unsafe { function(argument, 0, 0, 0, 0, 0, 0, 0) }
    }

    fn text(&self, name: &str, error: usize) -> String {
        let text = self.call(name, error) as *const std::ffi::c_char;
        unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
    }
}

/// Keeps what panics print off the screen.
fn quietly(work: impl FnOnce()) {
    let null = std::fs::File::options()
        .write(true)
        .open("/dev/null")
        .unwrap();
    let kept = unsafe { libc::dup(2) };
    unsafe { libc::dup2(std::os::fd::AsRawFd::as_raw_fd(&null), 2) };
    work();
    unsafe { libc::dup2(kept, 2) };
    unsafe { libc::close(kept) };
}

#[test]
fn a_panic_in_any_function_stays_in_the_library() {
    let library = Library::open();
    let functions = exported();
    assert!(functions.len() > 200);
    let mut wrong = Vec::new();
    quietly(|| {
        for (name, result) in &functions {
            // SAFETY: no other thread of this program reads or writes the environment.
            unsafe { std::env::set_var("FILED_TEST_PANIC", name) };
            let answer = library.call(name, 0);
            unsafe { std::env::remove_var("FILED_TEST_PANIC") };
            let right = match result.as_str() {
                "*mut filed_error" => {
                    let right = answer != 0
                        && library.text("filed_error_name", answer) == "INTERNAL"
                        && library.text("filed_error_operation", answer) == *name
                        && library.text("filed_error_message", answer).contains(name);
                    library.call("filed_error_free", answer);
                    right
                }
                "()" => true,
                "i64" => answer as i64 == -1,
                "i32" | "u32" => answer as u32 == 0,
                _ => answer == 0,
            };
            if !right {
                wrong.push(name.clone());
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(library.call("filed_live_handles", 0), 0);
}
