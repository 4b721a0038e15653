"""Alerts are sent for the case as it is now, once each; a crash repeats at most one."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.alerting.dispatch import notify
from earshot.alerting.escalation import escalate
from earshot.alerting.notifier import Notifier
from earshot.alerting.rate_limit import EMAILS_PER_SECOND, EmailRateLimit, RateLimitExceededError
from earshot.cases.case.ladder import NUDGE_AFTER, Alerting
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.policy.policy import DEFAULT_LADDER
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author
from earshot.triage.judgement import Intent
from tests.alerting.memory_lock import MemoryLock
from tests.fakes import (
    BRANDS,
    CASE,
    START,
    UNGROUPED,
    FakeClock,
    MemoryStore,
    Outbox,
    a_judgement,
    a_mention,
    an_own_post,
)
from tests.memory_log import Killed, Mortal

BOTH = [(1, "sms"), (1, "email")]


class Desk:
    """A store with one urgent case in it, and everything needed to alert somebody about it."""

    def __init__(self):
        self.clock, self.store, self.outbox = FakeClock(), MemoryStore(), Outbox()
        self.lock = MemoryLock()
        self.pace = EmailRateLimit(self.store.take_slot, self.clock, self.clock.pause)
        self.hear(a_mention("0"))

    def hear(self, mention, judgement=None):
        stored = StoredMention(mention, judgement or a_judgement(), self.clock())
        ingest(stored, self.store, FoldRules(BRANDS))

    def notify(self, **other):
        return self.try_to_notify(**other).alerts

    def try_to_notify(self, key=CASE, **other):
        parts = {
            "store": self.store,
            "log": self.store,
            "lock": self.lock,
            "publish": self.outbox.publish,
            "wait_for_email": self.pace.wait,
            "clock": self.clock,
            "policy": lambda: UNGROUPED,
        }
        return notify([key], Notifier(**parts | other))

    def escalate(self):
        return escalate(self.store, self.clock())

    @property
    def case(self):
        return self.store.cases[0]


@pytest.fixture
def desk():
    return Desk()


def test_an_urgent_case_alerts_the_first_rung_on_both_channels_and_says_so_in_the_log(desk):
    desk.notify()
    assert desk.outbox.sent == BOTH
    assert desk.case.ladder.alerting is Alerting.SENT
    assert desk.store.log(CASE) == ["opened", "escalated", "alerted"]


def test_a_record_that_is_delivered_twice_sends_its_alerts_once(desk):
    desk.notify()
    desk.notify()
    assert desk.outbox.sent == BOTH


@pytest.mark.parametrize("act", ["answered", "acknowledged", "resolved"])
def test_nothing_is_sent_for_a_case_that_somebody_dealt_with_meanwhile(desk, act):
    if act == "answered":
        desk.hear(an_own_post("2"), a_judgement(Intent.OTHER, 0))
    else:
        thread = desk.store.conversation(CASE)
        case, entry = getattr(thread.case, act.removesuffix("d") if act != "acknowledged" else "acknowledge")(
            "mia", desk.clock()
        )
        desk.store.save([(replace(thread, case=case), [entry])], now=desk.clock())
    assert desk.notify() == []
    assert desk.outbox.sent == []


def test_an_answer_to_one_customer_stops_no_alert_about_another_in_the_same_conversation(desk):
    leo = Author("8", "leo", "Leo Brandt", followers=10)
    desk.hear(a_mention("3", "@NimbusAir mine is lost too", author=leo))
    desk.hear(an_own_post("4", in_reply_to_id="3"), a_judgement(Intent.OTHER, 0))
    assert desk.try_to_notify("x-1-8-nimbusair").alerts == []
    desk.notify()
    assert [alert.case_ids for alert in desk.outbox.alerts] == [(CASE,), (CASE,)]


def test_an_answer_while_the_email_waits_stops_the_email(desk):
    def answered_meanwhile():
        desk.hear(an_own_post("2"), a_judgement(Intent.OTHER, 0))

    desk.notify(wait_for_email=answered_meanwhile)
    assert desk.outbox.sent == [(1, "sms")]


def test_a_channel_that_fails_is_retried_and_does_not_delay_the_other(desk):
    desk.outbox.failing = {"sms"}
    assert list(desk.try_to_notify().failed) == [CASE]
    assert desk.outbox.sent == [(1, "email")]
    desk.outbox.failing = set()
    desk.notify()
    assert desk.outbox.sent == [(1, "email"), (1, "sms")]


@pytest.mark.parametrize("dies_before", range(25))
def test_a_crash_between_any_two_steps_loses_no_alert_and_repeats_at_most_one(desk, dies_before):
    mortal = Mortal(dies_before)
    store = mortal.store(desk.store)

    class MortalLock:
        enqueue, acquire, hold, save_state, release, abandon = (
            mortal(getattr(desk.lock, name))
            for name in ("enqueue", "acquire", "hold", "save_state", "release", "abandon")
        )

    with contextlib.suppress(Killed):
        desk.notify(store=store, log=store, lock=MortalLock, publish=mortal(desk.outbox.publish))
    # Whoever died may still hold the lock. The escalator hands the case over again after a while.
    desk.clock.advance(seconds=NUDGE_AFTER.total_seconds())
    desk.escalate()
    desk.notify()
    assert set(desk.outbox.sent) == set(BOTH)
    assert len(desk.outbox.sent) <= 3
    assert desk.case.ladder.alerting is Alerting.SENT


def test_the_ladder_goes_up_until_it_ends_and_every_step_fires_once(desk):
    fired = []
    for _ in range(60):
        desk.escalate()
        fired += [(desk.clock(), alert.rung) for alert in desk.notify() if alert.channel == "sms"]
        desk.clock.advance(minutes=1)
    assert fired == [(START + timedelta(minutes=step.after_minutes), step.rung) for step in DEFAULT_LADDER]
    assert desk.case.ladder.wakes_at is None
    reasons = [str(alert.reason) for alert in desk.outbox.alerts if alert.channel == "sms"]
    assert reasons == ["urgent case", *["nobody acknowledged in time"] * 2, *["still nobody: the ladder again"] * 3]


def test_an_alert_that_the_stream_lost_is_nudged_and_no_rung_is_left_out(desk):
    desk.clock.advance(seconds=NUDGE_AFTER.total_seconds())
    assert desk.escalate().climbed == [CASE]
    assert desk.store.log(CASE)[-1] == "nudged"
    desk.clock.advance(minutes=5)
    desk.escalate()
    desk.notify()
    assert [alert.rung for alert in desk.outbox.alerts if alert.channel == "sms"] == [1, 2]


def test_a_case_that_fails_does_not_stop_the_ladders_of_others(desk):
    desk.hear(a_mention("5", conversation_id="5", text="@NimbusAir quite another thing"))
    desk.clock.advance(minutes=6)
    broken = desk.store.save

    def save(changes, *, now):
        if changes[0][0].key == CASE:
            raise ConnectionError("no answer")
        return broken(changes, now=now)

    desk.store.save = save
    done = desk.escalate()
    assert (done.climbed, [key for key, _ in done.failed]) == (["x-5-7-nimbusair"], [CASE])


def test_emails_stay_below_the_rate_that_sns_allows():
    clock, store = FakeClock(), MemoryStore()
    pace = EmailRateLimit(store.take_slot, clock, clock.pause)
    for _ in range(4 * EMAILS_PER_SECOND):
        pace.wait()
    assert max(store.slots.values()) == EMAILS_PER_SECOND < 10
    assert clock() == START + timedelta(seconds=3)


def test_an_email_that_waits_too_long_is_left_to_the_retry():
    clock = FakeClock()
    with pytest.raises(RateLimitExceededError):
        EmailRateLimit(lambda name, most, now: False, clock, clock.pause).wait()


def test_the_notification_log_does_not_contain_the_action_link(desk):
    secret = "https://e.example/l/0123456789abcdefghijkl"
    asked = []

    def link_to(due, audience, now, others):
        asked.append((due.key, due.case.id, due.step, str(due.channel)))
        return secret

    desk.notify(link_to=link_to)
    assert asked == [(CASE, CASE, 1, "sms"), (CASE, CASE, 1, "email")]
    assert all(secret in alert.text for alert in desk.outbox.alerts)
    logged = list(desk.store.alerts[CASE].values())
    assert len(logged) == 2
    assert secret not in str(logged)
    assert all("(the link)" in alert["text"] for alert in logged)
