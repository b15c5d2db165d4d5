//! [`Aws`]: requests as clients send them.

use jeancloud_emulator::{Client, Emulator, Request};

/// A client that signs, and fails loudly.
pub struct Aws(Client);

impl Aws {
    pub fn of(emulator: &Emulator) -> Self {
        Self(emulator.client())
    }

    /// The body of an answer.
    pub fn send(&self, service: &str, request: Request) -> String {
        let scope = format!("test/20260101/eu-west-3/{service}/aws4_request");
        let request = request.header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
        );
        let response = self.0.send(request).response.expect("there are no faults");
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert!(response.status < 300, "{text}");
        text
    }

    /// The protocols `ec2` and `query`.
    pub fn form(&self, service: &str, form: &str) -> String {
        self.send(service, Request::new("POST", "/").body(form.to_owned()))
    }

    pub fn ec2(&self, form: &str) -> String {
        self.form("ec2", form)
    }

    /// The protocol `json`.
    pub fn json(&self, service: &str, target: &str, body: &str) -> String {
        let request = Request::new("POST", "/").header("x-amz-target", target);
        self.send(service, request.body(body.to_owned()))
    }
}

/// The text of the first element of this name.
pub fn element(answer: &str, name: &str) -> String {
    let after = answer.split_once(&format!("<{name}>"));
    let (_, after) = after.unwrap_or_else(|| panic!("{answer} has no {name}"));
    after.split('<').next().unwrap_or_default().to_owned()
}
