//! Files and folders that only their owner may read, where the system knows such.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// Takes a file from everybody else. SQLite gives its side files the mode of the main one.
#[cfg(unix)]
pub fn restrict(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

/// Never compiled yet: there was no machine to try it on.
#[cfg(not(unix))]
pub fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder, and those above it that are missing.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Options for a file that is made when it is missing.
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
