//! One honest client beside one that abuses: the honest one asks at a fixed rate, each request timed
//! from the moment at which it was due; the other sends as fast as its connections allow. Both speak
//! plain HTTP over blocking sockets, so that the load costs the machine little. Each says from where it
//! calls by `X-Forwarded-For`, which the server believes of a proxy that it trusts.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread::{scope, sleep},
    time::{Duration, Instant},
};

/// Connections of the honest client. More than one, so that a late answer does not delay the next
/// request.
const HONEST: u32 = 8;
/// Whoever waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is sent in time before the measurement begins.
const WARMING: Duration = Duration::from_millis(500);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What is to be measured: arguments in this order.
struct Course {
    address: String,
    honest: Vec<Vec<u8>>,
    per_second: u32,
    seconds: u32,
    hostile: Vec<Vec<u8>>,
    connections: usize,
}

/// An open connection and what was read of it too early.
struct Connection {
    stream: BufReader<TcpStream>,
}

/// The status of an answer and its body.
type Answer = (u16, Vec<u8>);

fn main() -> Outcome<()> {
    let course = course(&env::args().skip(1).collect::<Vec<_>>())?;
    let over = AtomicBool::new(false);
    let (times, statuses) = scope(|threads| {
        let abusers: Vec<_> = (0..course.connections)
            .map(|number| {
                threads.spawn({
                    let (course, over) = (&course, &over);
                    move || abuse(course, number, over)
                })
            })
            .collect();
        sleep(WARMING);
        let begun = Instant::now();
        let askers: Vec<_> = (0..HONEST)
            .map(|number| {
                threads.spawn({
                    let course = &course;
                    move || ask(course, number, begun)
                })
            })
            .collect();
        let times: Vec<_> = askers
            .into_iter()
            .flat_map(|one| one.join().unwrap_or_default())
            .collect();
        over.store(true, Ordering::Relaxed);
        let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
        for counted in abusers
            .into_iter()
            .flat_map(|one| one.join().unwrap_or_default())
        {
            *statuses.entry(counted.0).or_default() += counted.1;
        }
        (times, statuses)
    });
    report(times, &statuses)
}

/// Prints `p50 p99 asked failed status=count…`, times in microseconds; status 0 is no answer.
fn report(times: Vec<Option<Duration>>, statuses: &BTreeMap<u16, u64>) -> Outcome<()> {
    let asked = times.len();
    let mut good: Vec<_> = times.into_iter().flatten().collect();
    good.sort_unstable();
    let at = |percent: usize| {
        let place = (good.len() * percent).div_ceil(100).saturating_sub(1);
        good.get(place).map_or(0, Duration::as_micros)
    };
    let mut line = format!("{} {} {asked} {}", at(50), at(99), asked - good.len());
    for (status, count) in statuses {
        write!(line, " {status}={count}")?;
    }
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

fn course(arguments: &[String]) -> Outcome<Course> {
    let argument = |at: usize| {
        arguments
            .get(at)
            .map(String::as_str)
            .ok_or("an argument is missing")
    };
    let address = argument(0)?.to_owned();
    let round: u8 = argument(4)?.parse()?;
    let hostile = match argument(5)? {
        "-" => Vec::new(),
        file => requests(&address, file, |_| format!("203.0.113.{round}"))?,
    };
    Ok(Course {
        honest: requests(&address, argument(1)?, |line| format!("198.51.100.{line}"))?,
        per_second: argument(2)?.parse()?,
        seconds: argument(3)?.parse()?,
        connections: if hostile.is_empty() {
            0
        } else {
            argument(6)?.parse()?
        },
        hostile,
        address,
    })
}

/// The lines of a file, each `token <tab> version <tab> body`, as requests.
fn requests(address: &str, file: &str, from: impl Fn(usize) -> String) -> Outcome<Vec<Vec<u8>>> {
    let text = fs::read_to_string(file)?;
    let lines = text.lines().enumerate();
    let requests = lines.map(|(number, line)| {
        let mut cells = line.splitn(3, '\t');
        let (token, body) = (cells.next(), cells.nth(1).ok_or("a line has no body")?);
        let mut head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Accept: application/graphql-response+json\r\nX-Forwarded-For: {}\r\nContent-Length: {}\r\n",
            from(number),
            body.len()
        );
        if let Some(token) = token.filter(|token| *token != "-") {
            write!(head, "Authorization: Bearer {token}\r\n")?;
        }
        Ok([head.as_bytes(), b"\r\n", body.as_bytes()].concat())
    });
    requests.collect()
}

/// Every so manieth request of the honest client: how long each took, or that it failed.
fn ask(course: &Course, number: u32, begun: Instant) -> Vec<Option<Duration>> {
    let mut connection = None;
    let all = course.per_second * course.seconds;
    let mine = (0..all).skip(number as usize).step_by(HONEST as usize);
    let asked = mine.map(|turn| {
        let due = begun + Duration::from_secs(1) * turn / course.per_second;
        sleep(due.saturating_duration_since(Instant::now()));
        let request = &course.honest[turn as usize % course.honest.len()];
        let answer = sent(&mut connection, &course.address, request);
        let is_good =
            answer.is_ok_and(|(status, body)| status == 200 && body.starts_with(b"{\"data\""));
        is_good.then(|| due.elapsed())
    });
    asked.collect()
}

/// Sends without a pause until the measurement is over; counts what is answered.
fn abuse(course: &Course, number: usize, over: &AtomicBool) -> BTreeMap<u16, u64> {
    let (mut connection, mut statuses) = (None, BTreeMap::new());
    let mut turn = number;
    while !over.load(Ordering::Relaxed) {
        let request = &course.hostile[turn % course.hostile.len()];
        let status = sent(&mut connection, &course.address, request).map_or(0, |answer| answer.0);
        *statuses.entry(status).or_default() += 1;
        turn += course.connections;
    }
    statuses
}

/// Sends a request over a connection that is opened where there is none, and left out after a fault.
fn sent(connection: &mut Option<Connection>, address: &str, request: &[u8]) -> Outcome<Answer> {
    let open = match connection.take() {
        Some(open) => Ok(open),
        None => Connection::open(address),
    };
    let mut open = open?;
    let (answer, lasts) = open.exchange(request)?;
    if lasts {
        *connection = Some(open);
    }
    Ok(answer)
}

impl Connection {
    fn open(address: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::with_capacity(65_536, stream),
        })
    }

    /// The answer to a request, and whether the connection lasts.
    fn exchange(&mut self, request: &[u8]) -> Outcome<(Answer, bool)> {
        self.stream.get_mut().write_all(request)?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).ok_or("no status")?.parse()?;
        let (mut length, mut lasts) = (0, true);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            lasts &= line != "connection: close";
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(((status, body), lasts))
    }

    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err("the connection was closed".into());
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}
