"""The notify function on the embedded cloud: from the table's stream to phones and mailboxes, once each."""

from dataclasses import replace

import pytest

from earshot.cases.case import Alerting
from earshot.mentions.mention import Author
from infra.local.people import PEOPLE
from tests.fakes import a_mention, an_own_post
from tests.running import Running

pytestmark = pytest.mark.engine

FIRST_RUNG = sorted([("1", "sms", PEOPLE["OnCallPhone"]), ("1", "email", PEOPLE["OnCallEmail"])])


def of_case(number: int, running: Running, **changes: str) -> dict:
    """Open an urgent case of its own, and give the stream's record of it."""
    mention = a_mention(
        str(number), f"@NimbusAir case {number}", conversation_id=str(number), author=Author(str(number)), **changes
    )
    running.hear(mention)
    (record,) = running.invoker.changes()
    return record


def sequence(record: dict) -> str:
    return record["dynamodb"]["SequenceNumber"]


def test_an_urgent_case_reaches_the_first_rung_by_sms_and_email_once(running):
    running.hear(a_mention())
    assert running.notify() == []
    messages = running.cloud.inbox.collect()
    assert sorted((one["rung"], one["channel"], one["to"]) for one in messages) == FIRST_RUNG
    assert {one["correlation"] for one in messages} == {"x#1"}
    assert all("https://x.com/jane/status/1" in one["text"] for one in messages)
    assert running.case().alerting is Alerting.SENT
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
    running.hear(an_own_post("9"))
    assert running.notify(record) == []
    assert running.inbox() == []


def test_nothing_is_sent_for_what_somebody_has_taken_meanwhile(running):
    record = of_case(1, running)
    running.table.change("x#1", lambda thread: _acknowledged(thread, running), running.clock())
    assert running.notify(record) == []
    assert running.inbox() == []


def _acknowledged(thread, running):
    case, entry = thread.case.acknowledge("mia@nimbus.example", running.clock())
    return replace(thread, case=case), (entry,)


def test_a_record_that_fails_is_reported_and_its_neighbours_are_alerted(running, caplog):
    records = [of_case(number, running) for number in (1, 2, 3)]
    with running.refusing("Query", when=lambda body: "THREAD#x#2" in body):
        assert running.notify(*records) == [sequence(records[1])]
    # The two others are about one thing, and told in one message on each channel.
    assert running.inbox() == FIRST_RUNG
    assert [(entry.message, entry.case) for entry in caplog.records if entry.levelname == "ERROR"] == [
        ("an alert could not be sent", "x-2")
    ]
    assert running.notify(records[1]) == []
    assert running.inbox() == FIRST_RUNG


def test_a_channel_that_fails_leaves_the_other_alone_and_is_tried_again_by_itself(running):
    record = of_case(1, running)
    with running.refusing("Publish", when=lambda body: "AWS.SNS.SMS" in body):
        assert running.notify(record) == [sequence(record)]
    assert [channel for _, channel, _ in running.inbox()] == ["email"]
    assert running.case().alerting is Alerting.DUE
    assert running.notify(record) == []
    assert [channel for _, channel, _ in running.inbox()] == ["sms"]
    assert running.case().alerting is Alerting.SENT


def test_a_crash_between_the_last_alert_and_its_mark_sends_nothing_twice(running):
    record = of_case(1, running)
    with running.refusing("TransactWriteItems"):
        assert running.notify(record) == [sequence(record)]
    assert running.inbox() == FIRST_RUNG
    assert running.notify(record) == []
    assert running.inbox() == []
    assert running.log() == ["opened", "escalated", "alerted"]


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
