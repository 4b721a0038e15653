"""The guard of a boto3 client: no request takes longer than it may, and a service that is out is not asked in vain.

botocore has no such limit. Its event ``before-send`` could refuse a request and not end it, so the guard takes the
place of the client's HTTP session, which reads the whole of an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)

from earshot.aws.circuit import Circuit
from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.errors import OutOfTimeError

# Seconds. No service answers in less.
_LEAST_TIME = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a client waits, in seconds, and how often it asks.

    ``connect`` and ``read`` are botocore's timeouts: to connect, and between two packets. ``total`` is for a whole
    attempt. ``reserve`` is how much of the invocation's time stays for what comes after the service. ``is_optional``:
    where it does not answer, the function goes on without, and a circuit breaker remembers it.
    """

    connect: float = 2.0
    read: float = 5.0
    total: float = 7.0
    attempts: int = 3
    reserve: float = 2.0
    is_optional: bool = False


class CallOutOfTimeError(BotoCoreError, OutOfTimeError):
    """The time of the invocation is used up, so the service was not asked (any more)."""

    fmt = "no time was left to ask {service}"


class UnansweredError(BotoCoreError):
    """An optional service did not answer. It was asked once, and will not be asked again for a while.

    ``is_sent``: the request may have reached it.
    """

    fmt = "{service} did not answer ({reason})"

    @property
    def is_sent(self) -> bool:
        """Whether the service may have worked on the request."""
        return bool(self.kwargs["is_sent"])


class CircuitOpenError(BotoCoreError):
    """An optional service did not answer lately, so it was not asked."""

    fmt = "{service} was not asked: it did not answer within the last minute"


class GuardedSession:
    """Sends the requests of one client by ``session``, the HTTP session that botocore made for it.

    ``time_left`` are the seconds of the invocation that are left. Without a ``circuit`` every request is sent.
    """

    def __init__(
        self, service: str, session: Any, limits: Limits, time_left: Callable[[], float], circuit: Circuit | None
    ) -> None:
        self._service = service
        self._session = session
        self._limits = limits
        self._time_left = time_left
        self._circuit = circuit

    def send(self, request: Any) -> Any:
        """The answer, whole. CallOutOfTimeError and CircuitOpenError where the request was not sent."""
        seconds = min(self._limits.total, self._time_left() - self._limits.reserve)
        if seconds < _LEAST_TIME:
            raise CallOutOfTimeError(service=self._service)
        if self._circuit is not None and not self._circuit.allows():
            raise CircuitOpenError(service=self._service)
        try:
            answer = call_within(seconds, partial(self._session.send, request))
        except TimeLimitError as error:
            raise self._unanswered(ReadTimeoutError(endpoint_url=request.url, error=error), is_sent=True) from None
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise self._unanswered(error, is_sent=False) from None
        except ReadTimeoutError as error:
            raise self._unanswered(error, is_sent=True) from None
        except (HTTPClientError, ConnectionClosedError) as error:
            # Such as a connection that was kept, and that the service has closed meanwhile: asking again helps.
            if self._circuit is not None:
                self._circuit.failed(str(error), is_slow=False)
            raise
        if self._circuit is not None:
            if answer.status_code >= 500:
                self._circuit.failed(f"it answers {answer.status_code}", is_slow=False)
            else:
                self._circuit.answered()
        return answer

    def close(self) -> None:
        """Close the connections that are kept."""
        self._session.close()

    def _unanswered(self, error: BotoCoreError, *, is_sent: bool) -> BotoCoreError:
        """What to raise for a request that nobody answered: what botocore retries, only where that is worth it."""
        if self._circuit is None:
            return error
        self._circuit.failed(str(error), is_slow=True)
        return UnansweredError(service=self._service, reason=str(error), is_sent=is_sent)


def guard(client: Any, service: str, limits: Limits, time_left: Callable[[], float], circuit: Circuit | None) -> None:
    """Put a guard before the HTTP session of a client. boto3 has no public way to do that."""
    endpoint = client._endpoint
    endpoint.http_session = GuardedSession(service, endpoint.http_session, limits, time_left, circuit)
