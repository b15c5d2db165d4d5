//! Names for what the author left without one, where AWS wants a name.

use jeancloud_model::{Address, Facts, GeneratedName};
use serde_json::Value as Json;

/// Names that are unique in the whole world, not in an account: two accounts with the same stack must not
/// want the same.
const OF_THE_WORLD: &[&str] = &["BucketName"];

/// Puts a generated name into `properties` where the type needs one and the author gave none.
///
/// It is stable (the same stack, address and generation give the same name), differs from one
/// generation to the next, so that a replacement can stand beside what it replaces, and holds the
/// address in clear as far as AWS's limit allows.
pub(super) fn fill(
    properties: &mut Json,
    facts: &Facts,
    owner: Owner<'_>,
    address: Address,
    generation: u32,
) {
    let Some(unique) = facts.name else { return };
    let (Some(form), Json::Object(properties)) = (unique.generated, properties) else {
        return;
    };
    if !properties.contains_key(unique.property) {
        let of_the_world = OF_THE_WORLD.contains(&unique.property);
        let owner = Owner {
            account: owner.account.filter(|_| of_the_world),
            ..owner
        };
        let name = generated(owner, address, generation, form);
        properties.insert(unique.property.to_owned(), Json::String(name));
    }
}

/// Whose a generated name is.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    /// The stack's identity.
    pub(crate) stack: &'a str,
    /// The account's number, where it is known: nothing that a plan without AWS needs.
    pub(crate) account: Option<&'a str>,
}

fn generated(owner: Owner<'_>, address: Address, generation: u32, form: GeneratedName) -> String {
    let GeneratedName { max, lower_case } = form;
    let whole = format!("{}/{address}", owner.stack);
    let slug = slug(&whole, lower_case);
    let name = format!("{slug}-{generation}");
    let clear = owner.account.is_none() && is_plain(&whole) && slug == whole.replace('/', "-");
    if clear && name.len() <= max {
        return name;
    }
    // Cut or changed, so another address might look the same: a hash tells them apart.
    let hashed = match owner.account {
        Some(account) => format!("{account}/{whole}"),
        None => whole,
    };
    let tail = format!("-{:08x}-{generation}", hash(&hashed) as u32);
    let kept: String = slug.chars().take(max.saturating_sub(tail.len())).collect();
    format!("{}{tail}", kept.trim_end_matches('-'))
}

/// Whether no other stack and address have the same slug: only slashes become hyphens, and no letters
/// differ by their case alone, by which IAM does not tell names apart.
fn is_plain(whole: &str) -> bool {
    let plain = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    whole.split('/').all(plain)
}

/// Whether AWS keeps names of this beginning to itself: a security group's name does not begin as an
/// id does, a load balancer's not as those that AWS marks as internal, and a bucket's as neither of two
/// others (the third, `xn--`, has two hyphens).
fn is_reserved(slug: &str) -> bool {
    let reserved = ["sg-", "internal-", "sthree-", "amzn-s3-demo-"];
    let slug = slug.to_ascii_lowercase();
    reserved.iter().any(|start| slug.starts_with(start))
}

/// Letters, digits and single hyphens, beginning with a letter, and not as AWS's own names do.
fn slug(text: &str, lower_case: bool) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        let c = if lower_case {
            c.to_ascii_lowercase()
        } else {
            c
        };
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    let begins_well = slug.starts_with(|c: char| c.is_ascii_alphabetic());
    match begins_well && !is_reserved(&format!("{slug}-")) {
        true => slug.to_owned(),
        false => format!("x-{slug}"),
    }
}

/// FNV-1a: stable over versions and machines, which the standard library's is not.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use jeancloud_model::{
        Invalid, Resource, catalogue, ec2, ecr, ecs, elastic_load_balancing_v2 as elb, iam, logs,
        rds, s3, secrets_manager,
    };
    use proptest::prelude::*;

    use super::*;

    const LONG: GeneratedName = GeneratedName {
        max: 63,
        lower_case: true,
    };

    fn name(stack: &str, address: &str, generation: u32, form: GeneratedName) -> String {
        let owner = Owner {
            stack,
            account: None,
        };
        generated(owner, Address::new(address), generation, form)
    }

    #[test]
    fn a_name_is_readable_where_it_fits() {
        assert_eq!(name("shop", "france/db", 2, LONG), "shop-france-db-2");
    }

    #[test]
    fn the_document_shows_real_names() {
        let document = include_str!("../../../docs/how-planning-works.md");
        for address in ["france/db", "france/private-a"] {
            let name = name("shop", address, 1, LONG);
            assert!(document.contains(&format!("`{name}`")), "{name}");
        }
    }

    #[test]
    fn what_becomes_alike_is_told_apart() {
        let form = GeneratedName {
            lower_case: false,
            ..LONG
        };
        let name = |stack, address| name(stack, address, 1, form);
        assert_ne!(name("s", "a/b-c"), name("s", "a-b/c"));
        assert_ne!(name("s-a", "b/c"), name("s", "a/b/c"));
        let (upper, lower) = (name("s", "a/Web"), name("s", "a/web"));
        assert_ne!(upper.to_lowercase(), lower.to_lowercase());
    }

    #[test]
    fn two_accounts_want_other_buckets_and_the_same_groups() {
        let named = |facts: Facts, account| {
            let mut properties = serde_json::json!({});
            let owner = Owner {
                stack: "shop",
                account: Some(account),
            };
            fill(&mut properties, &facts, owner, Address::new("france/a"), 1);
            properties
        };
        let [one, other] = ["111111111111", "222222222222"];
        let (bucket, group) = (s3::Bucket::FACTS, ec2::SecurityGroup::FACTS);
        assert_ne!(named(bucket, one), named(bucket, other));
        assert_eq!(named(group, one), named(group, other));
    }

    /// What AWS says of a name of this property, by the type that checks the author's.
    fn fault(type_name: &str, name: &str) -> Option<String> {
        fn of<V: FromStr<Err = Invalid>>(name: &str) -> Option<String> {
            V::from_str(name)
                .err()
                .map(|invalid| format!("{invalid:?}"))
        }
        match type_name {
            ec2::SecurityGroup::TYPE => of::<ec2::SecurityGroupName>(name),
            ecs::Cluster::TYPE => of::<ecs::ClusterName>(name),
            ecs::Service::TYPE => of::<ecs::ServiceName>(name),
            ecr::Repository::TYPE => of::<ecr::RepositoryName>(name),
            elb::LoadBalancer::TYPE => of::<elb::LoadBalancerName>(name),
            elb::TargetGroup::TYPE => of::<elb::TargetGroupName>(name),
            secrets_manager::Secret::TYPE => of::<secrets_manager::SecretName>(name),
            rds::DbSubnetGroup::TYPE => of::<rds::DbSubnetGroupName>(name),
            rds::DbInstance::TYPE => of::<rds::DbInstanceIdentifier>(name),
            logs::LogGroup::TYPE => of::<logs::LogGroupName>(name),
            iam::Role::TYPE => of::<iam::RoleName>(name),
            s3::Bucket::TYPE => of::<s3::BucketName>(name),
            other => Some(format!("the test does not know {other}")),
        }
    }

    proptest! {
        #[test]
        fn every_type_takes_its_names(
            stack in "(sg|internal|sthree|amzn-s3-demo|[a-zA-Z][a-zA-Z0-9-]{0,40})",
            address in "[a-zA-Z0-9/_. -]{1,80}", generation in 1u32..5000,
        ) {
            let mut types = 0;
            for info in catalogue::types() {
                let Some(form) = info.facts.name.and_then(|unique| unique.generated) else { continue };
                let name = name(&stack, &address, generation, form);
                prop_assert_eq!(fault(info.type_name, &name), None, "{} {}", info.type_name, name);
                types += 1;
            }
            prop_assert_eq!(types, 12);
        }

        #[test]
        fn names_fit_and_tell_addresses_and_generations_apart(
            a in "[a-zA-Z0-9/_. -]{1,60}", b in "[a-zA-Z0-9/_. -]{1,60}", generation in 1u32..50, max in 24usize..64,
        ) {
            let form = GeneratedName { max, lower_case: true };
            let name = |address: &str, generation| name("s", address, generation, form);
            let one = name(&a, generation);
            prop_assert!(one.len() <= max, "{one}");
            prop_assert!(one.starts_with(|c: char| c.is_ascii_lowercase()), "{one}");
            prop_assert!(!one.contains("--"), "{one}");
            prop_assert!(one.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{one}");
            prop_assert_ne!(&one, &name(&a, generation + 1));
            if a != b {
                prop_assert_ne!(one, name(&b, generation));
            }
        }
    }
}
