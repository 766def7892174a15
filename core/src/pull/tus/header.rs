//! The headers of tus requests.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512};
use serde_json::{Map, Value};

use super::VERSION;
use crate::pull::NewFile;
use crate::pull::problem::{Code, Problem};

/// The longest `Upload-Metadata`.
const MOST_METADATA: usize = 8 * 1024;

/// How a chunk is checked.
#[derive(Clone)]
pub struct Checksum {
    pub algorithm: &'static Algorithm,
    pub expected: Vec<u8>,
}

/// Refuses another version.
pub fn version(headers: &HeaderMap) -> Result<(), Problem> {
    match text(headers, "tus-resumable")? {
        Some(VERSION) => Ok(()),
        _ => Err(Problem::new(Code::TusVersion).with(
            http::HeaderName::from_static("tus-version"),
            http::HeaderValue::from_static(VERSION),
        )),
    }
}

/// A header that is a number.
pub fn number(headers: &HeaderMap, name: &'static str) -> Result<Option<u64>, Problem> {
    let Some(value) = text(headers, name)? else {
        return Ok(None);
    };
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    match value.parse() {
        Ok(number) if digits => Ok(Some(number)),
        _ => Err(wrong(name, "must be a number of bytes")),
    }
}

/// `Upload-Checksum: sha1 BASE64`
pub fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Problem> {
    const NAME: &str = "upload-checksum";
    let Some(value) = text(headers, NAME)? else {
        return Ok(None);
    };
    let (algorithm, encoded) = value
        .split_once(' ')
        .ok_or_else(|| wrong(NAME, "must be an algorithm and a base64 hash"))?;
    let algorithm = match algorithm {
        "sha1" => &SHA1_FOR_LEGACY_USE_ONLY,
        "sha256" => &SHA256,
        "sha512" => &SHA512,
        _ => return Err(wrong(NAME, "the algorithm must be sha1, sha256 or sha512")),
    };
    let expected = STANDARD
        .decode(encoded)
        .map_err(|_| wrong(NAME, "the hash must be base64"))?;
    Ok(Some(Checksum {
        algorithm,
        expected,
    }))
}

/// `Upload-Metadata` as it came, and the file it describes.
pub fn metadata(headers: &HeaderMap) -> Result<(Option<String>, NewFile), Problem> {
    const NAME: &str = "upload-metadata";
    let mut file = NewFile {
        name: "file".into(),
        mime_type: "application/octet-stream".into(),
        ..NewFile::default()
    };
    let Some(value) = text(headers, NAME)?.filter(|value| !value.is_empty()) else {
        return Ok((None, file));
    };
    if value.len() > MOST_METADATA {
        return Err(wrong(NAME, "must have at most 8192 characters"));
    }
    let mut seen = Map::new();
    for pair in value.split(',') {
        let pair = pair.strip_prefix(' ').unwrap_or(pair);
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = decoded(value)
            .ok_or_else(|| wrong(NAME, "must be pairs of a key and a base64 UTF-8 text"))?;
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong(NAME, "every key must be of visible ASCII characters"));
        }
        if seen.insert(key.to_owned(), Value::Null).is_some() {
            return Err(wrong(NAME, "every key must be there once"));
        }
        match key {
            "filename" | "name" => file.name = value,
            "filetype" | "type" if !value.is_empty() => file.mime_type = value,
            "filetype" | "type" => {}
            "description" => file.description = Some(value),
            _ => {
                file.metadata.insert(key.to_owned(), value.into());
            }
        }
    }
    Ok((Some(value.to_owned()), file))
}

fn decoded(value: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(value).ok()?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Problem> {
    headers
        .get(name)
        .map(|value| value.to_str().map_err(|_| wrong(name, "must be ASCII")))
        .transpose()
}

pub fn wrong(name: &str, message: &str) -> Problem {
    Problem::field(Code::InvalidParameter, name, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn metadata_names_the_file_and_keeps_the_rest() {
        let encoded = |text: &str| STANDARD.encode(text);
        let value = format!(
            "filename {},filetype {},taxYear {},flag",
            encoded("Erklärung.pdf"),
            encoded("application/pdf"),
            encoded("2025")
        );
        let (raw, file) = metadata(&headers("upload-metadata", &value)).ok().unwrap();
        assert_eq!(raw, Some(value));
        assert_eq!(
            (file.name.as_str(), file.mime_type.as_str()),
            ("Erklärung.pdf", "application/pdf")
        );
        assert_eq!(
            (&file.metadata["taxYear"], &file.metadata["flag"]),
            (&"2025".into(), &"".into())
        );
        for bad in [
            "filename !",
            "filename YQ==,filename YQ==",
            "filename YQ==,  type YQ==",
            "a\tb YQ==",
            ",",
            "filename /w==",
        ] {
            assert!(metadata(&headers("upload-metadata", bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_digits_only() {
        let read = |text| number(&headers("upload-length", text), "upload-length");
        assert_eq!(read("10").ok().unwrap(), Some(10));
        for bad in ["+1", "-1", "", "1.0", "99999999999999999999999"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
