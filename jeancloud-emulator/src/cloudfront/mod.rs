//! Amazon CloudFront: distributions, the access of their origins, and AWS's own policies.

mod alias;
mod common;
mod config;
mod config_rules;
mod distribution;
mod invalidation;
mod origin_access_control;
mod policies;
mod policy_list;
mod tags;

pub(crate) use distribution::Distribution;

crate::services::service! {
    "cloudfront" signs "cloudfront";
    operations {
        AssociateAlias => alias::associate,
        CreateDistribution => distribution::create,
        CreateDistributionWithTags => distribution::create_with_tags,
        CreateInvalidation => invalidation::create,
        CreateOriginAccessControl => origin_access_control::create,
        DeleteDistribution => distribution::delete,
        DeleteOriginAccessControl => origin_access_control::delete,
        GetCachePolicy => policies::get_cache,
        GetDistribution => distribution::get,
        GetDistributionConfig => distribution::get_config,
        GetInvalidation => invalidation::get,
        GetOriginAccessControl => origin_access_control::get,
        GetOriginAccessControlConfig => origin_access_control::get_config,
        GetOriginRequestPolicy => policies::get_origin_request,
        GetResponseHeadersPolicy => policies::get_response_headers,
        ListCachePolicies => policies::list_cache,
        ListDistributions => distribution::list,
        ListInvalidations => invalidation::list,
        ListOriginAccessControls => origin_access_control::list,
        ListOriginRequestPolicies => policies::list_origin_request,
        ListResponseHeadersPolicies => policies::list_response_headers,
        ListTagsForResource => tags::list,
        TagResource => tags::tag,
        UntagResource => tags::untag,
        UpdateDistribution => distribution::update,
        UpdateOriginAccessControl => origin_access_control::update,
    }
    kinds [
        distribution::Distribution,
        invalidation::Invalidation,
        origin_access_control::OriginAccessControl,
    ]
    tasks [distribution::DEPLOYED, invalidation::COMPLETED]
}
