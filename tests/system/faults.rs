//! The system when AWS's answers get lost on the way: nothing is doubled, and nothing is forgotten.

use super::{
    leftovers,
    life::{Life, ON_MOTO, steps},
    system,
};
use crate::harness::lossy;

#[tokio::test]
async fn the_system_is_made_and_destroyed_while_every_third_answer_is_lost() {
    let life = Life::begin("the system with lost answers").await;
    // Buckets' names are the whole world's, on moto too.
    let mut parameters = ON_MOTO.to_vec();
    parameters.push(("bucket", "jeancloud-frontend-lost-answers"));
    let stack = system(&parameters);
    let _ = lossy::losing_every_third_answer(life.apply(&stack)).await;
    // One run did all of it, what follows the creating calls too.
    assert_eq!(steps(&life.plan(&stack).await), [""; 0]);
    lossy::losing_every_third_answer(life.destroy(&stack)).await;
    assert_eq!(leftovers::of(&life.aws).await, [""; 0], "moto is empty");
}
