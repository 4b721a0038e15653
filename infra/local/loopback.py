"""A small HTTP server on 127.0.0.1 for the stand-ins: connections are kept alive, and closing cuts them.

``answered_at_once`` does without its threads: for a process that is copied as it stands, which copies one thread alone.
"""

import socket
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self, cast

from urllib3.util import connection as urllib3_connection


class Loopback:
    """Serves from ``with`` to the end of the block (or from ``start`` to ``close``), each connection in a thread.

    ``port`` 0 lets the system choose. The port listens from the first moment: a client that comes before ``start``
    waits. ``closing`` is set when the server is about to end, for handlers that hold a request.
    """

    def __init__(self, handler: type["Handler"], port: int = 0) -> None:
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", port), handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        """A connection whose requests are answered on the thread that sends them, each as its last byte is sent."""
        return _Line(self._server)

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop, and cut the connections that clients keep open: from here on nothing answers."""
        self.closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.cut_connections()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Handler(BaseHTTPRequestHandler):
    """The base of a stand-in's handler; ``owner`` is the Loopback that it serves for."""

    protocol_version = "HTTP/1.1"
    # One write per answer and no waiting for more to send: else each call costs a delayed acknowledgement of 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    @property
    def owner(self) -> Loopback:
        """The server, of whichever subclass, that accepted the connection."""
        return cast("_Server", self.server).owner

    def body(self) -> bytes:
        """What the client sent."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def reply(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Send one whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a line for each call would bury what ``make run`` shows."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: Loopback

    def __init__(self, address: tuple[str, int], handler: type[Handler]) -> None:
        self._connections: set[Any] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        for connection in tuple(self._connections):
            self.shutdown_request(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that gave up waiting, or was cut off, is no fault of the server.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Line(socket.socket):
    """The client's end of a connection; the other end answers within ``sendall``."""

    def __init__(self, server: _Server) -> None:
        ours, theirs = socket.socketpair()
        super().__init__(ours.family, ours.type, ours.proto, ours.detach())
        # An answer that is larger than the buffer between the two would wait for ever.
        theirs.settimeout(10)
        handler: Any = object.__new__(cast("Any", server.RequestHandlerClass))
        handler.request, handler.client_address, handler.server = theirs, ("127.0.0.1", 0), server
        # It is no TCP connection.
        handler.disable_nagle_algorithm = False
        handler.setup()
        self._theirs, self._handler, self._asked = theirs, handler, b""

    def sendall(self, data: Any, flags: int = 0) -> None:
        super().sendall(data, flags)
        self._asked += bytes(data)
        head, found, body = self._asked.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._asked = b""
        self._handler.close_connection = True
        self._handler.handle_one_request()
        if self._handler.close_connection:
            self._hang_up()

    def close(self) -> None:
        self._hang_up()
        super().close()

    def _hang_up(self) -> None:
        if self._theirs.fileno() >= 0:
            self._handler.finish()
            self._theirs.close()


def _length(head: bytes) -> int:
    """How long the body of a request is that has this head."""
    lines = (line.partition(b":") for line in head.split(b"\r\n"))
    return next((int(value) for name, _, value in lines if name.lower() == b"content-length"), 0)


@contextmanager
def answered_at_once(servers: Mapping[int, Loopback]) -> Generator[None]:
    """What urllib3, and so boto3 and requests, ask at a port is answered by its server on the thread that asks."""
    connect = urllib3_connection.create_connection

    def create_connection(address: tuple[str, int], *arguments: Any, **named: Any) -> socket.socket:
        server = servers.get(address[1])
        return connect(address, *arguments, **named) if server is None else server.connect()

    urllib3_connection.create_connection = create_connection
    try:
        yield
    finally:
        urllib3_connection.create_connection = connect
