//! A name server that lives as long as some port of this machine is listened to. It stands in front
//! of the C library's, and is asked for names alone, never for addresses.

use std::ffi::{CStr, c_char, c_int};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::LazyLock;

static PORT: LazyLock<Option<u16>> = LazyLock::new(|| {
    let port = std::env::var("CRASH_NAMES_WITH_PORT").ok()?;
    port.parse().ok()
});

type GetAddrInfo = unsafe extern "C" fn(
    *const c_char,
    *const c_char,
    *const libc::addrinfo,
    *mut *mut libc::addrinfo,
) -> c_int;

/// As the C library's, while there is a name server.
///
/// # Safety
/// As there: `node` must be null or a C string, the others as it wants them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getaddrinfo(
    node: *const c_char,
    service: *const c_char,
    hints: *const libc::addrinfo,
    found: *mut *mut libc::addrinfo,
) -> c_int {
    // SAFETY: as promised by the caller.
    if unsafe { is_name(node) } && PORT.is_some_and(|port| !listens(port)) {
        return libc::EAI_AGAIN;
    }
    // SAFETY: the name is a C string.
    let real = unsafe { libc::dlsym(libc::RTLD_NEXT, c"getaddrinfo".as_ptr()) };
    if real.is_null() {
        return libc::EAI_SYSTEM;
    }
    // SAFETY: the C library's function has this type.
    let real: GetAddrInfo = unsafe { std::mem::transmute(real) };
    // SAFETY: the caller's own arguments, handed on.
    unsafe { real(node, service, hints, found) }
}

/// # Safety
/// `node` must be null or a C string.
unsafe fn is_name(node: *const c_char) -> bool {
    if node.is_null() {
        return false;
    }
    // SAFETY: as promised by the caller.
    let node = unsafe { CStr::from_ptr(node) };
    node.to_str()
        .is_ok_and(|node| node.parse::<IpAddr>().is_err())
}

fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}
