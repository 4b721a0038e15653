"""A server on loopback that fails as services and networks do: at the socket, so that any client can be sent to it."""

import socket
import struct
import threading
from enum import StrEnum
from types import TracebackType
from typing import Self

# Host names that end so are promised to resolve nowhere (RFC 6761).
NOWHERE = "http://nowhere.invalid"
TRICKLE_SECONDS = 0.02


class Fault(StrEnum):
    """What becomes of a request."""

    HANG = "accepts and never answers"
    RESET = "resets the connection"
    TRICKLE = "sends a byte of its answer now and then"
    CLOSE = "closes the connection after the headers"
    GARBAGE = "answers with what is no answer"
    ERROR = "answers 503"
    REFUSE = "refuses the connection"
    UNKNOWN = "has a name that does not resolve"


class FaultyServer:
    """Gives every request the same ``fault``, from ``with`` to the end of the block. ``requests`` counts them."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.requests = 0
        self._closing = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._socket.getsockname()[1]

    @property
    def url(self) -> str:
        """Where a client is sent to."""
        return NOWHERE if self.fault is Fault.UNKNOWN else f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        if self.fault is Fault.REFUSE:
            self._socket.close()
        else:
            threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closing.set()
        self._socket.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                if connection.recv(65_536):
                    self.requests += 1
                    self._fail(connection)
            except OSError:
                return

    def _fail(self, connection: socket.socket) -> None:
        headers = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2000\r\n\r\n"
        match self.fault:
            case Fault.HANG:
                self._closing.wait()
            case Fault.RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case Fault.TRICKLE:
                for byte in headers + b" " * 2_000:
                    if self._closing.wait(TRICKLE_SECONDS):
                        return
                    connection.sendall(bytes([byte]))
            case Fault.CLOSE:
                connection.sendall(headers)
            case Fault.GARBAGE:
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n<html>\x00\xffgarbage</b>"
                )
            case Fault.ERROR:
                connection.sendall(b"HTTP/1.1 503 No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy")
            case Fault.REFUSE | Fault.UNKNOWN:
                pass
