"""From the alert to the page behind its link: the notifier and the API on one table, one topic and one secret."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

import api
import notify
from earshot.api.case_actions import CaseAction
from earshot.cases.case.case import Case
from earshot.cases.case.status import Status
from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.telemetry.powertools import logger
from tests.api.fakes import ENVIRON, Context, Tables, an_event, create_link_secret, tables
from tests.api.phones import settle_mailboxes, take_texts
from tests.fakes import CASE, NOTHING_WAITS, START, a_mention
from tests.links_fakes import a_form
from tests.links_fakes import an_event as a_link_event

pytestmark = pytest.mark.slow

BASE = "https://earshot.example"
LINK = re.compile(rf"{BASE}/l/([0-9A-Za-z]{{22}})\b")


@dataclass
class Wired:
    """Both functions, and what was published."""

    made: Tables
    notify: Any
    api: Any
    queue: str
    sqs: Any = field(repr=False)

    def alert(self, key: str = CASE) -> list[str]:
        """Have the case's due alerts sent; the texts of what went out."""
        record = {
            "eventID": "1",
            "eventSource": "aws:dynamodb",
            "dynamodb": {"Keys": {"pk": {"S": f"CASE#{key}"}, "sk": {"S": "CASE"}}, "SequenceNumber": "1"},
        }
        assert self.notify({"Records": [record]}, Context("notify")) == {"batchItemFailures": []}
        texts = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                texts.append(json.loads(message["Body"])["Message"])
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        texts += take_texts()
        return texts

    def token(self) -> str:
        """The link in the SMS of a case's first step."""
        return LINK.search(min(self.alert(), key=len))[1]

    def ask(self, method: str, token: str, **more: Any) -> dict[str, Any]:
        return self.api(a_link_event(method, token) | more, Context())

    @property
    def case(self) -> Case:
        case = self.made.cases.conversation(CASE).case
        assert case is not None
        return case


@pytest.fixture
def wired() -> Iterator[Wired]:
    with tables() as made:
        sns, sqs = boto3.client("sns"), boto3.client("sqs")
        topic, queue = sns.create_topic(Name="alerts")["TopicArn"], sqs.create_queue(QueueName="phones")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        create_link_secret()
        environ = ENVIRON | {
            "ALERT_TOPIC_ARN": topic,
            "LINK_BASE_URL": f"{BASE}/",
            "RUNG_PHONES": "1=+12025550101 2= 3=",
            "RUNG_EMAILS": "1=on.call@example.com 2= 3=",
        }
        settle_mailboxes(environ)
        PolicyTable(boto3.client("dynamodb"), ENVIRON["CASE_TABLE"]).write(NOTHING_WAITS, START)
        made.hear(a_mention("1", minutes=0))
        yield Wired(
            made, notify.build(environ, made.clock, made.clock.pause), api.build(ENVIRON, made.clock), queue, sqs
        )


def test_from_the_text_message_to_the_case_in_ones_hands(wired):
    sms, email = sorted(wired.alert(), key=len)
    links = [LINK.search(text)[1] for text in (sms, email)]
    assert links[0] != links[1]
    page = wired.ask("GET", links[0])
    assert (page["statusCode"], wired.case.status) == (200, Status.OPEN)
    assert "@NimbusAir my bag is lost" in page["body"]
    assert wired.ask("POST", links[0], **a_form(act="acknowledge"))["statusCode"] == 303
    assert wired.case.acknowledgement.by == "rung 1"
    assert "Acknowledged by rung 1" in wired.ask("GET", links[1])["body"]
    log = [(entry.by, entry.what, entry.text) for entry in wired.made.queries.case_file(CASE).log]
    assert log[-1] == ("rung 1", "acknowledged", "takes the case, by link")


def test_a_retry_sends_the_same_link_and_what_is_logged_holds_none(wired):
    first = sorted(wired.alert())
    assert LINK.search(str(wired.made.queries.case_file(CASE).alerts)) is None
    for name in wired.made.alerts.read(CASE)[1]:
        wired.made.client.delete_item(
            TableName="CaseTable", Key={"pk": {"S": f"CASE#{CASE}"}, "sk": {"S": f"ALERT#{name}"}}
        )
    thread = wired.made.cases.conversation(CASE)
    due = thread.after(thread.case.climb(wired.made.clock.advance(minutes=5)))
    wired.made.cases.save([due], now=wired.made.clock())
    again = wired.alert()
    assert {LINK.search(text)[1] for text in first} < {LINK.search(text)[1] for text in again}


def test_an_item_of_a_link_expires_a_day_after_the_alert(wired):
    wired.token()
    items = wired.made.client.scan(TableName="CaseTable")["Items"]
    links = [item for item in items if item["pk"]["S"].startswith("LINK#")]
    assert len(links) == 2
    for item in links:
        assert int(item["expires_at"]["N"]) == int(wired.made.clock().timestamp()) + 24 * 3600


def test_of_two_at_the_same_moment_one_gets_the_case_and_the_other_is_told(wired, monkeypatch):
    """Leo's write falls between the link's read and its write: it is refused by its version, and reads again."""
    token, save, leo_is_first = wired.token(), CaseTable.save, [True]

    def save_second(table, changes, **given):
        if leo_is_first and leo_is_first.pop():
            CaseAction(wired.made.cases, CASE, "leo", wired.made.clock()).acknowledge()
        return save(table, changes, **given)

    monkeypatch.setattr(CaseTable, "save", save_second)
    page = wired.ask("POST", token, **a_form(act="acknowledge"))
    assert page["statusCode"] == 409
    assert "held by leo" in page["body"]
    assert wired.case.acknowledgement.by == "leo"


def test_an_alert_goes_out_without_a_link_where_none_can_be_made(wired, caplog):
    boto3.client("secretsmanager").delete_secret(SecretId="LinkSecret", ForceDeleteWithoutRecovery=True)
    texts = wired.alert()
    assert len(texts) == 2
    assert not any("/l/" in text for text in texts)
    assert {entry.message for entry in caplog.records if entry.levelname == "ERROR"} == {
        "an alert goes without its link"
    }


def test_a_rotation_breaks_no_link_and_the_next_are_good_at_once(wired):
    before = wired.token()
    wired.ask("GET", before)
    boto3.client("secretsmanager").put_secret_value(SecretId="LinkSecret", SecretString="t" * 64)
    wired.made.clock.advance(minutes=6)
    thread = wired.made.cases.conversation(CASE)
    wired.made.cases.save([thread.after(thread.case.climb(wired.made.clock()))], now=wired.made.clock())
    after = wired.token()
    assert [wired.ask("GET", token)["statusCode"] for token in (before, after)] == [200, 200]


def test_the_other_routes_ask_who_you_are_and_no_path_alone_makes_a_link(wired):
    token = wired.token()
    event = an_event("GET", f"/l/{token}", by=None)
    assert wired.api(event, Context())["statusCode"] == 401
    assert wired.api(an_event("GET", f"/l/{token}"), Context())["statusCode"] == 404


def test_a_forged_link_costs_no_read_of_the_table(wired):
    wired.made.calls.clear()
    assert wired.ask("GET", "0" * 22)["statusCode"] == 404
    assert wired.made.calls == {}


def test_no_link_and_nothing_of_the_case_is_logged(wired, capsys, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    token = wired.token()
    wired.ask("GET", token)
    wired.ask("POST", token, **a_form(act="not-a-complaint"))
    logged = log.getvalue() + capsys.readouterr().out
    assert '"what":"dismissed"' in logged
    for private in (token, token[:11], "bag", "jane", "s" * 64):
        assert private not in logged
