//! AWS Secrets Manager: secrets, their versions and replicas.

mod password;
mod policy;
mod replica;
mod secret;
mod tags;
mod value;
mod version;

crate::services::service! {
    "secretsmanager" signs "secretsmanager";
    operations {
        CreateSecret => secret::create,
        DeleteResourcePolicy => policy::delete,
        DeleteSecret => secret::delete,
        DescribeSecret => secret::describe,
        GetRandomPassword => password::draw,
        GetResourcePolicy => policy::get,
        GetSecretValue => value::get,
        ListSecretVersionIds => version::list,
        ListSecrets => secret::list,
        PutResourcePolicy => policy::put,
        PutSecretValue => value::put,
        RemoveRegionsFromReplication => replica::remove,
        ReplicateSecretToRegions => replica::add,
        RestoreSecret => secret::restore,
        TagResource => tags::tag,
        UntagResource => tags::untag,
        UpdateSecret => secret::update,
        UpdateSecretVersionStage => version::update_stage,
    }
    kinds [secret::Secret]
    tasks []
}
