//! The object identifiers that this crate reads and writes.

use der::asn1::ObjectIdentifier as Oid;

/// `id-ecPublicKey`, RFC 5480 section 2.1.1.
pub(crate) const EC_PUBLIC_KEY: Oid = Oid::new_unwrap("1.2.840.10045.2.1");
/// `secp256r1`, RFC 5480 section 2.1.1.1.
pub(crate) const SECP256R1: Oid = Oid::new_unwrap("1.2.840.10045.3.1.7");
/// `secp384r1`, RFC 5480 section 2.1.1.1.
pub(crate) const SECP384R1: Oid = Oid::new_unwrap("1.3.132.0.34");
/// `secp521r1`, RFC 5480 section 2.1.1.1.
pub(crate) const SECP521R1: Oid = Oid::new_unwrap("1.3.132.0.35");
/// `rsaEncryption`, RFC 8017 appendix A.1.
pub(crate) const RSA_ENCRYPTION: Oid = Oid::new_unwrap("1.2.840.113549.1.1.1");
/// `id-Ed25519`, RFC 8410 section 3.
pub(crate) const ED25519: Oid = Oid::new_unwrap("1.3.101.112");

/// `sha256WithRSAEncryption`, RFC 4055 section 5.
pub(crate) const SHA256_WITH_RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.11");
/// `sha384WithRSAEncryption`, RFC 4055 section 5.
pub(crate) const SHA384_WITH_RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.12");
/// `sha512WithRSAEncryption`, RFC 4055 section 5.
pub(crate) const SHA512_WITH_RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.13");
/// `id-RSASSA-PSS`, RFC 4055 section 3.1.
pub(crate) const RSASSA_PSS: Oid = Oid::new_unwrap("1.2.840.113549.1.1.10");
/// `md5WithRSAEncryption`, RFC 3279 section 2.2.1.
pub(crate) const MD5_WITH_RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.4");
/// `sha1WithRSAEncryption`, RFC 3279 section 2.2.1.
pub(crate) const SHA1_WITH_RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.5");
/// `sha224WithRSAEncryption`, RFC 4055 section 5.
pub(crate) const SHA224_WITH_RSA: Oid = Oid::new_unwrap("1.2.840.113549.1.1.14");
/// `ecdsa-with-SHA1`, RFC 3279 section 2.2.3.
pub(crate) const ECDSA_WITH_SHA1: Oid = Oid::new_unwrap("1.2.840.10045.4.1");
/// `ecdsa-with-SHA224`, RFC 5758 section 3.2.
pub(crate) const ECDSA_WITH_SHA224: Oid = Oid::new_unwrap("1.2.840.10045.4.3.1");
/// `ecdsa-with-SHA256`, RFC 5758 section 3.2.
pub(crate) const ECDSA_WITH_SHA256: Oid = Oid::new_unwrap("1.2.840.10045.4.3.2");
/// `ecdsa-with-SHA384`, RFC 5758 section 3.2.
pub(crate) const ECDSA_WITH_SHA384: Oid = Oid::new_unwrap("1.2.840.10045.4.3.3");
/// `ecdsa-with-SHA512`, RFC 5758 section 3.2.
pub(crate) const ECDSA_WITH_SHA512: Oid = Oid::new_unwrap("1.2.840.10045.4.3.4");

/// `id-at-commonName`, RFC 5280 appendix A.1.
pub(crate) const COMMON_NAME: Oid = Oid::new_unwrap("2.5.4.3");
/// `id-at-organizationName`, RFC 5280 appendix A.1.
pub(crate) const ORGANIZATION: Oid = Oid::new_unwrap("2.5.4.10");
/// `id-ce-subjectAltName`, RFC 5280 section 4.2.1.6.
pub(crate) const SUBJECT_ALT_NAME: Oid = Oid::new_unwrap("2.5.29.17");
/// `id-ce-basicConstraints`, RFC 5280 section 4.2.1.9.
pub(crate) const BASIC_CONSTRAINTS: Oid = Oid::new_unwrap("2.5.29.19");
/// `id-ce-authorityKeyIdentifier`, RFC 5280 section 4.2.1.1.
pub(crate) const AUTHORITY_KEY_IDENTIFIER: Oid = Oid::new_unwrap("2.5.29.35");
/// `extensionRequest`, RFC 2985 section 5.4.2.
pub(crate) const EXTENSION_REQUEST: Oid = Oid::new_unwrap("1.2.840.113549.1.9.14");

/// `id-data`, RFC 5652 section 4.
pub(crate) const DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.1");
/// `id-signedData`, RFC 5652 section 5.1.
pub(crate) const SIGNED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.2");
/// `id-encryptedData`, RFC 5652 section 8.
pub(crate) const ENCRYPTED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.6");
/// `pkcs8ShroudedKeyBag`, RFC 7292 section 4.2.2.
pub(crate) const SHROUDED_KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.2");
/// `certBag`, RFC 7292 section 4.2.3.
pub(crate) const CERTIFICATE_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.3");
/// `x509Certificate`, RFC 7292 section 4.2.3.
pub(crate) const X509_CERTIFICATE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.22.1");
/// `friendlyName`, RFC 2985 section 5.5.1.
pub(crate) const FRIENDLY_NAME: Oid = Oid::new_unwrap("1.2.840.113549.1.9.20");
/// `localKeyId`, RFC 2985 section 5.5.2.
pub(crate) const LOCAL_KEY_ID: Oid = Oid::new_unwrap("1.2.840.113549.1.9.21");

/// `id-PBES2`, RFC 8018 appendix A.4.
pub(crate) const PBES2: Oid = Oid::new_unwrap("1.2.840.113549.1.5.13");
/// `id-PBKDF2`, RFC 8018 appendix A.2.
pub(crate) const PBKDF2: Oid = Oid::new_unwrap("1.2.840.113549.1.5.12");
/// `id-hmacWithSHA256`, RFC 8018 appendix B.1.2.
pub(crate) const HMAC_WITH_SHA256: Oid = Oid::new_unwrap("1.2.840.113549.2.9");
/// `aes256-CBC-PAD`, RFC 8018 appendix B.2.5.
pub(crate) const AES256_CBC: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.1.42");
/// `pbeWithSHAAnd3-KeyTripleDES-CBC`, RFC 7292 appendix C.
pub(crate) const PBE_WITH_SHA1_AND_3DES: Oid = Oid::new_unwrap("1.2.840.113549.1.12.1.3");
/// `id-sha1`, RFC 8017 appendix B.1.
pub(crate) const SHA1: Oid = Oid::new_unwrap("1.3.14.3.2.26");
/// `id-sha256`, RFC 8017 appendix B.1.
pub(crate) const SHA256: Oid = Oid::new_unwrap("2.16.840.1.101.3.4.2.1");
