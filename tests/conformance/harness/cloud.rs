//! [`On`] and [`Cloud`]: the two AWSs that every test runs on, and an account of its own for each.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jeancloud_aws::Aws;
use jeancloud_emulator::Emulator;

use super::{account, lossy};

/// Which AWS a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// moto, which nobody here wrote: one process for all tests, which knows accounts.
    Moto,
    /// `jeancloud-emulator`: one for each test, where nothing takes time.
    Emulator,
}

/// An AWS with an account in it for one test.
pub struct Cloud {
    on: On,
    number: String,
    config: SdkConfig,
    emulator: Option<Emulator>,
}

impl Cloud {
    /// One for `test`, which no other test may name.
    pub async fn new(on: On, test: &str) -> Self {
        match on {
            On::Moto => Self {
                on,
                number: account::number(test),
                config: account::of_test(test, lossy::client()).await,
                emulator: None,
            },
            On::Emulator => {
                let emulator = Emulator::builder().time_factor(0.0).build();
                Self::of(&emulator, &account::number(test))
            }
        }
    }

    /// Another account of the same AWS.
    pub async fn beside(&self, test: &str) -> Self {
        match &self.emulator {
            Some(emulator) => Self::of(emulator, &account::number(test)),
            None => Self::new(self.on, test).await,
        }
    }

    /// An account of this emulator.
    pub fn of(emulator: &Emulator, number: &str) -> Self {
        let http = lossy::over(SharedHttpClient::new(emulator.client()));
        Self {
            on: On::Emulator,
            number: number.to_owned(),
            config: configuration(number, http),
            emulator: Some(emulator.clone()),
        }
    }

    /// Which AWS it is.
    pub fn on(&self) -> On {
        self.on
    }

    /// The account's twelve digits.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The way to it.
    pub fn aws(&self) -> Aws {
        Aws::with_config(self.config.clone())
    }

    /// The emulator, where it is one.
    pub fn emulator(&self) -> Option<&Emulator> {
        self.emulator.as_ref()
    }
}

/// Whatever a handler calls, the emulator answers.
impl Drop for Cloud {
    fn drop(&mut self) {
        let calls = self.emulator.iter().flat_map(Emulator::calls);
        let unknown = calls.filter(|call| call.error.as_deref() == Some("NotImplemented"));
        let unknown: Vec<String> = unknown
            .map(|call| format!("{} {}", call.service, call.operation))
            .collect();
        if !std::thread::panicking() {
            assert_eq!(unknown, [""; 0], "the emulator doesn't know these");
        }
    }
}

/// The configuration of clients that reach an emulator through `http`, in the account `number`.
pub fn configuration(number: &str, http: SharedHttpClient) -> SdkConfig {
    let credentials = Credentials::new(number, "secret", None, None, "conformance");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .http_client(http)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}
