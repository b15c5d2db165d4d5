//! A client that dies, as a process does: from one call on, nothing is heard of it again.

use std::sync::Arc;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};
use jeancloud_emulator::{Effect, Emulator, Faults};
use tokio::sync::Notify;

/// A client of `emulator` that dies in its `nth` call, before or after that took effect, and what
/// tells of its death. Whoever waits for an answer then waits for ever: nobody is left to do
/// anything about it.
pub fn client(emulator: &Emulator, nth: u64, effect: Effect) -> (SharedHttpClient, Arc<Notify>) {
    let doomed = emulator.client_with(Faults::default().crash_at(nth, effect));
    let died = Arc::new(Notify::new());
    let mortal = Mortal {
        inner: SharedHttpClient::new(doomed),
        died: died.clone(),
    };
    (SharedHttpClient::new(mortal), died)
}

#[derive(Debug)]
struct Mortal {
    inner: SharedHttpClient,
    died: Arc<Notify>,
}

impl HttpClient for Mortal {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, components),
            died: self.died.clone(),
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    died: Arc<Notify>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, died) = (self.inner.call(request), self.died.clone());
        HttpConnectorFuture::new(async move {
            match answer.await {
                Ok(answer) => Ok(answer),
                Err(_) => {
                    died.notify_one();
                    std::future::pending().await
                }
            }
        })
    }
}
