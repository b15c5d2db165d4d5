//! Amazon Simple Storage Service.
