//! The named tests that every resource type passes.

pub mod account;
mod case;
pub mod lossy;
mod promises;
mod world;

pub use case::{Case, Gap, Lack};
pub use promises::run;
pub use world::World;

/// Makes the named tests of each case.
///
/// `conformance! { subnet: Case { type_name: "AWS::EC2::Subnet", … }, }`
macro_rules! conformance {
    ($($name:ident: Case $case:tt,)*) => {$(
        mod $name {
            use super::*;

            const CASE: Case = Case $case;

            conformance!(@ creates_and_reads_back);
            conformance!(@ updates_set_change_and_clear);
            conformance!(@ replaces_when_create_only_changes);
            conformance!(@ resumes_after_a_lost_answer);
            conformance!(@ finishes_what_an_interrupted_run_began);
            conformance!(@ deletes_when_already_gone);
            conformance!(@ changes_hands_by_its_tags_alone);
        }
    )*};
    (@ $promise:ident) => {
        #[tokio::test]
        async fn $promise() {
            crate::harness::run(module_path!(), &CASE, stringify!($promise)).await;
        }
    };
}
