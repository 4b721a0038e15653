"""The clients of the functions: their limits, and that nothing goes past them."""

import sys
import time
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError, UnknownServiceError

from earshot.aws import clients as module
from earshot.aws.clients import LIMITS, Clients, config_of, make_client
from earshot.aws.guard import CallOutOfTimeError, CircuitOpenError, GuardedSession, Limits, UnansweredError
from earshot.aws.time_limit import TimeLimitError, call_within
from earshot.errors import OutOfTimeError
from tests.api.fakes import template_resources
from tests.fakes import FakeClock
from tests.outages.server import Fault, FaultyServer

FAST = Limits(connect=0.5, read=0.5, total=0.3, attempts=2)
USERS = {
    "dynamodb": (
        "Fetch",
        "Classify",
        "Notify",
        "Deliver",
        "Receipts",
        "Escalate",
        "Digest",
        "Api",
        "FeedFetch",
        "SocialFetch",
    ),
    "sqs": ("Fetch", "FeedFetch", "SocialFetch", "Classify", "Api"),
    "sns": ("Notify", "Digest", "Api"),
    "publisher": ("Notify", "Digest"),
    "secretsmanager": ("Fetch", "Notify", "Deliver", "Api"),
    "comprehend": ("Classify",),
    "cognito-idp": ("Api",),
    "bedrock-runtime": ("Classify",),
}


def call(clients: Clients, service: str) -> Any:
    """One request of a service."""
    if service == "comprehend":
        return clients.comprehend.batch_detect_sentiment(TextList=["a"], LanguageCode="en")
    return clients.sqs.send_message(QueueUrl="https://sqs.eu-west-1.amazonaws.com/1/q", MessageBody="a")


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMITS", dict.fromkeys(LIMITS, FAST) | {"comprehend": optional()})
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))


def optional() -> Limits:
    return Limits(connect=0.5, read=0.5, total=0.3, attempts=2, is_optional=True)


def sent_to(server: FaultyServer, clock: FakeClock, left: float = 60, told: list[Any] | None = None) -> Clients:
    """Clients whose services are all at ``server``."""

    def make(service: str) -> Any:
        return boto3.client(service, endpoint_url=server.url, config=config_of(service))  # type: ignore[call-overload]

    on_circuit = (lambda service, reason: told.append((service, reason))) if told is not None else lambda *_: None
    return Clients(make, clock, lambda: left, on_circuit)


def test_every_service_has_limits_that_leave_a_function_time_to_end() -> None:
    functions = template_resources()
    assert USERS.keys() == LIMITS.keys()
    for service, users in USERS.items():
        limits = LIMITS[service]
        assert limits.connect + limits.read >= limits.total >= limits.read
        for user in users:
            # One attempt, whole, and the reserve. Whether there is time for another one the guard decides.
            timeout = functions[f"{user}Function"]["Properties"]["Timeout"]
            assert limits.total + limits.reserve < timeout, (service, user)


@pytest.mark.parametrize("service", LIMITS)
def test_the_client_of_every_service_is_guarded(service: str) -> None:
    clients = Clients(make_client, FakeClock())
    client = getattr(clients, service.removesuffix("-runtime").removesuffix("-idp"))
    assert isinstance(client._endpoint.http_session, GuardedSession)
    assert client.meta.config.read_timeout == 0.5
    assert client.meta.config.retries["total_max_attempts"] == 2


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE])
def test_a_service_that_is_needed_is_asked_as_often_as_it_may_be(fault: Fault) -> None:
    with FaultyServer(fault) as server:
        with pytest.raises(ReadTimeoutError):
            call(sent_to(server, FakeClock()), "sqs")
        assert server.requests == 2


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE, Fault.REFUSE, Fault.UNKNOWN])
def test_a_service_that_is_optional_is_asked_once_and_not_again_for_a_minute(fault: Fault) -> None:
    clock, told = FakeClock(), []
    with FaultyServer(fault) as server:
        clients = sent_to(server, clock, told=told)
        with pytest.raises(UnansweredError, match="comprehend did not answer") as raised:
            call(clients, "comprehend")
        assert raised.value.is_sent == (fault in (Fault.HANG, Fault.TRICKLE))
        with pytest.raises(CircuitOpenError):
            call(clients, "comprehend")
        clock.advance(minutes=1)
        with pytest.raises(UnansweredError):
            call(clients, "comprehend")
    assert [(service, reason is not None) for service, reason in told] == [("comprehend", True)]


def test_an_optional_service_that_answers_with_errors_is_asked_until_it_has_failed_three_times() -> None:
    with FaultyServer(Fault.ERROR) as server:
        clients = sent_to(server, FakeClock())
        for error in (ClientError, CircuitOpenError, CircuitOpenError):
            with pytest.raises(error):
                call(clients, "comprehend")
        assert server.requests == 3


def test_without_time_nothing_is_sent() -> None:
    with FaultyServer(Fault.HANG) as server:
        with pytest.raises(CallOutOfTimeError, match="no time was left to ask sqs") as raised:
            call(sent_to(server, FakeClock(), left=FAST.reserve), "sqs")
        assert server.requests == 0
    assert isinstance(raised.value, BotoCoreError)
    assert isinstance(raised.value, OutOfTimeError)


def test_a_call_returns_or_raises_what_was_called() -> None:
    assert call_within(5, lambda: 3) == 3
    with pytest.raises(KeyError, match="gone"):
        call_within(5, lambda: {}["gone"])
    with pytest.raises(TimeLimitError):
        call_within(0.02, lambda: time.sleep(0.5))


def test_a_function_makes_its_clients_without_boto3_and_looks_for_no_other_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "boto3")
    monkeypatch.setattr(module, "_session", cache(module._session.__wrapped__))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    client = make_client("dynamodb")
    assert (client.meta.service_model.service_name, client.meta.region_name) == ("dynamodb", "eu-west-1")
    assert client.meta.config.read_timeout == module.config_of("dynamodb").read_timeout
    with pytest.raises(UnknownServiceError):
        make_client("ec2")


def test_a_client_that_nobody_uses_is_not_made() -> None:
    made: list[str] = []

    def make(service: str) -> Any:
        made.append(service)
        return boto3.client(service, region_name="eu-west-1", config=config_of(service))  # type: ignore[call-overload]

    clients = Clients(make, FakeClock())
    assert len({id(clients.sns), id(clients.dynamodb)}) == 2
    assert made == ["dynamodb"]
    assert clients.sns.meta.service_model.service_name == "sns"
    assert made == ["dynamodb", "sns"]
    assert clients.sns is clients.sns
