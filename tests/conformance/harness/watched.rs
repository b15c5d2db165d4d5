//! A client that looks at the whole emulator after each call.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};
use jeancloud_emulator::Emulator;

/// What is looked for, and what it says where it is not as it should be.
type Look = dyn Fn(&Emulator) -> Result<(), String> + Send + Sync;

/// A client of `emulator` that looks after each call, and what was seen that should not be.
pub fn client(
    emulator: &Emulator,
    look: impl Fn(&Emulator) -> Result<(), String> + Send + Sync + 'static,
) -> (SharedHttpClient, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let watched = Watched {
        inner: SharedHttpClient::new(emulator.client()),
        watch: Watch {
            emulator: emulator.clone(),
            look: Arc::new(look),
            seen: seen.clone(),
        },
    };
    (SharedHttpClient::new(watched), seen)
}

#[derive(Clone)]
struct Watch {
    emulator: Emulator,
    look: Arc<Look>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Watch {
    fn look(&self) {
        if let Err(wrong) = (self.look)(&self.emulator) {
            let calls = self.emulator.calls();
            let call = calls.last().map(|call| call.operation.clone());
            let wrong = format!("after {}: {wrong}", call.unwrap_or_default());
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.push(wrong);
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

#[derive(Debug)]
struct Watched {
    inner: SharedHttpClient,
    watch: Watch,
}

impl HttpClient for Watched {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, components),
            watch: self.watch.clone(),
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    watch: Watch,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, watch) = (self.inner.call(request), self.watch.clone());
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            watch.look();
            answer
        })
    }
}
