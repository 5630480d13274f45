//! The key derivation of RFC 7292 appendix B. "This method for password privacy mode is not
//! recommended", but the MAC of every PFX needs it, and so does the compatible encoding.

use hmac::digest::{Digest, block_api::BlockSizeUser};
use zeroize::{Zeroize, Zeroizing};

/// What the derived octets are for: the ID of appendix B.3.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    EncryptionKey = 1,
    InitializationVector = 2,
    MacKey = 3,
}

/// Fills `output` from `password`, a `BMPString` with its two terminating zero octets (appendix B.1).
/// The letters and step numbers are those of appendix B.2.
pub(super) fn derive<D: Digest + BlockSizeUser>(
    password: &[u8],
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    output: &mut [u8],
) {
    let v = D::block_size();
    let diversifier = vec![purpose as u8; v]; // step 1, D
    // steps 2 to 4, I = S || P: each repeated to fill whole blocks
    let padded = |octets: &[u8]| octets.len().div_ceil(v) * v;
    let mut i = Zeroizing::new(Vec::with_capacity(padded(salt) + padded(password)));
    i.extend(salt.iter().cycle().take(padded(salt)));
    i.extend(password.iter().cycle().take(padded(password)));

    for chunk in output.chunks_mut(<D as Digest>::output_size()) {
        // step 6 A, A = H^r(D || I)
        let mut a = D::new_with_prefix(&diversifier)
            .chain_update(&*i)
            .finalize();
        for _ in 1..iterations {
            a = D::digest(&a);
        }
        chunk.copy_from_slice(&a[..chunk.len()]); // steps 7 and 8
        // steps 6 B and 6 C, each block of I becomes (I_j + B + 1) mod 2^v
        let mut b: Zeroizing<Vec<u8>> = Zeroizing::new(a.iter().copied().cycle().take(v).collect());
        for block in i.chunks_mut(v) {
            let mut carry = 1;
            for (octet, addend) in block.iter_mut().zip(b.iter()).rev() {
                carry += u16::from(*octet) + u16::from(*addend);
                *octet = carry as u8;
                carry >>= 8;
            }
        }
        b.zeroize();
        a.as_mut_slice().zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;
    use sha1::Sha1;
    use sha2::Sha256;

    fn bmp(text: &str) -> Vec<u8> {
        text.encode_utf16()
            .chain([0])
            .flat_map(u16::to_be_bytes)
            .collect()
    }

    fn derived<const N: usize, D: Digest + BlockSizeUser>(
        password: &str,
        salt: &[u8],
        purpose: Purpose,
        iterations: u32,
    ) -> [u8; N] {
        let mut output = [0; N];
        derive::<D>(&bmp(password), salt, purpose, iterations, &mut output);
        output
    }

    /// The vectors that OpenSSL, BouncyCastle and Go have in common ("smeg" and "queeg").
    #[test]
    fn sha1_vectors() {
        assert_eq!(
            derived::<24, Sha1>("smeg", &hex!("0A58CF64530D823F"), Purpose::EncryptionKey, 1),
            hex!("8AAAE6297B6CB04642AB5B077851284EB7128F1A2A7FBCA3")
        );
        assert_eq!(
            derived::<8, Sha1>(
                "smeg",
                &hex!("0A58CF64530D823F"),
                Purpose::InitializationVector,
                1
            ),
            hex!("79993DFE048D3B76")
        );
        assert_eq!(
            derived::<20, Sha1>("smeg", &hex!("3D83C0E4546AC140"), Purpose::MacKey, 1),
            hex!("8D967D88F6CAA9D714800AB3D48051D63F73A312")
        );
        assert_eq!(
            derived::<24, Sha1>(
                "queeg",
                &hex!("05DEC959ACFF72F7"),
                Purpose::EncryptionKey,
                1000
            ),
            hex!("ED2034E36328830FF09DF1E1A07DD357185DAC0D4F9EB3D4")
        );
        assert_eq!(
            derived::<8, Sha1>(
                "queeg",
                &hex!("05DEC959ACFF72F7"),
                Purpose::InitializationVector,
                1000
            ),
            hex!("11DEDAD7758D4860")
        );
        assert_eq!(
            derived::<20, Sha1>("queeg", &hex!("263216FCC2FAB31C"), Purpose::MacKey, 1000),
            hex!("5EC4C7A80DF652294C3925B6489A7AB857C83476")
        );
    }

    /// Values of OpenSSL's `PKCS12_key_gen_utf8`; the long one takes several rounds of step 6.
    #[test]
    fn sha256_vectors() {
        let salt = hex!("0102030405060708");
        let password = "ge@äheim";
        assert_eq!(
            derived::<32, Sha256>(password, &salt, Purpose::EncryptionKey, 100),
            hex!("fae4d4957a3cc781e1180b9d4fb79c1e0c8579b746a3177e5b0768a3118bf863")
        );
        assert_eq!(
            derived::<32, Sha256>(password, &salt, Purpose::InitializationVector, 100),
            hex!("e5ff813bc6547de5155b14d2fada85b3201a977349db6e26ccc998d9e8f83d6c")
        );
        assert_eq!(
            derived::<32, Sha256>(password, &salt, Purpose::MacKey, 1000),
            hex!("3f9113f05c30a996c4a516409bdac9d065f44296ccd52bb75de3fcfdbe2bf130")
        );
        assert_eq!(
            derived::<100, Sha256>(password, &salt, Purpose::EncryptionKey, 1000),
            hex!(
                "2b95a0569b63f641fae1efca32e84db3699ab74540628ba66283b58cf5400527"
                "d8d0ebe2ccbf768c51c4d8fbd1bb156be06c1c59cbb69e44052ffc37376fdb47"
                "b2de7f9e543de9d096d8e5474b220410ff1c5d8bb7e5bc0f61baeaa12fd0da1d"
                "7a970172"
            )
        );
    }
}
