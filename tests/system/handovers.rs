//! A distribution with a domain name is replaced: at every moment the name leads to one that may read the
//! bucket, whatever the process is killed in.

use std::{collections::BTreeMap, sync::Mutex};

use jeancloud::{
    aws::Aws,
    plan::{Op, Plan, PlanOptions},
    prelude::*,
};
use jeancloud_emulator::{Effect, Emulator, LoggedCall};
use serde_json::Value as Json;
use tokio::task::JoinSet;

use super::{
    inventory,
    life::{Life, parameters, steps},
    system,
};
use crate::harness::{Cloud, On, configuration, mortal, watched};

const ACCOUNT: &str = "111122223333";

/// What leads to the distribution.
const WWW: &str = "www.example.com";

#[tokio::test]
async fn www_leads_somewhere_while_its_distribution_is_replaced() {
    let mut parameters = parameters(On::Emulator);
    parameters.extend([("tls", "true"), ("domain", "example.com")]);
    let stack = system(&parameters);
    let emulator = emulator();
    let mut life = Life::of(Cloud::of(&emulator, ACCOUNT));
    let _ = life.apply(&stack).await;
    let before = kinds(&emulator);

    let (http, seen) = watched::client(&emulator, is_served);
    life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
    let first = emulator.calls().len();
    let plan = replace(&life, &stack).await;
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
    let about = |op: Op| plan.at("global/cdn").filter(move |it| it.op == op);
    assert_eq!(about(Op::Create).count(), 1);
    assert!(
        about(Op::Create).all(|new| about(Op::Delete).all(|old| new.id < old.id)),
        "{plan:#?}"
    );
    let calls = emulator.calls();
    let moved = calls[first..]
        .iter()
        .filter(|call| call.operation == "AssociateAlias" && call.error.is_none());
    assert_eq!(moved.count(), 1);

    life.recovers();
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    inventory::expect_same(&kinds(&emulator), &before, "after the replacement");
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}

/// Where CloudFront takes a second and a half to deploy, which is a two-hundredth of its time.
#[tokio::test]
async fn www_moves_only_to_a_distribution_that_is_everywhere() {
    let emulator = Emulator::builder().time_factor(0.005).build();
    let (mut life, stack) = (Life::of(Cloud::of(&emulator, ACCOUNT)), site());
    let _ = life.apply(&stack).await;
    let before = Mutex::new(BTreeMap::new());
    let moves_late = move |emulator: &Emulator| {
        let now = statuses(emulator);
        let before = std::mem::replace(&mut *before.lock().unwrap(), now);
        let calls = emulator.calls();
        let moved = calls.last().filter(|it| it.operation == "AssociateAlias");
        let target = moved.map(|it| it.input["TargetDistributionId"].clone());
        let status = target.and_then(|it| before.get(it.as_str()?).cloned());
        match status.as_deref() {
            None | Some("Deployed") => Ok(()),
            Some(status) => Err(format!("the new one was {status}")),
        }
    };
    let (http, seen) = watched::client(&emulator, moves_late);
    life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
    let first = emulator.calls().len();
    let _ = replace(&life, &stack).await;
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
    let calls = emulator.calls().split_off(first);
    assert!(calls.iter().any(|it| it.operation == "AssociateAlias"));
}

#[tokio::test]
async fn a_handover_that_is_killed_at_any_call_goes_on() {
    let calm = Calm::run().await;
    assert!(calm.changes.len() >= 10, "{:?}", calm.changes);
    let mut runs = JoinSet::new();
    for nth in &calm.changes {
        for (effect, keeps) in [
            (Effect::With, true),
            (Effect::Without, true),
            (Effect::With, false),
        ] {
            runs.spawn(killed(*nth, effect, keeps, calm.kinds.clone()));
        }
    }
    all_done(runs).await;
}

/// A replacement that the program asks for, killed at any call that changes something, and the program from
/// before after it: the old one is still there, and goes on.
#[tokio::test]
async fn a_handover_that_is_killed_at_any_call_is_taken_back() {
    let calm = Calm::run().await;
    let mut runs = JoinSet::new();
    for nth in &calm.changes {
        for effect in [Effect::With, Effect::Without] {
            runs.spawn(taken_back(*nth, effect, calm.kinds.clone()));
        }
    }
    all_done(runs).await;
}

async fn taken_back(nth: u64, effect: Effect, calm: Vec<String>) {
    let when = format!("killed in call {nth}, {effect:?} effect");
    let (emulator, [first, second]) = (emulator(), [1, 2].map(site_of));
    let mut life = Life::of(Cloud::of(&emulator, ACCOUNT));
    let _ = life.apply(&first).await;
    let old: Vec<String> = statuses(&emulator).into_keys().collect();
    let (http, died) = mortal::client(&emulator, nth, effect);
    life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
    tokio::select! {
        _ = life.apply(&second) => panic!("{when}: it lives"),
        () = died.notified() => {}
    }
    let is_there = statuses(&emulator).contains_key(&old[0]);
    let (http, seen) = watched::client(&emulator, is_served);
    life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
    let _ = life.apply(&first).await;
    assert_eq!(*seen.lock().unwrap(), [""; 0], "{when}");
    assert_eq!(steps(&life.plan(&first).await), [""; 0], "{when}");
    inventory::expect_same(&kinds(&emulator), &calm, &when);
    let now: Vec<String> = statuses(&emulator).into_keys().collect();
    assert_eq!(now == old, is_there, "{when}: {old:?} and then {now:?}");
}

/// Where the second run of a handover was killed, too, or nothing comes after it but the end.
#[tokio::test]
async fn nothing_is_left_of_a_handover_that_was_killed() {
    let calm = Calm::run().await;
    let mut runs = JoinSet::new();
    for nth in calm.changes {
        runs.spawn(async move {
            let (emulator, stack) = (emulator(), site());
            let mut life = Life::of(Cloud::of(&emulator, ACCOUNT));
            let _ = life.apply(&stack).await;
            let (http, died) = mortal::client(&emulator, nth, Effect::With);
            life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
            tokio::select! {
                _ = replace(&life, &stack) => panic!("it lives"),
                () = died.notified() => {}
            }
            life.recovers();
            life.destroy(&stack).await;
            life.expect_nothing_left().await;
        });
    }
    all_done(runs).await;
}

/// ACM asks an account for the same record of a domain name each time.
#[tokio::test]
async fn a_certificate_that_is_made_anew_keeps_the_record_that_validates_it() {
    let (emulator, stack) = (emulator(), site());
    let life = Life::of(Cloud::of(&emulator, ACCOUNT));
    let _ = life.apply(&stack).await;
    let before = kinds(&emulator);
    let options = PlanOptions::default().replace("virginia/certificate");
    let _ = life.try_apply(&stack, options).await.unwrap();
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    inventory::expect_same(&kinds(&emulator), &before, "after the replacement");
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}

/// The record that both certificates share goes with the last of them.
#[tokio::test]
async fn nothing_is_left_of_a_certificate_whose_replacement_was_killed() {
    let calm = {
        let (emulator, stack) = (emulator(), site());
        let life = Life::of(Cloud::of(&emulator, ACCOUNT));
        let _ = life.apply(&stack).await;
        let first = emulator.calls().len();
        let options = PlanOptions::default().replace("virginia/certificate");
        let _ = life.try_apply(&stack, options).await.unwrap();
        let calls = emulator.calls().split_off(first);
        let calls = calls.iter().zip(1..).filter(changes);
        calls.map(|(_, nth)| nth).collect::<Vec<u64>>()
    };
    assert!(calm.len() >= 3, "{calm:?}");
    for nth in calm {
        let (emulator, stack) = (emulator(), site());
        let mut life = Life::of(Cloud::of(&emulator, ACCOUNT));
        let _ = life.apply(&stack).await;
        let (http, died) = mortal::client(&emulator, nth, Effect::With);
        life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
        let options = PlanOptions::default().replace("virginia/certificate");
        tokio::select! {
            _ = life.try_apply(&stack, options) => panic!("it lives"),
            () = died.notified() => {}
        }
        life.recovers();
        let _ = life.apply(&stack).await;
        assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
        life.destroy(&stack).await;
        life.expect_nothing_left().await;
    }
}

/// Waits for all of them; the first that failed fails the test.
async fn all_done(mut runs: JoinSet<()>) {
    while let Some(run) = runs.join_next().await {
        if let Err(failure) = run {
            std::panic::resume_unwind(failure.into_panic());
        }
    }
}

/// A replacement that nothing happens to.
struct Calm {
    kinds: Vec<String>,
    /// Its calls that change something, counted from its first call.
    changes: Vec<u64>,
}

impl Calm {
    async fn run() -> Self {
        let emulator = emulator();
        let (life, stack) = (Life::of(Cloud::of(&emulator, ACCOUNT)), site());
        let _ = life.apply(&stack).await;
        let first = emulator.calls().len();
        let _ = replace(&life, &stack).await;
        let calls = emulator.calls().split_off(first);
        let calls = calls.iter().zip(1..);
        Self {
            kinds: kinds(&emulator),
            changes: calls.filter(changes).map(|(_, nth)| nth).collect(),
        }
    }
}

fn changes((call, _): &(&LoggedCall, u64)) -> bool {
    let reads = ["Describe", "List", "Get", "Head"];
    !reads.iter().any(|read| call.operation.starts_with(read))
}

/// A replacement that is killed in its `nth` call, and an apply after it.
async fn killed(nth: u64, effect: Effect, keeps_state: bool, calm: Vec<String>) {
    let when = format!("killed in call {nth}, {effect:?} effect, with its state: {keeps_state}");
    let (emulator, stack) = (emulator(), site());
    let mut life = Life::of(Cloud::of(&emulator, ACCOUNT));
    let _ = life.apply(&stack).await;
    let (http, died) = mortal::client(&emulator, nth, effect);
    life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
    tokio::select! {
        _ = replace(&life, &stack) => panic!("{when}: it lives"),
        () = died.notified() => {}
    }
    if !keeps_state {
        life.lose_state();
    }
    let (http, seen) = watched::client(&emulator, is_served);
    life.goes_on_through(Aws::with_config(configuration(ACCOUNT, http)));
    let _ = life.apply(&stack).await;
    assert_eq!(*seen.lock().unwrap(), [""; 0], "{when}");
    assert_eq!(steps(&life.plan(&stack).await), [""; 0], "{when}");
    inventory::expect_same(&kinds(&emulator), &calm, &when);
}

async fn replace(life: &Life, stack: &Stack) -> Plan {
    let options = PlanOptions::default().replace("global/cdn");
    let done = life.try_apply(stack, options).await;
    done.unwrap_or_else(|why| panic!("{why}"))
}

/// That one distribution has the domain name, is switched on, and may read the bucket; and that DNS leads
/// to one that is there.
fn is_served(emulator: &Emulator) -> Result<(), String> {
    let items = emulator.inventory();
    let of_kind = |kind: &'static str| items.iter().filter(move |item| item.kind == kind);
    let distributions = of_kind("cloudfront/distribution").map(|item| &item.view);
    let distributions: Vec<&Json> = distributions.collect();
    let has = |it: &&&Json| {
        let aliases = it["DistributionConfig"]["Aliases"]["Items"].as_array();
        aliases.into_iter().flatten().any(|alias| alias == WWW)
    };
    let holders: Vec<_> = distributions.iter().filter(has).collect();
    let [holder] = &holders[..] else {
        return Err(format!("{} distributions have {WWW}", holders.len()));
    };
    if holder["DistributionConfig"]["Enabled"] != true {
        return Err(format!("{WWW} leads to one that is switched off"));
    }
    let calls = emulator.calls().into_iter().rev();
    let mut policies = calls.filter(|it| it.operation == "PutBucketPolicy" && it.error.is_none());
    let policy = policies.next().map(|it| it.input["Policy"].to_string());
    let arn = holder["ARN"].as_str().unwrap_or_default();
    if !policy.unwrap_or_default().contains(arn) {
        return Err("the one that has the name can't read the bucket".to_owned());
    }
    let mut records = of_kind("route53/record-set").map(|item| &item.view);
    let record = records.find(|it| it["Name"] == format!("{WWW}.") && it["Type"] == "A");
    let target = record.map(|it| it["AliasTarget"]["DNSName"].to_string());
    let target = target.unwrap_or_default();
    let target = target.trim_matches(['"', '.']);
    match distributions.iter().any(|it| it["DomainName"] == target) {
        true => Ok(()),
        false => Err(format!("DNS leads to {target:?}, which isn't there")),
    }
}

/// How far each distribution is.
fn statuses(emulator: &Emulator) -> BTreeMap<String, String> {
    let items = emulator.inventory().into_iter();
    let items = items.filter(|item| item.kind == "cloudfront/distribution");
    let status = |view: Json| view["Status"].as_str().unwrap_or_default().to_owned();
    items.map(|item| (item.id, status(item.view))).collect()
}

/// What there is of each kind, without history.
fn kinds(emulator: &Emulator) -> Vec<String> {
    let lines = inventory::of(emulator).into_iter();
    let lines = lines.filter(|line| !line.contains(" route53/change"));
    let kind = |line: String| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    lines.map(kind).collect()
}

fn emulator() -> Emulator {
    Emulator::builder().time_factor(0.0).build()
}

fn site() -> Stack {
    site_of(1)
}

/// A site of a private bucket, and what leads to it; another number replaces its distribution.
fn site_of(number: u32) -> Stack {
    let stack = Stack::new("site");
    let (france, global) = (stack.region("france", Region::EuWest3), stack.global());
    let virginia = stack.region("virginia", Region::UsEast1);
    let zone = HostedZone::builder().name("example.com").build();
    let zone = global.add("zone", zone);
    let asked = Certificate::builder().domain_name(WWW).build();
    let asked = virginia.add("certificate", asked);
    let proof = RecordSet::validating(&asked, WWW, &zone);
    let proof = global.add("certificate-validation", proof);
    let issued = CertificateIssued::of(&asked, [&proof]);
    let issued = virginia.add("certificate-issued", issued);
    let bucket = Bucket::builder().bucket_name("a-site-of-a-private-bucket");
    let bucket = france.add("bucket", bucket.build());
    let access = global.add("access", OriginAccessControl::s3("site"));
    let cached = DefaultCacheBehavior::to("bucket", CachePolicyId::CACHING_OPTIMIZED);
    let config = DistributionConfig::builder()
        .origins([Origin::s3("bucket", &bucket, &access)])
        .default_cache_behavior(cached)
        .aliases([WWW])
        .viewer_certificate(ViewerCertificate::acm(issued));
    let cdn = Distribution::builder().distribution_config(config.build());
    let cdn = global.add("cdn", cdn.build().replace_when(text!("{number}")));
    france.add("policy", BucketPolicy::readable_by(&bucket, &cdn));
    global.add("www", RecordSet::alias(&zone, WWW, &cdn));
    stack
}
