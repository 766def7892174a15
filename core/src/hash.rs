//! SHA-256 as it is shown and kept: in hexadecimal.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};

use sha2::{Digest, Sha256};

/// Read at once.
const PIECE: usize = 256 * 1024;

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// SHA-256 of these bytes.
pub(crate) fn of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of what a file holds from here on. Blocks.
pub(crate) fn of_file(file: &mut File) -> io::Result<String> {
    let (mut hasher, mut space) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut space) {
            Ok(0) => return Ok(hex(&hasher.finalize())),
            Ok(read) => hasher.update(&space[..read]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_hash_of_its_bytes() {
        let content = vec![b'x'; PIECE + 1];
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &content).unwrap();
        let hash = of_file(&mut File::open(file.path()).unwrap()).unwrap();
        assert_eq!(hash, of(&content));
        // As `sha256sum` gives it.
        assert!(of(b"abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
    }
}
