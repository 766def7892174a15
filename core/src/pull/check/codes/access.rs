//! Findings about credentials, tokens and signed URLs.

use super::{Code, error, note, warning};

pub(crate) const AUTH_REFUSED: Code = error(
    "auth-refused",
    "Filed cannot get in with the credentials it was given.",
    "Check the credentials, what they may do, and where the documentation says they go.",
);
pub(crate) const AUTH_NONE_ACCEPTED: Code = error(
    "auth-none-accepted",
    "Anybody can read or change the firm's data; Filed does not connect to such an API.",
    "Answer requests without credentials with 401.",
);
pub(crate) const AUTH_WRONG_ACCEPTED: Code = error(
    "auth-wrong-accepted",
    "Wrong credentials open the firm's data.",
    "Compare the whole credential, and answer a wrong one with 401.",
);
pub(crate) const AUTH_WRONG_STATUS: Code = error(
    "auth-wrong-status",
    "Filed takes 401 as the sign that a firm must connect again; with another status it repeats or gives up.",
    "Answer missing and wrong credentials with 401.",
);
pub(crate) const AUTH_NO_CHALLENGE: Code = note(
    "auth-no-challenge",
    "RFC 9110 wants WWW-Authenticate beside 401; some HTTP clients do not understand a 401 without it.",
    "Add `WWW-Authenticate: Bearer` to answers with 401.",
);
pub(crate) const AUTH_LEAKS: Code = error(
    "auth-leaks",
    "A refusal tells who the firm's clients are.",
    "Refuse before anything is looked up.",
);
pub(crate) const AUTH_QUERY_UNDOCUMENTED: Code = error(
    "auth-query-undocumented",
    "Keys in URLs end up in logs; Filed's documentation of you would be wrong about how to get in.",
    "Take credentials only where the documentation says.",
);
pub(crate) const TOKEN_REFUSED: Code = error(
    "token-refused",
    "Filed cannot get a token, or the token it got opens nothing.",
    "Follow RFC 6749, section 4.4: a form with grant_type=client_credentials, a JSON answer with access_token and token_type.",
);
pub(crate) const TOKEN_NO_EXPIRY: Code = error(
    "token-no-expiry",
    "Filed does not know when to ask for the next token, and a stolen one works for ever.",
    "Let tokens expire, and say when in expires_in.",
);
pub(crate) const TOKEN_CACHEABLE: Code = warning(
    "token-cacheable",
    "A cache in between may keep tokens.",
    "Send `Cache-Control: no-store` with tokens.",
);
pub(crate) const TOKEN_WRONG_SECRET: Code = error(
    "token-wrong-secret-accepted",
    "Anybody who knows a client id gets a token.",
    "Compare the client secret, and answer a wrong one with 401 and invalid_client.",
);
pub(crate) const TOKEN_ERROR_FORM: Code = warning(
    "token-error-form",
    "Filed cannot tell a wrong secret from a failing endpoint.",
    "Answer a wrong secret with 400 or 401 and the JSON {\"error\": \"invalid_client\"}.",
);
pub(crate) const SIGNED_URL_NO_EXPIRY: Code = error(
    "signed-url-no-expiry",
    "A download URL that works without credentials names no end: who has it has the document for ever.",
    "Put an end into the URL and sign it, or ask for credentials.",
);
pub(crate) const SIGNED_URL_OUTLIVES: Code = error(
    "signed-url-outlives",
    "A signed URL works after the end it names.",
    "Compare the end with the clock at each request.",
);
pub(crate) const SIGNED_URL_FORGEABLE: Code = error(
    "signed-url-forgeable",
    "Whoever has one signed URL can make its end later.",
    "Sign the end together with the file's id.",
);
pub(crate) const SIGNED_URL_TRANSFERABLE: Code = error(
    "signed-url-transferable",
    "The signature of one file opens another.",
    "Sign the file's id.",
);
pub(crate) const SIGNED_URL_LONG: Code = note(
    "signed-url-long",
    "A signed URL lives for more than a day; who finds one has the document.",
    "Let it live for minutes: Filed downloads soon after it lists.",
);
pub(crate) const PLAIN_HTTP: Code = error(
    "plain-http",
    "Documents and credentials travel in the clear; Filed connects by https only.",
    "Serve the API by https.",
);
