//! Rules for origin access controls.

use std::collections::BTreeMap;

use jeancloud_model::{
    Address,
    cloud_front::{
        Distribution, Origin, OriginAccessControl, OriginAccessControlOriginType, SigningBehavior,
    },
};

use super::super::{Report, Rule};
use crate::View;

const CONFIG: &str =
    "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html";

pub(super) const DESCRIPTION: Rule = Rule {
    name: "origin-access-control-description",
    check: the_note_of_ownership_fits,
};
pub(super) const KIND: Rule = Rule {
    name: "origin-access-control-kind",
    check: a_control_fits_its_origins,
};
pub(super) const NAME: Rule = Rule {
    name: "origin-access-control-name",
    check: a_name_is_used_once,
};

fn a_name_is_used_once(view: &View, report: &mut Report) {
    let mut seen: BTreeMap<&str, Address> = BTreeMap::new();
    for control in view.all::<OriginAccessControl>() {
        let Some(name) = control.resource.origin_access_control_config.name.known() else {
            continue;
        };
        let first = *seen.entry(name.as_str()).or_insert(control.address());
        if first != control.address() {
            report
                .error(
                    control.declaration,
                    "OriginAccessControlConfig/Name",
                    format!("`{name}` is the name of {first} too"),
                )
                .rule("a name is unique in the account (OriginAccessControlAlreadyExists)")
                .hint("use one control for both, or give it another name")
                .document(CONFIG);
        }
    }
}

/// A control has no tags: whose it is stands at the end of its description, as
/// `[jeancloud stack address generation]`.
fn the_note_of_ownership_fits(view: &View, report: &mut Report) {
    const MOST: usize = 256;
    for control in view.all::<OriginAccessControl>() {
        let description = control
            .resource
            .origin_access_control_config
            .description
            .as_ref();
        let Some(text) = description.map_or(Some(""), |text| text.as_known()) else {
            continue;
        };
        let note = format!(" [jeancloud {} {} 000]", view.stack(), control.address());
        let length = text.chars().count() + note.chars().count();
        if length > MOST {
            report
                .error(
                    control.declaration,
                    "OriginAccessControlConfig/Description",
                    format!("has {length} characters with the note of ownership behind it"),
                )
                .rule("a description has at most 256 characters, and jeancloud writes stack and address into it")
                .hint(format!("shorten it by {} characters", length - MOST))
                .document(CONFIG);
        }
    }
}

fn a_control_fits_its_origins(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        for (index, origin) in distribution
            .resource
            .distribution_config
            .origins
            .iter()
            .enumerate()
        {
            let control = match origin {
                Origin::S3(s3) => &s3.origin_access_control_id,
                Origin::Custom(custom) => &custom.origin_access_control_id,
            };
            let control = control
                .as_ref()
                .and_then(|id| view.target::<OriginAccessControl>(id));
            let Some(control) = control else { continue };
            let config = &control.resource.origin_access_control_config;
            let for_s3 =
                config.origin_access_control_origin_type == OriginAccessControlOriginType::S3;
            let at = format!("DistributionConfig/Origins/{index}/OriginAccessControlId");
            if for_s3 != matches!(origin, Origin::S3(_)) {
                report
                    .error(
                        distribution.declaration,
                        at,
                        format!(
                            "names {}, which is for origins of the type {}",
                            control.address(),
                            config.origin_access_control_origin_type
                        ),
                    )
                    .rule("a control is for one type of origin (InvalidOriginAccessControl)")
                    .hint("write Origin::s3(…) for a bucket; a load balancer takes no control")
                    .document(CONFIG);
            } else if for_s3 && config.signing_behavior == SigningBehavior::Never {
                report
                    .warning(
                        distribution.declaration,
                        at,
                        format!(
                            "names {}, which never signs: a private bucket answers 403",
                            control.address()
                        ),
                    )
                    .rule("a private bucket is read by who signs")
                    .hint("leave `signing_behavior` out: everything is signed then")
                    .document(CONFIG);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::cloud_front::{
        CustomOrigin, OriginAccessControl, OriginAccessControlConfig, S3Origin, SigningBehavior,
    };

    use super::super::testing::add;
    use crate::check::testing::broken;

    #[test]
    fn a_name_is_used_once() {
        assert_snapshot!(broken("origin-access-control-name", |h| {
            h.stack.global().add("one", OriginAccessControl::s3("frontend"));
            h.stack.global().add("two", OriginAccessControl::s3("frontend"));
        }), @"
        error: global/two: OriginAccessControlConfig/Name `frontend` is the name of global/one too
          rule: a name is unique in the account (OriginAccessControlAlreadyExists)
          hint: use one control for both, or give it another name
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
        ");
    }

    #[test]
    fn a_description_leaves_room_for_the_note() {
        assert_snapshot!(broken("origin-access-control-description", |h| {
            let config = OriginAccessControlConfig::builder().name("frontend").description("x".repeat(230));
            h.stack.global().add("control", OriginAccessControl::builder()
                .origin_access_control_config(config.build())
                .build());
        }), @"
        error: global/control: OriginAccessControlConfig/Description has 266 characters with the note of ownership behind it
          rule: a description has at most 256 characters, and jeancloud writes stack and address into it
          hint: shorten it by 10 characters
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
        ");
    }

    #[test]
    fn a_load_balancer_takes_no_control() {
        assert_snapshot!(broken("origin-access-control-kind", |h| {
            let control = h.stack.global().add("control", OriginAccessControl::s3("frontend"));
            let origin = CustomOrigin::builder()
                .id("site")
                .domain_name("origin.example.com")
                .origin_access_control_id(&control);
            add(h, |config| config.origins = vec![origin.build().into()]);
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/OriginAccessControlId names global/control, which is for origins of the type s3
          rule: a control is for one type of origin (InvalidOriginAccessControl)
          hint: write Origin::s3(…) for a bucket; a load balancer takes no control
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
        ");
    }

    #[test]
    fn a_control_that_never_signs_lets_nobody_in() {
        assert_snapshot!(broken("origin-access-control-kind", |h| {
            let config = OriginAccessControlConfig::builder()
                .name("frontend")
                .signing_behavior(SigningBehavior::Never);
            let control = h.stack.global().add("control", OriginAccessControl::builder()
                .origin_access_control_config(config.build())
                .build());
            let origin = S3Origin::builder()
                .id("site")
                .domain_name("b.s3.eu-west-3.amazonaws.com")
                .origin_access_control_id(&control);
            add(h, |config| config.origins = vec![origin.build().into()]);
        }), @"
        warning: global/cdn: DistributionConfig/Origins/0/OriginAccessControlId names global/control, which never signs: a private bucket answers 403
          rule: a private bucket is read by who signs
          hint: leave `signing_behavior` out: everything is signed then
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
        ");
    }
}
