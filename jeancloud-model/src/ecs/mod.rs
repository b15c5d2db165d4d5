//! Amazon Elastic Container Service.
