//! The gateway's operations and the transport beneath them, against the sandbox and against
//! servers that misbehave in ways the sandbox does not.

mod faults;
mod hostile;
mod operations;
mod secrets;
mod support;
mod tls;
mod tokens;
