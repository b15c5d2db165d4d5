//! Amazon Elastic Container Registry: repositories, their images, and the registry's replication.

mod encoding;
mod errors;
mod image;
mod image_listing;
mod layer;
mod manifest;
mod policies;
mod push;
mod registry;
mod replication;
mod repository;
mod tags;

pub use push::PushError;
pub(crate) use push::has_image;

crate::services::service! {
    "ecr" signs "ecr";
    operations {
        BatchCheckLayerAvailability => layer::check,
        BatchDeleteImage => image::delete,
        BatchGetImage => image::get,
        CompleteLayerUpload => layer::complete,
        CreateRepository => repository::create,
        DeleteLifecyclePolicy => policies::delete_lifecycle,
        DeleteRepository => repository::delete,
        DeleteRepositoryPolicy => policies::delete,
        DescribeImages => image_listing::describe,
        DescribeRegistry => registry::describe,
        DescribeRepositories => repository::describe,
        GetAuthorizationToken => registry::token,
        GetDownloadUrlForLayer => layer::url,
        GetLifecyclePolicy => policies::get_lifecycle,
        GetRepositoryPolicy => policies::get,
        InitiateLayerUpload => layer::initiate,
        ListImages => image_listing::list,
        ListTagsForResource => tags::list,
        PutImage => image::put,
        PutImageScanningConfiguration => repository::put_scanning,
        PutImageTagMutability => repository::put_mutability,
        PutLifecyclePolicy => policies::put_lifecycle,
        PutReplicationConfiguration => registry::put_replication,
        SetRepositoryPolicy => policies::set,
        TagResource => tags::tag,
        UntagResource => tags::untag,
        UploadLayerPart => layer::upload,
    }
    kinds [registry::Registry, repository::Repository, image::Image, layer::Upload]
    tasks [replication::REPLICATED]
}
