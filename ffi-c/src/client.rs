//! The client, and what it answers by itself.

use std::ffi::c_char;

use filed_core::Client;
use filed_core::gateway::{GraphqlAnswer, User};
use serde_json::{Value, json};

use crate::config::filed_config;
use crate::error::filed_error;
use crate::guard::{Forkable, free, guard, read, release};
use crate::iterator::{Iter, iterates, next};
use crate::text::{OptionalText, Text};
use crate::{args, wait};

/// A connection to Filed for one account. May be used by any number of threads at once.
pub struct filed_client {
    client: Client,
}

impl filed_client {
    pub(crate) fn inner(&self) -> &Client {
        &self.client
    }
}

impl Forkable for filed_client {
    fn forked(&self) -> bool {
        is_forked(&self.client)
    }
}

/// Whether `client` was made before this process was forked off.
pub(crate) fn is_forked(client: &Client) -> bool {
    let state = client.generation().check();
    state.is_err_and(|e| e.code() == filed_core::ErrorCode::Forked)
}

/// Checks the settings and makes a client. Sends nothing. `*client` is yours to free with
/// `filed_client_free`; the settings stay yours.
///
/// CONFIG_MISSING, CONFIG_INVALID, ROLE_MISMATCH or WIRE_PROFILE_INVALID, naming the setting and
/// how to give it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_new(
    config: *const filed_config,
    client: *mut *mut filed_client,
) -> *mut filed_error {
    guard("filed_client_new", || {
        let place = unsafe { args::out(client, "client") }?;
        let config = unsafe { args::handle(config, "config") }?.resolve()?;
        place.set(filed_client {
            client: Client::new(config)?,
        });
        Ok(())
    })
}

/// Ends everything the client and its pushes have running; later calls answer CLOSED. Journals of
/// open pushes can be resumed. May be called by any thread; NULL is ignored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_close(client: *const filed_client) {
    guard("filed_client_close", || {
        // SAFETY: the caller's contract: NULL or a live handle.
        if let Some(client) = unsafe { client.as_ref() }
            && !client.forked()
        {
            client.client.close();
        }
        Ok(())
    })
}

/// Frees a client no thread uses any more. Pushes and lists opened with it go on. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_free(client: *mut filed_client) {
    release("filed_client_free", client)
}

/// The user the API key belongs to. `*user` is yours to free with `filed_user_free`.
///
/// AUTHENTICATION_FAILED when the key is refused; network and gateway errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_me(
    client: *const filed_client,
    user: *mut *mut filed_user,
) -> *mut filed_error {
    guard("filed_client_me", || {
        let place = unsafe { args::out(user, "user") }?;
        let client = unsafe { args::handle(client, "client") }?;
        place.set(wait::block_on(client.client.me())?.into());
        Ok(())
    })
}

/// Sends a GraphQL document of yours. A query is retried; a mutation is sent once.
/// `variables_json` is a JSON object or NULL. `*answer_json` is `{"data": ..., "errors": [...]}`
/// and yours to free with `filed_string_free`: errors inside the answer are part of it.
///
/// INVALID_ARGUMENT; network and authentication errors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_client_graphql(
    client: *const filed_client,
    document: *const c_char,
    variables_json: *const c_char,
    answer_json: *mut *mut c_char,
) -> *mut filed_error {
    guard("filed_client_graphql", || {
        let place = unsafe { args::handle_mut(answer_json, "answer_json") }?;
        *place = std::ptr::null_mut();
        let client = unsafe { args::handle(client, "client") }?;
        let document = unsafe { args::text(document, "document") }?;
        let variables = unsafe { args::json_object(variables_json, "variables_json") }?;
        let variables = Value::Object(variables.unwrap_or_default());
        let answer = wait::block_on(client.client.graphql(document, variables))?;
        *place = Text::from(answer_text(answer)).into_raw();
        Ok(())
    })
}

fn answer_text(answer: GraphqlAnswer) -> String {
    let errors: Vec<Value> = answer
        .errors
        .into_iter()
        .map(|e| json!({ "message": e.message, "code": e.code, "path": e.path }))
        .collect();
    json!({ "data": answer.data, "errors": errors }).to_string()
}

/// The user an API key belongs to, or a user added to a workspace. Strings are borrowed from it.
pub struct filed_user {
    id: Text,
    email: Text,
    name: Option<Text>,
    role: Text,
}

impl From<User> for filed_user {
    fn from(user: User) -> Self {
        Self {
            id: user.id.into(),
            email: user.email.into(),
            name: user.name.map(Text::from),
            role: user.role.into(),
        }
    }
}

/// Identifies the user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_id(user: *const filed_user) -> *const c_char {
    read("filed_user_id", user, |user| user.id.as_ptr())
}

/// The address the user signs in with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_email(user: *const filed_user) -> *const c_char {
    read("filed_user_email", user, |user| user.email.as_ptr())
}

/// NULL until the user gives one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_name(user: *const filed_user) -> *const c_char {
    read("filed_user_name", user, |user| user.name.as_ptr_or_null())
}

/// Such as `user`; an open set.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_role(user: *const filed_user) -> *const c_char {
    read("filed_user_role", user, |user| user.role.as_ptr())
}

/// Frees a user. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_free(user: *mut filed_user) {
    free("filed_user_free", user)
}

/// Users, one after the other.
pub struct filed_user_iterator(pub(crate) Iter<filed_user>);

iterates!(filed_user_iterator over filed_user);

/// Takes the next item, which may ask Filed for the next page. `*user` is yours to free with
/// `filed_user_free`; NULL means that the list has ended. After a retryable error the same call
/// continues. May be called by any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_iterator_next(
    iterator: *const filed_user_iterator,
    user: *mut *mut filed_user,
) -> *mut filed_error {
    next("filed_user_iterator_next", iterator, user)
}

/// Frees the list; what was taken from it stays valid. Accepts NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_user_iterator_free(iterator: *mut filed_user_iterator) {
    release("filed_user_iterator_free", iterator)
}
