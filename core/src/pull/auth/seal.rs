//! [`Seal`]: what the server gives away and wants back unread and unchanged: cursors, access
//! tokens, signatures of URLs.
//!
//! Each is encrypted and authenticated under the server's secret, for one purpose and one context
//! (the associated data): a signature for one file opens nothing for another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use secrecy::{ExposeSecret, SecretBox};

use crate::{Error, ErrorCode, Result};

/// What is sealed; none opens as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Cursor,
    Token,
    Url,
}

/// The server's secret, at work.
pub struct Seal {
    cipher: LessSafeKey,
    nonces: hmac::Key,
}

impl Seal {
    pub fn new(secret: &SecretBox<[u8; 32]>) -> Result<Self> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret());
        let derived = hmac::sign(&root, b"filed pull: cipher");
        let key = UnboundKey::new(&CHACHA20_POLY1305, derived.as_ref()).map_err(|_| defect())?;
        let nonces = hmac::sign(&root, b"filed pull: nonces");
        Ok(Self {
            cipher: LessSafeKey::new(key),
            nonces: hmac::Key::new(hmac::HMAC_SHA256, nonces.as_ref()),
        })
    }

    /// Seals `text`; the same text in the same context gives the same seal.
    pub fn close(&self, purpose: Purpose, context: &str, text: &[u8]) -> Result<String> {
        let context = aad(purpose, context);
        let nonce = self.nonce(&context, text);
        let mut sealed = text.to_vec();
        self.cipher
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| defect())?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// What was sealed, unless somebody else sealed it, or for something else.
    pub fn open(&self, purpose: Purpose, context: &str, sealed: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut text = text.to_vec();
        let context = aad(purpose, context);
        let opened = self.cipher.open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(context.as_bytes()),
            &mut text,
        );
        opened.ok().map(|opened| opened.to_vec())
    }

    /// Made of all that is sealed (as SIV modes do), so that no two texts share one.
    fn nonce(&self, context: &str, text: &[u8]) -> [u8; NONCE_LEN] {
        let mut signed = hmac::Context::with_key(&self.nonces);
        signed.update(&(context.len() as u64).to_be_bytes());
        signed.update(context.as_bytes());
        signed.update(text);
        let tag = signed.sign();
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&tag.as_ref()[..NONCE_LEN]);
        nonce
    }
}

fn aad(purpose: Purpose, context: &str) -> String {
    format!("{purpose:?}\n{context}")
}

fn defect() -> Error {
    Error::new(ErrorCode::Internal, "the pull server could not seal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_for_its_purpose_and_context_and_for_nothing_else() {
        let seal = Seal::new(&SecretBox::new(Box::new([7; 32]))).unwrap();
        let sealed = seal.close(Purpose::Url, "file 1", b"text").unwrap();
        assert!(!sealed.contains("text"));
        assert_eq!(sealed, seal.close(Purpose::Url, "file 1", b"text").unwrap());
        let open = |purpose, context| seal.open(purpose, context, &sealed);
        assert_eq!(open(Purpose::Url, "file 1").unwrap(), b"text");
        assert!(open(Purpose::Url, "file 2").is_none());
        assert!(open(Purpose::Token, "file 1").is_none());
        let other = Seal::new(&SecretBox::new(Box::new([8; 32]))).unwrap();
        assert!(other.open(Purpose::Url, "file 1", &sealed).is_none());
    }

    #[test]
    fn a_changed_seal_does_not_open() {
        let seal = Seal::new(&SecretBox::new(Box::new([7; 32]))).unwrap();
        let sealed = seal.close(Purpose::Token, "", b"text").unwrap();
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(seal.open(Purpose::Token, "", &changed).is_none(), "{at}");
        }
        assert!(seal.open(Purpose::Token, "", "").is_none());
    }
}
