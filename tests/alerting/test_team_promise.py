"""What alerting promises to a team, in any order of customers, staff, silences, crashes and time."""

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from earshot.alerting.alert import alert_name
from earshot.alerting.due_alerts import RETRY_WAITS
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Status
from earshot.cases.conversation.opening import reopen
from earshot.cases.policy.policy import DEFAULT_POLICY, Grouping
from earshot.cases.policy.quiet_hours import QuietHours, Scope, Silence, mute_of
from earshot.cases.undo.undo import undo
from earshot.errors import AlertRefusedError, TransitionError
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason, Severity
from tests.alerting.team import Team
from tests.cases.policy.calendars import every_day
from tests.fakes import START, a_judgement, a_mention, an_own_post
from tests.memory_log import OneByOne

pytestmark = pytest.mark.slow

ACTS = ("acknowledge", "resolve", "reopen", "snooze", "answer", "undo")
FAULTS = ("log", "outcomes", "answers", "refusals")
TOPICS = ("outage", "money", "leaving")
# From noon to midnight; the story begins at nine.
AFTERNOONS = every_day("UTC", (12 * 60, 24 * 60))
# By then whatever waits for others has been told: the longest interval, an escalator's minute, a nudge.
SETTLED = timedelta(minutes=9)


class Killed(BaseException):
    """The process is gone."""


class Desk(RuleBasedStateMachine):
    """Customers of their own, each with one conversation, told of by the deployed rules, minute by minute."""

    def __init__(self) -> None:
        super().__init__()
        self.team = Team(replace(DEFAULT_POLICY, grouping=Grouping()))
        self.number, self.crashes, self.unconfirmed = 0, 0, 0
        self.answered_at_sending: list[str] = []
        self.team._publish = self.publish

    def publish(self, alert, at):
        for case_id in alert.case_ids:
            case = self.team.store.conversation(case_id).case
            if case.status is not Status.OPEN or case.ladder.alerting is not Alerting.DUE:
                self.answered_at_sending.append(case_id)
        self.team.sent.append((at, alert))
        return f"message-{len(self.team.sent)}"

    @property
    def cases(self):
        return sorted(self.team.store.cases, key=lambda case: case.id)

    @rule(topic=st.sampled_from(TOPICS), urgency=st.sampled_from([40, 65, 85]), many=st.sampled_from([1, 1, 2, 6]))
    def customers_complain(self, topic, urgency, many):
        for _ in range(many):
            self.number += 1
            mention = a_mention(
                str(self.number),
                f"@NimbusAir {topic} number{self.number}",
                conversation_id=str(self.number),
                author=Author(f"u{self.number}", f"u{self.number}", followers=10),
                created_at=self.team.clock(),
            )
            reasons = (Reason(f"stake.{topic}", urgency, "..."),)
            self.team.hear(mention, replace(a_judgement(urgency=urgency), reasons=reasons))

    @rule(
        pick=st.integers(0, 99), act=st.sampled_from(["acknowledge", "resolve", "reopen", "snooze", "answer", "undo"])
    )
    def somebody_acts(self, pick, act):
        if not self.cases:
            return
        case = self.cases[pick % len(self.cases)]
        key, at, policy = str(case.key), self.team.clock(), self.team.policy
        if act == "answer":
            if case.incident is None:
                self.number += 1
                to = {"conversation_id": case.key.conversation_id, "in_reply_to_user_id": case.author.id}
                own = an_own_post(str(10_000 + self.number), created_at=at, **to)
                self.team.hear(own, a_judgement())
            return
        acts = {
            "acknowledge": lambda it: it.acknowledge("mia", at, timedelta(minutes=30)),
            "resolve": lambda it: it.resolve("mia", at),
            "reopen": lambda it: reopen(it, "mia", at, target_for=policy.target, ladder_for=policy.ladder_for),
            "snooze": lambda it: it.snooze("mia", at, 30),
        }

        def decide(thread):
            if act == "undo":
                return undo(thread, "mia", at, policy.ladder_for)
            if (done := acts[act](thread.case)) is None:
                return None
            return replace(thread, case=done[0]), done[1] if act == "reopen" else done[1:]

        with contextlib.suppress(TransitionError):
            self.team.store.change(key, decide, at)

    @rule(topic=st.sampled_from(TOPICS), hours=st.integers(1, 3))
    def somebody_silences_a_topic(self, topic, hours):
        now = self.team.clock()
        silence = Silence(f"s{now}", Scope(topics=(topic,)), now, now + timedelta(hours=hours), "mia", "known")
        self.team.silences.append(silence)

    @rule(quiet=st.booleans())
    def quiet_hours_are_put_or_taken_away(self, quiet):
        hours = (QuietHours(AFTERNOONS),) if quiet else ()
        self.team.policy = replace(self.team.policy, quiet_hours=hours)

    @rule(calls=st.integers(0, 12))
    def the_notifier_dies(self, calls):
        left = calls

        def mortal(call):
            def perhaps(*args, **kwargs):
                nonlocal left
                if left == 0:
                    raise Killed
                left -= 1
                return call(*args, **kwargs)

            return perhaps

        store = OneByOne()
        for name in ("read", "intend", "record", "change", "conversations_and_authors", "save"):
            setattr(store, name, mortal(getattr(self.team.store, name)))
        names = ("enqueue", "acquire", "hold", "save_state", "release", "abandon")
        lock = type("Lock", (), {name: staticmethod(mortal(getattr(self.team.lock, name))) for name in names})
        self.crashes += 1
        with contextlib.suppress(Killed):
            self.team.notify(store=store, log=store, lock=lock, publish=mortal(self.publish))

    @rule(fault=st.sampled_from(FAULTS), minutes=st.integers(1, 12))
    def a_service_fails_for_a_while(self, fault, minutes):
        """The log cannot be written, or only its outcomes; SNS refuses, or sends without an answer."""

        def fails(*_):
            raise ConnectionError("the service is down")

        def sends_without_an_answer(alert, at):
            self.publish(alert, at)
            fails()

        def refuses(alert, at):
            raise AlertRefusedError("throttled")

        store = self.team.store
        broken = {"log": ("intend", "record"), "outcomes": ("record",)}.get(fault, ())
        self.team.log = OneByOne()
        for name in ("read", "intend", "record"):
            setattr(self.team.log, name, fails if name in broken else getattr(store, name))
        self.team._publish = {"answers": sends_without_an_answer, "refusals": refuses}.get(fault, self.publish)
        self.time_passes(minutes)
        self.team.log, self.team._publish = store, self.publish
        # At most two attempts in a quarter of an hour, for a case that was alerted when it began.
        self.unconfirmed += 2 if fault in ("outcomes", "answers") else 0

    @rule(minutes=st.integers(1, 12) | st.sampled_from([30, 70, 130]))
    def time_passes(self, minutes):
        for _ in range(minutes):
            self.team.clock.advance(minutes=1)
            self.team.minute()

    @invariant()
    def nothing_is_sent_about_a_case_that_was_answered_or_acknowledged(self):
        assert self.answered_at_sending == []

    @invariant()
    def no_rung_is_alerted_twice_except_after_a_crash(self):
        steps = Counter(
            (case_id, alert.channel, alert.name.split("#")[0], alert.rung, at)
            for at, alert in self.team.sent
            for case_id in alert.case_ids
        )
        again = sum(count - 1 for count in steps.values())
        assert again <= self.crashes

    @invariant()
    def no_message_leaves_that_was_not_logged_before_and_no_fault_multiplies_one(self):
        """Each message about a case on a channel is an attempt that its log knows of."""
        sent = Counter((case_id, str(alert.channel)) for _, alert in self.team.sent for case_id in alert.case_ids)
        for case in self.cases:
            attempts = Counter()
            for name, entry in self.team.store.read(str(case.key))[1].items():
                attempts[name.rpartition("#")[2]] += entry.attempts
                assert entry.attempts <= 1 + self.crashes + self.unconfirmed, (case.id, name)
            for channel in ("sms", "email"):
                assert sent[case.id, channel] <= attempts[channel]

    @invariant()
    def each_open_case_was_alerted_or_has_a_reason_to_wait(self):
        """Alerted, part of an incident, acknowledged, muted, snoozed, grouped or to be tried again; or it has only just
        been opened.
        """
        now, told = self.team.clock(), {case for _, alert in self.team.sent for case in alert.case_ids}
        quiet_hours, incidents = self.team.policy.quiet_hours, {one.id for one in self.cases if one.incident}
        for case in self.cases:
            if case.status is not Status.OPEN or case.assessment.severity not in (Severity.CRITICAL, Severity.HIGH):
                continue
            if case.id in told or case.incident_id in incidents:
                continue
            if case.ladder.delivery.grouped_until is not None:
                # It waits for others, and not for long.
                assert case.ladder.delivery.grouped_until - now <= SETTLED, case.id
                continue
            begun = case.ladder.started_at or START
            if case.ladder.delivery.retry_at is not None:
                # It is known that it was not told, and when it is tried again.
                assert case.ladder.delivery.retry_at - now <= RETRY_WAITS[-1], case.id
                continue
            is_kept_back = (
                case.ladder.muted_by or mute_of(case, now, quiet_hours, self.team.silences) or case.ladder.snoozed_until
            )
            assert is_kept_back or now - begun <= SETTLED, case.id
            # Whatever waits has a moment at which somebody looks at it.
            assert case.wake_at is not None or case.ladder.alerting is Alerting.OFF

    @invariant()
    def every_alert_that_is_logged_as_sent_was_sent(self):
        sent = {(case_id, alert.name.rpartition("#")[2]) for _, alert in self.team.sent for case_id in alert.case_ids}
        for case in self.cases:
            if case.ladder.alerting is Alerting.SENT:
                key = str(case.key)
                for channel in ("sms", "email"):
                    assert (case.id, channel) in sent
                    assert alert_name(case, case.ladder.step, channel) in self.team.store.alerts[key]


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
