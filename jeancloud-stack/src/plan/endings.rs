//! Endings: what must not be deleted, and what is let go of instead.

use jeancloud_model::{Address, Facts, catalogue, reference::Marker};
use serde_json::Value as Json;

use super::{
    Generation, Op, PlanInput, Protected, conflict::Claim, decide::record_of, diff, draft::Draft,
};
use crate::{
    Declaration,
    check::line,
    provider::Marks,
    state::{Record, Remembered},
};

/// Says of each deletion how long it may take, what only the author knows of it, and whether the
/// resource is let go of instead.
pub(super) fn settle(input: PlanInput<'_>, drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|draft| draft.op == Op::Delete) {
        let Some(ending) = Ending::of(input, draft) else {
            continue;
        };
        draft.work.forget = ending.is_retained();
        draft.work.timeout = ending.timeout();
        draft.work.remembered.marks = ending.marks();
        for (property, value) in ending.declared_alone() {
            let properties = draft.work.properties.as_object_mut();
            let properties = properties.expect("the properties of a resource are an object");
            properties.insert(property.to_owned(), value.clone());
        }
    }
}

/// Every deletion among these that must not be: of what is protected, and of what is kept under the
/// name that something else needs.
pub(super) fn refused(input: PlanInput<'_>, drafts: &[Draft], claims: &[Claim]) -> Vec<Protected> {
    let mut refused = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let (Op::Delete, Some(ending)) = (draft.op, Ending::of(input, draft)) else {
            continue;
        };
        let claims = claims.iter().filter(|claim| claim.deletion == index);
        let mut takers = claims.map(|claim| drafts[claim.creation].address);
        let taker = match draft.delete_first && draft.replacement {
            true => Some(draft.address),
            false => takers.next(),
        };
        let refusal = match (draft.work.forget, taker) {
            (true, None) => None,
            (true, Some(taker)) => Some(kept_name(draft.address, taker)),
            (false, _) => ending.refusal(draft),
        };
        refused.extend(refusal.map(|(why, hint)| Protected {
            address: draft.address,
            declared_at: ending.declaration.map(|declaration| line(declaration.at)),
            why,
            hint,
        }));
    }
    refused.sort_by_key(|protected| protected.address);
    refused.dedup();
    refused
}

fn kept_name(address: Address, taker: Address) -> (String, String) {
    let whose = match address == taker {
        true => "the new one".to_owned(),
        false => taker.to_string(),
    };
    (
        format!("it is retained, and {whose} needs its name"),
        "leave the name out, so that jeancloud makes one, or give another one".to_owned(),
    )
}

/// One generation whose end is planned, with all that says something about it.
struct Ending<'a> {
    current: &'a Generation,
    /// Whether it is the newest of its address: what is declared is about that one.
    declaration: Option<&'a Declaration>,
    record: Option<&'a Record>,
    facts: Option<&'a Facts>,
}

impl<'a> Ending<'a> {
    fn of(input: PlanInput<'a>, draft: &Draft) -> Option<Self> {
        let generations = input.observed.resources.get(&draft.address)?;
        let position = generations.iter().position(|generation| {
            Some(&generation.observed.id) == draft.work.id.as_ref()
                && generation.type_name == draft.type_name
        })?;
        let current = &generations[position];
        let newest = position + 1 == generations.len();
        let types = catalogue::types().iter();
        let facts = types
            .filter(|info| info.type_name == draft.type_name)
            .map(|info| &info.facts);
        Some(Self {
            current,
            declaration: input.view.get(draft.address).filter(|_| newest),
            record: record_of(input, draft.address, current),
            facts: { facts }.next(),
        })
    }

    /// What its author last said when it was applied.
    fn remembered(&self) -> Option<&Remembered> {
        self.record.map(|record| &record.lifecycle)
    }

    fn recorded_marks(&self) -> Marks {
        let told = self.current.observed.ownership.as_ref();
        let told = told.map(|ownership| ownership.marks).unwrap_or_default();
        let known = self.remembered().map(|known| known.marks);
        let known = known.unwrap_or_default();
        Marks {
            protect: told.protect || known.protect,
            retain: told.retain || known.retain,
            adopted: told.adopted || known.adopted,
        }
    }

    /// What is declared counts; of what is not, what it was marked with.
    fn is_retained(&self) -> bool {
        match self.declaration {
            Some(declaration) => declaration.lifecycle.retain,
            None => self.recorded_marks().retain,
        }
    }

    fn marks(&self) -> Marks {
        let recorded = self.recorded_marks();
        let declared = self.declaration.map(|declaration| &declaration.lifecycle);
        Marks {
            protect: recorded.protect || declared.is_some_and(|declared| declared.protect),
            retain: self.is_retained(),
            adopted: recorded.adopted,
        }
    }

    fn timeout(&self) -> Option<std::time::Duration> {
        let seconds = self.remembered().and_then(|known| known.delete_timeout);
        let declared = self.declaration;
        let declared = declared.and_then(|declared| declared.lifecycle.timeouts.delete);
        declared.or(seconds.map(std::time::Duration::from_secs))
    }

    /// What AWS doesn't tell and no state remembers, as the declaration says it: whether a database
    /// leaves a final snapshot.
    fn declared_alone(&self) -> impl Iterator<Item = (&'static str, &'a Json)> {
        let (facts, declaration) = match self.record {
            Some(_) => (None, None),
            None => (self.facts, self.declaration),
        };
        let names = facts.map_or(&[][..], |facts| facts.write_only);
        names.iter().filter_map(move |name| {
            let value = declaration?.properties.get(*name)?;
            Marker::of(value).is_none().then_some((*name, value))
        })
    }

    /// Why it must not be deleted, and the way out.
    fn refusal(&self, draft: &Draft) -> Option<(String, String)> {
        let recorded = self.recorded_marks().protect;
        let declared = self.declaration.map(|declared| declared.lifecycle.protect);
        let address = draft.address;
        let then = match draft.replacement {
            true => "change it",
            false => "delete it",
        };
        match (declared, recorded) {
            (Some(true), _) => Some((
                "its declaration says `.protect()`".to_owned(),
                format!("take `.protect()` away, apply that alone, and {then} then"),
            )),
            (Some(false), true) => Some((
                "it was applied with `.protect()`, and is protected until it is applied without"
                    .to_owned(),
                format!("apply it as it was, without `.protect()`, and {then} then"),
            )),
            (None, true) => Some((
                "it was applied with `.protect()`, and its declaration is gone".to_owned(),
                format!(
                    "declare it again, without `.protect()`, apply, and {then} then; or `state forget {address}` lets go of it"
                ),
            )),
            (_, false) => self.protected_by_aws().map(|property| {
                (
                    format!("{property} is on, and AWS refuses to delete it"),
                    format!("switch {property} off, apply that alone, and {then} then"),
                )
            }),
        }
    }

    /// The property that makes AWS refuse.
    fn protected_by_aws(&self) -> Option<&'static str> {
        let facts = self.facts?;
        let property = facts.deletion_protection?;
        diff::is_on(facts, &self.current.observed.properties, property).then_some(property)
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Address, Az, Region, cidr,
        ec2::{Subnet, Vpc},
        rds::{DbInstance, DbSubnetGroup, Engine},
    };
    use serde_json::json;

    use super::super::{destroy, testing};
    use crate::{Stack, View, plan::PlanInput, state::State};

    /// A database with its network, whose author says this of its last snapshot.
    fn database(stack: &Stack, class: &str, skip: Option<bool>) {
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        let vpc = main.add("vpc", vpc);
        let subnet = |name, block, zone| {
            let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
            main.add(name, subnet.availability_zone(zone).build())
        };
        let subnets = [
            subnet("a", cidr!("10.0.1.0/24"), Az::A),
            subnet("b", cidr!("10.0.2.0/24"), Az::B),
        ];
        let group = DbSubnetGroup::builder()
            .db_subnet_group_description("private")
            .subnet_ids(&subnets);
        let database = DbInstance::builder()
            .db_instance_class(class)
            .engine(Engine::Postgres)
            .master_username(if class == "db.t4g.micro" {
                "app"
            } else {
                "other"
            })
            .allocated_storage(20)
            .db_subnet_group_name(&main.add("db-subnets", group.build()))
            .deletion_protection(false)
            .skip_final_snapshot(skip);
        main.add("db", database.build());
    }

    #[test]
    fn what_aws_never_tells_is_known_from_the_stack_when_the_state_is_lost() {
        let stack = Stack::new("test");
        database(&stack, "db.t4g.micro", Some(true));
        let (state, mut observed) = testing::applied(&stack);
        for generation in observed.resources.values_mut().flatten() {
            let told = generation.observed.properties.as_object_mut().unwrap();
            told.remove("jeancloud:SkipFinalSnapshot");
        }
        for state in [state, State::empty(View::new(&stack).stack())] {
            let (plan, _) = destroy(PlanInput {
                view: &View::new(&stack),
                state: &state,
                observed: &observed,
            })
            .unwrap();
            let mut actions = plan.actions.iter();
            let deletion = actions.find(|action| action.address == Address::new("main/db"));
            let properties = &deletion.unwrap().work.properties;
            assert_eq!(properties["jeancloud:SkipFinalSnapshot"], json!(true));
        }
    }

    #[test]
    fn a_replaced_database_says_whether_a_snapshot_is_left() {
        for (skip, said) in [
            (Some(true), "no snapshot is left"),
            (None, "a final snapshot is left"),
        ] {
            let (_, report) = testing::changing(
                |stack| database(stack, "db.t4g.micro", skip),
                |stack| database(stack, "db.t4g.small", skip),
            );
            assert!(
                report.notes.iter().any(|note| note.contains(said)),
                "{report:#?}"
            );
        }
    }
}
