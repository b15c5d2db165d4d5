//! The named tests that every resource type passes.

pub mod account;
mod attempt;
mod case;
mod cloud;
pub mod lossy;
pub mod mortal;
mod promises;
pub mod tried;
pub mod watched;
mod world;

pub use attempt::{attempt, is_expected_to_fail};
pub use case::{Case, Difference, Gap};
pub use cloud::{Cloud, On, configuration};
pub use promises::run;
pub use world::World;

/// Makes the named tests of each case, on either AWS.
///
/// `conformance! { subnet: Case { type_name: "AWS::EC2::Subnet", … }, }`
macro_rules! conformance {
    ($($name:ident: Case $case:tt,)*) => {$(
        mod $name {
            use super::*;

            pub const CASE: Case = Case $case;

            mod moto {
                conformance!(@ Moto);
            }

            mod emulator {
                conformance!(@ Emulator);
            }
        }
    )*

    /// The cases, for what looks at all of them.
    pub static CASES: &[&Case] = &[$(&$name::CASE),*];
    };
    (@ $on:ident) => {
        conformance!(@ $on creates_and_reads_back);
        conformance!(@ $on updates_set_change_and_clear);
        conformance!(@ $on replaces_when_create_only_changes);
        conformance!(@ $on resumes_after_a_lost_answer);
        conformance!(@ $on finishes_what_an_interrupted_run_began);
        conformance!(@ $on deletes_when_already_gone);
        conformance!(@ $on changes_hands_by_its_tags_alone);
        conformance!(@ $on is_adopted_by_its_id);
    };
    (@ $on:ident $promise:ident) => {
        #[tokio::test]
        async fn $promise() {
            let on = crate::harness::On::$on;
            crate::harness::run(on, module_path!(), &super::CASE, stringify!($promise)).await;
        }
    };
}

/// Makes a test on either AWS of a function from [`On`]. One that moto or the emulator lacks
/// something for has to fail there: `on_each!(backups_are_replicated, gaps::NO_REPLICATION);`
macro_rules! on_each {
    ($name:ident $(, $gap:expr)?) => {
        mod $name {
            use super::*;

            on_each!(@ $name moto Moto $(, $gap)?);
            on_each!(@ $name emulator Emulator $(, $gap)?);
        }
    };
    (@ $name:ident $test:ident $on:ident $(, $gap:expr)?) => {
        #[tokio::test]
        async fn $test() {
            let on = crate::harness::On::$on;
            let gaps: &[crate::harness::Difference] = &[$($gap)?];
            let gap = gaps.iter().find(|gap| gap.lacks == on);
            crate::harness::attempt(gap.copied(), $name(on)).await;
        }
    };
}

/// Makes the test of changes in place for each case, on either AWS.
macro_rules! changes {
    ($($name:ident: Case $case:tt,)*) => {$(
        mod $name {
            use super::*;

            pub const CASE: Case = Case $case;

            mod moto {
                conformance!(@ Moto updates_set_change_and_clear);
            }

            mod emulator {
                conformance!(@ Emulator updates_set_change_and_clear);
            }
        }
    )*

    /// The cases, for what looks at all of them.
    pub static CASES: &[&Case] = &[$(&$name::CASE),*];
    };
}
