//! The system when AWS's answers get lost on the way: nothing is doubled, and nothing is forgotten.

use super::{
    life::{Life, parameters, steps},
    system,
};
use crate::harness::{On, lossy};

on_each!(the_system_is_made_and_destroyed_while_every_third_answer_is_lost);

async fn the_system_is_made_and_destroyed_while_every_third_answer_is_lost(on: On) {
    let life = Life::begin(on, "the system with lost answers").await;
    // Buckets' names are the whole world's, on moto too.
    let mut parameters = parameters(on);
    parameters.push(("bucket", "jeancloud-frontend-lost-answers"));
    let stack = system(&parameters);
    let _ = lossy::losing_every_third_answer(on, life.apply(&stack)).await;
    // One run did all of it, what follows the creating calls too.
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    lossy::losing_every_third_answer(on, life.destroy(&stack)).await;
    life.expect_nothing_left().await;
}
