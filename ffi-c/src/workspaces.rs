//! Workspaces: one per tax firm.

use std::ffi::c_char;

use filed_core::gateway::{NewWorkspace, Workspace};

use crate::client::{filed_client, filed_user_iterator};
use crate::error::filed_error;
use crate::guard::{free, guard, read};
use crate::iterator::Iter;
use crate::records::{self, Record};
use crate::text::Text;
use crate::{args, wait};

/// A workspace to create. Start with `FILED_NEW_WORKSPACE_INIT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct filed_new_workspace {
    /// Size of this struct.
    pub size: u32,
    /// Zero.
    pub reserved: u32,
    /// The firm's display name; required.
    pub display_name: *const c_char,
    /// Free metadata as JSON, such as the firm's id at the partner, or NULL.
    pub metadata_json: *const c_char,
    /// `xs`, `sm`, `md`, `lg` or `xl`, or NULL.
    pub firm_size: *const c_char,
}

// SAFETY: integers and pointers, all valid when zero; `size` is first.
unsafe impl Record for filed_new_workspace {
    const NAME: &'static str = "filed_new_workspace";
    const INIT: &'static str = "FILED_NEW_WORKSPACE_INIT";
}

/// Creates a workspace; partners only. Not repeated when the answer is lost. `*workspace` is yours
/// to free with `filed_workspace_free`.
///
/// INVALID_ARGUMENT, PERMISSION_DENIED, OUTCOME_UNKNOWN; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_create(
    client: *const filed_client,
    new_workspace: *const filed_new_workspace,
    workspace: *mut *mut filed_workspace,
) -> *mut filed_error {
    guard("filed_workspace_create", || {
        let place = unsafe { args::out(workspace, "workspace") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let new = unsafe { records::read(new_workspace, "new_workspace") }?;
        let new = NewWorkspace {
            display_name: unsafe { args::text(new.display_name, "display_name") }?.to_owned(),
            metadata: unsafe { args::json(new.metadata_json, "metadata_json") }?,
            firm_size: unsafe { args::optional_string(new.firm_size, "firm_size") }?,
        };
        place.set(wait::block_on(client.workspaces().create(new))?.into());
        Ok(())
    })
}

/// Adds users by email address, at once and without an invitation; adding one again changes
/// nothing. `*users` is yours to free with `filed_user_iterator_free`.
///
/// INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED; network errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_add_users(
    client: *const filed_client,
    workspace_id: *const c_char,
    emails: *const *const c_char,
    email_count: u64,
    users: *mut *mut filed_user_iterator,
) -> *mut filed_error {
    guard("filed_workspace_add_users", || {
        let place = unsafe { args::out(users, "users") }?;
        let client = unsafe { args::handle(client, "client") }?.inner();
        let workspace_id = unsafe { args::text(workspace_id, "workspace_id") }?;
        let emails = unsafe { args::strings(emails, email_count, "emails") }?;
        let users = wait::block_on(client.workspaces().add_users(workspace_id, emails))?;
        place.set(filed_user_iterator(Iter::here(client, users)));
        Ok(())
    })
}

/// A tax firm's workspace. Strings are borrowed from it.
pub struct filed_workspace {
    id: Text,
    slug: Text,
    display_name: Text,
    status: Text,
    workspace_type: Text,
}

impl From<Workspace> for filed_workspace {
    fn from(workspace: Workspace) -> Self {
        Self {
            id: workspace.id.into(),
            slug: workspace.slug.into(),
            display_name: workspace.display_name.into(),
            status: workspace.status.into(),
            workspace_type: workspace.workspace_type.into(),
        }
    }
}

/// Identifies the workspace in every other call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_id(workspace: *const filed_workspace) -> *const c_char {
    read("filed_workspace_id", workspace, |workspace| {
        workspace.id.as_ptr()
    })
}

/// URL-friendly name; used in deep links.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_slug(workspace: *const filed_workspace) -> *const c_char {
    read("filed_workspace_slug", workspace, |workspace| {
        workspace.slug.as_ptr()
    })
}

/// The firm's display name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_display_name(
    workspace: *const filed_workspace,
) -> *const c_char {
    read("filed_workspace_display_name", workspace, |workspace| {
        workspace.display_name.as_ptr()
    })
}

/// Such as `active`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_status(
    workspace: *const filed_workspace,
) -> *const c_char {
    read("filed_workspace_status", workspace, |workspace| {
        workspace.status.as_ptr()
    })
}

/// `partner` for workspaces made by partners; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_type(workspace: *const filed_workspace) -> *const c_char {
    read("filed_workspace_type", workspace, |workspace| {
        workspace.workspace_type.as_ptr()
    })
}

/// Frees a workspace. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_workspace_free(workspace: *mut filed_workspace) {
    free("filed_workspace_free", workspace)
}
