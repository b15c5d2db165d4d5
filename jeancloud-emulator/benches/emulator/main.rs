//! How fast the emulator is: what a call takes, what much content adds, what its models cost.
//!
//! `cargo xtask bench emulator`, or `cargo bench -p jeancloud-emulator`. It prints and judges nothing:
//! a machine that is busy is no mistake.

mod aws;
mod latency;
mod measure;
mod models;
mod scaling;

fn main() {
    // `cargo test --benches` asks for tests, of which there are none.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    models::print();
    latency::print();
    scaling::print();
}
