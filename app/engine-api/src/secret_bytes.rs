//! Bytes that are wiped on drop, for serde.

use serde::{Deserialize, Deserializer, Serializer};
use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_bytes(bytes)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Zeroizing<Vec<u8>>, D::Error> {
    Ok(Zeroizing::new(ByteBuf::deserialize(from)?.into_vec()))
}
