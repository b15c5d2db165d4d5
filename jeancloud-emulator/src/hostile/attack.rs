//! [`Attack`]: random calls in one world.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use serde_json::Value;

use super::{begin, pool::Pool, tally::Tally, values::Values, wire, worked::Worked};
use crate::{
    Emulator, Request,
    model::Operation,
    services::{self, Service},
    testing::{self, Aws},
    world::Draw,
};

/// Random calls in one world.
pub struct Attack {
    world: u64,
    draw: Draw,
    aws: Aws,
    pool: Pool,
    worked: Worked,
    sent: Vec<String>,
}

impl Attack {
    /// A world of its own, which is the same for the same number.
    pub fn begin(world: u64) -> Self {
        let number = world.to_string();
        let mut draw = Draw::new(world, ["hostile", &number]);
        // The first content is made while nothing takes time, so that it is there.
        let emulator = Emulator::builder()
            .seed(world)
            .time_factor(0.0)
            .eventually_consistent(world % 4 == 3)
            .build();
        let aws = Aws::of(emulator.client());
        let mut pool = Pool::default();
        let mut worked = Worked::default();
        begin::world(&aws, &mut pool, &mut worked);
        emulator.lock().world.rules.time_factor = [0.0, 0.01, 1.0][draw.below(3) as usize];
        Self {
            world,
            draw,
            aws,
            pool,
            worked,
            sent: Vec::new(),
        }
    }

    /// Calls so many times.
    pub fn run(&mut self, calls: usize, tally: &mut Tally) {
        for at in 0..calls {
            self.step(at, tally);
        }
        let emulator = self.aws.emulator();
        let before = emulator.inventory();
        let snapshot = emulator.snapshot();
        emulator.restore(&snapshot);
        let after = emulator.inventory();
        if before != after {
            let mut changed = before.iter().filter(|item| !after.contains(item));
            let changed = changed.next().map(|item| item.view.to_string());
            let what = "a snapshot isn't what was there".to_owned();
            let world = self.world;
            tally.broke(what, format!("world {world}: {changed:?}"));
        }
    }

    /// What was sent.
    pub fn calls(&self) -> Vec<String> {
        self.sent.clone()
    }

    fn step(&mut self, at: usize, tally: &mut Tally) {
        let (service, operation) = self.operation();
        let input = self.input(service, operation);
        let mut request = testing::request(service.model(), operation, &input);
        let honest = self.draw.below(4) > 0;
        if !honest {
            request = wire::spoil(request, &mut self.draw);
        }
        wire::carry(&mut request);
        let request = self.somebody().sign(request, service.signing);
        let told = told(service, operation, &request);
        if at < 200 {
            self.sent.push(told.clone());
        }
        let called = format!("world {}, call {at}: {told}", self.world);
        let answered = catch_unwind(AssertUnwindSafe(|| {
            self.answered(service, operation, request, honest)
        }));
        match answered {
            Ok(Ok(Some(output))) => {
                tally.succeeded(service.name, &operation.name);
                self.pool.learn(service.name, "", &input);
                self.pool.learn(service.name, "", &output);
                self.worked.remember(service.name, &operation.name, input);
            }
            Ok(Ok(None)) => {}
            Ok(Err(code)) if code == "InternalFailure" => {
                tally.broke(format!("{} fails inside", operation.name), called);
            }
            Ok(Err(code)) if honest => tally.refused(service.name, &operation.name, &code),
            Ok(Err(_)) => {}
            Err(panic) => {
                let panic = panic
                    .downcast_ref::<String>()
                    .cloned()
                    .or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
                let panic = panic.unwrap_or_default();
                tally.broke(format!("{} panics: {panic}", operation.name), called);
            }
        }
        if self.draw.below(20) == 0 {
            let minutes = self.draw.below(90);
            let passed = catch_unwind(AssertUnwindSafe(|| {
                self.aws
                    .emulator()
                    .advance(Duration::from_secs(minutes * 60));
            }));
            if passed.is_err() {
                tally.broke(
                    "time can't pass".into(),
                    format!("world {}, call {at}", self.world),
                );
            }
        }
    }

    /// Something new, or a variation of what worked before.
    fn input(&mut self, service: &'static Service, operation: &'static Operation) -> Value {
        let densities = [0.0, 0.15, 0.4, 0.9];
        let density = densities[self.draw.below(4) as usize];
        let wildness = [0.0, 0.0, 0.02, 0.2][self.draw.below(4) as usize];
        let again = self.draw.below(2) == 0;
        let worked = self
            .worked
            .find(service.name, &operation.name, &mut self.draw);
        let mut values = Values {
            model: service.model(),
            density,
            wildness,
            pool: &self.pool,
            draw: &mut self.draw,
        };
        match worked.filter(|_| again) {
            Some(worked) => values.varied(operation, worked),
            None => values.input(operation),
        }
    }

    /// The output of an honest call, nothing of a spoilt one that succeeds, or AWS's code.
    fn answered(
        &self,
        service: &'static Service,
        operation: &'static Operation,
        request: Request,
        honest: bool,
    ) -> Result<Option<Value>, String> {
        let head = request.method == "HEAD";
        let response = self.aws.send(request);
        assert!((200..600).contains(&response.status), "{response:?}");
        for (name, value) in &response.headers {
            let sound = value
                .chars()
                .all(|letter| letter == '\t' || !letter.is_control());
            assert!(sound, "the header {name} is {value:?}");
        }
        match response.status {
            200..300 if honest => {
                let output = testing::output(service.model(), operation, &response);
                Ok(Some(output))
            }
            ..400 => Ok(None),
            status if head => Err(status.to_string()),
            _ if honest => Err(testing::refusal(service.model(), &response).code),
            // A spoilt name may be that of another protocol.
            500 => {
                let text = String::from_utf8_lossy(&response.body);
                Err(text
                    .contains("InternalFailure")
                    .then_some("InternalFailure"))
                .map_err(|code| code.unwrap_or_default().to_owned())
            }
            _ => Err(String::new()),
        }
    }

    fn operation(&mut self) -> (&'static Service, &'static Operation) {
        loop {
            let service = services::ALL[self.draw.below(services::ALL.len() as u64) as usize];
            let known = service.operations;
            let (name, _) = known[self.draw.below(known.len() as u64) as usize];
            // Worlds that get empty teach little.
            let ends = name.starts_with("Delete") || name.starts_with("Schedule");
            if ends && self.draw.below(3) > 0 {
                continue;
            }
            if let Some(operation) = service.model().operation(name) {
                return (service, operation);
            }
        }
    }

    fn somebody(&mut self) -> Aws {
        match self.draw.below(30) {
            0 => self.aws.with_key("210987654321"),
            1 => self.aws.in_region("us-east-1"),
            2 => self
                .aws
                .in_region(["", "é", "cn-north-1"][self.draw.below(3) as usize]),
            _ => self.aws.with_key("test"),
        }
    }
}

fn told(service: &Service, operation: &Operation, request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    let Request {
        method,
        path,
        query,
        headers,
        ..
    } = request;
    let body: String = body.chars().take(3000).collect();
    format!(
        "{} {}: {method} {path}?{query} {headers:?} {body}",
        service.name, operation.name
    )
}
