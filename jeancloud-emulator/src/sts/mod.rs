//! AWS Security Token Service: who one is, and who one becomes.

mod caller;
mod role;

crate::services::service! {
    "sts" signs "sts";
    operations {
        AssumeRole => role::assume,
        AssumeRoleWithWebIdentity => role::assume_with_web_identity,
        GetCallerIdentity => caller::identity,
        GetSessionToken => caller::session_token,
    }
    kinds []
    tasks []
}
