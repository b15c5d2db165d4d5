//! AWS Identity and Access Management: roles, policies and identity providers.

mod account;
mod aws_policies;
mod document;
mod instance_profile;
mod oidc_provider;
mod policy;
pub(crate) mod role;
mod role_policy;
mod role_tags;
mod service_linked_role;
mod user;

crate::services::service! {
    "iam" signs "iam";
    operations {
        AddClientIDToOpenIDConnectProvider => oidc_provider::add_client,
        AddRoleToInstanceProfile => instance_profile::add_role,
        AttachRolePolicy => role_policy::attach,
        CreateInstanceProfile => instance_profile::create,
        CreateOpenIDConnectProvider => oidc_provider::create,
        CreatePolicy => policy::create,
        CreatePolicyVersion => policy::create_version,
        CreateRole => role::create,
        CreateServiceLinkedRole => service_linked_role::create,
        DeleteInstanceProfile => instance_profile::delete,
        DeleteOpenIDConnectProvider => oidc_provider::delete,
        DeletePolicy => policy::delete,
        DeletePolicyVersion => policy::delete_version,
        DeleteRole => role::delete,
        DeleteRolePermissionsBoundary => role::delete_boundary,
        DeleteRolePolicy => role_policy::delete,
        DeleteServiceLinkedRole => service_linked_role::delete,
        DetachRolePolicy => role_policy::detach,
        GetAccountAuthorizationDetails => account::details,
        GetInstanceProfile => instance_profile::get,
        GetOpenIDConnectProvider => oidc_provider::get,
        GetPolicy => policy::get,
        GetPolicyVersion => policy::get_version,
        GetRole => role::get,
        GetRolePolicy => role_policy::get,
        GetServiceLinkedRoleDeletionStatus => service_linked_role::deletion_status,
        GetUser => user::get,
        ListAccountAliases => user::aliases,
        ListAttachedRolePolicies => role_policy::list_attached,
        ListEntitiesForPolicy => policy::entities,
        ListInstanceProfiles => instance_profile::list,
        ListInstanceProfilesForRole => instance_profile::list_for_role,
        ListOpenIDConnectProviderTags => oidc_provider::tags,
        ListOpenIDConnectProviders => oidc_provider::list,
        ListPolicies => policy::list,
        ListPolicyTags => policy::tags,
        ListPolicyVersions => policy::list_versions,
        ListRolePolicies => role_policy::list,
        ListRoleTags => role_tags::list,
        ListRoles => role::list,
        PutRolePermissionsBoundary => role::put_boundary,
        PutRolePolicy => role_policy::put,
        RemoveClientIDFromOpenIDConnectProvider => oidc_provider::remove_client,
        RemoveRoleFromInstanceProfile => instance_profile::remove_role,
        SetDefaultPolicyVersion => policy::set_default,
        TagOpenIDConnectProvider => oidc_provider::tag,
        TagPolicy => policy::tag,
        TagRole => role_tags::tag,
        UntagOpenIDConnectProvider => oidc_provider::untag,
        UntagPolicy => policy::untag,
        UntagRole => role_tags::untag,
        UpdateAssumeRolePolicy => role::update_trust,
        UpdateOpenIDConnectProviderThumbprint => oidc_provider::update_thumbprint,
        UpdateRole => role::update,
        UpdateRoleDescription => role::update_description,
    }
    kinds [instance_profile::InstanceProfile, role::Role, policy::Policy, oidc_provider::OidcProvider]
    tasks []
}
