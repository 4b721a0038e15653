"""Colleagues are told once, on one channel, logged before it is sent; whatever fails or dies is made good."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.alert import Channel, Recipients
from earshot.alerting.dispatch import notify
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier
from earshot.api.case_actions import CaseAction
from earshot.cases.case.status import Status
from earshot.cases.holders.notice import WAITS
from earshot.errors import ConflictError
from tests.alerting.test_dispatch import Desk as AlertedDesk
from tests.fakes import CASE, UNGROUPED
from tests.memory_log import Killed, Mortal

ADDRESSES = {Channel.SMS: "+12025550101", Channel.EMAIL: "mia@nimbus.example"}
CONSOLE = "https://abc.execute-api.eu-west-1.amazonaws.com/console/index.html#/cases/"


class Desk(AlertedDesk):
    """Rung 1 was alerted of a case; Leo gives it to Mia, who has an address on each of ``channels``."""

    def __init__(self):
        super().__init__()
        self.notify()
        self.outbox.alerts.clear()
        self.channels = dict(ADDRESSES)

    def try_to_notify(self, key=CASE, **other):
        return super().try_to_notify(key, **{"person_of": self.person, "address_of": CONSOLE.__add__} | other)

    def person(self, name, channel, at):
        address = self.channels.get(channel)
        return Recipients(0, ("mia",), ("Mia Okafor",), addresses=(address,)) if address else Recipients(0, ())

    def by(self, who):
        return CaseAction(self.store, CASE, who, self.clock())


@pytest.fixture
def desk():
    made = Desk()
    made.by("leo").assign("mia")
    return made


def sent(desk):
    return [(str(alert.reason), str(alert.channel)) for alert in desk.outbox.alerts]


def test_who_is_given_a_case_is_told_by_sms_once_and_where_it_is(desk):
    result = desk.try_to_notify()
    assert (result.alerts, len(result.notices)) == ([], 1)
    assert sent(desk) == [("assigned to you", "sms")]
    (notice,) = desk.outbox.alerts
    assert notice.recipients.addresses == ("+12025550101",)
    link, said, post = notice.text.splitlines()
    assert link == f"Case: {CONSOLE}{CASE}", "first, so that no phone splits it"
    assert said.startswith("leo gave you this case: HIGH, ")
    assert post == "> my bag is lost"
    assert desk.case.notices == ()
    desk.try_to_notify()
    assert len(desk.outbox.alerts) == 1
    (logged,) = (one for name, one in desk.store.alerts[CASE].items() if name.startswith("notice#"))
    assert (logged["to"], logged["outcome"], logged["rung"]) == (("Mia Okafor",), "sent", 0)
    assert desk.case.undoable.is_open(desk.case.version), "that she was told keeps nobody from undoing it"


@pytest.mark.parametrize("works", [Channel.SMS, Channel.EMAIL])
def test_a_channel_that_does_not_work_gives_way_to_the_other(desk, works):
    desk.channels = {works: ADDRESSES[works]}
    desk.try_to_notify()
    assert sent(desk) == [("assigned to you", str(works))]


def test_who_cannot_be_told_is_named_in_the_log_and_the_case_stays_theirs(desk):
    desk.channels = {}
    desk.try_to_notify()
    assert desk.outbox.alerts == []
    assert desk.store.entries[CASE][-1].text == "mia: the roster has no address of theirs that works"
    assert (desk.case.notices, desk.case.status) == ((), Status.ACKNOWLEDGED)


def test_a_mention_in_a_note_goes_by_email_with_the_note(desk):
    desk.by("leo").note("@ann she is at the gate", ("ann",))
    desk.try_to_notify()
    assert sent(desk) == [("assigned to you", "sms"), ("mentioned in a note", "email")]
    assert "> @ann she is at the gate" in desk.outbox.alerts[1].text
    assert desk.outbox.alerts[1].subject.startswith("[case] leo mentions you in a note: HIGH")


def test_what_sns_refuses_goes_on_the_other_channel_and_what_both_refuse_is_tried_again(desk):
    desk.outbox.failing = {"sms"}
    desk.try_to_notify()
    assert sent(desk) == [("assigned to you", "email")]
    desk.by("ann").assign("ben")
    desk.outbox.failing = {"sms", "email"}
    assert list(desk.try_to_notify().failed) == [CASE]
    assert len(desk.case.notices) == 2, "for ben, and for mia who held it"
    desk.outbox.failing = set()
    desk.clock.advance(seconds=WAITS[0].total_seconds())
    assert desk.escalate().failed == []
    assert desk.store.log(CASE)[-1] == "reminded"
    desk.try_to_notify()
    assert [alert.reason for alert in desk.outbox.alerts[1:]] == ["assigned to you", "taken over from you"]


def test_an_answer_that_is_lost_is_not_followed_by_another_message_at_once(desk):
    desk.outbox.unanswered = {"sms"}
    for _ in range(5):
        desk.try_to_notify()
    assert sent(desk) == [("assigned to you", "sms")]
    desk.outbox.unanswered = set()
    desk.clock.advance(minutes=3)
    desk.try_to_notify()
    assert sent(desk) == [("assigned to you", "sms")] * 2, "it may not have come"
    assert desk.case.notices == ()


def test_what_was_undone_while_it_was_sent_is_told_to_be_undone(desk):
    def undone_meanwhile(alert, at):
        if not desk.outbox.alerts:
            desk.by("leo").undo()
        return desk.outbox.publish(alert, at)

    desk.try_to_notify(publish=undone_meanwhile)
    desk.try_to_notify()
    assert [alert.reason for alert in desk.outbox.alerts] == ["assigned to you", "undone"]
    assert desk.case.status is Status.OPEN


@pytest.mark.parametrize("dies_before", range(11))
def test_a_crash_between_any_two_steps_loses_no_notice_and_repeats_at_most_one(desk, dies_before):
    mortal = Mortal(dies_before)
    store = mortal.store(desk.store)
    with contextlib.suppress(Killed):
        desk.try_to_notify(store=store, log=store, publish=mortal(desk.outbox.publish))
    desk.clock.advance(seconds=(WAITS[0] + timedelta(minutes=1)).total_seconds())
    desk.lock.lease_until = None
    desk.escalate()
    desk.try_to_notify()
    assert 1 <= len(desk.outbox.alerts) <= 2
    assert desk.case.notices == ()


def test_a_case_that_cannot_be_written_fails_alone(desk):
    def refuse(key, decide, now):
        raise ConflictError(key)

    class Store(type(desk.store)):
        change = staticmethod(refuse)

    broken = Store()
    broken.conversations, broken.alerts = desk.store.conversations, desk.store.alerts
    result = notify([CASE], replace(notifier_of(desk), store=broken))
    assert isinstance(result.failed[CASE], ConflictError)
    assert escalate(desk.store, desk.clock()).failed == []


def notifier_of(desk):
    return Notifier(
        store=desk.store,
        log=desk.store,
        lock=desk.lock,
        publish=desk.outbox.publish,
        wait_for_email=lambda: None,
        clock=desk.clock,
        policy=lambda: UNGROUPED,
        person_of=desk.person,
    )
