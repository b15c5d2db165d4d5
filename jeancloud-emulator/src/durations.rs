//! How long AWS takes. Every duration names its source; where AWS documents none, what others
//! measured or wait for.

use std::time::Duration;

/// How long a new IAM role may stay unknown to other services.
///
/// "IAM is eventually consistent", "Troubleshoot IAM: Changes that I make are not always immediately
/// visible"; no bound is documented, some seconds are usual.
pub(crate) const IAM_PROPAGATION: Duration = Duration::from_secs(10);

/// How long `Describe…` may not know what `Create…` has just answered.
///
/// "Eventual consistency in the Amazon EC2 API", Amazon EC2 Developer Guide; no bound is documented.
pub(crate) const EC2_PROPAGATION: Duration = Duration::from_secs(2);

/// How long a new VPC is `pending`. Not documented; a second or less is usual.
pub(crate) const VPC_AVAILABLE: Duration = Duration::from_secs(1);
