//! A run that is killed, and a program after it that wants something else: what the killed one began,
//! wherever it is, is gone or put back. On the emulator, at every call.

use jeancloud::{aws::Aws, prelude::*};
use jeancloud_emulator::{Effect, Emulator};
use tokio::task::JoinSet;

use super::{
    inventory,
    life::{Life, steps},
};
use crate::harness::{Cloud, configuration, mortal};

/// What is there when a run is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// What the program says that is applied after it.
    All,
}

/// A zone with a record, which have no tags of their own, or not at once; and what is set of the rest in
/// one version alone.
fn version(second: bool) -> Stack {
    let stack = Stack::new("minds");
    let (global, france) = (stack.global(), stack.region("france", Region::EuWest3));
    let domain = if second { "two.example" } else { "one.example" };
    let zone = global.add("zone", HostedZone::builder().name(domain).build());
    let record = RecordSet::builder()
        .hosted_zone_id(&zone)
        .name(format!("www.{domain}"))
        .record_type(RecordType::A)
        .resource_records(["203.0.113.7"])
        .ttl(300);
    global.add("record", record.build());
    let group = LogGroup::builder().log_group_name("minds");
    let retention = second.then_some(Retention::Days30);
    france.add("log", group.retention_in_days(retention).build());
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16"));
    let names = second.then_some(true);
    let vpc = vpc.enable_dns_hostnames(names).tag("Version", domain);
    let vpc = match second {
        true => vpc.tag("Second", "yes").build(),
        false => vpc.build(),
    };
    france.add("vpc", vpc);
    stack
}

/// All at once: whoever was killed in a creating call waits until AWS shows what that made.
#[tokio::test]
async fn what_a_killed_run_began_is_put_back_by_a_program_that_wants_it_no_more() {
    let calm = Run::new();
    let _ = calm.life.apply(&version(false)).await;
    let expected = calm.content();
    let mut runs = JoinSet::new();
    for before in [Before::Nothing, Before::All] {
        for nth in 1..=calls(before).await {
            for effect in [Effect::With, Effect::Without] {
                runs.spawn(killed(before, nth, effect, expected.clone()));
            }
        }
    }
    while let Some(run) = runs.join_next().await {
        if let Err(failure) = run {
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

async fn killed(before: Before, nth: u64, effect: Effect, expected: Vec<String>) {
    let when = format!("killed in call {nth}, {effect:?} effect, {before:?} before");
    let mut run = Run::new();
    run.begin(before).await;
    let zone = run.zones().pop();
    run.kill(nth, effect).await;
    let goes_on = zone.as_ref().is_some_and(|zone| run.zones().contains(zone));
    let _ = run.life.apply(&version(false)).await;
    let left = steps(&run.life.plan(&version(false)).await);
    assert_eq!(left, [""; 0], "{when}");
    inventory::expect_same(&run.content(), &expected, &when);
    if goes_on {
        let zones = run.zones();
        assert_eq!(
            zones,
            zone.into_iter().collect::<Vec<_>>(),
            "{when}: other name servers"
        );
    }
}

struct Run {
    emulator: Emulator,
    life: Life,
}

const ACCOUNT: &str = "111122223333";

/// How many calls the second version takes.
async fn calls(before: Before) -> u64 {
    let run = Run::new();
    run.begin(before).await;
    let until = run.emulator.calls().len();
    let _ = run.life.apply(&version(true)).await;
    (run.emulator.calls().len() - until) as u64
}

impl Run {
    fn new() -> Self {
        let emulator = Emulator::builder().time_factor(0.0).build();
        let life = Life::of(Cloud::of(&emulator, ACCOUNT));
        Self { emulator, life }
    }

    async fn begin(&self, before: Before) {
        if before == Before::All {
            let _ = self.life.apply(&version(false)).await;
        }
    }

    /// Applies the second version and dies.
    async fn kill(&mut self, nth: u64, effect: Effect) {
        let (http, died) = mortal::client(&self.emulator, nth, effect);
        let dying = Aws::with_config(configuration(ACCOUNT, http));
        self.life.goes_on_through(dying);
        let second = version(true);
        tokio::select! {
            _ = self.life.apply(&second) => panic!("it made less than {nth} calls"),
            () = died.notified() => {}
        }
        self.life.recovers();
    }

    /// The ids of the zones: another one has other name servers.
    fn zones(&self) -> Vec<String> {
        let items = self.emulator.inventory().into_iter();
        let zones = items.filter(|item| item.kind == "route53/hosted-zone");
        zones.map(|item| item.id).collect()
    }

    /// What there is, but for how often it was made anew, and without a zone's changes.
    fn content(&self) -> Vec<String> {
        let tag = |generation: u32| format!("\"jeancloud:generation\",\"value\":\"{generation}\"");
        // As the caller reference of a zone has it.
        let part = |generation: u32| format!("-id-{generation}-id");
        let once = |line: String| {
            (2..4).fold(line, |line, generation| {
                let line = line.replace(&tag(generation), &tag(1));
                line.replace(&part(generation), &part(1))
            })
        };
        let all = inventory::of(&self.emulator).into_iter();
        let lasting = all.filter(|line| !line.contains(" route53/change "));
        let mut all: Vec<String> = lasting.map(once).collect();
        all.sort();
        all
    }
}
