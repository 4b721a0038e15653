"""What each person receives, minute by minute: stories told on a fake clock, and their timetables written out."""

from collections import Counter
from datetime import timedelta

import pytest

from earshot.desk.acting import Act
from tests.fakes import a_mention, an_own_post
from tests.running import Running

pytestmark = pytest.mark.engine

RUNG = {1: "on call", 2: "lead", 3: "executive"}


def timetable(running: Running, minutes: int) -> list[str]:
    """What arrives in so many minutes, the functions called once in each: "5 min lead: sms, email"."""
    began, lines = running.clock(), []
    for _ in range(minutes + 1):
        running.escalate()
        if changes := running.invoker.changes():
            running.notify(*changes)
        received: dict[str, list[str]] = {}
        for rung, channel, _ in sorted(running.inbox(), key=lambda one: (one[0], one[1] != "sms")):
            received.setdefault(RUNG[int(rung)], []).append(channel)
        minute = int((running.clock() - began) / timedelta(minutes=1))
        lines += [f"{minute} min {who}: {', '.join(channels)}" for who, channels in received.items()]
        running.clock.now = began + timedelta(minutes=minute + 1)
    return lines


def acknowledge(running: Running, by: str = "mia") -> None:
    Act(running.table, "x#1", by, running.clock()).acknowledge()


def test_an_urgent_complaint_that_is_acknowledged_at_once_alerts_once(running: Running) -> None:
    running.hear(a_mention())
    assert timetable(running, 1) == ["0 min on call: sms, email"]
    acknowledge(running)
    assert timetable(running, 28) == []


def test_nobody_answers_until_the_executive_and_then_the_ladder_runs_once_more(running: Running) -> None:
    running.hear(a_mention())
    assert timetable(running, 90) == [
        "0 min on call: sms, email",
        "5 min lead: sms, email",
        "15 min executive: sms, email",
        "30 min on call: sms, email",
        "35 min lead: sms, email",
        "45 min executive: sms, email",
    ]


def test_acknowledged_and_then_forgotten_goes_on_with_the_next_rung(running: Running) -> None:
    running.hear(a_mention())
    assert timetable(running, 6) == ["0 min on call: sms, email", "5 min lead: sms, email"]
    acknowledge(running)
    # Half an hour later the case is open again. The waits that were left run from there.
    assert timetable(running, 70) == [
        "30 min executive: sms, email",
        "45 min on call: sms, email",
        "50 min lead: sms, email",
        "60 min executive: sms, email",
    ]
    assert "acknowledgement expired" in running.log()


def test_answered_on_the_network_before_the_first_rung_alerts_nobody(running: Running) -> None:
    running.hear(a_mention("1"))
    running.hear(an_own_post("2", in_reply_to_id="1"))
    assert timetable(running, 60) == []


def test_answered_between_two_rungs_alerts_nobody_further(running: Running) -> None:
    running.hear(a_mention("1"))
    assert timetable(running, 6) == ["0 min on call: sms, email", "5 min lead: sms, email"]
    running.hear(an_own_post("9", in_reply_to_id="1"))
    assert timetable(running, 60) == []


def test_snoozed_from_the_phone_is_quiet_and_then_the_same_rung_again(running: Running) -> None:
    running.hear(a_mention())
    assert timetable(running, 1) == ["0 min on call: sms, email"]
    Act(running.table, "x#1", "on call", running.clock()).snooze(30)
    assert timetable(running, 60) == [
        "30 min on call: sms, email",
        "35 min lead: sms, email",
        "45 min executive: sms, email",
        "60 min on call: sms, email",
    ]


@pytest.mark.parametrize(
    ("operation", "call"),
    [
        ("Query", 1),
        ("Query", 2),
        ("Publish", 1),
        ("Publish", 2),
        ("PutItem", 1),
        ("PutItem", 2),
        ("TransactWriteItems", 1),
    ],
)
def test_a_crash_between_any_two_steps_of_sending_loses_no_alert(running: Running, operation: str, call: int) -> None:
    running.hear(a_mention())
    seen = 0

    def crashes(body: str) -> bool:
        nonlocal seen
        seen += 1
        return seen == call

    with running.refusing(operation, crashes):
        if changes := running.invoker.changes():
            running.notify(*changes)
    assert seen >= call
    first = [f"{RUNG[int(rung)]}: {channel}" for rung, channel, _ in running.inbox()]
    later = timetable(running, 4)
    received = Counter(
        [*first, *(f"on call: {channel}" for line in later for channel in line.split(": ")[1].split(", "))]
    )
    assert set(received) == {"on call: sms", "on call: email"}
    assert sum(received.values()) <= 3
