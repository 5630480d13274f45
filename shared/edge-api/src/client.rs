//! Who asks, as far as rate limits are concerned.

use std::net::{IpAddr, Ipv6Addr};

/// What a client's requests are counted under: its IPv4 address, or the /64 network of its IPv6
/// address, of which one client has all addresses. Clients without a readable address are one.
#[must_use]
pub fn client_key(address: Option<&str>) -> String {
    match address.and_then(|text| text.trim().parse().ok()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => {
                let network = address.to_bits() >> 64 << 64;
                Ipv6Addr::from_bits(network).to_string()
            }
        },
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_networks_of_ipv6_and_addresses_of_ipv4() {
        for (address, key) in [
            (Some("198.51.100.7"), "198.51.100.7"),
            (Some("::ffff:198.51.100.7"), "198.51.100.7"),
            (Some("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::"),
            (Some("2001:db8:1:2::9"), "2001:db8:1:2::"),
            (Some("198.51.100.7, 10.0.0.1"), "unknown"),
            (Some("\"}"), "unknown"),
            (Some(""), "unknown"),
            (None, "unknown"),
        ] {
            assert_eq!(client_key(address), key, "{address:?}");
        }
    }
}
