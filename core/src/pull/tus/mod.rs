//! tus 1.0.0, apart from HTTP: `header` reads what requests say, `lock` keeps two requests from
//! writing one upload, `append` puts bytes on the disk, `deliver` hands a complete upload to the
//! platform. The endpoints are in `server::tus`.

pub mod append;
pub mod deliver;
pub mod header;
pub mod lock;

/// The only version there is.
pub const VERSION: &str = "1.0.0";
/// Extensions that are spoken.
pub const EXTENSIONS: &str = "creation,creation-with-upload,expiration,termination,checksum";
/// How chunks can be checked.
pub const ALGORITHMS: &str = "sha1,sha256,sha512";
/// The media type of a chunk.
pub const CHUNK: &str = "application/offset+octet-stream";
