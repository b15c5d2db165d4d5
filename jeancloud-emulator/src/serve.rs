//! HTTP/1.1 on the loopback interface, for the AWS CLI, boto3, Terraform and whatever else speaks it.
//!
//! [`Server`] listens; `connection` talks with one client; `receive` and `reply` are the two ways
//! over the wire; `admin` answers what no AWS is asked; `command` is the program around it. It never
//! listens anywhere else: whoever reaches it may do everything.

mod admin;
mod command;
mod connection;
mod receive;
mod reply;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::client::Client;

pub use command::serve_main;

/// Connections at once. Terraform and the SDKs keep some tens.
const MOST_CONNECTIONS: usize = 1000;
/// How long a connection may be silent, within a request or between two. Clients that keep
/// connections for longer open another one.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long to wait when the process has no more files to open.
const OUT_OF_FILES: Duration = Duration::from_millis(50);

/// A running server. It stops, and hangs up on everybody, when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    lines: Arc<Lines>,
}

impl Server {
    /// Serves `client` on a port of the loopback interface; 0 finds a free one.
    ///
    /// # Errors
    /// If the port is in use or forbidden.
    pub fn start(client: Client, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let lines = Arc::new(Lines::default());
        let open = lines.clone();
        thread::spawn(move || listen(&listener, &client, &open));
        Ok(Self { address, lines })
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
        self.lines.hang_up();
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(self.address));
    }
}

/// A thread for each connection: who develops on one machine has few.
fn listen(listener: &TcpListener, client: &Client, lines: &Arc<Lines>) {
    for stream in listener.incoming() {
        if lines.stopped() {
            return;
        }
        let Ok(stream) = stream else {
            thread::sleep(OUT_OF_FILES);
            continue;
        };
        let Some(line) = Lines::open(lines, &stream) else {
            continue;
        };
        let client = client.clone();
        thread::spawn(move || {
            // Whatever ends a connection concerns nobody but its client.
            drop(connection::converse(&stream, &client));
            drop(line);
        });
    }
}

/// The open connections.
#[derive(Debug, Default)]
struct Lines {
    stopped: AtomicBool,
    open: Mutex<BTreeMap<u64, TcpStream>>,
}

impl Lines {
    /// Notes a connection, unless there are too many.
    fn open(lines: &Arc<Self>, stream: &TcpStream) -> Option<Line> {
        let stream = stream.try_clone().ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_write_timeout(Some(PATIENCE)).ok()?;
        let mut open = lines.lock();
        if open.len() == MOST_CONNECTIONS {
            return None;
        }
        let number = open.last_key_value().map_or(0, |(last, _)| last + 1);
        open.insert(number, stream);
        Some(Line {
            number,
            lines: lines.clone(),
        })
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    fn hang_up(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        for stream in self.lock().values() {
            // Fails where the client has gone already.
            drop(stream.shutdown(Shutdown::Both));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open connection; it is forgotten when this is dropped.
struct Line {
    number: u64,
    lines: Arc<Lines>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.lock().remove(&self.number);
    }
}
