"""The receipts function, called as CloudWatch Logs calls it: each status counts once, and nobody's number is logged."""

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

import receipts
from earshot.alerting.sms.receipt import FAILING_FOR, ExpectedReceipt, ReceiptError, read_receipt
from infra.local.lambdas.invoker import LambdaContext
from tests.api.fakes import Tables, tables
from tests.fakes import CASE, a_mention

pytestmark = pytest.mark.slow

PHONE, OTHER = "+12025550101", "+447700900102"
ID = "34d9b400-c6dd-5444-820d-fbeb0f1f54cf"


def status(phone: str = PHONE, *, id: str = ID, delivered: bool = True, price: Any = 0.00831, **delivery: Any) -> str:
    """A line as SNS writes it, with all that it writes."""
    response = "Message has been accepted by phone" if delivered else "Phone carrier is unreachable"
    return json.dumps(
        {
            "notification": {"messageId": id, "timestamp": "2026-11-21 09:00:05.123"},
            "delivery": {
                "phoneCarrier": "My Phone Carrier",
                "mnc": 270,
                "numberOfMessageParts": 2,
                "destination": phone,
                "priceInUSD": price,
                "smsType": "Transactional",
                "mcc": 310,
                "providerResponse": response,
                "dwellTimeMs": 599,
                "dwellTimeMsUntilDeviceAck": 1344,
                **delivery,
            },
            "status": "SUCCESS" if delivered else "FAILURE",
        }
    )


def event(*lines: str, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    """What CloudWatch Logs calls a subscriber with."""
    logs = {
        "messageType": kind,
        "owner": "123456789012",
        "logGroup": "sns/eu-west-1/123456789012/DirectPublishToPhoneNumber",
        "logStream": "5d3b40ed-11d4-4cf4-9212-907f2af79295",
        "subscriptionFilters": ["earshot"],
        "logEvents": [
            {"id": f"3561710304928101806{number}", "timestamp": 1795251605123, "message": line}
            for number, line in enumerate(lines)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(logs).encode())).decode()}}


class Post:
    """A case with a text message on its way to one number, and the function that hears of it."""

    def __init__(self, made: Tables) -> None:
        self.made = made
        made.hear(a_mention("1"))
        made.texts.book_beyond_limit(20_000, made.clock())
        log = {
            "at": made.clock(),
            "rung": 1,
            "channel": "sms",
            "reason": "urgent case",
            "text": "HIGH",
            "message_id": ID,
        }
        made.alerts.record(CASE, "2026#01#sms", log, made.clock())
        made.receipts.expect_receipt(ID, ExpectedReceipt((CASE,), made.clock(), {PHONE: 20_000}))
        self.handle = receipts.build({"CASE_TABLE": "CaseTable", "RETENTION_DAYS": "400"}, made.clock)

    def call(self, *lines: str, **given: Any) -> dict[str, int]:
        return self.handle(event(*lines, **given), LambdaContext("receipts"))

    @property
    def deliveries(self) -> list[tuple[str, bool, str]]:
        (alert,) = self.made.queries.case_file(CASE).alerts
        return [(one.to, one.delivered, one.response) for one in alert.deliveries]

    @property
    def log(self) -> list[str]:
        return [entry.text for entry in self.made.queries.case_file(CASE).log if entry.what == "undelivered"]

    @property
    def booked(self) -> int:
        return self.made.texts.booked(self.made.clock())


@pytest.fixture
def post() -> Iterator[Post]:
    with tables() as made:
        yield Post(made)


def test_a_delivered_message_shows_in_its_case_and_its_price_replaces_the_estimate(post):
    assert post.call(status()) == {"filed": 1, "unknown": 0}
    assert post.deliveries == [("number ending in 01", True, "Message has been accepted by phone")]
    assert post.booked == 8_310
    assert post.log == []
    assert not post.made.receipts.is_failing(PHONE, post.made.clock())


def test_a_failed_message_shows_in_the_log_counts_and_marks_the_number_for_an_hour(post, capsys):
    post.call(status(delivered=False))
    assert post.deliveries == [("number ending in 01", False, "Phone carrier is unreachable")]
    assert post.log == ["a text message did not arrive (number ending in 01): Phone carrier is unreachable"]
    assert '"SmsFailed":[1.0]' in capsys.readouterr().out
    now = post.made.clock()
    assert post.made.receipts.is_failing(PHONE, now + FAILING_FOR - timedelta(seconds=1))
    assert not post.made.receipts.is_failing(PHONE, now + FAILING_FOR)
    assert not post.made.receipts.is_failing(OTHER, now)


@pytest.mark.parametrize("delivered", [True, False])
def test_what_is_delivered_twice_counts_once(post, capsys, delivered):
    line = status(delivered=delivered)
    post.call(line, line)
    post.made.clock.advance(minutes=3)
    capsys.readouterr()
    post.call(line)
    assert (len(post.deliveries), len(post.log), post.booked) == (1, int(not delivered), 8_310)
    counted = capsys.readouterr().out
    assert "SmsFailed" not in counted


def test_a_message_to_several_numbers_has_a_status_for_each(post):
    post.call(status(), status(OTHER, delivered=False, price=0.04))
    assert sorted(to for to, *_ in post.deliveries) == ["number ending in 01", "number ending in 02"]
    # Nothing was booked for the second one.
    assert post.booked == 8_310 + 40_000


def test_a_message_for_several_cases_shows_in_each_and_is_paid_once(post):
    another = "x-5-7-nimbusair"
    post.made.hear(a_mention("5", conversation_id="5"))
    post.made.receipts.expect_receipt(ID, ExpectedReceipt((CASE, another), post.made.clock(), {PHONE: 20_000}))
    post.call(status(delivered=False))
    assert post.booked == 8_310
    (entry,) = [entry for entry in post.made.queries.case_file(another).log if entry.what == "undelivered"]
    assert entry.text == post.log[0]


def test_a_message_of_somebody_else_is_told_apart_and_changes_nothing(post, capsys, caplog):
    before = post.made.client.scan(TableName="CaseTable")["Items"]
    assert post.call(status(id="another"), status(delivered=False, id="a-third")) == {"filed": 0, "unknown": 2}
    assert post.made.client.scan(TableName="CaseTable")["Items"] == before
    assert '"_aws"' not in capsys.readouterr().out
    assert [record.number for record in caplog.records if "no case waits for" in record.message] == [2]


def test_where_sns_gives_no_price_the_estimate_stands(post):
    post.call(status(price=None))
    assert post.booked == 20_000


def test_the_price_belongs_to_the_month_in_which_the_message_was_sent(post):
    sent = post.made.clock()
    post.made.clock.advance(days=20)
    post.call(status())
    assert post.made.texts.booked(sent) == 8_310
    assert post.booked == 0


def test_what_is_garbage_is_refused_by_name_and_its_neighbours_are_filed(post):
    with pytest.raises(ReceiptError, match=r"is not JSON.*'delivery'.*'status'"):
        post.call("nonsense", '{"notification": {}}', status().replace("SUCCESS", "MAYBE"), status())
    assert len(post.deliveries) == 1


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"awslogs": {}},
        {"awslogs": {"data": "!!"}},
        {"awslogs": {"data": "bm90IGd6aXA="}},
        {"awslogs": {"data": base64.b64encode(gzip.compress(b"not JSON")).decode()}},
        {"awslogs": {"data": base64.b64encode(gzip.compress(b"[1]")).decode()}},
        {"awslogs": {"data": base64.b64encode(gzip.compress(b"{}")).decode()}},
        {"Records": []},
    ],
)
def test_an_event_that_is_none_is_refused_with_the_remedy(post, given):
    with pytest.raises(ReceiptError, match="only the subscription of SNS's log"):
        post.handle(given, LambdaContext("receipts"))


def test_the_test_of_a_new_subscription_is_no_status(post):
    line = "CWL CONTROL MESSAGE: Checking health of destination Lambda."
    assert post.call(line, kind="CONTROL_MESSAGE") == {"filed": 0, "unknown": 0}


def test_a_failure_of_the_table_flies_and_the_next_try_files_it(post, monkeypatch):
    line = status(delivered=False)
    assert boto3.DEFAULT_SESSION is not None
    with monkeypatch.context() as broken:

        def refuse(*_: Any, **__: Any) -> None:
            raise ConnectionError("no answer")

        broken.setattr("earshot.alerting.sms.receipt_table.ReceiptTable.file_receipt", refuse)
        with pytest.raises(ConnectionError):
            post.call(line)
    assert (post.deliveries, post.booked) == ([], 20_000)
    post.call(line)
    assert (len(post.deliveries), len(post.log), post.booked) == (1, 1, 8_310)


def test_no_number_reaches_our_own_log(post, capsys, caplog):
    post.call(status(delivered=False, providerResponse=f"Cannot send to {PHONE} now"))
    with pytest.raises(ReceiptError) as refused:
        post.call(status().replace("SUCCESS", "MAYBE"))
    said = capsys.readouterr().out + caplog.text + str(refused.value)
    assert "a text message was not delivered" in said
    assert PHONE.removeprefix("+") not in said
    assert post.deliveries == [("number ending in 01", False, "Cannot send to (a number) now")]


LINES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["notification", "delivery", "status", "messageId", "destination"]), inner)
    ),
)


@given(LINES.map(json.dumps) | st.text())
def test_a_line_is_a_receipt_or_is_refused(line):
    with suppress(ReceiptError):
        assert read_receipt(line).phone


@pytest.mark.parametrize("price", [True, -1, 1e9, "0.01", [1]])
def test_a_price_that_is_none_counts_as_not_given(price):
    assert read_receipt(status(price=price)).price is None
