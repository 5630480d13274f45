//! What the edge takes at most. Everything larger is refused before it is parsed.

/// A request body, in bytes. CAs take less: Let's Encrypt stops at 50,000 bytes.
pub const MAX_REQUEST_BYTES: usize = 64 * 1024;

/// A signed token write or removal, in bytes; one by an RSA-4096 key has about 2,500.
pub const MAX_TOKEN_WRITE_BYTES: usize = 8 * 1024;

/// A CA's answer, in bytes. The page takes no more either.
pub const MAX_RESPONSE_BYTES: usize = tabcert_acme::http::MAX_RESPONSE_BYTES;

/// A resolver's answer, in bytes: more than DNS itself can carry (RFC 1035 §4.2.2).
pub const MAX_DNS_ANSWER_BYTES: usize = 128 * 1024;

/// How long a CA may take for its whole answer, in milliseconds.
pub const CA_TIMEOUT_MS: u32 = 30_000;

/// How long a resolver may take, in milliseconds.
pub const RESOLVER_TIMEOUT_MS: u32 = 10_000;

/// How far `issued_at` of a signed message may be from the edge's clock, in seconds.
pub const MAX_CLOCK_SKEW_SECONDS: u64 = 5 * 60;

/// How long a token is served unless the operator says otherwise, in seconds.
pub const TOKEN_TTL_SECONDS: u64 = 60 * 60;

/// How long anything is stored at least, in seconds. Workers KV refuses an end that is less than 60
/// seconds ahead when the write arrives, by its own clock.
pub const MIN_TOKEN_TTL_SECONDS: u64 = 2 * 60;

/// How long a token may be served at most, in seconds: more than a day serves nobody.
pub const MAX_TOKEN_TTL_SECONDS: u64 = 24 * 60 * 60;
