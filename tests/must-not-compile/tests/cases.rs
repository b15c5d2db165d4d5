//! Every mistake in `cases/` is refused by the compiler, in words that help.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("cases/*.rs");
}
