"""The deliver function on the embedded cloud: from the alert topic to receivers on loopback, once each."""

import json
import re

import pytest

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.grouping import DueAlert, GroupedMessage
from earshot.alerting.messages.compose import compose
from earshot.alerting.webhooks.delivery import WAITS, DeliveryError
from earshot.alerting.webhooks.publication import PublicationError
from infra.paths import ROOT
from tests.alerting.webhooks.receiver import SECRET, Receiver, a_publication, sns_event
from tests.deployed import Running
from tests.fakes import CASE, a_mention

pytestmark = pytest.mark.engine

ATTEMPTS = len(WAITS) + 1
GUIDE = ROOT / "docs" / "operating.md"


class Delivering:
    """The deployed function, and what the operator stores for it."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def store(self, *entries: object) -> None:
        """Put a list of targets into the secret; past the minute for which the function keeps the last one."""
        self.running.cloud.engine.client("secretsmanager").put_secret_value(
            SecretId=self.running.cloud.stack.outputs["WebhookSecretArn"], SecretString=json.dumps(entries)
        )
        self.running.clock.advance(minutes=1)

    def call(self, **changes: object) -> dict[str, int]:
        event = sns_event(a_publication(**changes))
        return self.running.invoker.invoke("deliver", event, pause=self.running.clock.pause)


@pytest.fixture
def delivering(running):
    yield (made := Delivering(running))
    made.store()


def example() -> dict:
    """What the receiver's example in the guide defines, as a reader would copy it."""
    (block,) = re.findall(r"```python\n(import base64.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    scope: dict = {}
    exec(block, scope)
    return scope


def test_an_alert_reaches_a_webhook_slack_and_teams_once(delivering):
    with Receiver() as webhook, Receiver() as slack, Receiver() as teams:
        delivering.store(webhook.entry(), slack.entry("slack"), teams.entry("teams"))
        assert delivering.call() == {"delivered": 3}
        assert delivering.call() == {"delivered": 0}
    assert [len(one.requests) for one in (webhook, slack, teams)] == [1, 1, 1]
    assert webhook.requests[0].json["text"] == a_publication().text
    assert slack.requests[0].json["blocks"][0]["text"]["text"] == a_publication().subject
    assert teams.requests[0].json["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_the_guides_example_accepts_what_was_sent_and_nothing_else(delivering):
    with Receiver() as receiver:
        delivering.store(receiver.entry())
        delivering.call(text="Où est ma valise ? 🧳")
    (request,) = receiver.requests
    verified, now = example()["verified"], delivering.running.clock().timestamp()
    alert = verified(request.body, request.headers, SECRET, now)
    assert (alert["id"], alert["text"]) == (request.headers["webhook-id"], "Où est ma valise ? 🧳")
    tampered = request.body.replace(b"high", b"low")
    another_id = request.headers | {"webhook-id": "msg_1"}
    another_time = request.headers | {"webhook-timestamp": str(int(now) + 1)}
    for body, headers, secret, at in (
        (tampered, request.headers, SECRET, now),
        (request.body, another_id, SECRET, now),
        (request.body, another_time, SECRET, now),
        (request.body, request.headers, "whsec_" + "A" * 32, now),
        (request.body, request.headers, SECRET, now + 301),
    ):
        with pytest.raises(ValueError):
            verified(body, headers, secret, at)
    rotated = request.headers | {"webhook-signature": f"v1,b2xk {request.headers['webhook-signature']}"}
    assert verified(request.body, rotated, SECRET, now) == alert


def test_where_nothing_is_configured_nothing_happens(delivering):
    delivering.store()
    delivering.running.calls.clear()
    assert delivering.call() == {"delivered": 0}
    assert set(delivering.running.calls) <= {("secretsmanager", "GetSecretValue")}


def test_what_failed_is_told_and_only_that_is_tried_again(delivering, caplog):
    with Receiver(*[503] * ATTEMPTS) as down, Receiver() as up, Receiver(410, 410) as gone:
        delivering.store(down.entry(), up.entry("slack"), gone.entry("teams"))
        with pytest.raises(DeliveryError) as raised:
            delivering.call()
        told = str(raised.value)
        assert "webhook target 1 (" in told
        assert "answered 503; it is retried later." in told
        assert "answered 410, which a retry will not change: correct its entry in the secret" in told
        assert "slack" not in told
        with pytest.raises(DeliveryError, match=r"^teams target 3"):
            delivering.call()
        assert [len(one.requests) for one in (down, up, gone)] == [ATTEMPTS + 1, 1, 2]
    logged = [entry for entry in caplog.records if entry.message == "an alert was not delivered"]
    assert {(entry.target.partition(" ")[0], entry.case) for entry in logged} == {
        ("teams", CASE),
        ("webhook", CASE),
    }


def test_an_address_is_in_no_log_and_no_error(delivering, caplog, capsys):
    caplog.set_level("DEBUG")
    with Receiver(404) as receiver:
        unsigned = {"kind": "webhook", "url": "https://example.com/T0K3N", "secret": "S3C"}
        delivering.store(receiver.entry("slack"), unsigned)
        with pytest.raises(DeliveryError) as raised:
            delivering.call()
    # botocore at DEBUG shows what Secrets Manager answered: the functions run at INFO, and it writes nothing there.
    logged = [vars(entry) for entry in caplog.records if not entry.name.startswith("botocore")]
    shown = f"{raised.value} {logged} {capsys.readouterr()}"
    assert "an alert was not delivered" in shown
    assert "slack target 1" in shown
    for hidden in ("T0K3N", "S3C", f"127.0.0.1:{receiver.port}"):
        assert hidden not in shown


def test_a_mistake_in_the_secret_holds_back_nobody_and_is_told_for_every_alert(delivering):
    with Receiver() as receiver:
        delivering.store({"kind": "carrier pigeon"}, receiver.entry("slack"))
        with pytest.raises(DeliveryError, match="Target 1 has a 'kind' other than"):
            delivering.call()
    assert len(receiver.requests) == 1


def test_a_delivery_that_cannot_be_noted_is_no_failure_and_is_repeated_under_the_same_id(delivering, caplog):
    with Receiver() as receiver:
        delivering.store(receiver.entry())
        with delivering.running.refusing("PutItem", when=lambda body: "DELIVERY#" in body):
            assert delivering.call() == {"delivered": 1}
        assert [entry.message for entry in caplog.records if entry.levelname == "WARNING"] == [
            "a delivery may be repeated"
        ]
        assert delivering.call() == {"delivered": 1}
        assert delivering.call() == {"delivered": 0}
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    assert len(receiver.requests) == 2


def test_nothing_is_posted_while_nobody_can_tell_what_was_delivered(delivering):
    with Receiver() as receiver:
        delivering.store(receiver.entry())
        with delivering.running.refusing("GetItem"), pytest.raises(Exception, match="bad day"):
            delivering.call()
        assert receiver.requests == []
        assert delivering.call() == {"delivered": 1}


def test_what_is_no_alert_is_refused_and_kept_for_a_person(delivering):
    with Receiver() as receiver:
        delivering.store(receiver.entry())
        with pytest.raises(PublicationError):
            delivering.call(name="")
    assert receiver.requests == []


def test_the_alert_of_a_case_is_delivered_with_the_link_of_its_post(delivering):
    running = delivering.running
    running.hear(a_mention())
    alert = compose(GroupedMessage((DueAlert(CASE, running.case(), 1, Channel.EMAIL),)), running.clock(), Recipients(1))
    with Receiver() as receiver:
        delivering.store(receiver.entry())
        delivering.call(
            name=alert.name, case_ids=alert.case_ids, text=alert.text, subject=alert.subject, link=alert.link
        )
    said = receiver.requests[0].json
    assert (said["cases"], said["link"]) == ([CASE], "https://x.com/jane/status/1")
    assert "my bag is lost" in said["text"]
