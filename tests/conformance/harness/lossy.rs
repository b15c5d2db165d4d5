//! An HTTP client that loses an answer: the request took effect, and nobody hears of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};

use super::On;
use crate::gaps;

tokio::task_local! {
    /// Which answers to this task's changing requests are lost.
    static LOSES: Arc<Losses>;
}

/// Which answers are lost.
struct Losses {
    /// How many changing requests there were.
    seen: AtomicUsize,
    lose: fn(usize) -> bool,
    /// Whether to lose answers of the protocols that name no operation, too.
    unnamed: bool,
}

impl Losses {
    fn take(&self, request: &HttpRequest) -> bool {
        let counts = self.unnamed || operation(request).is_some();
        counts && (self.lose)(self.seen.fetch_add(1, Ordering::Relaxed))
    }
}

/// Runs `work` so that the answer to its first changing request is lost, and says whether there was
/// one.
pub async fn losing_an_answer<T>(work: impl Future<Output = T>) -> (T, bool) {
    let losses = Arc::new(Losses {
        seen: AtomicUsize::new(0),
        lose: |request| request == 0,
        unnamed: true,
    });
    let done = LOSES.scope(losses.clone(), work).await;
    (done, losses.seen.load(Ordering::Relaxed) > 0)
}

/// Runs `work` so that the answer to every third changing request is lost. On moto, S3, Route 53 and
/// CloudFront are spared: see [`gaps::NEW_BUCKETS_HAVE_NO_TAGS`].
pub async fn losing_every_third_answer<T>(on: On, work: impl Future<Output = T>) -> T {
    let losses = Losses {
        seen: AtomicUsize::new(0),
        lose: |request| request % 3 == 0,
        unnamed: on != gaps::NEW_BUCKETS_HAVE_NO_TAGS.lacks,
    };
    LOSES.scope(Arc::new(losses), work).await
}

/// A client without TLS that can lose answers.
pub fn client() -> SharedHttpClient {
    over(aws_smithy_http_client::Builder::new().build_http())
}

/// One that reaches AWS through `client`, and can lose what that answers.
pub fn over(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(LossyClient(client))
}

#[derive(Debug)]
struct LossyClient(SharedHttpClient);

impl HttpClient for LossyClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(LossyConnector(self.0.http_connector(settings, components)))
    }
}

#[derive(Debug)]
struct LossyConnector(SharedHttpConnector);

impl HttpConnector for LossyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let loses = changes_something(&request)
            && LOSES
                .try_with(|losses| losses.take(&request))
                .unwrap_or(false);
        let answer = self.0.call(request);
        if !loses {
            return answer;
        }
        HttpConnectorFuture::new(async {
            answer.await?;
            Err(ConnectorError::io(
                "the connection was closed before the answer came".into(),
            ))
        })
    }
}

/// Whether a request can change anything, by its operation's name or its method.
fn changes_something(request: &HttpRequest) -> bool {
    match operation(request) {
        Some(operation) => !["Describe", "List", "Get", "Search", "BatchGet"]
            .iter()
            .any(|reads| operation.starts_with(reads)),
        None => !matches!(request.method(), "GET" | "HEAD"),
    }
}

/// The operation's name, in the protocols that tell it.
fn operation(request: &HttpRequest) -> Option<String> {
    if let Some(target) = request.headers().get("x-amz-target") {
        return target.rsplit('.').next().map(str::to_owned);
    }
    let body = std::str::from_utf8(request.body().bytes()?).ok()?;
    let fields = body.split('&');
    let action = fields
        .filter_map(|field| field.strip_prefix("Action="))
        .next();
    action.map(str::to_owned)
}
