//! The content a scenario's file has, for its hash. A second reading of the rule the runners follow.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

/// BLAKE3 of a file of a scenario, lower-case hex.
pub fn blake3(files: &Map<String, Value>, name: &str) -> Result<String> {
    let content = files
        .get(name)
        .with_context(|| format!("no file `{name}` in this scenario"))?;
    Ok(crate::hash::hex(
        &bytes(content).with_context(|| name.to_owned())?,
    ))
}

fn bytes(content: &Value) -> Result<Vec<u8>> {
    if let Some(text) = content["text"].as_str() {
        return Ok(text.as_bytes().to_vec());
    }
    let (Some(size), Some(seed)) = (content["size"].as_u64(), content["seed"].as_u64()) else {
        bail!("only `text` and `size` with `seed` have a known hash");
    };
    Ok(xorshift(usize::try_from(size)?, u32::try_from(seed)?))
}

fn xorshift(size: usize, mut x: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 4);
    while out.len() < size {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        out.extend_from_slice(&x.to_le_bytes());
    }
    out.truncate(size);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn seed_one_begins_as_documented() {
        assert_eq!(super::xorshift(6, 1), [0x21, 0x20, 0x04, 0x00, 0x01, 0x06]);
    }
}
