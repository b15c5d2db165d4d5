//! An account on moto of its own for each test, so that tests share nothing but moto's process.

use std::{
    collections::BTreeMap,
    env,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Whose account a number is: two tests with one account would delete each other's resources.
static TAKEN: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// The configuration of clients of moto in the account of `test`, which no other test may name.
pub async fn of_test(test: &str, http: SharedHttpClient) -> SdkConfig {
    with_variables(test, http).await.0
}

/// The same, and the variables that lead a process to that account.
///
/// moto, like AWS, answers `AssumeRole` with credentials of the role's account.
pub async fn with_variables(
    test: &str,
    http: SharedHttpClient,
) -> (SdkConfig, Vec<(&'static str, String)>) {
    let endpoint = env::var("MOTO_ENDPOINT")
        .expect("MOTO_ENDPOINT is not set; `cargo xtask test` starts moto and sets it");
    let leads_to = endpoint.clone();
    let anybody = Credentials::new("test", "test", None, None, "conformance");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .endpoint_url(endpoint)
        .http_client(http)
        .credentials_provider(SharedCredentialsProvider::new(anybody))
        .build();
    claim(test);
    let role = format!("arn:aws:iam::{}:role/test", number(test));
    let answer = aws_sdk_sts::Client::new(&config)
        .assume_role()
        .role_arn(role)
        .role_session_name("test")
        .send()
        .await
        .expect("moto gives credentials of any account");
    let given = answer
        .credentials()
        .expect("an assumed role has credentials");
    let [key, secret, token] = [
        given.access_key_id(),
        given.secret_access_key(),
        given.session_token(),
    ]
    .map(str::to_owned);
    let credentials = Credentials::new(&key, &secret, Some(token.clone()), None, "conformance");
    let config = config
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let variables = vec![
        ("AWS_ENDPOINT_URL", leads_to),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_SESSION_TOKEN", token),
    ];
    (config, variables)
}

/// Twelve digits that follow from the test's name.
pub fn number(test: &str) -> String {
    let mut hasher = DefaultHasher::new();
    test.hash(&mut hasher);
    format!("{:012}", hasher.finish() % 1_000_000_000_000)
}

fn claim(test: &str) {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = taken.insert(number(test), test.to_owned());
    assert_eq!(before, None, "another test has the account of {test}");
}
