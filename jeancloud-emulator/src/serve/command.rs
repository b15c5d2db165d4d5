//! The program `jeancloud-emulator`: what it is told, and what it tells.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, SystemTime},
};

use super::Server;
use crate::{Emulator, emulator::Builder};

const USAGE: &str = "\
An AWS on this machine, for the AWS CLI, boto3, Terraform and every SDK

Usage: jeancloud-emulator [OPTIONS]

Options:
  --port PORT           where to listen on 127.0.0.1; 0 finds a free port [default: 4566]
  --dir FOLDER          keeps everything in FOLDER; without it, all is gone at the end
  --time-factor FACTOR  what AWS's durations are multiplied with [default: 1]:
                        a database takes minutes with 1, seconds with 0.01, no time with 0
  --eventual            what was just made stays unknown for a while, as in AWS
  --account ID          the account of keys that don't name one [default: 123456789012]
  --seed NUMBER         what ids follow from [default: 0]
  --until-eof           ends when standard input closes, so that it doesn't outlive its parent
  --help                prints this
";

/// What the command line says.
#[derive(Debug, Default)]
struct Options {
    port: Option<u16>,
    folder: Option<PathBuf>,
    time_factor: Option<f64>,
    eventual: bool,
    account: Option<String>,
    seed: u64,
    until_eof: bool,
    help: bool,
}

/// The port that other emulators of AWS use too, so that their tools find this one.
const PORT: u16 = 4566;

/// What the program `jeancloud-emulator` does with its arguments.
///
/// The first line on standard output is the endpoint; what people should know goes to standard error.
pub fn serve_main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let done = Options::read(arguments).and_then(|options| match options.help {
        true => said(USAGE).map_err(|error| format!("can't print: {error}")),
        false => serve(&options),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: &Options) -> Result<(), String> {
    let emulator = match &options.folder {
        None => options.rules().build(),
        Some(folder) => options.rules().open(folder).map_err(|error| {
            let cause = std::error::Error::source(&error);
            cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
        })?,
    };
    let port = options.port.unwrap_or(PORT);
    let server = Server::start(emulator.client(), port)
        .map_err(|error| format!("can't listen on port {port}: {error}; --port takes another"))?;
    said(&format!("{}\n", server.endpoint())).map_err(|error| format!("can't print: {error}"))?;
    eprint!("{}", advice(&server.endpoint(), options));
    if options.until_eof {
        // Whatever comes, it is the end that counts.
        drop(io::stdin().lock().read_to_end(&mut Vec::new()));
        return Ok(());
    }
    loop {
        thread::sleep(Duration::from_secs(3600));
    }
}

fn said(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn advice(endpoint: &str, options: &Options) -> String {
    let kept = match &options.folder {
        Some(folder) => format!("what exists is kept in {}", folder.display()),
        None => "what exists is gone then (--dir FOLDER keeps it)".to_owned(),
    };
    format!(
        "An AWS answers there until Ctrl-C; {kept}.\n\n  \
         export AWS_ENDPOINT_URL={endpoint}\n  \
         export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n  \
         export AWS_REGION=eu-west-3 AWS_DEFAULT_REGION=eu-west-3\n\n\
         leads the AWS CLI, boto3, Terraform and the SDKs to it. Terraform's S3 needs\n\
         `s3_use_path_style = true` in its provider. {endpoint}/_emulator/inventory shows what exists.\n"
    )
}

impl Options {
    fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments.map(|it| it.to_string_lossy().into_owned());
        while let Some(argument) = arguments.next() {
            let (name, mut value) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || {
                let given = value.take().or_else(|| arguments.next());
                given.ok_or_else(|| format!("{name} needs a value; --help tells more"))
            };
            match name.as_str() {
                "--port" => options.port = Some(number(&name, &value()?)?),
                "--dir" => options.folder = Some(value()?.into()),
                "--time-factor" => options.time_factor = Some(factor(&value()?)?),
                "--account" => options.account = Some(account(value()?)?),
                "--seed" => options.seed = number(&name, &value()?)?,
                "--eventual" => options.eventual = true,
                "--until-eof" => options.until_eof = true,
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("there is no option {name}; --help lists all")),
            }
        }
        Ok(options)
    }

    fn rules(&self) -> Builder {
        let rules = Emulator::builder()
            .seed(self.seed)
            .time_factor(self.time_factor.unwrap_or(1.0))
            .eventually_consistent(self.eventual)
            .starting_at(SystemTime::now());
        match &self.account {
            Some(account) => rules.account(account),
            None => rules,
        }
    }
}

fn number<N: std::str::FromStr>(name: &str, text: &str) -> Result<N, String> {
    let parsed = text.parse();
    parsed.map_err(|_| format!("{name} takes a whole number, and {text} is none that fits"))
}

fn factor(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if (0.0..=1000.0).contains(&factor) => Ok(factor),
        _ => Err(format!(
            "--time-factor takes a number from 0 to 1000, not {text}"
        )),
    }
}

fn account(text: String) -> Result<String, String> {
    match text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(text),
        false => Err(format!("--account takes twelve digits, not {text}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &str) -> Result<Options, String> {
        Options::read(arguments.split_whitespace().map(OsString::from))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let options = read("--port 0 --time-factor=0.5 --account 210987654321 --eventual").unwrap();
        assert_eq!(options.port, Some(0));
        assert_eq!(options.time_factor, Some(0.5));
        assert_eq!(options.account.as_deref(), Some("210987654321"));
        assert!(options.eventual && !options.until_eof);
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (arguments, named) in [
            ("--prot 1", "--prot"),
            ("--port", "--port"),
            ("--port 70000", "70000"),
            ("--seed -1", "-1"),
            ("--time-factor NaN", "NaN"),
            ("--account 42", "42"),
            ("--eventually", "--eventually"),
        ] {
            let error = read(arguments).unwrap_err();
            assert!(error.contains(named), "{arguments}: {error}");
        }
    }
}
