//! Tokens: single-flight login and renewal.
