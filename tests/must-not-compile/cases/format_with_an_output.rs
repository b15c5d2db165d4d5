//! An output, known only after apply, is put into a text with `format!`.

use jeancloud_model::{Handle, ec2::Vpc};

fn name(vpc: &Handle<Vpc>) -> String {
    format!("flow-{}", vpc.vpc_id())
}

fn main() {}
