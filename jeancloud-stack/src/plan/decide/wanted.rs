//! [`Wanted`]: what a declaration asks for, with everything that is known by then.

use jeancloud_model::{Address, reference};
use serde_json::Value as Json;

use super::Decider;
use crate::{
    Declaration,
    plan::{
        Generation,
        diff::Difference,
        ignore,
        names::{self, Owner},
        place::Vpcs,
    },
};

/// A declaration's properties for one generation.
pub(super) struct Wanted {
    /// As declared, with the generated name.
    pub(super) declared: Json,
    /// With everything that is known put in.
    pub(super) properties: Json,
    /// Whether it is called otherwise than jeancloud calls it now, and stays so.
    pub(super) keeps_a_name: bool,
}

impl Decider<'_> {
    pub(super) fn wanted(&self, declaration: &Declaration, generation: u32) -> Wanted {
        let mut declared = declaration.properties.clone();
        if self.stand_ins.contains_key(&declaration.address)
            && let (Some(unique), Some(all)) = (declaration.facts.name, declared.as_object_mut())
        {
            all.remove(unique.property);
        }
        let owner = Owner {
            stack: self.input.view.stack(),
            account: self.input.observed.account.as_deref(),
        };
        names::fill(
            &mut declared,
            declaration.facts,
            owner,
            declaration.address,
            generation,
        );
        let properties = self.resolve(declaration, &declared);
        Wanted {
            declared,
            properties,
            keeps_a_name: false,
        }
    }

    /// The same for what is there: a name that jeancloud makes is made once and kept, and what is
    /// ignored is as it is.
    pub(super) fn wanted_of(
        &self,
        declaration: &Declaration,
        current: &Generation,
        applied: Option<&Json>,
        ignored: &[String],
    ) -> Wanted {
        let mut wanted = self.wanted(declaration, current.number);
        let (facts, there) = (declaration.facts, &current.observed.properties);
        let made_up = facts.name.filter(|name| {
            name.generated.is_some() && declaration.properties.get(name.property).is_none()
        });
        if let Some(property) = made_up.map(|name| name.property)
            && let Some(name) = there.get(property)
        {
            wanted.keeps_a_name = wanted.declared[property] != *name;
            wanted.declared[property] = name.clone();
            wanted.properties[property] = name.clone();
        }
        if !ignored.is_empty() {
            let applied = applied.unwrap_or(&Json::Null);
            wanted.declared = ignore::over(ignored, facts, &wanted.declared, applied);
            wanted.properties = ignore::over(ignored, facts, &wanted.properties, there);
        }
        wanted
    }

    pub(super) fn resolve(&self, declaration: &Declaration, properties: &Json) -> Json {
        reference::resolve(properties, declaration.region, &|address, output| {
            let prospect = self.prospects.get(&Address::new(address))?;
            let repeated = || prospect.properties.get(output);
            let repeated = || repeated().filter(|value| !reference::is_unknown(value));
            prospect.outputs.get(output).or_else(repeated).cloned()
        })
    }

    /// Where a declaration will live.
    pub(super) fn vpcs(&self, declaration: &Declaration, properties: &Json) -> Vpcs {
        let known = |address| Some(self.prospects.get(&address)?.vpcs.clone());
        self.places.wanted(declaration, properties, &known)
    }

    /// By which properties it would leave the VPC that it lives in.
    pub(super) fn leaving(
        &self,
        declaration: &Declaration,
        properties: &Json,
        current: &Generation,
    ) -> Vec<Difference> {
        let known = |address| Some(self.prospects.get(&address)?.vpcs.clone());
        let observed = &current.observed.properties;
        self.places
            .leaving(declaration, properties, observed, &known)
    }
}
