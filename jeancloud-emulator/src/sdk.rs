//! The AWS SDK for Rust reaches a [`Client`] as its HTTP client.

use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;

use crate::{
    client::{Answer, Broken, Client},
    http::{Request, Response},
};

/// How long a client waits that sets no limit of its own: as long as nobody wants to.
const PATIENCE: Duration = Duration::from_secs(3600);

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            client: self.clone(),
            patience: settings.read_timeout().unwrap_or(PATIENCE),
            sleep: components.sleep_impl(),
        })
    }
}

/// A client with the limits of one SDK configuration.
#[derive(Debug)]
struct Connector {
    client: Client,
    patience: Duration,
    /// How the SDK waits: in whose time.
    sleep: Option<SharedAsyncSleep>,
}

/// Waits as the SDK does.
async fn wait(sleep: Option<SharedAsyncSleep>, duration: Duration) {
    match sleep {
        Some(sleep) => sleep.sleep(duration).await,
        None => tokio::time::sleep(duration).await,
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, patience) = (self.client.clone(), self.patience);
        let sleep = self.sleep.clone();
        HttpConnectorFuture::new(async move {
            let request = received(request).await?;
            let Answer { delay, response } = client.send(request);
            if delay > patience || response.as_ref().is_err_and(|it| *it == Broken::TimedOut) {
                wait(sleep, patience).await;
                return Err(ConnectorError::timeout("no answer came in time".into()));
            }
            if !delay.is_zero() {
                wait(sleep, delay).await;
            }
            match response {
                Ok(response) => answered(response),
                Err(_) => Err(ConnectorError::io("the connection broke".into())),
            }
        })
    }
}

async fn received(request: HttpRequest) -> Result<Request, ConnectorError> {
    let uri = request.uri();
    let after_scheme = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    let at = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
    let (host, target) = after_scheme.split_at(at);
    let mut received = Request::new(request.method(), target);
    for (name, value) in request.headers() {
        received = received.header(name, value);
    }
    if received.get("host").is_none() {
        received = received.header("host", host);
    }
    let collected = request.into_body().collect().await;
    let collected = collected.map_err(ConnectorError::user)?;
    let trailers = collected.trailers().cloned();
    for (name, value) in trailers.iter().flatten() {
        if let Ok(value) = value.to_str() {
            received = received.header(name.as_str(), value);
        }
    }
    Ok(received.body(collected.to_bytes()))
}

fn answered(response: Response) -> Result<HttpResponse, ConnectorError> {
    let other = |error: &str| ConnectorError::other(error.to_owned().into(), None);
    let status = response.status.try_into();
    let status = status.map_err(|_| other("the emulator answers a status that there isn't"))?;
    let body: Bytes = response.body;
    let mut answered = HttpResponse::new(status, SdkBody::from(body));
    for (name, value) in response.headers {
        let header = answered.headers_mut().try_append(name, value);
        header.map_err(|_| other("the emulator answers a header that HTTP can't carry"))?;
    }
    Ok(answered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, Emulator, Fault, Faults};

    fn request() -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from("Action=GetCallerIdentity"));
        request.set_method("POST").unwrap();
        request
            .set_uri("https://sts.eu-west-3.amazonaws.com/")
            .unwrap();
        request
    }

    fn connector(faults: Faults) -> Connector {
        Connector {
            client: Emulator::new().client_with(faults),
            patience: Duration::from_secs(30),
            sleep: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_sdk_is_answered() {
        let response = connector(Faults::default()).call(request()).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let body = std::str::from_utf8(response.body().bytes().unwrap()).unwrap();
        assert!(body.contains("<Account>123456789012</Account>"), "{body}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_connection_and_a_missing_answer_are_told_apart() {
        let lost = Faults::default().always("sts:*", Fault::Lost(Effect::With));
        let error = connector(lost).call(request()).await.unwrap_err();
        assert!(error.is_io(), "{error:?}");
        for late in [
            Fault::TimedOut(Effect::Without),
            Fault::Slow(Duration::from_secs(31)),
        ] {
            let before = tokio::time::Instant::now();
            let late = connector(Faults::default().always("*", late));
            let error = late.call(request()).await.unwrap_err();
            assert!(error.is_timeout(), "{error:?}");
            assert_eq!(before.elapsed(), Duration::from_secs(30));
        }
    }
}
