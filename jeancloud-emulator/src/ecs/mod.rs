//! Amazon Elastic Container Service: clusters, task definitions, services and tasks, on Fargate.

mod capacity_provider;
mod cluster;
mod common;
mod definition;
mod definition_defaults;
mod deployment;
mod run;
mod service;
mod service_checks;
mod service_deployment;
mod tags;
mod task;

pub(crate) use service::exists as has_service;

crate::services::service! {
    "ecs" signs "ecs";
    operations {
        CreateCluster => cluster::create,
        CreateService => service::create,
        DeleteCluster => cluster::delete,
        DeleteService => service::delete,
        DeleteTaskDefinitions => definition::delete,
        DeregisterTaskDefinition => definition::deregister,
        DescribeCapacityProviders => capacity_provider::describe,
        DescribeClusters => cluster::describe,
        DescribeServiceDeployments => service_deployment::describe,
        DescribeServices => service::describe,
        DescribeTaskDefinition => definition::describe,
        DescribeTasks => task::describe,
        ListClusters => cluster::list,
        ListServiceDeployments => service_deployment::list,
        ListServices => service::list,
        ListTagsForResource => tags::list,
        ListTaskDefinitions => definition::list,
        ListTasks => task::list,
        PutClusterCapacityProviders => capacity_provider::put,
        RegisterTaskDefinition => definition::register,
        RunTask => run::run,
        StopTask => run::stop,
        TagResource => tags::tag,
        UntagResource => tags::untag,
        UpdateCluster => cluster::update,
        UpdateClusterSettings => cluster::update_settings,
        UpdateService => service::update,
    }
    kinds [
        cluster::Cluster,
        definition::Definition,
        definition::Family,
        service::Service,
        service_deployment::ServiceDeployment,
        task::Task,
    ]
    tasks [
        deployment::LOOK,
        deployment::STEADY,
        service::DRAINED,
        task::RUNNING,
        task::FAILED,
        task::FORGOTTEN,
    ]
}
