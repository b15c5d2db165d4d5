//! How long AWS takes. Every duration names its source; where AWS documents none, what others
//! measured or wait for.

use std::time::Duration;

/// How long a new IAM role may stay unknown to other services.
///
/// IAM is eventually consistent; see "Troubleshoot IAM: Changes that I make are not always
/// immediately
/// visible"; no bound is documented, some seconds are usual.
pub(crate) const IAM_PROPAGATION: Duration = Duration::from_secs(10);

/// How long `Describe…` may not know what `Create…` has just answered.
///
/// "Eventual consistency in the Amazon EC2 API", Amazon EC2 Developer Guide; no bound is
/// documented.
pub(crate) const EC2_PROPAGATION: Duration = Duration::from_secs(2);

/// How long a new VPC is `pending`. Not documented; a second or less is usual.
pub(crate) const VPC_AVAILABLE: Duration = Duration::from_secs(1);

/// How long an image takes to its replicas.
///
/// Most images are replicated in less than 30 minutes, but in rare cases the replication might take
/// longer; see "Private image replication in Amazon ECR"; small ones take seconds.
pub(crate) const ECR_REPLICATED: Duration = Duration::from_secs(30);

/// How long a load balancer is `provisioning`.
///
/// Not documented; two to three minutes are usual, and Terraform waits for up to ten.
pub(crate) const LOAD_BALANCER_ACTIVE: Duration = Duration::from_secs(150);

/// How long the network interfaces of a deleted load balancer stay.
///
/// Not documented; a minute or two are usual.
pub(crate) const LOAD_BALANCER_GONE: Duration = Duration::from_secs(90);

/// How long a target is `initial`: two health checks of the default interval are more than usual,
/// since the first comes at once.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html>
pub(crate) const TARGET_HEALTHY: Duration = Duration::from_secs(30);

/// How long a task on Fargate is `PROVISIONING` and `PENDING`: network interface and image.
///
/// Not documented; half a minute to a minute are usual.
pub(crate) const TASK_RUNNING: Duration = Duration::from_secs(45);

/// How long a task that can't start takes to stop.
///
/// Not documented; the pull is tried for about this long.
pub(crate) const TASK_FAILED: Duration = Duration::from_secs(30);

/// How long the scheduler of a service takes to its next look.
///
/// Not documented; services act within a quarter of a minute.
pub(crate) const SERVICE_LOOK: Duration = Duration::from_secs(10);

/// How long a deployment that runs all its tasks takes to be `COMPLETED`.
///
/// Not documented; the service is steady some tens of seconds after its last task's health check.
pub(crate) const SERVICE_STEADY: Duration = Duration::from_secs(30);

/// How long a deleted service is `DRAINING`: its tasks get 30 s to stop (`stopTimeout`), targets
/// are
/// deregistered meanwhile.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html>
pub(crate) const SERVICE_DRAINED: Duration = Duration::from_secs(60);

/// How long a stopped task is told of: Stopped tasks appear for at least 1 hour; see
/// API_DescribeTasks.
pub(crate) const STOPPED_TASK_SHOWN: Duration = Duration::from_secs(3600);

/// Changes generally propagate to all Route 53 name servers within 60 seconds; see
/// API_ChangeResourceRecordSets.
pub(crate) const ROUTE53_IN_SYNC: Duration = Duration::from_secs(60);

/// How long a new certificate is described without its validation records. Not documented; some
/// seconds are usual.
pub(crate) const ACM_RECORDS: Duration = Duration::from_secs(5);

/// How long ACM needs to see a validation record. It may take up to 30 minutes; see "DNS
/// validation",
/// AWS Certificate Manager User Guide; some minutes are usual.
pub(crate) const ACM_ISSUED: Duration = Duration::from_secs(180);

/// How long CloudFront needs to deploy a distribution. It can take several minutes; see "Update a
/// distribution", Amazon CloudFront Developer Guide; five are usual.
pub(crate) const CLOUDFRONT_DEPLOYED: Duration = Duration::from_secs(300);

/// How long an invalidation takes. One to two minutes, by; see
/// "Invalidate files", Amazon CloudFront Developer Guide.
pub(crate) const CLOUDFRONT_INVALIDATED: Duration = Duration::from_secs(90);

/// How long a DB instance is `creating`. It can take several minutes; see "Creating an Amazon RDS
/// DB
/// instance"; five or six are usual for a small one.
pub(crate) const RDS_CREATED: Duration = Duration::from_secs(330);

/// How long a DB instance is `backing-up` after its creation. Not documented; a minute is usual.
pub(crate) const RDS_BACKED_UP: Duration = Duration::from_secs(60);

/// How long a DB instance takes to begin with a change: that isn't documented; about half a minute
/// is usual.
pub(crate) const RDS_MODIFYING: Duration = Duration::from_secs(30);

/// How long a change takes then, as of the class. Not documented; minutes are usual.
pub(crate) const RDS_MODIFIED: Duration = Duration::from_secs(240);

/// How long a DB instance is `deleting`. Not documented; three to five minutes are usual.
pub(crate) const RDS_DELETED: Duration = Duration::from_secs(240);

/// How long a DB instance takes to reboot. "A reboot … can take a few minutes", "Rebooting a DB
/// instance".
pub(crate) const RDS_REBOOTED: Duration = Duration::from_secs(60);

/// How long a DB instance takes to stop. Stopping can take several minutes; see "Stopping an Amazon
/// RDS DB instance temporarily".
pub(crate) const RDS_STOPPED: Duration = Duration::from_secs(300);

/// How long a snapshot of a small DB instance is `creating`. Not documented; two minutes are usual.
pub(crate) const RDS_SNAPSHOT: Duration = Duration::from_secs(120);

/// How long the replication of backups is `pending`. Not documented; some minutes are usual.
pub(crate) const RDS_REPLICATING: Duration = Duration::from_secs(180);

/// How long a NAT gateway is `pending`.
///
/// Not documented: AWS's own waiter `NatGatewayAvailable` looks every 15 s; a minute and a half is
/// usual.
pub(crate) const NAT_GATEWAY_AVAILABLE: Duration = Duration::from_secs(90);

/// How long a NAT gateway is `deleting`. Not documented; about a minute is usual.
pub(crate) const NAT_GATEWAY_DELETED: Duration = Duration::from_secs(60);

/// How long a deleted or failed NAT gateway is still told of.
///
/// visible for a short while (usually about an hour); see "NAT gateway basics", Amazon VPC User
/// Guide.
pub(crate) const NAT_GATEWAY_FORGOTTEN: Duration = Duration::from_secs(3600);

/// How long an interface endpoint is `pending`. "It can take a few minutes", "Access an AWS service
/// using an interface VPC endpoint", AWS PrivateLink Guide.
pub(crate) const INTERFACE_ENDPOINT_AVAILABLE: Duration = Duration::from_secs(120);

/// How long an interface endpoint is `deleting`. Not documented; some minutes are usual.
pub(crate) const INTERFACE_ENDPOINT_DELETED: Duration = Duration::from_secs(180);
