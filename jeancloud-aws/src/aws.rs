//! [`Aws`]: the provider over the SDK clients, and the table of its handlers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sts::config::{AsyncSleep, Credentials, SharedCredentialsProvider, Sleep};
use aws_smithy_http_client::tls::{Provider as Tls, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpClient;
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use jeancloud_model::{Region, Resource};
use jeancloud_stack::provider::{
    Account, Create, Delete, ErrorKind, Found, Observed, Own, Place, Provider, ProviderError,
    Update, Wanted,
};
use serde_json::Value as Json;
use tokio::sync::OnceCell;

use crate::{
    Clients, error,
    handler::{AnyHandler, AnyLookup, Erased, ErasedLookup, Handler, LookupHandler, Result},
};

/// AWS, through the SDK.
pub struct Aws {
    config: SdkConfig,
    account: OnceCell<Arc<Account>>,
    clients: Mutex<BTreeMap<Region, Arc<Clients>>>,
}

impl Aws {
    /// AWS as the environment says: `AWS_PROFILE`, `AWS_ENDPOINT_URL` and all that the SDKs read.
    ///
    /// TLS is verified against the system's roots.
    pub async fn from_env() -> Self {
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Tls::Rustls(CryptoMode::Ring))
            .build_https();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(60))
            .build();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .timeout_config(timeouts)
            // A plan asks hundreds of questions, and one without an answer fails it.
            .retry_config(RetryConfig::standard().with_max_attempts(5))
            .load()
            .await;
        Self::with_config(config)
    }

    /// AWS through a configuration of one's own: other credentials, another HTTP client.
    pub fn with_config(config: SdkConfig) -> Self {
        Self {
            config,
            account: OnceCell::new(),
            clients: Mutex::default(),
        }
    }

    /// AWS as something answers that is no network: an emulator, or a recording. `endpoint` is its
    /// name, by which states and plans of it are told from others'; credentials are made up.
    pub fn answered_by(client: impl HttpClient + 'static, endpoint: &str) -> Self {
        let anybody = Credentials::new("embedded", "embedded", None, None, "embedded");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(aws_config::Region::from_static(Region::UsEast1.as_str()))
            .endpoint_url(endpoint)
            .credentials_provider(SharedCredentialsProvider::new(anybody))
            .http_client(client)
            .retry_config(RetryConfig::standard().with_max_attempts(5))
            .sleep_impl(EnginesTime)
            .build();
        Self::with_config(config)
    }

    async fn identity(&self) -> Result<&Arc<Account>> {
        let ask = || async {
            let region = aws_config::Region::from_static(Region::UsEast1.as_str());
            let region = self.config.region().cloned().unwrap_or(region);
            let config = self.config.to_builder().region(region).build();
            let answer = aws_sdk_sts::Client::new(&config)
                .get_caller_identity()
                .send()
                .await;
            let answer = answer.map_err(error::of("GetCallerIdentity"))?;
            let partition = answer
                .arn()
                .and_then(|arn| arn.split(':').nth(1))
                .unwrap_or("aws");
            let id = answer.account().ok_or_else(|| {
                ProviderError::new(
                    ErrorKind::Other,
                    "GetCallerIdentity",
                    "AWS named no account",
                )
            })?;
            Ok(Arc::new(Account {
                partition: partition.to_owned(),
                id: id.to_owned(),
                endpoint: self.config.endpoint_url().map(str::to_owned),
            }))
        };
        self.account.get_or_try_init(ask).await
    }

    /// The clients of a region.
    pub async fn clients(&self, region: Region) -> Result<Arc<Clients>> {
        let account = self.identity().await?.clone();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let made = clients
            .entry(region)
            .or_insert_with(|| Arc::new(Clients::new(region, &self.config, account)));
        Ok(made.clone())
    }
}

/// The SDK's own pauses, in the time of the engine.
#[derive(Debug)]
struct EnginesTime;

impl AsyncSleep for EnginesTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(jeancloud_stack::time::sleep(duration))
    }
}

/// The handlers of all types.
#[derive(Default)]
pub(crate) struct Registry {
    handlers: BTreeMap<&'static str, Box<dyn AnyHandler>>,
    lookups: BTreeMap<&'static str, Box<dyn AnyLookup>>,
}

impl Registry {
    /// Adds the handler of a resource type.
    pub(crate) fn add<H: Handler>(&mut self, handler: H) {
        self.handlers
            .insert(H::Resource::TYPE, Box::new(Erased(handler)));
    }

    /// Adds the handler of a lookup.
    pub(crate) fn add_lookup<H: LookupHandler>(&mut self, handler: H) {
        self.lookups
            .insert(H::Lookup::TYPE, Box::new(ErasedLookup(handler)));
    }
}

fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let mut registry = Registry::default();
        for register in [
            crate::application_auto_scaling::register,
            crate::certificate_manager::register,
            crate::cloud_front::register,
            crate::ec2::register,
            crate::ecr::register,
            crate::ecs::register,
            crate::elastic_load_balancing_v2::register,
            crate::iam::register,
            crate::kms::register,
            crate::logs::register,
            crate::lookup::register,
            crate::rds::register,
            crate::route53::register,
            crate::s3::register,
            crate::secrets_manager::register,
        ] {
            register(&mut registry);
        }
        registry
    })
}

/// The types that have a handler, resources and lookups, in alphabetical order.
pub fn supported_types() -> impl Iterator<Item = &'static str> {
    registry()
        .handlers
        .keys()
        .chain(registry().lookups.keys())
        .copied()
}

fn handler(type_name: &str) -> Result<&'static dyn AnyHandler> {
    let handler = registry().handlers.get(type_name);
    handler
        .map(|handler| &**handler)
        .ok_or_else(|| unknown(type_name))
}

fn unknown(type_name: &str) -> ProviderError {
    let message = format!("jeancloud has no handler for {type_name}");
    ProviderError::new(ErrorKind::Invalid, "", message)
}

#[async_trait]
impl Provider for Aws {
    async fn account(&self) -> Result<Account> {
        Ok((**self.identity().await?).clone())
    }

    async fn observe(&self, place: Place<'_>, ids: &[String]) -> Result<Vec<Observed>> {
        handler(place.type_name)?
            .observe(&*self.clients(place.region).await?, ids)
            .await
    }

    async fn find(&self, place: Place<'_>, wanted: &[Wanted]) -> Result<Vec<Found>> {
        handler(place.type_name)?
            .find(&*self.clients(place.region).await?, wanted)
            .await
    }

    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String> {
        handler(place.type_name)?
            .create(&*self.clients(place.region).await?, create)
            .await
    }

    async fn finish(&self, place: Place<'_>, create: &Create, id: &str) -> Result<()> {
        handler(place.type_name)?
            .finish(&*self.clients(place.region).await?, create, id)
            .await
    }

    async fn update(&self, place: Place<'_>, update: &Update) -> Result<()> {
        handler(place.type_name)?
            .update(&*self.clients(place.region).await?, update)
            .await
    }

    async fn own(&self, place: Place<'_>, own: &Own) -> Result<()> {
        handler(place.type_name)?
            .own(&*self.clients(place.region).await?, own)
            .await
    }

    async fn delete(&self, place: Place<'_>, delete: &Delete) -> Result<()> {
        handler(place.type_name)?
            .delete(&*self.clients(place.region).await?, delete)
            .await
    }

    async fn read(&self, place: Place<'_>, properties: &Json) -> Result<Observed> {
        let lookup = registry()
            .lookups
            .get(place.type_name)
            .ok_or_else(|| unknown(place.type_name))?;
        lookup
            .read(&*self.clients(place.region).await?, properties)
            .await
    }

    fn permissions(&self, type_name: &str) -> &'static [&'static str] {
        let handler = registry()
            .handlers
            .get(type_name)
            .map(|handler| handler.permissions());
        let lookup = || {
            registry()
                .lookups
                .get(type_name)
                .map(|lookup| lookup.permissions())
        };
        handler.or_else(lookup).unwrap_or_default()
    }
}
