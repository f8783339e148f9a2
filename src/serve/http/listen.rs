//! Connections: taken in, answered one request after another, ended.

use super::body::{self, Unread, Whole};
use super::guard::{self, Guard};
use super::parameters::Parameters;
use super::reply::{Failure, Reply};
use super::{Access, Asked, Graphs, Options, Service};
use crate::base::error::{Error, Result};
use crate::query::Stop;
use crate::store::index::reading;
use hyper::body::{Body, Incoming};
use hyper::header;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Connections that are open at the same time; more wait to be taken in.
const CONNECTIONS: usize = 1024;
/// Bytes that the head of a request may have: a query in an address can be long.
const HEAD: usize = 256 << 10;
/// The time that running answers have when the server ends.
const FAREWELL: Duration = Duration::from_millis(700);

/// Ends a server, from another thread.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Sender<bool>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Shutdown {
    /// Ends it: no more connections are taken in, running answers get a moment to finish.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }
}

/// Serves these graphs on a listener until the shutdown begins. `log` gets a line for each request.
///
/// # Errors
/// The system gives no threads or refuses the listener.
pub fn serve(
    listener: TcpListener,
    graphs: impl Graphs,
    options: Options,
    log: impl Fn(&Access) + Send + Sync + 'static,
    shutdown: &Shutdown,
) -> Result<()> {
    let failed = |error| Error::usage(format!("the server cannot run: {error}"));
    let address = listener.local_addr().map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let service = Arc::new(Service {
        guard: Guard::new(address, &options),
        places: Arc::new(Semaphore::new(options.concurrent)),
        waiting: Semaphore::new(options.concurrent + options.waiting),
        graphs: Box::new(graphs),
        log: Box::new(log),
        checked: Mutex::default(),
        options,
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(service.options.concurrent + 1)
        .build()
        .map_err(failed)?;
    let ended = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        take_in(&listener, &service, shutdown.0.subscribe()).await;
        Ok(())
    });
    // A query that does not notice yet that it was stopped ends with the process.
    runtime.shutdown_background();
    ended.map_err(failed)
}

async fn take_in(
    listener: &tokio::net::TcpListener,
    service: &Arc<Service>,
    mut shutdown: watch::Receiver<bool>,
) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&connections).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = begun(&mut shutdown) => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, for instance: others may close theirs.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (service, mut shutdown) = (Arc::clone(service), shutdown.clone());
        tokio::spawn(async move {
            let _place = place;
            let patience = service.options.patience;
            let answer = service_fn(|request| {
                let service = Arc::clone(&service);
                async move { Ok::<_, Infallible>(handle(service, request, peer).await) }
            });
            let mut connection = pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(patience)
                    .max_buf_size(HEAD)
                    .serve_connection(TokioIo::new(stream), answer)
            );
            // A client that breaks the protocol or hangs up is no fault of the server.
            tokio::select! {
                _ = connection.as_mut() => {}
                () = begun(&mut shutdown) => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX) - 1;
    let _ = timeout(FAREWELL, connections.acquire_many(all)).await;
}

/// Waits for the shutdown.
async fn begun(shutdown: &mut watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|begins| *begins).await;
}

/// Stops the query of a client that has hung up: the future of its answer is dropped then.
struct Hangup(Stop);

impl Drop for Hangup {
    fn drop(&mut self) {
        self.0.wish();
    }
}

async fn handle(service: Arc<Service>, request: Request<Incoming>, peer: SocketAddr) -> Response<Whole> {
    let began = Instant::now();
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let reader = service.guard.reader(&request);
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let accept = accept.map(str::to_owned);
    // After a body in pieces nothing more is read: another server before this one may see its end elsewhere.
    let closes = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut query = None;
    let answered = answer(&service, request, &mut query).await;
    let reply = answered.unwrap_or_else(|failure| failure.into_reply(accept.as_deref()));
    let mut response = reply.into_response();
    service.guard.seal(&mut response, reader);
    if closes {
        response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    }
    let (status, bytes) = (response.status().as_u16(), response.body().len());
    (service.log)(&Access { peer, method, path, status, bytes, duration: began.elapsed(), query });
    response
}

async fn answer(
    service: &Arc<Service>,
    request: Request<Incoming>,
    query: &mut Option<String>,
) -> Result<Reply, Failure> {
    let host = service.guard.admit(&request)?;
    if !guard::is_framed_once(&request) {
        return Err(Failure::bad_request("the length of the body is given twice").closing());
    }
    if request.method() == Method::OPTIONS {
        return Ok(service.guard.options(&request, service.methods(request.uri().path())));
    }
    let path = request.uri().path().to_owned();
    let allowed = service.methods(&path).split(", ");
    if !allowed.into_iter().any(|method| method == request.method().as_str()) {
        return Err(Failure::method(&path, service.methods(&path)).closing());
    }
    let options = &service.options;
    let parameters = Parameters::parse(request.uri().query().unwrap_or_default())?;
    let (parts, incoming) = request.into_parts();
    let too_long = || {
        Failure::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {} bytes", options.body))
            .closing()
    };
    if incoming.size_hint().lower() > options.body as u64 {
        return Err(too_long());
    }
    let body = match timeout(options.patience, body::read(incoming, options.body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(Unread::TooLong)) => return Err(too_long()),
        Ok(Err(Unread::Broken)) => return Err(Failure::bad_request("the body breaks off").closing()),
        Err(_) => {
            return Err(
                Failure::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time").closing()
            );
        }
    };
    let asked = Asked {
        method: parts.method,
        path,
        parameters,
        headers: parts.headers,
        body,
        origin: format!("http://{host}"),
        stop: Stop::default(),
    };
    let asked = asked.with_form()?;
    *query = asked.parameters.all("query").next().map(str::to_owned);
    run(service, asked).await
}

/// Waits for a place, and answers on a thread.
async fn run(service: &Arc<Service>, asked: Asked) -> Result<Reply, Failure> {
    let Ok(_waiting) = service.waiting.try_acquire() else {
        let message = "too many queries at once";
        return Err(Failure::later(StatusCode::TOO_MANY_REQUESTS, Duration::from_secs(1), message));
    };
    let limit = service.options.timeout;
    // The first to come is the first to get a place.
    let Ok(Ok(place)) = timeout(limit, Arc::clone(&service.places).acquire_owned()).await else {
        let message = "the server was busy with other queries all the time that this one has";
        return Err(Failure::later(StatusCode::SERVICE_UNAVAILABLE, limit, message));
    };
    let _hangup = Hangup(asked.stop.clone());
    let service = Arc::clone(service);
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        reading(|| service.answer(&asked)).unwrap_or_else(|corruption| {
            let message = format!("the store's index is damaged: {corruption}");
            Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, message)
                .with_help("`standpoint repair` rebuilds the index; nothing is lost"))
        })
    });
    work.await.unwrap_or_else(|_| {
        Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "a fault of this program; its log says more"))
    })
}
