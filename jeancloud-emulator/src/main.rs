//! `jeancloud-emulator`: an AWS on this machine, over HTTP.

fn main() -> std::process::ExitCode {
    jeancloud_emulator::serve_main(std::env::args_os().skip(1))
}
