//! Handovers: how the domain names of a distribution change over to the one that replaces it.
//!
//! A domain name leads to one distribution, and a distribution needs minutes to reach all edge
//! locations. So the new one is made without the names, while the old one goes on. Whoever refers to it
//! moves over, and policies let both in. Then the names move in one step, the policies let only the new
//! one in, and the old one goes. This takes two steps of the plan: the second is planned on what
//! [`after`](super::after) says the first leaves.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Resource, cloud_front::Distribution};
use serde_json::Value as Json;

use super::{Op, PlanInput, diff::Comparison, draft::Draft, needs::Needs, report::Note, show};

mod policy;

/// What is handed over at each address.
pub(super) type Handovers = BTreeMap<Address, Handover>;

/// What the older generations of an address hand over to the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Handover {
    /// The domain names.
    aliases: BTreeSet<String>,
    /// What policies know the old ones by: their ids and outputs.
    old: BTreeSet<String>,
}

/// What newest generations take over, by the drafts of a plan that was drafted without.
pub(super) fn needed(input: PlanInput<'_>, drafts: &[Draft]) -> Handovers {
    let mut handovers = Handovers::new();
    let distributions = || {
        drafts
            .iter()
            .filter(|it| it.type_name == Distribution::TYPE)
    };
    for new in distributions().filter(|it| matches!(it.op, Op::Create | Op::Update)) {
        let wanted = &aliases(&new.work.properties) - &aliases(&new.work.before);
        let same = |old: &&Draft| old.op == Op::Delete && old.address == new.address;
        for old in distributions().filter(same).filter(|it| !it.delete_first) {
            let held = &wanted & &aliases(&old.work.properties);
            if !held.is_empty() {
                let handover = handovers.entry(new.address).or_default();
                handover.aliases.extend(held);
                handover.old.extend(known_by(input, old));
            }
        }
    }
    handovers
}

/// Leaves to a second step what has to wait until names are handed over, and lets the old ones in until
/// then.
pub(super) fn hold_back(
    input: PlanInput<'_>,
    needs: &Needs,
    handovers: &Handovers,
    drafts: &mut Vec<Draft>,
) {
    let kept = kept(handovers, drafts);
    drafts.retain(|draft| {
        let newest = handovers.contains_key(&draft.address) && draft.op == Op::Update;
        !newest && !kept.contains(&key(draft))
    });
    for (address, handover) in handovers {
        let made = |it: &&mut Draft| it.op == Op::Create && it.address == *address;
        if let Some(new) = drafts.iter_mut().find(made) {
            for config in [&mut new.work.properties, &mut new.work.declared] {
                without(config, &handover.aliases);
            }
        }
        drafts.retain_mut(|draft| {
            let follows = draft.op == Op::Update && needs.refers(draft.address, *address);
            !follows || lets_both_in(input, draft, *address, handover)
        });
    }
}

/// Says in the second step what comes of it.
pub(super) fn explain(handovers: &Handovers, needs: &Needs, whole: &[Draft], second: &mut [Draft]) {
    let reasons = whole.iter().map(|draft| (key(draft), &draft.reason));
    let reasons: BTreeMap<_, _> = reasons.collect();
    for draft in second {
        let own = handovers.get(&draft.address);
        let mut others = handovers.keys();
        let of = others.find(|address| needs.refers(draft.address, **address));
        draft.reason = match (draft.op, own, of) {
            (Op::Delete, _, _) => match reasons.get(&key(draft)) {
                Some(reason) => (*reason).clone(),
                None => continue,
            },
            (Op::Update, Some(handover), _) => {
                format!("takes over {} from the old one", handover.names())
            }
            (Op::Update, None, Some(address)) => format!("{address} needs the old one no more"),
            _ => continue,
        };
    }
}

/// What the report says of handovers.
pub(super) fn notes(handovers: &Handovers) -> Vec<Note> {
    let note = |(address, handover): (&Address, &Handover)| {
        let [lead, move_, records] = match handover.aliases.len() {
            1 => ["leads", "moves", "a TXT record"],
            _ => ["lead", "move", "TXT records"],
        };
        let text = format!(
            "{} {lead} to the old one until the new one is deployed, then {move_} over; CloudFront wants {records} as proof, in this account's zone for as long as that takes",
            handover.names()
        );
        Note::new(*address, text)
    };
    handovers.iter().map(note).collect()
}

impl Handover {
    fn names(&self) -> String {
        let names: Vec<&str> = self.aliases.iter().map(String::as_str).collect();
        names.join(", ")
    }
}

/// What tells a draft from the others.
type Key = (Address, Op, u32);

fn key(draft: &Draft) -> Key {
    (draft.address, draft.op, draft.work.generation)
}

/// The deletions that wait for the handovers: of the old ones, and of what these depend on.
fn kept(handovers: &Handovers, drafts: &[Draft]) -> BTreeSet<Key> {
    let deleted = |address: Address| {
        let at = move |it: &&Draft| it.op == Op::Delete && it.address == address;
        drafts.iter().filter(at).filter(|it| !it.delete_first)
    };
    let mut kept = BTreeSet::new();
    let mut left: Vec<Address> = handovers.keys().copied().collect();
    while let Some(address) = left.pop() {
        for old in deleted(address) {
            if kept.insert(key(old)) {
                left.extend(&old.work.depends_on);
            }
        }
    }
    kept
}

/// Keeps in the policies of a draft what they allow the old ones. Returns whether the draft still changes
/// anything.
fn lets_both_in(
    input: PlanInput<'_>,
    draft: &mut Draft,
    new: Address,
    handover: &Handover,
) -> bool {
    let work = &mut draft.work;
    let mut kept = false;
    for property in &work.changed {
        for properties in [&mut work.properties, &mut work.declared] {
            let before = &work.before[property];
            if let Some(both) = policy::both(before, &properties[property], &handover.old) {
                properties[property] = both;
                kept = true;
            }
        }
    }
    let Some(declaration) = input.view.get(draft.address).filter(|_| kept) else {
        return true;
    };
    let comparison = Comparison {
        facts: declaration.facts,
        desired: &work.properties,
        applied: None,
        observed: &work.before,
        moved: &[],
    };
    let found = comparison.differences().found;
    draft.changes = show::changes(declaration, &found, None);
    draft.reason = format!("lets {new} in beside the old one");
    !found.is_empty()
}

/// The id and the outputs of what is deleted.
fn known_by(input: PlanInput<'_>, old: &Draft) -> BTreeSet<String> {
    let id = old.work.id.as_deref();
    let generations = input.observed.resources.get(&old.address);
    let mut generations = generations.into_iter().flatten();
    let there = generations.find(|it| Some(it.observed.id.as_str()) == id);
    let outputs = there
        .into_iter()
        .flat_map(|it| it.observed.outputs.values());
    let texts = outputs.filter_map(Json::as_str).chain(id);
    let texts = texts.filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

/// The domain names of a distribution that are known.
pub(super) fn aliases(properties: &Json) -> BTreeSet<String> {
    let aliases = properties["DistributionConfig"]["Aliases"].as_array();
    let aliases = aliases.into_iter().flatten().filter_map(Json::as_str);
    aliases.map(str::to_owned).collect()
}

fn without(properties: &mut Json, these: &BTreeSet<String>) {
    let aliases = properties.pointer_mut("/DistributionConfig/Aliases");
    if let Some(aliases) = aliases.and_then(Json::as_array_mut) {
        aliases.retain(|alias| alias.as_str().is_none_or(|it| !these.contains(it)));
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Region,
        certificate_manager::CertificateArn,
        cloud_front::{
            CachePolicyId, DefaultCacheBehavior, DistributionConfig, Origin, OriginAccessControl,
            ViewerCertificate,
        },
        route53::{HostedZone, RecordSet},
        s3::{Bucket, BucketPolicy},
    };
    use serde_json::json;

    use super::*;
    use crate::{
        Declare, Stack, View,
        plan::{Observations, Plan, PlanOptions, PlanReport, plan_with, testing},
        state::State,
    };

    /// A private bucket behind a distribution, which a record leads to.
    fn site(access: &str) -> Stack {
        site_of(access, false)
    }

    fn site_of(access: &str, retained: bool) -> Stack {
        let stack = Stack::new("test");
        let (main, global) = (stack.region("main", Region::EuWest3), stack.global());
        let bucket = main.add("site", Bucket::builder().bucket_name("web-site").build());
        let access = global.add(access, OriginAccessControl::s3(access));
        let arn = CertificateArn::new("arn:aws:acm:us-east-1:123456789012:certificate/1");
        let cached = DefaultCacheBehavior::to("site", CachePolicyId::CACHING_OPTIMIZED);
        let config = DistributionConfig::builder()
            .origins([Origin::s3("site", &bucket, &access)])
            .default_cache_behavior(cached)
            .aliases(["example.com", "www.example.com"])
            .viewer_certificate(ViewerCertificate::acm(arn));
        let cdn = Distribution::builder().distribution_config(config.build());
        let cdn = match retained {
            true => global.add("cdn", cdn.build().retain()),
            false => global.add("cdn", cdn.build()),
        };
        main.add("policy", BucketPolicy::readable_by(&bucket, &cdn));
        let zone = HostedZone::builder().name("example.com").build();
        let zone = global.add("zone", zone);
        global.add("www", RecordSet::alias(&zone, "www.example.com", &cdn));
        stack
    }

    fn planned(
        stack: &Stack,
        (state, observed): &(State, Observations),
        options: &PlanOptions,
    ) -> (Plan, PlanReport) {
        let input = PlanInput {
            view: &View::new(stack),
            state,
            observed,
        };
        plan_with(input, options).expect("it can be planned")
    }

    fn replaced() -> (Plan, PlanReport) {
        let (stack, options) = (site("access"), PlanOptions::default().replace("global/cdn"));
        planned(&stack, &testing::applied(&stack), &options)
    }

    /// The statements of the bucket's policy after each action on it, each by what it lets in.
    fn let_in(plan: &Plan) -> Vec<Vec<String>> {
        let policies = plan.at("main/policy").map(|action| {
            let policy = &action.work.properties["PolicyDocument"];
            let statements = policy["Statement"].as_array().expect("statements");
            let source = |it: &Json| it["Condition"]["StringEquals"]["AWS:SourceArn"].to_string();
            statements.iter().map(source).collect()
        });
        policies.collect()
    }

    const NEW: &str = r#"[{"$output":["global/cdn","Arn"]}]"#;
    const OLD: &str = r#"["global/cdn.Arn"]"#;

    #[test]
    fn the_names_move_when_whoever_refers_to_the_old_one_has_moved() {
        let (plan, report) = replaced();
        assert_eq!(
            testing::lines(&plan),
            [
                "create global/cdn",
                "update main/policy",
                "update global/www",
                "update global/cdn",
                "update main/policy",
                "delete global/cdn",
            ]
        );
        let names = |action: usize| aliases(&plan.actions[action].work.properties);
        assert_eq!(names(0), BTreeSet::new());
        assert_eq!(names(3).len(), 2);
        let deleted = &plan.actions[5];
        assert_eq!(deleted.reason, "asked for with --replace");
        assert_eq!(plan.actions[3].after, [0, 1, 2]);
        assert_eq!(deleted.after, [3, 4]);
        assert_eq!((plan.summary.replace, plan.summary.update), (1, 2));
        assert!(report.notes[0].contains("move over"), "{report:#?}");
    }

    #[test]
    fn a_policy_lets_both_in_until_then() {
        let (plan, _) = replaced();
        assert_eq!(let_in(&plan), [vec![NEW, OLD], vec![NEW]]);
        let both = &plan.actions[1].work.properties["PolicyDocument"]["Statement"];
        assert_eq!(both[0]["Sid"], "AllowCloudFrontRead");
        assert_eq!(both[1].get("Sid"), None, "a policy has each once");
        let shown = &plan.actions[4].changes[0];
        let [before, after] = [&shown.before, &shown.after].map(|it| it[0].to_string());
        assert_eq!(before, after, "the new one is let in as before");
    }

    /// The same as when a run is killed after the new one was made.
    #[test]
    fn a_handover_that_was_begun_goes_on() {
        let stack = site("access");
        let (mut state, mut observed) = testing::applied(&stack);
        let cdn = Address::new("global/cdn");
        let record = state.resources.get_mut(&cdn).expect("it was applied");
        let there = observed.resources.get_mut(&cdn).expect("it was applied");
        let mut new = there[0].clone();
        new.number = 2;
        new.observed.id = "the new one".into();
        new.observed.properties["DistributionConfig"]["Aliases"] = json!([]);
        new.observed.outputs = ["Arn", "DomainName", "Id"]
            .map(|name| (name.to_owned(), json!(format!("new {name}"))))
            .into();
        state.retired.push((cdn, record.clone()));
        (record.generation, record.id) = (2, new.observed.id.clone());
        record.properties = new.observed.properties.clone();
        record.outputs = new.observed.outputs.clone();
        there.push(new);
        let (plan, _) = planned(&stack, &(state, observed), &PlanOptions::default());
        assert_eq!(
            testing::lines(&plan),
            [
                "update main/policy",
                "update global/www",
                "update global/cdn",
                "update main/policy",
                "delete global/cdn",
            ]
        );
        let new = r#"["new Arn"]"#;
        assert_eq!(let_in(&plan), [vec![new, OLD], vec![new]]);
        assert!(testing::waits(
            &plan,
            "update global/cdn",
            "update global/www"
        ));
    }

    #[test]
    fn what_the_old_one_uses_stays_as_long_as_that() {
        let (before, after) = (site("access"), site("access-too"));
        let options = PlanOptions::default().replace("global/cdn");
        let (plan, _) = planned(&after, &testing::applied(&before), &options);
        let (access, cdn) = ("delete global/access", "delete global/cdn");
        assert!(testing::waits(&plan, access, cdn));
    }

    #[test]
    fn what_is_retained_hands_its_names_over_too() {
        let stack = site_of("access", true);
        let options = PlanOptions::default().replace("global/cdn");
        let (plan, _) = planned(&stack, &testing::applied(&stack), &options);
        assert_eq!(testing::lines(&plan)[5], "forget global/cdn");
        assert_eq!(let_in(&plan), [vec![NEW, OLD], vec![NEW]]);
    }
}
