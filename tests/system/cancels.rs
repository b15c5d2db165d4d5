//! An apply that is cancelled in the middle, by the program that called it: the next run goes on where
//! it stopped. What a person's Ctrl-C does is in `interrupts.rs`.

use jeancloud::engine::Cancel;

use super::{
    life::{Life, parameters, steps},
    system,
};
use crate::harness::On;

on_each!(a_cancelled_apply_is_taken_up_by_the_next);

async fn a_cancelled_apply_is_taken_up_by_the_next(on: On) {
    let life = Life::begin(on, "the system cancelled").await;
    // Buckets' names are the whole world's, on moto too.
    let mut parameters = parameters(on);
    parameters.push(("bucket", "jeancloud-frontend-cancelled"));
    let stack = system(&parameters);
    let whole = life.plan(&stack).await.actions.len();

    let gently = life.apply_until(&stack, 5, Cancel::request).await;
    assert!(
        gently.interrupted && gently.failed.is_empty(),
        "{gently:#?}"
    );
    let left = life.plan(&stack).await.actions.len();
    assert!(left < whole, "what ran was finished: {left} of {whole}");

    let at_once = life.apply_until(&stack, 20, Cancel::stop).await;
    assert!(at_once.interrupted, "{at_once:#?}");
    let _ = life.apply(&stack).await;
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}
