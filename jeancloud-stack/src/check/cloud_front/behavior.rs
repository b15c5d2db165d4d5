//! Rules for cache behaviours.

use std::collections::BTreeSet;

use jeancloud_model::{
    Input,
    cloud_front::{
        AllowedMethods, CachedMethods, Distribution, DistributionConfig, FunctionAssociation,
        GrpcConfig, HttpVersion, LambdaFunctionAssociation, OriginId, OriginRequestPolicyId,
    },
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const SETTINGS: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html";
pub(super) const GRPC: Rule = Rule {
    name: "behavior-grpc",
    check: grpc_has_all_methods_and_http_2,
};
pub(super) const METHODS: Rule = Rule {
    name: "behavior-methods",
    check: methods_fit_each_other,
};
pub(super) const PATHS: Rule = Rule {
    name: "behavior-paths",
    check: paths_are_reached,
};
pub(super) const TARGETS: Rule = Rule {
    name: "behavior-target",
    check: targets_are_origins,
};

/// What the default behaviour and those for paths have in common.
pub(super) struct Behavior<'v> {
    pub(super) path: String,
    pub(super) target: &'v Input<OriginId>,
    allowed: Option<AllowedMethods>,
    cached: Option<CachedMethods>,
    pub(super) forwards: Option<&'v OriginRequestPolicyId>,
    pub(super) functions: &'v [FunctionAssociation],
    pub(super) lambdas: &'v [LambdaFunctionAssociation],
    grpc: Option<&'v GrpcConfig>,
}

macro_rules! behavior {
    ($path:expr, $behavior:expr) => {{
        let behavior = $behavior;
        Behavior {
            path: $path,
            target: &behavior.target_origin_id,
            allowed: known(&behavior.allowed_methods),
            cached: known(&behavior.cached_methods),
            forwards: behavior
                .origin_request_policy_id
                .as_ref()
                .and_then(Input::known),
            functions: &behavior.function_associations,
            lambdas: &behavior.lambda_function_associations,
            grpc: behavior.grpc_config.as_ref(),
        }
    }};
}

fn behaviors(config: &DistributionConfig) -> Vec<Behavior<'_>> {
    let path = "DistributionConfig/DefaultCacheBehavior".to_owned();
    let mut all = vec![behavior!(path, &config.default_cache_behavior)];
    for (index, behavior) in config.cache_behaviors.iter().enumerate() {
        let path = format!("DistributionConfig/CacheBehaviors/{index}");
        all.push(behavior!(path, behavior));
    }
    all
}

pub(super) fn each(view: &View, mut visit: impl FnMut(Declared<'_, Distribution>, &Behavior<'_>)) {
    for distribution in view.all::<Distribution>() {
        for behavior in behaviors(&distribution.resource.distribution_config) {
            visit(distribution, &behavior);
        }
    }
}

fn targets_are_origins(view: &View, report: &mut Report) {
    each(view, |distribution, behavior| {
        let config = &distribution.resource.distribution_config;
        let origins = config.origins.iter().map(|origin| origin.id());
        let groups = config.origin_groups.iter().flat_map(|groups| &groups.items);
        let ids: Vec<_> = origins.chain(groups.map(|group| &group.id)).collect();
        let names: Vec<&str> = ids
            .iter()
            .filter_map(|id| Some(id.known()?.as_str()))
            .collect();
        let Some(target) = behavior.target.known() else {
            return;
        };
        if ids.iter().all(|id| id.known().is_some()) && !names.contains(&target.as_str()) {
            report
                .error(
                    distribution.declaration,
                    format!("{}/TargetOriginId", behavior.path),
                    format!("`{target}` is no origin of the distribution"),
                )
                .rule(
                    "a cache behaviour names an origin or an origin group by its id (NoSuchOrigin)",
                )
                .hint(format!("the distribution has {}", names.join(", ")))
                .document(SETTINGS);
        }
    });
}

fn methods_fit_each_other(view: &View, report: &mut Report) {
    each(view, |distribution, behavior| {
        let allowed = behavior.allowed.unwrap_or(AllowedMethods::Read);
        let cached = behavior.cached.unwrap_or(CachedMethods::Read);
        if cached == CachedMethods::ReadAndOptions && allowed == AllowedMethods::Read {
            report
                .error(
                    distribution.declaration,
                    format!("{}/CachedMethods", behavior.path),
                    "has OPTIONS, and AllowedMethods has not",
                )
                .rule("a method that is cached is also allowed (InvalidArgument)")
                .hint("add `.allowed_methods(AllowedMethods::ReadAndOptions)`")
                .document(SETTINGS);
        }
        let config = &distribution.resource.distribution_config;
        let mut groups = config.origin_groups.iter().flat_map(|groups| &groups.items);
        let target = behavior.target.known();
        let group = groups.any(|group| target.is_some() && group.id.known() == target);
        if group && allowed == AllowedMethods::All {
            report
                .error(
                    distribution.declaration,
                    format!("{}/AllowedMethods", behavior.path),
                    "has all methods, and the target is an origin group",
                )
                .rule("an origin group is for GET, HEAD and OPTIONS (InvalidArgument)")
                .hint("let another behaviour take the methods that write, with one origin as its target")
                .document("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html");
        }
    });
}

fn paths_are_reached(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let behaviors = &distribution.resource.distribution_config.cache_behaviors;
        let mut seen = BTreeSet::new();
        let mut everything = None;
        for (index, behavior) in behaviors.iter().enumerate() {
            let Some(pattern) = behavior.path_pattern.known() else {
                continue;
            };
            // A leading slash makes no difference.
            let plain = pattern.as_str().trim_start_matches('/');
            let at = format!("DistributionConfig/CacheBehaviors/{index}/PathPattern");
            if !seen.insert(plain) {
                report
                    .error(
                        distribution.declaration,
                        at,
                        format!("`{pattern}` is the pattern of an earlier behaviour too"),
                    )
                    .rule("a path pattern is used once (InvalidArgument)")
                    .hint("make one behaviour of the two")
                    .document(SETTINGS);
            } else if let Some(earlier) = everything {
                report
                    .warning(
                        distribution.declaration,
                        at,
                        format!(
                            "`{pattern}` is never reached: behaviour {earlier} takes every path"
                        ),
                    )
                    .rule("the first behaviour whose pattern fits counts")
                    .hint("let `*` be the last one, or leave it to the default behaviour")
                    .document(SETTINGS);
            }
            if plain == "*" {
                everything = Some(index);
            }
        }
    }
}

fn grpc_has_all_methods_and_http_2(view: &View, report: &mut Report) {
    each(view, |distribution, behavior| {
        if !behavior.grpc.is_some_and(|grpc| grpc.enabled) {
            return;
        }
        let version = known(&distribution.resource.distribution_config.http_version);
        let wrong = match (behavior.allowed, version) {
            (Some(AllowedMethods::All), Some(HttpVersion::Http1_1 | HttpVersion::Http3)) => {
                "is on, and viewers can't speak HTTP/2"
            }
            (Some(AllowedMethods::All), _) => return,
            _ => "is on, and POST is not allowed",
        };
        report
            .error(distribution.declaration, format!("{}/GrpcConfig", behavior.path), wrong)
            .rule("gRPC needs HTTP/2 and POST (InvalidArgument)")
            .hint("write `.allowed_methods(AllowedMethods::All)` and `.http_version(HttpVersion::Http2And3)`")
            .document("https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-using-grpc.html");
    });
}

fn known<T: Copy>(input: &Option<Input<T>>) -> Option<T> {
    input.as_ref()?.known().copied()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Input,
        cloud_front::{
            AllowedMethods, CacheBehavior, CachePolicyId, CachedMethods, GrpcConfig, Origin,
            OriginGroup, OriginGroups,
        },
    };

    use super::super::testing::add;
    use crate::check::testing::{broken, healthy};

    fn at(path: &str) -> CacheBehavior {
        CacheBehavior::builder()
            .path_pattern(path)
            .target_origin_id("site")
            .cache_policy_id(CachePolicyId::CACHING_DISABLED)
            .build()
    }

    #[test]
    fn a_usual_distribution_is_healthy() {
        healthy(|h| {
            add(h, |config| {
                config.cache_behaviors = vec![at("/api/*"), at("*.jpg"), at("*")]
            });
        });
    }

    #[test]
    fn a_behavior_names_an_origin() {
        assert_snapshot!(broken("behavior-target", |h| {
            add(h, |config| config.default_cache_behavior.target_origin_id = Input::Known("sight".into()));
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/TargetOriginId `sight` is no origin of the distribution
          rule: a cache behaviour names an origin or an origin group by its id (NoSuchOrigin)
          hint: the distribution has site
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
        ");
    }

    #[test]
    fn what_is_cached_is_allowed() {
        assert_snapshot!(broken("behavior-methods", |h| {
            add(h, |config| {
                config.default_cache_behavior.cached_methods = Some(Input::Known(CachedMethods::ReadAndOptions));
            });
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/CachedMethods has OPTIONS, and AllowedMethods has not
          rule: a method that is cached is also allowed (InvalidArgument)
          hint: add `.allowed_methods(AllowedMethods::ReadAndOptions)`
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
        ");
    }

    #[test]
    fn an_origin_group_takes_no_writes() {
        assert_snapshot!(broken("behavior-methods", |h| {
            add(h, |config| {
                config.origins.push(Origin::custom("spare", "spare.example.com"));
                config.origin_groups = Some(OriginGroups::new([OriginGroup::new("both", "site", "spare", [503])]));
                config.default_cache_behavior.target_origin_id = Input::Known("both".into());
                config.default_cache_behavior.allowed_methods = Some(Input::Known(AllowedMethods::All));
            });
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/AllowedMethods has all methods, and the target is an origin group
          rule: an origin group is for GET, HEAD and OPTIONS (InvalidArgument)
          hint: let another behaviour take the methods that write, with one origin as its target
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        ");
    }

    #[test]
    fn a_path_has_one_behavior() {
        assert_snapshot!(broken("behavior-paths", |h| {
            add(h, |config| config.cache_behaviors = vec![at("/api/*"), at("api/*")]);
        }), @"
        error: global/cdn: DistributionConfig/CacheBehaviors/1/PathPattern `api/*` is the pattern of an earlier behaviour too
          rule: a path pattern is used once (InvalidArgument)
          hint: make one behaviour of the two
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
        ");
    }

    #[test]
    fn a_star_is_the_last_one() {
        assert_snapshot!(broken("behavior-paths", |h| {
            add(h, |config| config.cache_behaviors = vec![at("*"), at("/api/*")]);
        }), @"
        warning: global/cdn: DistributionConfig/CacheBehaviors/1/PathPattern `/api/*` is never reached: behaviour 0 takes every path
          rule: the first behaviour whose pattern fits counts
          hint: let `*` be the last one, or leave it to the default behaviour
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
        ");
    }

    #[test]
    fn grpc_needs_post() {
        assert_snapshot!(broken("behavior-grpc", |h| {
            add(h, |config| {
                config.default_cache_behavior.grpc_config = Some(GrpcConfig::builder().build());
            });
        }), @"
        error: global/cdn: DistributionConfig/DefaultCacheBehavior/GrpcConfig is on, and POST is not allowed
          rule: gRPC needs HTTP/2 and POST (InvalidArgument)
          hint: write `.allowed_methods(AllowedMethods::All)` and `.http_version(HttpVersion::Http2And3)`
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-using-grpc.html
        ");
    }
}
