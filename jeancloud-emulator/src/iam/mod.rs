//! AWS Identity and Access Management: roles.

mod document;
pub(crate) mod role;
mod role_policy;
mod role_tags;

crate::services::service! {
    "iam" signs "iam";
    operations {
        AttachRolePolicy => role_policy::attach,
        CreateRole => role::create,
        DeleteRole => role::delete,
        DeleteRolePolicy => role_policy::delete,
        DetachRolePolicy => role_policy::detach,
        GetRole => role::get,
        GetRolePolicy => role_policy::get,
        ListAttachedRolePolicies => role_policy::list_attached,
        ListRolePolicies => role_policy::list,
        ListRoleTags => role_tags::list,
        ListRoles => role::list,
        PutRolePolicy => role_policy::put,
        TagRole => role_tags::tag,
        UntagRole => role_tags::untag,
        UpdateAssumeRolePolicy => role::update_trust,
        UpdateRole => role::update,
    }
    kinds [role::Role]
    tasks []
}
