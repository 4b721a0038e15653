"""The notify function on the embedded cloud: from the table's stream to phones and mailboxes, once each."""

import importlib
from dataclasses import replace
from datetime import time, timedelta

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from earshot.alerting.alert import EMAIL_ONLY_NOTE
from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from earshot.alerting.sms.budget_table import SmsBudgetTable
from earshot.alerting.sms.receipt_table import ReceiptTable
from earshot.aws.dynamodb import from_item
from earshot.cases.case.ladder import Alerting
from earshot.cases.store.keys import entries_of
from earshot.mentions.mention import Author
from infra.local.lambdas.invoker import LambdaContext
from infra.local.recipients import RECIPIENTS
from tests.aws.roles import asked_in
from tests.deployed import RETENTION, THROTTLED, Running, failures
from tests.fakes import a_mention, an_own_post

pytestmark = pytest.mark.engine

FIRST_RUNG = sorted([("1", "sms", RECIPIENTS["OnCallPhone"]), ("1", "email", RECIPIENTS["OnCallEmail"])])


def of_case(number: int, running: Running, **changes: str) -> dict:
    """Open an urgent case of its own, and give the stream's record of it."""
    mention = a_mention(
        str(number), f"@NimbusAir case {number}", conversation_id=str(number), author=Author(str(number)), **changes
    )
    running.hear(mention)
    (record,) = running.invoker.changes()
    return record


def case_id(number: int) -> str:
    """The id of the case that ``of_case`` opens."""
    return f"x-{number}-{number}-nimbusair"


def sequence(record: dict) -> str:
    return record["dynamodb"]["SequenceNumber"]


def test_an_urgent_case_reaches_the_first_rung_by_sms_and_email_once(running):
    running.hear(a_mention())
    assert running.notify() == []
    messages = running.cloud.inbox.collect()
    assert sorted((one["rung"], one["channel"], one["to"]) for one in messages) == FIRST_RUNG
    assert {one["correlation"] for one in messages} == {"x#1"}
    assert all("https://x.com/jane/status/1" in one["text"] for one in messages)
    assert running.case().ladder.alerting is Alerting.SENT
    assert running.log() == ["opened", "escalated", "alerted"]


def test_what_the_notifier_writes_does_not_call_it_again(running):
    running.hear(a_mention())
    running.notify()
    assert running.invoker.changes() == []


def test_a_record_that_is_delivered_again_sends_nothing(running):
    record = of_case(1, running)
    assert running.notify(record) == []
    assert running.inbox() == FIRST_RUNG
    assert running.notify(record, record) == []
    assert running.inbox() == []


def test_nothing_is_sent_for_what_was_answered_meanwhile(running):
    record = of_case(1, running)
    running.hear(an_own_post("9", in_reply_to_id="1"))
    assert running.notify(record) == []
    assert running.inbox() == []


def test_nothing_is_sent_for_what_somebody_has_taken_meanwhile(running):
    record = of_case(1, running)
    running.table.change(case_id(1), lambda thread: _acknowledged(thread, running), running.clock())
    assert running.notify(record) == []
    assert running.inbox() == []


def _acknowledged(thread, running):
    case, entry = thread.case.acknowledge("mia@nimbus.example", running.clock())
    return replace(thread, case=case), (entry,)


def test_a_record_that_fails_is_reported_and_its_neighbours_are_alerted(running, caplog):
    records = [of_case(number, running) for number in (1, 2, 3)]
    with running.refusing("Query", when=lambda body: f"CASE#{case_id(2)}" in body):
        assert running.notify(*records) == [sequence(records[1])]
    # The two others are about one thing, and told in one message on each channel.
    assert running.inbox() == FIRST_RUNG
    assert [(entry.message, entry.case) for entry in caplog.records if entry.levelname == "ERROR"] == [
        ("an alert could not be sent", case_id(2))
    ]
    assert running.notify(records[1]) == []
    assert running.inbox() == FIRST_RUNG


def test_a_channel_that_fails_leaves_the_other_alone_and_is_tried_again_by_itself(running):
    record = of_case(1, running)
    with running.refusing("Publish", when=lambda body: "AWS.SNS.SMS" in body):
        assert running.notify(record) == [sequence(record)]
    assert [channel for _, channel, _ in running.inbox()] == ["email"]
    assert running.case(case_id(1)).ladder.alerting is Alerting.DUE
    assert running.notify(record) == []
    assert running.inbox() == []
    running.clock.now = running.case(case_id(1)).ladder.delivery.retry_at
    assert running.notify(record) == []
    assert [channel for _, channel, _ in running.inbox()] == ["sms"]
    assert running.case(case_id(1)).ladder.alerting is Alerting.SENT


def test_a_crash_between_the_last_alert_and_its_mark_sends_nothing_twice(running):
    record = of_case(1, running)
    with running.refusing("TransactWriteItems"):
        assert running.notify(record) == [sequence(record)]
    assert running.inbox() == FIRST_RUNG
    assert running.notify(record) == []
    assert running.inbox() == []
    assert running.log(case_id(1)) == ["opened", "escalated", "alerted"]


def test_a_burst_goes_out_no_faster_than_a_mailbox_bears(running):
    records = [of_case(number, running, brand=f"Nimbus{number}") for number in range(1, 9)]
    before = running.clock()
    assert running.notify(*records) == []
    assert [channel for _, channel, _ in running.inbox()].count("email") == 8
    # Five in the first second, and the clock had to go on for the others.
    assert (running.clock() - before).total_seconds() == 1


def test_a_case_that_pages_nobody_does_not_reach_the_notifier(running):
    running.classify(a_mention("1", "@NimbusAir lovely crew today, thank you"))
    assert running.stored.cases
    assert running.invoker.changes() == []


# ------------------------------------------------------------------------------------------- what text messages cost


def texting(running: Running, record: dict, **environ: str) -> list[str]:
    """Call the notifier as a stack with other parameters would have it."""
    environ = running.invoker.environ("NotifyFunction") | environ
    handle = importlib.import_module("notify").build(environ, running.clock, running.clock.pause)
    return failures(handle({"Records": [record]}, LambdaContext("notify")))


def booked(running: Running) -> int:
    table = running.cloud.stack.outputs["CaseTableName"]
    return SmsBudgetTable(running.cloud.engine.client("dynamodb"), table).booked(running.clock())


def test_a_text_message_is_booked_before_it_is_sent(running):
    record = of_case(1, running)
    with running.refusing("Publish", when=lambda body: "AWS.SNS.SMS" in body):
        running.notify(record)
    # One part to the US, which may have been sent. Trying again books again: the limit is rather reached too early.
    assert booked(running) == 10_000
    running.clock.advance(minutes=2)
    running.notify(record)
    assert booked(running) == 20_000


def test_a_text_message_that_sns_refuses_is_not_booked(running):
    record, answers = of_case(1, running), [THROTTLED] * 2
    boto3.DEFAULT_SESSION.events.register("before-call.sns.Publish", lambda **_: answers.pop() if answers else None)
    assert running.notify(record) == [sequence(record)]
    assert (booked(running), running.inbox()) == (0, [])
    # It was certainly not sent, so nothing has to wait.
    assert running.notify(record) == []
    assert (booked(running), running.inbox()) == (10_000, FIRST_RUNG)


def test_over_the_budget_alerts_come_by_email_and_staff_are_told_once(running, capsys, caplog):
    for number in (1, 2):
        assert texting(running, of_case(number, running), SMS_MONTHLY_SPEND_LIMIT="0.01") == []
    messages = running.cloud.inbox.collect()
    assert {one["channel"] for one in messages} == {"email"}
    alerts = [one for one in messages if one["subject"].startswith("[")]
    news = [one for one in messages if one not in alerts]
    assert [one["text"].startswith(EMAIL_ONLY_NOTE) for one in alerts] == [True, True]
    assert sorted(one["to"] for one in news) == sorted([RECIPIENTS["OnCallEmail"], RECIPIENTS["LeadEmail"]])
    assert news[0]["subject"] == "Earshot sends an SMS for critical cases only until next month"
    assert booked(running) == 0
    assert '"OverBudget":[1.0]' in capsys.readouterr().out
    held = [entry.case for entry in caplog.records if "over the SMS budget" in entry.message]
    assert held == [case_id(1), case_id(2)]


def test_whoever_has_no_confirmed_mailbox_is_texted_over_the_budget(running):
    changes = {"SMS_MONTHLY_SPEND_LIMIT": "0", "RUNG_EMAILS": f"1= 2={RECIPIENTS['LeadEmail']} 3="}
    assert texting(running, of_case(1, running), **changes) == []
    assert running.inbox() == [("1", "sms", RECIPIENTS["OnCallPhone"])]
    assert booked(running) == 10_000


def test_a_number_that_sns_refuses_is_left_out_and_the_next_rung_is_alerted(running):
    changes = {"RUNG_EMAILS": f"1= 2={RECIPIENTS['LeadEmail']} 3="}
    record = of_case(1, running)

    def refuse(params, **_):
        if asked_in(params).get("PhoneNumber") != RECIPIENTS["OnCallPhone"]:
            return None
        error = {"Error": {"Code": "InvalidParameter", "Message": "phone number is opted out"}}
        return AWSResponse(params["url"], 400, {}, None), {**error, "ResponseMetadata": {"HTTPStatusCode": 400}}

    boto3.DEFAULT_SESSION.events.register("before-call.sns.Publish", refuse)
    assert texting(running, record, **changes) == [sequence(record)]
    assert running.inbox() == [("2", "email", RECIPIENTS["LeadEmail"])]
    assert texting(running, record, **changes) == []
    assert running.inbox() == [("2", "sms", RECIPIENTS["LeadPhone"])]


def test_while_a_mailbox_settles_whoever_has_nothing_else_and_the_next_rung_are_alerted(running):
    """SNS puts the filter of somebody who has just entered the roster into force within 15 minutes."""
    cloud, wired = running.cloud, running.cloud.wired
    cloud.inbox.clock, cloud.inbox.settling = running.clock, timedelta(minutes=15)
    staffing = wired.roster_admin
    try:
        staffing.put_person(Person("ada", "Ada Lind", "ada@example.com"))
        staffing.set_rotation(Rotation(1, ("ada",), TurnLength.DAY, time(9), "UTC", running.clock().date()))
        running.escalate()
        running.inbox()
        assert running.notify(of_case(1, running)) == []
        assert running.inbox() == [("2", "email", RECIPIENTS["LeadEmail"]), ("2", "sms", RECIPIENTS["LeadPhone"])]
        (said,) = {entry.text for entry in entries(running, case_id(1)) if entry.what == "unreachable"}
        assert said == "rung 1: Ada Lind is settling until 09:15 UTC: also told rung 2"
        running.clock.advance(minutes=16)
        cloud.inbox.collect()
        assert running.notify(of_case(2, running)) == []
        assert running.inbox() == [("1", "email", "ada@example.com")]
    finally:
        cloud.inbox.settling = timedelta(0)
        for one in wired.subscriptions.subscribed():
            if one.address == "ada@example.com":
                wired.subscriptions.unsubscribe(one.arn)
        cloud.inbox.refresh()


def entries(running, key):
    """The log of a case."""
    items = running.cloud.engine.client("dynamodb").query(
        TableName=running.cloud.stack.outputs["CaseTableName"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :log)",
        ExpressionAttributeValues={":pk": {"S": f"CASE#{key}"}, ":log": {"S": "LOG#"}},
    )["Items"]
    return [entry for item in items for entry in entries_of(from_item(item))]


def test_a_message_is_followed_only_where_the_stack_follows_them(running):
    receipts = ReceiptTable(
        running.cloud.engine.client("dynamodb"), running.cloud.stack.outputs["CaseTableName"], RETENTION
    )
    sent = []
    boto3.DEFAULT_SESSION.events.register(
        "after-call.sns.Publish", lambda parsed, **_: sent.append(parsed.get("MessageId"))
    )
    texting(running, of_case(1, running))
    texting(running, of_case(2, running), SMS_DELIVERY_STATUS="on")
    plain_sms, _, followed_sms, followed_email = sent
    assert receipts.find_expected(plain_sms) is None
    assert receipts.find_expected(followed_email) is None
    expected = receipts.find_expected(followed_sms)
    assert (expected.conversations, expected.sent_at) == ((case_id(2),), running.clock())
    assert expected.booked == {RECIPIENTS["OnCallPhone"]: 10_000}


def test_an_alert_that_cannot_be_followed_is_sent_once_all_the_same(running):
    record = of_case(1, running)
    with running.refusing("PutItem", when=lambda body: "RECEIPT#" in body):
        assert texting(running, record, SMS_DELIVERY_STATUS="on") == []
    assert running.inbox() == FIRST_RUNG


def test_a_roster_without_an_answer_about_a_number_alerts_all_the_same(running):
    table = running.cloud.stack.outputs["CaseTableName"]
    mia = Person("mia", "Mia Okafor", RECIPIENTS["OnCallEmail"], RECIPIENTS["OnCallPhone"])
    staffing = running.cloud.wired.roster_admin
    staffing.put_person(mia)
    staffing.set_rotation(Rotation(1, ("mia",), TurnLength.DAY, time(9), "UTC", running.clock().date()))
    running.cloud.inbox.refresh()
    try:
        receipts = ReceiptTable(running.cloud.engine.client("dynamodb"), table, RETENTION)
        with running.refusing("GetItem", when=lambda body: "FAILING#" in body):
            assert texting(running, of_case(1, running), SMS_DELIVERY_STATUS="on") == []
        assert {one["channel"] for one in running.cloud.inbox.collect()} == {"sms", "email"}
        receipts.mark_failing(mia.phone, running.clock())
        assert texting(running, of_case(2, running), SMS_DELIVERY_STATUS="on") == []
        assert {one["channel"] for one in running.cloud.inbox.collect()} == {"email"}
    finally:
        staffing.remove_person("mia")
        running.cloud.inbox.refresh()
