//! [`Keys`]: the configured keys and clients, kept as hashes and compared in constant time.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{Caller, Presented};
use crate::pull::PullConfig;

/// Whom the configuration knows.
pub struct Keys {
    api: Vec<Known>,
    oauth: Vec<Known>,
}

struct Known {
    hash: [u8; 32],
    caller: Caller,
}

impl Keys {
    pub(in crate::pull) fn new(config: &PullConfig) -> Self {
        let known = |hash, id: &str, scopes: &[_]| Known {
            hash,
            caller: Caller {
                id: id.to_owned(),
                scopes: scopes.to_vec(),
            },
        };
        let keys = config.keys.iter();
        let clients = config.oauth_clients.iter();
        Self {
            api: keys
                .map(|key| known(hash("", &key.key), &key.caller, &key.scopes))
                .collect(),
            oauth: clients
                .map(|one| known(hash(&one.id, &one.secret), &one.id, &one.scopes))
                .collect(),
        }
    }

    /// Looks at every key, so that the time taken says nothing.
    pub(super) fn find(&self, presented: &Presented) -> Option<Caller> {
        let (known, hash) = match presented {
            Presented::ApiKey(key) => (&self.api, hash("", key)),
            Presented::OauthClient { id, secret } => (&self.oauth, hash(id, secret)),
        };
        let mut found = None;
        for one in known {
            if bool::from(one.hash.ct_eq(&hash)) {
                found = Some(&one.caller);
            }
        }
        found.cloned()
    }
}

/// Hashing first makes all comparisons equally long.
fn hash(id: &str, secret: &SecretString) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update((id.len() as u64).to_be_bytes());
    hasher.update(id);
    hasher.update(secret.expose_secret());
    hasher.finalize().into()
}
