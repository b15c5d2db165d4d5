//! [`CallerIdentity`]: whose credentials are in use.

use crate::{AccountId, Arn, Facts, Placement, outputs, resource};

resource! {
    /// Whose credentials are in use: the account and who in it.
    ///
    /// Follows STS's [`GetCallerIdentity`], which needs no permission.
    ///
    /// [`GetCallerIdentity`]: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    lookup CallerIdentity = "Lookup::STS::CallerIdentity", id "Account": AccountId,
    facts Facts {
        outputs: &["Arn", "UserId"],
        placement: Placement::Anywhere,
        ..Facts::UNTAGGED
    };
}

outputs! { CallerIdentity {
    /// The account's twelve digits.
    account "Account": AccountId,
    /// The ARN of the user or session. A session's name is part of it and may differ from run to
    /// run.
    arn "Arn": Arn,
} }
