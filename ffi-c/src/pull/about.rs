//! What the documents say of the platform.

use std::ffi::c_char;

use filed_core::pull::{About, Webhook};

use crate::args;
use crate::failure::Result;
use crate::records::{self, Record};

/// A webhook of the platform, for the documents. Start with `FILED_PULL_WEBHOOK_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_webhook {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// Its name, such as `file.created`; required.
    pub name: *const c_char,
    /// When it is sent, and what with; required.
    pub description: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_webhook {
    const NAME: &'static str = "filed_pull_webhook";
    const INIT: &'static str = "FILED_PULL_WEBHOOK_INIT";
}

impl filed_pull_webhook {
    unsafe fn to_core(self) -> Result<Webhook> {
        Ok(Webhook {
            name: unsafe { args::text(self.name, "webhooks.name") }?.to_owned(),
            description: unsafe { args::text(self.description, "webhooks.description") }?
                .to_owned(),
        })
    }
}

/// What the documents say of the platform. Everybody may read it: no secrets. Start with
/// `FILED_PULL_ABOUT_INIT`; what is NULL is said in general words.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_pull_about {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The platform's name.
    pub platform: *const c_char,
    /// Where Filed's engineers ask when something is unclear.
    pub contact: *const c_char,
    /// How Filed comes by credentials, in a sentence or two.
    pub credentials: *const c_char,
    /// Webhooks of the platform.
    pub webhooks: *const filed_pull_webhook,
    /// How many.
    pub webhook_count: u64,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_pull_about {
    const NAME: &'static str = "filed_pull_about";
    const INIT: &'static str = "FILED_PULL_ABOUT_INIT";
}

impl filed_pull_about {
    pub(super) unsafe fn to_core(self) -> Result<About> {
        let usual = About::default();
        let hooks = unsafe { records::read_all(self.webhooks, self.webhook_count, "webhooks") }?;
        let hooks = hooks.into_iter().map(|hook| unsafe { hook.to_core() });
        let said = |text, name| unsafe { args::optional_string(text, name) };
        Ok(About {
            platform: said(self.platform, "platform")?.unwrap_or(usual.platform),
            contact: said(self.contact, "contact")?,
            credentials: said(self.credentials, "credentials")?.unwrap_or(usual.credentials),
            webhooks: hooks.collect::<Result<_>>()?,
        })
    }
}
