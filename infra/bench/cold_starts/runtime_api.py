"""Lambda's Runtime API on loopback, for one function: what the runtime client asks for its next event.

The protocol is that of the Lambda developer guide, "Lambda runtime API": GET ``invocation/next`` waits for an event,
POST ``invocation/<id>/response`` or ``/error`` ends it, POST ``init/error`` says that the function did not start.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from infra.local.loopback import Handler, Loopback

PREFIX = "/2018-06-01/runtime/"
TIMEOUT_SECONDS = 60
# Sampled, as the first request of each second is.
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


class FunctionError(Exception):
    """The function did not start, or ended its event in an error: the message is what it said."""


class RuntimeApi(Loopback):
    """The server, for a function that is started after it. ``address`` is its ``AWS_LAMBDA_RUNTIME_API``."""

    def __init__(self) -> None:
        super().__init__(_RuntimeHandler)
        self._changed = threading.Condition()
        self._asked_at: list[float] = []
        self._event: bytes | None = None
        self._ended: tuple[float, HTTPStatus, bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    def wait_until_ready(self) -> float:
        """When (``time.perf_counter``) the function asked for its first event. FunctionError where it did not start."""
        self._wait(lambda: bool(self._asked_at or self._ended))
        if self._ended:
            raise FunctionError(self._ended[2].decode())
        return self._asked_at[0]

    def invoke(self, event: Any) -> tuple[float, Any]:
        """Hand over an event; how many seconds the answer took, and the answer. FunctionError where it was an error."""
        with self._changed:
            self._ended = None
            self._event = json.dumps(event).encode()
            began = time.perf_counter()
            self._changed.notify_all()
        ended_at, status, body = self._end_of_event()
        if status is not HTTPStatus.OK:
            raise FunctionError(body.decode())
        return ended_at - began, json.loads(body)

    def next_event(self) -> bytes | None:
        """The event to give to who asks; None when the server ends first."""
        with self._changed:
            self._asked_at.append(time.perf_counter())
            self._changed.notify_all()
            while self._event is None:
                if self.closing.is_set():
                    return None
                self._changed.wait(0.05)
            event, self._event = self._event, None
            return event

    def end(self, status: HTTPStatus, body: bytes) -> None:
        """The function is done with its event, or with its start."""
        with self._changed:
            self._ended = (time.perf_counter(), status, body)
            self._changed.notify_all()

    def _end_of_event(self) -> tuple[float, HTTPStatus, bytes]:
        self._wait(lambda: self._ended is not None)
        return self._ended or (0.0, HTTPStatus.INTERNAL_SERVER_ERROR, b"")

    def _wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, TIMEOUT_SECONDS):
                raise FunctionError(f"The function said nothing for {TIMEOUT_SECONDS} s.")


class _RuntimeHandler(Handler):
    @property
    def _api(self) -> RuntimeApi:
        return cast("RuntimeApi", self.owner)

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}invocation/next":
            self.reply(HTTPStatus.NOT_FOUND, b"{}", {})
            return
        event = self._api.next_event()
        if event is None:
            self.close_connection = True
            return
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + TIMEOUT_SECONDS) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:000000000000:function:measured",
            "Lambda-Runtime-Trace-Id": TRACE,
        }
        self.reply(HTTPStatus.OK, event, headers)

    def do_POST(self) -> None:
        body, what = self.body(), self.path.removeprefix(PREFIX)
        done = what.startswith("invocation/") and what.endswith("/response")
        self._api.end(HTTPStatus.OK if done else HTTPStatus.INTERNAL_SERVER_ERROR, body)
        self.reply(HTTPStatus.ACCEPTED, b'{"status":"OK"}', {"Content-Type": "application/json"})
