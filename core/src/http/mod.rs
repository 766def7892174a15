//! The HTTP client: TLS, proxy, time-outs, retry, limits.
