"""Each function with each of its clients out of order: it ends in time and says so, and what can go out goes out."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from earshot.alerting.links.link import token_of
from earshot.alerting.webhooks.delivery import DeliveryError
from earshot.cases.case.ladder import Alerting
from earshot.mentions.source_state import SourceStatus
from earshot.mentions.sources.runner import LEASE_DURATION
from tests.alerting.webhooks.receiver import Receiver, sns_event
from tests.api.fakes import an_event
from tests.deployed import sqs_record
from tests.fakes import CASE, a_mention
from tests.outages.server import NOWHERE, Fault, FaultyServer
from tests.outages.world import World, stream_event, world

pytestmark = pytest.mark.slow

# Signed with the secret of ``create_link_secret``.
A_TOKEN = token_of("a" * 11, b"s" * 64)
# Those that take all of the time which there is; the others end at once, in one way or another.
SLOW = (Fault.HANG, Fault.TRICKLE)
TICK = {"version": "2.0"}


def case_id(number: int, brand: str = "nimbusair") -> str:
    """What a brand owes the customer of ``a_mention()`` in a conversation."""
    return f"x-{number}-7-{brand}"


@pytest.fixture
def earshot(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world(monkeypatch) as made:
        yield made


# ---------------------------------------------------------------------------------------------------- notify


def test_alerts_go_out_without_links_where_the_secret_of_links_cannot_be_read(
    earshot: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, fault in enumerate((Fault.TRICKLE, Fault.RESET, Fault.GARBAGE, Fault.ERROR, Fault.UNKNOWN), 1):
        earshot.made.hear(a_mention(str(number), conversation_id=str(number)))
        with earshot.broken("secretsmanager", fault):
            done = earshot.call("notify", stream_event(case_id(number)))
        assert (done.answer, done.error) == ({"batchItemFailures": []}, None), fault
        assert done.is_in_time, fault
        texts = earshot.sent()
        assert len(texts) == 2, fault
        assert not any("/l/" in text for text in texts), fault
        assert '"AlertsImpaired"' in capsys.readouterr().out, fault


def test_many_alerts_wait_once_for_a_secret_that_does_not_come(earshot: World) -> None:
    for number in range(1, 5):
        earshot.made.hear(a_mention(str(number), conversation_id=str(number), brand=f"Nimbus{number}"))
    with earshot.broken("secretsmanager", Fault.HANG) as server:
        done = earshot.call("notify", stream_event(*(case_id(n, f"nimbus{n}") for n in range(1, 5))))
    assert done.answer == {"batchItemFailures": []}
    assert done.is_in_time
    assert (len(earshot.sent()), server.requests) == (5, 1)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE, Fault.ERROR])
def test_alerts_that_sns_does_not_take_are_reported_in_time_and_go_out_with_the_next_attempt(
    earshot: World, fault: Fault
) -> None:
    keys = [case_id(n, f"nimbus{n}") for n in range(1, 5)]
    for number in range(1, 5):
        earshot.made.hear(a_mention(str(number), conversation_id=str(number), brand=f"Nimbus{number}"))
    with earshot.broken("sns", fault):
        done = earshot.call("notify", stream_event(*keys))
    assert done.error is None
    assert done.is_in_time
    assert [one["itemIdentifier"] for one in done.answer["batchItemFailures"]] == ["1", "2", "3", "4"]
    # Whether SNS has sent what it did not answer is unknown: the next attempt is two minutes later.
    earshot.made.clock.advance(minutes=3)
    assert earshot.call("notify", stream_event(*keys)).answer == {"batchItemFailures": []}
    # One SMS about all of them, and an email about each brand.
    assert len(earshot.sent()) == 5


def test_a_table_that_does_not_answer_ends_every_function_in_time(earshot: World) -> None:
    earshot.made.hear(a_mention())
    earshot.made.clock.advance(minutes=20)
    calls: dict[str, Any] = {
        "notify": stream_event(),
        "classify": {"Records": [sqs_record("m1", a_mention("2", conversation_id="2"))]},
        "fetch": TICK,
        "escalate": TICK,
        "digest": TICK,
        "receipts": a_receipt(),
    }
    with earshot.broken("dynamodb", Fault.HANG):
        for name, event in calls.items():
            done = earshot.call(name, event)
            assert done.error is not None, name
            assert done.is_in_time, name
    with earshot.broken("dynamodb", Fault.TRICKLE):
        assert earshot.call("classify", calls["classify"]).is_in_time


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.ERROR])
def test_a_table_that_is_out_is_a_problem_document_of_the_api_and_a_page_of_a_link(
    earshot: World, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    reads, acts = an_event("GET", "/cases"), an_event("POST", f"/cases/{case_id(1)}/acknowledge")
    link = an_event("GET", "/l/token", by=None) | {"routeKey": "GET /l/{token}", "pathParameters": {"token": A_TOKEN}}
    with earshot.broken("dynamodb", fault):
        done = [earshot.call("api", event) for event in (reads, acts, link)]
    assert [(one.error, one.answer["statusCode"], one.is_in_time) for one in done] == [(None, 503, True)] * 3
    assert {one.answer["headers"]["Retry-After"] for one in done} == {"30"}
    read, acted = (json.loads(one.answer["body"]) for one in done[:2])
    assert (read["type"], read["instance"]) == ("urn:earshot:problem:unavailable", "/cases")
    assert ("not known" in read["detail"], "not known" in acted["detail"]) == (False, True)
    assert "<h1>Earshot cannot reach its data</h1>" in done[2].answer["body"]
    # The alarm on the API's errors counts the answers; the log says why.
    assert caplog.messages.count("a service is out, and a request was answered 503") == 3


# ---------------------------------------------------------------------------------------------------- classify


@pytest.mark.parametrize("fault", SLOW)
def test_a_message_that_cannot_be_dead_lettered_is_reported_alone(earshot: World, fault: Fault) -> None:
    with earshot.broken("sqs", fault):
        done = earshot.call("classify", {"Records": [sqs_record("m1", "{"), sqs_record("m2", a_mention())]})
    assert done.error is None
    assert done.is_in_time
    assert [one["itemIdentifier"] for one in done.answer["batchItemFailures"]] == ["m1"]
    assert earshot.made.cases.conversation(CASE).case is not None


def test_records_for_which_no_time_is_left_are_delivered_again_and_the_others_are_stored(earshot: World) -> None:
    posts = [a_mention(str(n), conversation_id=str(n)) for n in range(1, 7)]
    boto3.setup_default_session()
    # Each post takes 15 s of the 60: there is time for four.
    boto3.DEFAULT_SESSION.events.register(
        "before-call.dynamodb.TransactWriteItems", lambda **_: earshot.made.clock.pause(15)
    )
    done = earshot.call("classify", {"Records": [sqs_record(f"m{one.id}", one) for one in posts]})
    assert [one["itemIdentifier"] for one in done.answer["batchItemFailures"]] == ["m5", "m6"]
    stored = [one.id for one in posts if earshot.made.cases.conversation(case_id(int(one.id))).case is not None]
    assert stored == ["1", "2", "3", "4"]


# ------------------------------------------------------------------------------------------------------- fetch


def test_x_out_of_order_is_a_state_of_each_source_in_time(earshot: World) -> None:
    for fault in Fault:
        earshot.rewire()
        earshot.made.clock.advance(minutes=1)
        with FaultyServer(fault) as server:
            done = earshot.call("fetch", TICK, X_API_URL=server.url)
        assert done.error is None, fault
        assert done.is_in_time, fault
        assert set(done.answer["sources"].values()) == {SourceStatus.UNAVAILABLE}, fault


@pytest.mark.parametrize("fault", SLOW)
def test_a_token_that_cannot_be_read_is_a_state_in_time(earshot: World, fault: Fault) -> None:
    with earshot.broken("secretsmanager", fault):
        done = earshot.call("fetch", TICK)
    assert done.error is None
    assert done.is_in_time
    assert set(done.answer["sources"].values()) == {SourceStatus.UNAVAILABLE}


@pytest.mark.parametrize("fault", SLOW)
def test_a_queue_that_takes_nothing_leaves_the_checkpoint_where_it_was(earshot: World, fault: Fault) -> None:
    with earshot.broken("sqs", fault):
        done = earshot.call("fetch", TICK)
    assert isinstance(done.error, ExceptionGroup)
    assert done.is_in_time
    state = earshot.made.sources.acquire("x#mentions#NimbusAir", "test", earshot.made.clock(), LEASE_DURATION)
    assert state is not None, "the lease was given back"
    assert state.checkpoint.read_at is None


# ----------------------------------------------------------------------------------------------------- deliver


@pytest.mark.parametrize("fault", Fault)
def test_a_webhook_out_of_order_holds_up_no_other_and_is_named(earshot: World, fault: Fault) -> None:
    with FaultyServer(fault) as server, Receiver() as well:
        url = NOWHERE.replace("http:", "https:") if fault is Fault.UNKNOWN else server.url
        targets = [{"kind": "slack", "url": f"{url}/T0K3N"}, well.entry("teams")]
        boto3.client("secretsmanager").put_secret_value(SecretId="webhooks", SecretString=json.dumps(targets))
        done = earshot.call("deliver", sns_event())
        assert len(well.requests) == 1
    assert done.is_in_time
    # The status is all that is read of an answer: an alert that got 200 was taken, whatever follows.
    if fault in (Fault.CLOSE, Fault.GARBAGE):
        assert done.answer == {"delivered": 2}
    else:
        assert isinstance(done.error, DeliveryError)
        assert "slack target 1" in str(done.error)
        assert "T0K3N" not in str(done.error)


@pytest.mark.parametrize("client", ["secretsmanager", "dynamodb"])
@pytest.mark.parametrize("fault", SLOW)
def test_a_deliverer_that_cannot_read_fails_in_time_and_is_called_again(
    earshot: World, client: str, fault: Fault
) -> None:
    with Receiver() as well:
        boto3.client("secretsmanager").put_secret_value(
            SecretId="webhooks", SecretString=json.dumps([well.entry("teams")])
        )
        with earshot.broken(client, fault):
            done = earshot.call("deliver", sns_event())
    assert done.error is not None
    assert done.is_in_time


# --------------------------------------------------------------------------------- digest, receipts, escalate, api


def a_receipt() -> dict[str, Any]:
    """What CloudWatch Logs calls with."""
    line = {
        "notification": {"messageId": "34d9b400-c6dd-5444-820d-fbeb0f1f54cf", "timestamp": "2026-11-21 09:00:05.123"},
        "delivery": {"destination": "+12025550101", "priceInUSD": 0.01, "providerResponse": "ok"},
        "status": "SUCCESS",
    }
    logs = {"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "timestamp": 1, "message": json.dumps(line)}]}
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(logs).encode())).decode()}}


@pytest.mark.parametrize("fault", SLOW)
def test_a_digest_that_sns_does_not_take_fails_in_time_and_is_due_again(earshot: World, fault: Fault) -> None:
    with earshot.broken("sns", fault):
        done = earshot.call("digest", TICK)
    assert done.error is not None
    assert done.is_in_time
    # Whether it was sent is unknown: an hour later it is sent once more, and says so.
    earshot.made.clock.advance(minutes=60)
    assert earshot.call("digest", TICK).answer["sent"] is True


@pytest.mark.parametrize("fault", SLOW)
def test_staff_see_the_list_of_cases_where_the_secret_of_its_cursors_cannot_be_read(
    earshot: World, fault: Fault
) -> None:
    earshot.made.hear(a_mention())
    with earshot.broken("secretsmanager", fault):
        done = earshot.call("api", an_event("GET", "/cases"))
    assert done.answer["statusCode"] == 200
    assert done.is_in_time


def test_an_alert_of_a_healthy_world_has_its_link(earshot: World) -> None:
    earshot.made.hear(a_mention())
    assert earshot.call("notify", stream_event()).seconds == 0
    assert all("/l/" in text for text in earshot.sent())
    case = earshot.made.cases.conversation(CASE).case
    assert case is not None
    assert case.ladder.alerting is Alerting.SENT
