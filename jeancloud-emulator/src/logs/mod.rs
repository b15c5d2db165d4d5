//! Amazon CloudWatch Logs: groups.

mod arn;
mod deletion_protection;
mod log_group;
mod retention;
mod tags;

crate::services::service! {
    "logs" signs "logs";
    operations {
        AssociateKmsKey => log_group::associate_key,
        CreateLogGroup => log_group::create,
        DeleteLogGroup => log_group::delete,
        DeleteRetentionPolicy => retention::delete,
        DescribeLogGroups => log_group::describe,
        DisassociateKmsKey => log_group::disassociate_key,
        ListTagsForResource => tags::list,
        PutLogGroupDeletionProtection => deletion_protection::put,
        PutRetentionPolicy => retention::put,
        TagResource => tags::tag,
        UntagResource => tags::untag,
    }
    kinds [log_group::LogGroup]
    tasks []
}
