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

/// How long a NAT gateway is `pending`.
///
/// Not documented: AWS's own waiter `NatGatewayAvailable` looks every 15 s; a minute and a half is
/// usual.
pub(crate) const NAT_GATEWAY_AVAILABLE: Duration = Duration::from_secs(90);

/// How long a NAT gateway is `deleting`. Not documented; about a minute is usual.
pub(crate) const NAT_GATEWAY_DELETED: Duration = Duration::from_secs(60);

/// How long a deleted or failed NAT gateway is still told of.
///
/// "visible … for a short while (usually about an hour)", "NAT gateway basics", Amazon VPC User
/// Guide.
pub(crate) const NAT_GATEWAY_FORGOTTEN: Duration = Duration::from_secs(3600);

/// How long an interface endpoint is `pending`. "It can take a few minutes", "Access an AWS service
/// using an interface VPC endpoint", AWS PrivateLink Guide.
pub(crate) const INTERFACE_ENDPOINT_AVAILABLE: Duration = Duration::from_secs(120);

/// How long an interface endpoint is `deleting`. Not documented; some minutes are usual.
pub(crate) const INTERFACE_ENDPOINT_DELETED: Duration = Duration::from_secs(180);
