//! What the platform remembers: customers, their documents and notes, uploads under way.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::links;

const CREATED: &str = "2025-01-15T09:00:00Z";

#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) documents: Vec<Document>,
}

#[derive(Clone)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) bytes: Bytes,
}

/// A tus upload under way.
pub(crate) struct Partial {
    pub(crate) customer: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) length: usize,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Default)]
pub(crate) struct Store {
    pub(crate) customers: Vec<Customer>,
    pub(crate) notes: Vec<Value>,
    /// Idempotency key → the note made with it.
    pub(crate) keys: HashMap<String, Value>,
    pub(crate) partials: HashMap<String, Partial>,
    pub(crate) readings: u64,
    next: u64,
}

impl Store {
    /// Eleven customers with up to five documents each.
    pub(crate) fn seeded() -> Self {
        let mut store = Self::default();
        for at in 0..11_usize {
            let documents = (0..(at * 3) % 6).map(|number| document(at, number));
            store.customers.push(Customer {
                id: format!("cus-{}", 100 + at),
                name: format!("Customer {at} Ünï 田"),
                documents: documents.collect(),
            });
        }
        store
    }

    pub(crate) fn customer(&self, id: &str) -> Option<&Customer> {
        self.customers.iter().find(|customer| customer.id == id)
    }

    pub(crate) fn document(&self, id: &str) -> Option<&Document> {
        let mut all = self
            .customers
            .iter()
            .flat_map(|customer| &customer.documents);
        all.find(|document| document.id == id)
    }

    /// Adds a document to a customer who is known to be there.
    pub(crate) fn add(
        &mut self,
        customer: &str,
        title: String,
        kind: String,
        bytes: Bytes,
    ) -> Document {
        let added = Document {
            id: self.fresh("doc-new"),
            title,
            kind,
            bytes,
        };
        if let Some(found) = self.customers.iter_mut().find(|found| found.id == customer) {
            found.documents.push(added.clone());
        }
        added
    }

    pub(crate) fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}-{}", self.next)
    }
}

/// A document of the seed: its bytes follow from its place.
fn document(customer: usize, number: usize) -> Document {
    let (ending, kind, magic) = match number % 3 {
        0 => ("pdf", "application/pdf", &b"%PDF-1.4\n"[..]),
        1 => ("csv", "text/csv", &b"a,b\n"[..]),
        _ => ("png", "image/png", &b"\x89PNG\r\n\x1a\n"[..]),
    };
    let filler = (0..1_500 + 700 * number).map(|at| b'a' + ((at * 7 + customer) % 26) as u8);
    Document {
        id: format!("doc-{customer}-{number}"),
        title: format!("Form {number} \"ü\" 田.{ending}"),
        kind: kind.into(),
        bytes: magic.iter().copied().chain(filler).collect(),
    }
}

impl Customer {
    pub(crate) fn show(&self) -> Value {
        json!({
            "customer_id": self.id,
            "display_name": self.name,
            "phone": "+1-555-0100",
            "kind": "individual",
            "updated_at": CREATED,
        })
    }
}

impl Document {
    pub(crate) fn show(&self, base: &str) -> Value {
        json!({
            "document_id": self.id,
            "title": self.title,
            "bytes": self.bytes.len(),
            "content_type": self.kind,
            "link": links::make(base, &self.id),
            "created_at": CREATED,
            "updated_at": CREATED,
        })
    }
}
