//! Amazon CloudWatch Logs: groups, their streams, and policies.

mod arn;
mod deletion_protection;
mod log_group;
mod log_stream;
mod resource_policy;
mod retention;
mod tags;

crate::services::service! {
    "logs" signs "logs";
    operations {
        AssociateKmsKey => log_group::associate_key,
        CreateLogGroup => log_group::create,
        CreateLogStream => log_stream::create,
        DeleteLogGroup => log_group::delete,
        DeleteLogStream => log_stream::delete,
        DeleteResourcePolicy => resource_policy::delete,
        DeleteRetentionPolicy => retention::delete,
        DescribeLogGroups => log_group::describe,
        DescribeLogStreams => log_stream::describe,
        DescribeResourcePolicies => resource_policy::describe,
        DisassociateKmsKey => log_group::disassociate_key,
        FilterLogEvents => log_stream::filter_events,
        GetLogEvents => log_stream::get_events,
        ListTagsForResource => tags::list,
        ListTagsLogGroup => tags::list,
        PutLogEvents => log_stream::put_events,
        PutLogGroupDeletionProtection => deletion_protection::put,
        PutResourcePolicy => resource_policy::put,
        PutRetentionPolicy => retention::put,
        TagLogGroup => tags::tag,
        TagResource => tags::tag,
        UntagLogGroup => tags::untag_first,
        UntagResource => tags::untag,
    }
    kinds [log_stream::LogStream, log_group::LogGroup, resource_policy::ResourcePolicy]
    tasks []
}
