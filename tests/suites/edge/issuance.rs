//! A CA that sees the world through the edge alone: its API by the proxy, http-01 by the token store.

use serde_json::{Value, json};
use tabcert_acme::http::MAX_RESPONSE_BYTES;
use tabcert_tests::edge_support::world::CaWorld;
use tabcert_tests::edge_support::{Answer, Request, Signer, Write};

/// A client that knows the edge alone.
struct Client<'a> {
    world: &'a CaWorld,
    signer: Signer,
    account: Option<String>,
}

impl Client<'_> {
    fn edge_host(&self) -> String {
        format!("localhost:{}", self.world.edge.port())
    }

    fn send(&self, request: &Request) -> Answer {
        request.send(self.world.edge.port()).expect("an answer")
    }

    fn proxied(&self, method: &str, url: &str) -> Request {
        let rest = url.strip_prefix("https://").expect("https");
        Request::new(method, &self.edge_host(), &format!("/api/v1/proxy/{rest}"))
    }

    /// Signs and sends until the nonce is taken: the CA refuses some on purpose (RFC 8555 §6.5).
    fn post(&self, directory: &Value, url: &str, payload: &str) -> Answer {
        let new_nonce = directory["newNonce"].as_str().expect("newNonce");
        let head = self.send(&self.proxied("HEAD", new_nonce));
        let mut nonce = head.header("replay-nonce").expect("a nonce").to_owned();
        loop {
            let mut header = json!({ "alg": "ES256", "nonce": nonce, "url": url });
            match &self.account {
                Some(account) => header["kid"] = account.as_str().into(),
                None => header["jwk"] = self.signer.jwk(),
            }
            let body = self.signer.sign(&header.to_string(), payload).to_string();
            let answer = self.send(
                &self
                    .proxied("POST", url)
                    .body("application/jose+json", body),
            );
            assert!(answer.body.len() <= MAX_RESPONSE_BYTES);
            if answer.json()["type"] != "urn:ietf:params:acme:error:badNonce" {
                return answer;
            }
            nonce = answer.header("replay-nonce").expect("a nonce").to_owned();
        }
    }
}

#[test]
fn a_ca_validates_at_the_edge_what_was_ordered_through_it() {
    let world = CaWorld::start().unwrap_or_else(|error| panic!("the CA's world: {error}"));
    let mut client = Client {
        world: &world,
        signer: Signer::p256(),
        account: None,
    };
    let health = client
        .send(&Request::new("GET", &client.edge_host(), "/api/v1/health"))
        .json();
    assert_eq!(health["local_ca"], world.pebble.directory_url().as_str());

    let directory = client.send(&client.proxied("GET", &world.pebble.directory_url()));
    assert_eq!(directory.status, 200, "{}", directory.text());
    let directory = directory.json();
    let url = |name: &str| directory[name].as_str().unwrap_or_default().to_owned();

    let terms = r#"{"termsOfServiceAgreed":true}"#;
    let account = client.post(&directory, &url("newAccount"), terms);
    assert_eq!(account.status, 201, "{}", account.text());
    client.account = account.header("location").map(str::to_owned);

    let host = "shop.example.test";
    let order = json!({ "identifiers": [{ "type": "dns", "value": host }] }).to_string();
    let order = client.post(&directory, &url("newOrder"), &order);
    assert_eq!(order.status, 201, "{}", order.text());
    let authorization = order.json()["authorizations"][0]
        .as_str()
        .expect("one")
        .to_owned();
    let challenges = client.post(&directory, &authorization, "").json()["challenges"].clone();
    let http01 = challenges.as_array().expect("challenges").iter();
    let http01 = http01
        .clone()
        .find(|challenge| challenge["type"] == "http-01")
        .expect("http-01");
    let token = http01["token"].as_str().expect("a token");

    let write = Write::new("PUT", &client.edge_host(), &client.signer, host, token);
    let written = client.send(&write.request());
    assert_eq!(written.status, 204, "{}", written.text());

    let started = client.post(&directory, http01["url"].as_str().expect("a URL"), "{}");
    assert_eq!(started.status, 200, "{}", started.text());
    let status = loop {
        let answer = client.post(&directory, &authorization, "").json();
        match answer["status"].as_str() {
            Some("pending" | "processing") => {}
            _ => break answer,
        }
    };
    assert_eq!(status["status"], "valid", "{status}");

    let removal = Write::new("DELETE", &client.edge_host(), &client.signer, host, token);
    assert_eq!(client.send(&removal.request()).status, 204);
}
