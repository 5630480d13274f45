//! The servers start, answer, know of each other, and end.

use std::net::TcpStream;

use serde_json::Value;
use tabcert_harness::{
    Challtestsrv, PassThrough, Pebble, PebbleOptions, PebblePackage, WithoutCors,
};

const TXT: u16 = 16;

fn start(adjust: impl FnOnce(&mut PebbleOptions)) -> (Challtestsrv, Pebble) {
    let package = PebblePackage::install().expect("Pebble can be had");
    let dns = Challtestsrv::start(&package, None).expect("challtestsrv starts");
    let mut options = PebbleOptions::new(dns.dns_address(), dns.http01_port());
    adjust(&mut options);
    let pebble = Pebble::start(&package, &options).expect("Pebble starts");
    (dns, pebble)
}

fn directory(pebble: &Pebble) -> Value {
    let mut answer = pebble
        .client()
        .get(pebble.directory_url())
        .call()
        .expect("an answer");
    answer.body_mut().read_json().expect("a directory")
}

#[test]
fn pebble_serves_its_directory_and_roots() {
    let (_dns, pebble) = start(|options| options.alternate_roots = 1);
    let new_order = format!("https://{}/order-plz", pebble.authority());
    assert_eq!(directory(&pebble)["newOrder"], new_order);
    let roots = [0, 1].map(|index| pebble.root_pem(index).expect("a root"));
    assert_ne!(roots[0], roots[1]);
    assert!(pebble.root_pem(2).is_err());
    assert!(
        pebble
            .intermediate_pem(0)
            .expect("an intermediate")
            .contains("BEGIN CERTIFICATE")
    );
    assert!(pebble.log().expect("a log").contains("/dir"));
}

#[test]
fn pebble_asks_for_external_accounts_when_there_are_keys() {
    let (_dns, pebble) = start(|options| {
        options
            .external_account_keys
            .insert("kid-1".to_owned(), "zWNDZM6eQGHWpSRTPal5".to_owned());
    });
    assert_eq!(directory(&pebble)["meta"]["externalAccountRequired"], true);
}

#[test]
fn both_end_when_dropped() {
    let (dns, pebble) = start(|_| ());
    let addresses = [dns.dns_address(), ([127, 0, 0, 1], pebble.port()).into()];
    assert!(
        addresses
            .iter()
            .all(|address| TcpStream::connect(address).is_ok())
    );
    drop((dns, pebble));
    assert!(
        addresses
            .iter()
            .all(|address| TcpStream::connect(address).is_err())
    );
}

#[test]
fn challtestsrv_answers_with_what_it_was_told_and_remembers_who_asked() {
    let package = PebblePackage::install().expect("Pebble can be had");
    let dns = Challtestsrv::start(&package, None).expect("challtestsrv starts");
    let name = "_acme-challenge.example.test";
    dns.add_txt(name, "first").expect("it listens");
    dns.add_txt(name, "second").expect("it listens");
    assert_eq!(resolver::txt(dns.dns_address(), name), ["first", "second"]);

    let asked = dns.dns_questions(name).expect("it listens");
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].name.as_str(), asked[0].record_type),
        (&*format!("{name}."), TXT)
    );

    dns.clear_txt(name).expect("it listens");
    assert!(resolver::txt(dns.dns_address(), name).is_empty());
    assert!(
        dns.dns_questions("other.test")
            .expect("it listens")
            .is_empty()
    );
}

#[test]
fn challtestsrv_serves_challenges() {
    let package = PebblePackage::install().expect("Pebble can be had");
    let server = Challtestsrv::start(&package, None).expect("challtestsrv starts");
    server
        .add_http01("token", "token.thumbprint")
        .expect("it listens");
    let host = format!("127.0.0.1:{}", server.http01_port());
    let url = format!("http://{host}/.well-known/acme-challenge/token");
    let body = |url: &str| {
        let mut answer = tabcert_harness::client("")
            .get(url)
            .call()
            .expect("an answer");
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_string().expect("text"),
        )
    };
    assert_eq!(body(&url), (200, "token.thumbprint".to_owned()));
    server.remove_http01("token").expect("it listens");
    assert_ne!(body(&url).1, "token.thumbprint");
}

#[test]
fn the_pass_through_takes_cors_away_and_nothing_else() {
    let (_dns, pebble) = start(|_| ());
    let origin = |request: ureq::RequestBuilder<ureq::typestate::WithoutBody>| {
        request
            .header("Origin", "https://page.test")
            .call()
            .expect("an answer")
    };
    let direct = origin(pebble.client().get(pebble.directory_url()));
    assert!(direct.headers().contains_key("access-control-allow-origin"));

    let strip = PassThrough::start(&pebble, WithoutCors).expect("the pass-through starts");
    let client = tabcert_harness::client(strip.ca_pem());
    let mut stripped = origin(client.get(strip.directory_url()));
    assert_eq!(stripped.status(), direct.status());
    assert!(
        stripped
            .headers()
            .keys()
            .all(|name| !name.as_str().starts_with("access-control-"))
    );
    for name in direct
        .headers()
        .keys()
        .filter(|name| name.as_str() != "replay-nonce")
    {
        let is_cors = name.as_str().starts_with("access-control-");
        assert!(
            is_cors || stripped.headers().contains_key(name),
            "{name} is missing"
        );
    }
    let directory: Value = stripped.body_mut().read_json().expect("a directory");
    let new_nonce = directory["newNonce"].as_str().expect("a URL");
    assert!(new_nonce.starts_with(&format!("https://{}/", strip.authority())));

    let nonce = client.head(new_nonce).call().expect("an answer");
    assert!(nonce.headers().contains_key("replay-nonce"));
    let unsigned = client.post(directory["newAccount"].as_str().expect("a URL"));
    let refused = unsigned
        .content_type("application/jose+json")
        .send("{}")
        .expect("an answer");
    assert_eq!(refused.status(), 400);
    let preflight = client.options(strip.directory_url());
    assert_eq!(origin(preflight).status(), 405);
}

/// Just enough of RFC 1035 to ask for TXT records.
mod resolver {
    use std::net::{SocketAddr, UdpSocket};
    use std::time::Duration;

    /// The values of a name's TXT records, sorted.
    pub(crate) fn txt(server: SocketAddr, name: &str) -> Vec<String> {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a time-out");
        let query = query(name);
        socket.send_to(&query, server).expect("it is sent");
        let mut answer = [0; 512];
        let length = socket.recv(&mut answer).expect("an answer");

        let count = u16::from_be_bytes([answer[6], answer[7]]);
        let mut rest = &answer[query.len()..length];
        let mut values: Vec<String> = (0..count)
            .map(|_| {
                // The name, in full or as a two-byte pointer; type, class and TTL; the length of
                // the data, which is one string with its own length.
                let name_length = if rest[0] >= 0xC0 { 2 } else { name.len() + 2 };
                let data = &rest[name_length + 8..];
                let (value, after) = data[3..].split_at(usize::from(data[2]));
                rest = after;
                String::from_utf8(value.to_vec()).expect("text")
            })
            .collect();
        values.sort();
        values
    }

    fn query(name: &str) -> Vec<u8> {
        let mut query = vec![0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            query.push(label.len() as u8);
            query.extend(label.bytes());
        }
        query.extend([0, 0, 16, 0, 1]);
        query
    }
}
