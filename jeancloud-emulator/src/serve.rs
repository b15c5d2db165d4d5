//! [`Server`]: HTTP/1.1 on the loopback interface, for the AWS CLI, boto3 and whatever else.
//!
//! A thread for each connection: who develops on one machine has few.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;

use crate::{
    client::{Answer, Client},
    http::{Request, Response},
};

/// The largest body: more than anybody puts into a test.
const MOST_BYTES: usize = 1 << 30;
/// The largest head of a request.
const MOST_HEAD: usize = 1 << 16;
const MOST_HEADERS: usize = 128;

/// A running server. It stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stopping: Arc<AtomicBool>,
}

impl Server {
    /// Serves `client` on a port of the loopback interface; 0 finds a free one.
    ///
    /// # Errors
    /// If the port is in use or forbidden.
    pub fn start(client: Client, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = stopping.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let client = client.clone();
                // Whatever ends a connection concerns nobody but its client.
                thread::spawn(move || drop(converse(&stream, &client)));
            }
        });
        Ok(Self { address, stopping })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to give clients, as `AWS_ENDPOINT_URL` for one.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(self.address));
    }
}

fn converse(stream: &TcpStream, client: &Client) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = received(&mut reader, stream)? {
        let last = request
            .get("connection")
            .is_some_and(|it| it.eq_ignore_ascii_case("close"));
        let head = request.method == "HEAD";
        let Answer { delay, response } = client.send(request);
        if delay > Duration::ZERO {
            thread::sleep(delay);
        }
        // A lost answer and one that never comes look the same from here.
        let Ok(response) = response else {
            return stream.shutdown(Shutdown::Both);
        };
        answer(stream, &response, head)?;
        if last {
            break;
        }
    }
    Ok(())
}

/// The next request, unless the client has gone.
fn received(reader: &mut BufReader<&TcpStream>, stream: &TcpStream) -> io::Result<Option<Request>> {
    let head = read_head(reader)?;
    if head.is_empty() {
        return Ok(None);
    }
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    if !parsed.parse(&head).map_err(invalid)?.is_complete() {
        return Ok(None);
    }
    let mut request = Request::new(
        parsed.method.unwrap_or_default(),
        parsed.path.unwrap_or_default(),
    );
    for header in parsed.headers {
        request = request.header(header.name, String::from_utf8_lossy(header.value));
    }
    if request.get("expect").is_some() {
        (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let chunked = request
        .get("transfer-encoding")
        .is_some_and(|it| it.eq_ignore_ascii_case("chunked"));
    let body = if chunked {
        read_chunks(reader)?
    } else {
        let length = request.get("content-length").map(str::parse);
        let length = length.transpose().map_err(invalid)?.unwrap_or(0);
        read_exactly(reader, length)?
    };
    Ok(Some(request.body(Bytes::from(body))))
}

fn read_head(reader: &mut BufReader<&TcpStream>) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let left = (MOST_HEAD - head.len()) as u64;
        if reader.by_ref().take(left).read_until(b'\n', &mut head)? == 0 {
            return match head.len() {
                0 => Ok(head),
                _ => Err(invalid("the head of a request doesn't end")),
            };
        }
    }
    Ok(head)
}

fn read_exactly(reader: &mut BufReader<&TcpStream>, length: usize) -> io::Result<Vec<u8>> {
    if length > MOST_BYTES {
        return Err(invalid("the body is too large"));
    }
    let mut body = Vec::new();
    let read = reader.by_ref().take(length as u64).read_to_end(&mut body)?;
    match read == length {
        true => Ok(body),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn read_chunks(reader: &mut BufReader<&TcpStream>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(reader)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(invalid)?;
        if size == 0 {
            break;
        }
        if size > MOST_BYTES - body.len() {
            return Err(invalid("the body is too large"));
        }
        body.extend(read_exactly(reader, size)?);
        read_line(reader)?;
    }
    while !read_line(reader)?.is_empty() {}
    Ok(body)
}

fn read_line(reader: &mut BufReader<&TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    let read = reader
        .by_ref()
        .take(MOST_HEAD as u64)
        .read_line(&mut line)?;
    match read {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(line.trim_end().to_owned()),
    }
}

fn answer(mut stream: &TcpStream, response: &Response, head: bool) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {} -\r\n", response.status);
    // The answer to HEAD tells the length of what GET would bring.
    let told = response.get("content-length").is_some();
    for (name, value) in &response.headers {
        if name != "content-length" || head {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    let no_body = response.status == 204 || response.status == 304;
    if !(no_body || head && told) {
        text.push_str(&format!("content-length: {}\r\n", response.body.len()));
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    if !head && !no_body {
        bytes.extend_from_slice(&response.body);
    }
    stream.write_all(&bytes)
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
