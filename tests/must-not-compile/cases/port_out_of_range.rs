//! A port's literal is no port.

use jeancloud_model::{Port, port};

fn main() {
    let _: Port = port!(70000);
}
