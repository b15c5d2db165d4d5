//! AWS Key Management Service: keys and their aliases.

mod alias;
mod cipher;
mod deletion;
mod key;
mod naming;
mod policy;
mod rotation;
mod tags;

pub(crate) use naming::{arn_of, own_key};

crate::services::service! {
    "kms" signs "kms";
    operations {
        CancelKeyDeletion => deletion::cancel,
        CreateAlias => alias::create,
        CreateKey => key::create,
        Decrypt => cipher::decrypt,
        DeleteAlias => alias::delete,
        DescribeKey => key::describe,
        DisableKey => key::disable,
        DisableKeyRotation => rotation::disable,
        EnableKey => key::enable,
        EnableKeyRotation => rotation::enable,
        Encrypt => cipher::encrypt,
        GenerateDataKey => cipher::data_key,
        GenerateDataKeyWithoutPlaintext => cipher::data_key_without_plaintext,
        GetKeyPolicy => policy::get,
        GetKeyRotationStatus => rotation::get,
        ListAliases => alias::list,
        ListKeyPolicies => policy::list,
        ListKeys => key::list,
        ListResourceTags => tags::list,
        PutKeyPolicy => policy::put,
        ScheduleKeyDeletion => deletion::schedule,
        TagResource => tags::tag,
        UntagResource => tags::untag,
        UpdateAlias => alias::update,
        UpdateKeyDescription => key::update_description,
    }
    kinds [key::Key, alias::Alias]
    tasks []
}
