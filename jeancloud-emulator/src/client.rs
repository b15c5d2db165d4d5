//! [`Client`]: one who calls.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    account,
    call::{Call, Caller},
    emulator::{Emulator, Shared},
    error::AwsError,
    faults::{Decision, Effect, Faults, Trouble},
    http::{Request, Response},
    log::LoggedCall,
    model,
    protocol::{self, Parsed, Reply},
    services::{self, Service},
    world::Draw,
};

/// The region of calls that name none.
const REGION: &str = "us-east-1";

/// One who calls an emulator: an SDK's HTTP client (feature `sdk`), a connection over HTTP (feature
/// `serve`), or a test with requests of its own. Clones are the same client.
#[derive(Clone)]
pub struct Client {
    emulator: Emulator,
    trouble: Arc<Mutex<Trouble>>,
}

/// What a client gets.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How long to wait first.
    pub delay: Duration,
    /// The response, or how it got lost.
    pub response: Result<Response, Broken>,
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The connection broke.
    Lost,
    /// No answer came.
    TimedOut,
}

impl Client {
    pub(crate) fn new(emulator: Emulator, faults: Faults) -> Self {
        Self {
            emulator,
            trouble: Arc::new(Mutex::new(Trouble::new(faults))),
        }
    }

    /// The emulator that it calls.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Answers a request. It doesn't wait: who sends it does.
    pub fn send(&self, mut request: Request) -> Answer {
        let mut shared = self.emulator.lock();
        shared.world.catch_up();
        let addressed = Addressed::of(&shared, &request);
        let request_id = request_id(&mut shared);
        let head = request.method == "HEAD";
        let read = match addressed.service {
            Some(service) => protocol::read(service.model(), &mut request),
            None => Err(unknown_service(&addressed, &request)),
        };
        let operation = match &read {
            Ok(parsed) => parsed.operation.name.clone(),
            Err(_) => protocol::action(&request).unwrap_or_default(),
        };
        let decision = match addressed.service {
            Some(service) => {
                let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
                trouble.decide(service, service.model().protocol, &operation)
            }
            None => Decision::Go,
        };
        let mut logged = LoggedCall {
            account: addressed.account.clone(),
            region: addressed.region.clone(),
            service: addressed
                .service
                .map_or("", |service| service.name)
                .to_owned(),
            operation,
            input: read
                .as_ref()
                .map_or(Value::Null, |parsed| parsed.input.clone()),
            error: None,
            answered: !matches!(decision, Decision::Break(_) | Decision::Hang(_)),
        };
        let done = match &decision {
            Decision::Refuse(error) => Err(error.clone()),
            Decision::Break(Effect::Without) | Decision::Hang(Effect::Without) => {
                Err(AwsError::internal("the call got lost"))
            }
            _ => read.and_then(|parsed| addressed.run(&mut shared, parsed, &request_id)),
        };
        // Nothing else can go wrong with a folder than that the disk is full.
        let done = match shared.save() {
            Ok(()) => done,
            Err(error) => Err(AwsError::internal(format!("can't save: {error}"))),
        };
        let response = done.unwrap_or_else(|error| {
            logged.error = Some(error.code.clone());
            let model = addressed.service.map(|service| service.model());
            protocol::write_error(model, &error, head, &request_id)
        });
        shared.log.add(logged);
        drop(shared);
        self.deliver(decision, response)
    }

    fn deliver(&self, decision: Decision, mut response: Response) -> Answer {
        let date = self.emulator.lock().world.clock.now().rfc822();
        response.headers.push(("date".to_owned(), date));
        let delay = match decision {
            Decision::Delay(delay) => delay,
            _ => Duration::ZERO,
        };
        Answer {
            delay,
            response: match decision {
                Decision::Break(_) => Err(Broken::Lost),
                Decision::Hang(_) => Err(Broken::TimedOut),
                Decision::Go | Decision::Refuse(_) | Decision::Delay(_) => Ok(response),
            },
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// Whom a request is for, and from whom it is.
struct Addressed {
    service: Option<&'static Service>,
    /// The service's name as the request has it.
    named: String,
    account: String,
    access_key: String,
    region: String,
}

impl Addressed {
    fn of(shared: &Shared, request: &Request) -> Self {
        let scope = protocol::scope_of(request);
        let host = request.get("host").unwrap_or_default();
        let (service, region, access_key) = match scope {
            Some(scope) => (scope.service, scope.region, scope.access_key),
            None => {
                let (service, region) = protocol::host_service(host)
                    .or_else(|| unsigned(request))
                    .unwrap_or(("", None));
                (
                    service.to_owned(),
                    region.unwrap_or(REGION).to_owned(),
                    String::new(),
                )
            }
        };
        let account = account::of_key(&access_key);
        Self {
            service: services::signing(&service),
            named: service,
            account: account.unwrap_or_else(|| shared.world.rules.account.clone()),
            access_key,
            region,
        }
    }

    fn run(
        &self,
        shared: &mut Shared,
        parsed: Parsed,
        request_id: &str,
    ) -> Result<Response, AwsError> {
        let Parsed {
            operation,
            input,
            body,
        } = parsed;
        let service = self
            .service
            .ok_or_else(|| AwsError::internal("nobody is addressed"))?;
        let handler = service
            .handler(&operation.name)
            .ok_or_else(|| AwsError::unknown_operation(service.name, &operation.name))?;
        let model = service.model();
        model::check(model, operation, &input)?;
        let (output, reply) = self.answer(shared, handler, &input, body, operation)?;
        protocol::write_answer(model, operation, &output, reply, request_id)
    }

    fn answer(
        &self,
        shared: &mut Shared,
        handler: services::Handler,
        input: &Value,
        body: Bytes,
        operation: &'static model::Operation,
    ) -> Result<(Value, Reply), AwsError> {
        let service = self
            .service
            .ok_or_else(|| AwsError::internal("nobody is addressed"))?;
        let caller = Caller {
            service,
            operation: Some(operation),
            account: self.account.clone(),
            access_key: self.access_key.clone(),
            region: self.region.clone(),
        };
        let now = shared.world.clock.now();
        let mut call = Call::new(&mut shared.world, caller, now, body);
        if let Some(begin) = service.begin {
            begin(&mut call);
        }
        let output = handler(&mut call, input)?;
        Ok((output, call.reply))
    }
}

/// `AssumeRoleWithWebIdentity` is called by those who have no credentials yet.
fn unsigned(request: &Request) -> Option<(&'static str, Option<&'static str>)> {
    let action = protocol::action(request)?;
    action
        .starts_with("AssumeRoleWith")
        .then_some(("sts", None))
}

fn unknown_service(addressed: &Addressed, request: &Request) -> AwsError {
    let action = protocol::action(request);
    let action = action.unwrap_or_else(|| format!("{} {}", request.method, request.path));
    let service = match addressed.named.as_str() {
        "" => "a request that names no service:",
        service => service,
    };
    AwsError::unknown_operation(service, &action)
}

fn request_id(shared: &mut Shared) -> String {
    let mut draw: Draw = shared.world.draw(&["request"]);
    draw.uuid()
}
