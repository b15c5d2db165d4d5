//! Reading a request off the wire (RFC 9112).
//!
//! Everything is bounded: the head, each line, the body. What isn't HTTP is refused with a status, and
//! the connection ends, since nobody knows where the next request would begin.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use bytes::Bytes;

use crate::http::Request;

/// The largest body: more than anybody puts into a test. AWS takes 5 GB.
const MOST_BYTES: usize = 1 << 28;
/// The largest head of a request, and the largest line between chunks.
const MOST_HEAD: usize = 1 << 16;
const MOST_HEADERS: usize = 128;

/// What came.
pub enum Received {
    Request {
        request: Request,
        /// Whether the client wants no more than this one.
        last: bool,
    },
    /// Something that has to be answered with a status, and why.
    Refused(u16, &'static str),
    /// The client has gone.
    Nothing,
}

/// Why a request is none.
enum Trouble {
    Refused(u16, &'static str),
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

const MALFORMED: Trouble = Trouble::Refused(400, "this is not HTTP/1.1");
const TOO_LARGE: Trouble = Trouble::Refused(413, "the body is larger than 256 MiB");
const HEAD_TOO_LARGE: Trouble = Trouble::Refused(431, "the head is larger than 64 KiB");

/// Waits for the next request.
pub fn next(reader: &mut BufReader<&TcpStream>, stream: &TcpStream) -> io::Result<Received> {
    match request(reader, stream) {
        Ok(Some((request, last))) => Ok(Received::Request { request, last }),
        Ok(None) => Ok(Received::Nothing),
        Err(Trouble::Refused(status, why)) => Ok(Received::Refused(status, why)),
        Err(Trouble::Io(error)) => Err(error),
    }
}

fn request(
    reader: &mut BufReader<&TcpStream>,
    stream: &TcpStream,
) -> Result<Option<(Request, bool)>, Trouble> {
    let head = read_head(reader)?;
    if head.is_empty() {
        return Ok(None);
    }
    let (request, version) = parse(&head)?;
    let length = length(&request)?;
    if says(&request, "expect", "100-continue") {
        let mut stream = stream;
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let body = match length {
        Length::Chunked => read_chunks(reader)?,
        Length::Known(length) => {
            let mut body = Vec::new();
            read_exactly(reader, length, &mut body)?;
            body
        }
    };
    let last = match version {
        0 => !says(&request, "connection", "keep-alive"),
        _ => says(&request, "connection", "close"),
    };
    Ok(Some((request.body(Bytes::from(body)), last)))
}

/// The request without its body, and the minor version of HTTP.
fn parse(head: &[u8]) -> Result<(Request, u8), Trouble> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(head) {
        Ok(status) if status.is_complete() => {}
        Err(httparse::Error::TooManyHeaders) => return Err(HEAD_TOO_LARGE),
        _ => return Err(MALFORMED),
    }
    let target = parsed.path.unwrap_or_default();
    let mut request = Request::new(parsed.method.unwrap_or_default(), path_of(target));
    for header in parsed.headers {
        request = request.header(header.name, String::from_utf8_lossy(header.value));
    }
    Ok((request, parsed.version.unwrap_or(1)))
}

/// Path and query of a target, which names the host as well where a client takes us for a proxy.
fn path_of(target: &str) -> &str {
    match target.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            rest.find(['/', '?']).map_or("/", |at| &rest[at..])
        }
        _ => target,
    }
}

enum Length {
    Chunked,
    Known(usize),
}

fn length(request: &Request) -> Result<Length, Trouble> {
    if let Some(coding) = request.get("transfer-encoding") {
        return match coding.eq_ignore_ascii_case("chunked") {
            true => Ok(Length::Chunked),
            false => Err(Trouble::Refused(
                501,
                "no transfer coding but chunked is understood",
            )),
        };
    }
    let length = request.get("content-length").unwrap_or("0");
    match length.parse::<usize>() {
        Ok(length) if length > MOST_BYTES => Err(TOO_LARGE),
        Ok(length) => Ok(Length::Known(length)),
        Err(_) => Err(MALFORMED),
    }
}

/// Whether a header has `word` among its values.
fn says(request: &Request, header: &str, word: &str) -> bool {
    let values = request.get(header).unwrap_or_default().split(',');
    values
        .map(str::trim)
        .any(|it| it.eq_ignore_ascii_case(word))
}

fn read_head(reader: &mut BufReader<&TcpStream>) -> Result<Vec<u8>, Trouble> {
    let mut head = Vec::new();
    loop {
        let begun = head.len();
        let left = (MOST_HEAD - begun) as u64;
        reader.by_ref().take(left).read_until(b'\n', &mut head)?;
        match &head[begun..] {
            // Empty lines before a request are to be ignored (RFC 9112, 2.2).
            b"\r\n" | b"\n" if begun == 0 => head.clear(),
            b"\r\n" | b"\n" => return Ok(head),
            line if line.ends_with(b"\n") => {}
            _ if head.is_empty() => return Ok(head),
            _ if head.len() == MOST_HEAD => return Err(HEAD_TOO_LARGE),
            _ => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }
}

fn read_exactly(
    reader: &mut BufReader<&TcpStream>,
    length: usize,
    body: &mut Vec<u8>,
) -> Result<(), Trouble> {
    let read = reader.by_ref().take(length as u64).read_to_end(body)?;
    match read == length {
        true => Ok(()),
        false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
}

fn read_chunks(reader: &mut BufReader<&TcpStream>) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| MALFORMED)?;
        if size == 0 {
            break;
        }
        if size > MOST_BYTES - body.len() {
            return Err(TOO_LARGE);
        }
        read_exactly(reader, size, &mut body)?;
        if !read_line(reader)?.is_empty() {
            return Err(MALFORMED);
        }
    }
    let mut trailers = 0;
    while !read_line(reader)?.is_empty() {
        trailers += 1;
        if trailers > MOST_HEADERS {
            return Err(HEAD_TOO_LARGE);
        }
    }
    Ok(body)
}

fn read_line(reader: &mut BufReader<&TcpStream>) -> Result<String, Trouble> {
    let mut line = Vec::new();
    reader
        .by_ref()
        .take(MOST_HEAD as u64)
        .read_until(b'\n', &mut line)?;
    match line.ends_with(b"\n") {
        true => Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
        false if line.len() == MOST_HEAD => Err(HEAD_TOO_LARGE),
        false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
    }
}
