"""The state of a case's alerts: it says what happened, and what the notifier will do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.cases.alert_state.alert_state import NOT_SENT_AFTER, AlertState, AlertStatus, alert_state, is_untold
from earshot.cases.alert_state.outlook import Outlook, Suppression
from earshot.cases.case.inhibition import await_retry, group_until, join_incident, mute
from earshot.cases.case.ladder import Ladder
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.incidents.incident import Incident
from earshot.cases.ingest import ingest
from earshot.cases.policy.policy import DEFAULT_POLICY
from earshot.cases.policy.quiet_hours import QuietHours, Scope, Silence
from earshot.cases.stored_mention import StoredMention
from tests.cases.policy.calendars import every_day
from tests.fakes import BRANDS, CASE, START, MemoryStore, a_judgement, a_mention, changed

MINUTE = timedelta(minutes=1)
INCIDENT = Incident("incident-1", "outage", ("NimbusAir#about:outage",), START, START, 5, 0.1)


def a_case(urgency=65, **given):
    store = MemoryStore()
    ingest(StoredMention(a_mention("0", **given), a_judgement(urgency=urgency), START), store, FoldRules(BRANDS))
    return store.conversation(CASE).case


DUE = a_case()
SENT = DUE.mark_alerted(START)[0]
LATER = changed(DUE, ladder=Ladder()).start_ladder(DUE.ladder.steps, START + 60 * MINUTE)
TAKEN = SENT.acknowledge("mia", START)[0]
UNLESS = " unless somebody acts"
TEXTS = [
    (DUE, "rung 1 is being alerted; rung 2 is alerted at 09:05 UTC unless somebody acts"),
    (SENT, "rung 1 was alerted; rung 2 is alerted at 09:05 UTC unless somebody acts"),
    (group_until(DUE, START + MINUTE, START)[0], "rung 1 will be alerted at 09:01 UTC, together with others"),
    (
        await_retry(DUE, START + 2 * MINUTE, "no answer", START)[0],
        "rung 1 could not be told yet: sending it was not confirmed, and is tried again at 09:02 UTC",
    ),
    (
        changed(await_retry(DUE, START + 2 * MINUTE, "no answer", START)[0], ladder__delivery__told_at=START),
        "rung 1 was alerted; rung 2 is alerted at 09:05 UTC" + UNLESS,
    ),
    (mute(DUE, 1, START + 60 * MINUTE, "quiet hours", START)[0], "muted until 10:00 UTC: quiet hours"),
    (SENT.snooze("mia", START, 30)[0], "snoozed until 09:30 UTC by mia"),
    (join_incident(DUE, INCIDENT, START)[0], "an incident alerts in its place: incident-1"),
    (
        SENT.acknowledge("mia", START)[0],
        "alerts have stopped: mia has the case; rung 2 is alerted at 09:30 UTC" + UNLESS,
    ),
    (SENT.acknowledge("mia", START, None)[0], "alerts have stopped: mia has the case"),
    (SENT.resolve("mia", START)[0], "alerts have stopped: mia resolved the case"),
    (SENT.mark_answered(START, START + MINUTE, "NimbusAir")[0], "alerts have stopped: the brand has answered"),
    (a_case(40), "nobody is alerted: its severity is normal"),
    (a_case(baseline=True), "nobody is alerted: its posts are older than Earshot's listening"),
    (changed(DUE, ladder=Ladder()), "nobody is alerted: no ladder runs for it"),
    (LATER, "rung 1 will be alerted at 10:00 UTC"),
]


@pytest.mark.parametrize(("case", "text"), TEXTS, ids=[text[:40] for _, text in TEXTS])
def test_every_state_is_said_in_one_sentence(case, text):
    assert alert_state(case).text() == text


def test_the_last_rung_says_that_nobody_else_will_be_alerted():
    last = changed(SENT, ladder__step=len(SENT.ladder.steps))
    assert alert_state(last).text() == "rung 3 was alerted; nobody else will be alerted"


def test_what_is_tried_again_and_again_could_not_be_told():
    case, at = DUE, START
    while at < START + NOT_SENT_AFTER:
        assert alert_state(case).status is AlertStatus.SENDING
        at += 2 * MINUTE
        case = case.nudge(at)[0]
    assert alert_state(case).status is AlertStatus.NOT_SENT
    assert "due at 09:00 UTC" in alert_state(case).text()


def outlook(case, policy=DEFAULT_POLICY, **suppression):
    return Outlook(START, policy, lambda: Suppression(**suppression)).of(case)


def test_what_is_due_this_moment_is_told_as_what_the_notifier_will_do_with_it():
    assert outlook(DUE) == AlertState(AlertStatus.GROUPED, 1, START + MINUTE)
    critical = a_case(90)
    assert outlook(critical) == alert_state(critical)
    silence = Silence("s", Scope(severities=("high",)), START, START + 30 * MINUTE, "leo", "known")
    assert outlook(DUE, silences=(silence,)).text() == "muted until 09:30 UTC: the silence of leo (known)"
    assert outlook(critical, silences=(silence,)).status is AlertStatus.SENDING
    quiet = replace(DEFAULT_POLICY, quiet_hours=(QuietHours(every_day("UTC", (12 * 60, 24 * 60))),))
    assert outlook(DUE, quiet).text() == "muted until 12:00 UTC: the quiet hours outside 'daily'"
    member = changed(DUE, incident_id=INCIDENT.id)
    assert outlook(member, incidents=(INCIDENT,)).text() == "an incident alerts in its place: incident-1"


def test_what_is_not_due_reads_nothing():
    def read():
        raise AssertionError("nothing is due")

    assert Outlook(START, DEFAULT_POLICY, read).of(SENT) == alert_state(SENT)


def test_whoever_hands_over_to_nobody_is_told_so():
    idle = changed(a_case(40), ladder=Ladder())
    freed = idle.acknowledge("mia", START)[0].hand_over("mia", START, ())[0]
    assert outlook(freed).text() == "nobody is alerted: its severity is normal"


OPENED = DUE.ladder.step_at(1)


@pytest.mark.parametrize(
    ("case", "minutes", "untold"),
    [
        (DUE, 9, False),
        (DUE, 10, True),
        (changed(DUE, ladder__delivery__told_at=OPENED), 60, False),
        (SENT, 60, False),
        (TAKEN, 60, False),
        (a_case(40), 60, False),
        # It waits for others on purpose, and after that it has as long as any other.
        (group_until(DUE, OPENED + 30 * MINUTE, OPENED)[0], 29, False),
        (changed(group_until(DUE, OPENED + 30 * MINUTE, OPENED)[0], ladder__delivery__grouped_until=None), 39, False),
        (changed(group_until(DUE, OPENED + 30 * MINUTE, OPENED)[0], ladder__delivery__grouped_until=None), 40, True),
        # It is tried again later, because nobody knows whether it was sent: nobody may know of it meanwhile.
        (await_retry(DUE, OPENED + 15 * MINUTE, "no answer", OPENED)[0], 10, True),
        (mute(DUE, 1, OPENED + 60 * MINUTE, "quiet hours", OPENED)[0], 30, False),
    ],
)
def test_a_case_is_untold_after_ten_minutes_in_which_nobody_is_known_to_have_been_told(case, minutes, untold):
    assert is_untold(case, OPENED + minutes * MINUTE) is untold


def test_a_ladder_that_goes_up_while_nobody_is_told_does_not_begin_anew():
    risen = changed(DUE, ladder=DUE.ladder.climb(OPENED + 5 * MINUTE)[0])
    assert risen.ladder.step == 2
    assert [is_untold(risen, OPENED + minutes * MINUTE) for minutes in (9, 10)] == [False, True]
    told = changed(risen, ladder__delivery__told_at=OPENED + 6 * MINUTE)
    assert not is_untold(told, OPENED + 60 * MINUTE)


def test_what_has_waited_for_its_group_is_being_sent_and_not_late():
    grouped = group_until(DUE, OPENED + 30 * MINUTE, OPENED)[0]
    nudged = changed(grouped, ladder=grouped.ladder.nudge(OPENED + 30 * MINUTE)[0])
    assert alert_state(nudged).status is AlertStatus.SENDING
