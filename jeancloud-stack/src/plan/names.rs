//! Names for what the author left without one, where AWS wants a name.

use jeancloud_model::{Address, Facts};
use serde_json::Value as Json;

/// Puts a generated name into `properties` where the type needs one and the author gave none.
///
/// It is stable (the same stack, address and generation give the same name), differs from one
/// generation to the next, so that a replacement can stand beside what it replaces, and holds the
/// address in clear as far as AWS's limit allows.
pub(super) fn fill(
    properties: &mut Json,
    facts: &Facts,
    stack: &str,
    address: Address,
    generation: u32,
) {
    let Some(unique) = facts.name else { return };
    let (Some(form), Json::Object(properties)) = (unique.generated, properties) else {
        return;
    };
    if !properties.contains_key(unique.property) {
        let name = generated(stack, address, generation, form.max, form.lower_case);
        properties.insert(unique.property.to_owned(), Json::String(name));
    }
}

fn generated(
    stack: &str,
    address: Address,
    generation: u32,
    max: usize,
    lower_case: bool,
) -> String {
    let slug = slug(&format!("{stack}-{address}"), lower_case);
    let name = format!("{slug}-{generation}");
    if name.len() <= max && slug == format!("{stack}-{address}").replace('/', "-") {
        return name;
    }
    // Cut or changed, so another address might look the same: a hash tells them apart.
    let tail = format!(
        "-{:08x}-{generation}",
        hash(&format!("{stack} {address}")) as u32
    );
    let kept: String = slug.chars().take(max.saturating_sub(tail.len())).collect();
    format!("{}{tail}", kept.trim_end_matches('-'))
}

/// Letters, digits and single hyphens, beginning with a letter.
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
    match slug.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => slug.to_owned(),
        _ => format!("x-{slug}"),
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_readable_where_it_fits() {
        let name = generated("shop", Address::new("france/db"), 2, 63, true);
        assert_eq!(name, "shop-france-db-2");
    }

    proptest! {
        #[test]
        fn names_fit_and_tell_addresses_and_generations_apart(
            a in "[a-zA-Z0-9/_. -]{1,60}", b in "[a-zA-Z0-9/_. -]{1,60}", generation in 1u32..50, max in 24usize..64,
        ) {
            let name = |address: &str, generation| generated("s", Address::new(address), generation, max, true);
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
