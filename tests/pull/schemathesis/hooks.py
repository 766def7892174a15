"""What schemathesis cannot read in the document, since schemas have no words for it: how the bytes of
a chunk are sent, in which order the parts of a form come, what base64 has to hold."""

import base64
import os
import re

import schemathesis

PAIR = r"[!-+.-~-]+( [A-Za-z0-9+/=]*)?"
METADATA = re.compile(rf"{PAIR}(, ?{PAIR})*")


@schemathesis.serializer("application/offset+octet-stream")
def chunk(_context, value):
    """The bytes as they are."""
    value = getattr(value, "data", value)
    return {"data": value if isinstance(value, bytes) else str(value).encode(errors="replace")}


@schemathesis.hook.apply_to(operation_id="sendFile")
def map_body(_context, body):
    """The file is the last part: the document says so in words, since objects have no order."""
    if not isinstance(body, dict) or "file" not in body:
        return body
    others = {name: part for name, part in body.items() if name != "file"}
    return {**others, "file": body["file"]}


@schemathesis.hook.apply_to(operation_id="createUpload")
def map_headers(_context, headers):
    """Metadata that looks right holds text, and every key once."""
    given = (headers or {}).get("Upload-Metadata")
    if not isinstance(given, str) or not METADATA.fullmatch(given):
        return headers
    pairs = dict(pair.strip().partition(" ")[::2] for pair in given.split(","))
    encoded = (f"{key} {as_text(value)}" for key, value in pairs.items())
    return {**headers, "Upload-Metadata": ",".join(encoded)}


def as_text(value):
    """Base64 of a text: this one, or one of its own letters."""
    try:
        base64.b64decode(value, validate=True).decode()
    except ValueError:
        return base64.b64encode(value.encode()).decode()
    return value


@schemathesis.hook.apply_to(operation_id="getToken")
def map_case(_context, case):
    """Gives well-formed requests the credentials that are needed for a token."""
    client, _, secret = os.environ["FILED_PULL_CLIENT"].partition(":")
    if isinstance(case.body, dict) and case.meta.generation.mode.is_positive:
        case.body = {**case.body, "client_id": client, "client_secret": secret}
        case.body.pop("scope", None)
    return case
