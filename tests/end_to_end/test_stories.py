"""What each person receives, minute by minute: stories told on a fake clock, and their timetables written out."""

import io
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from earshot.api.case_actions import CaseAction
from earshot.telemetry.powertools import logger
from infra.local.lambdas.invoker import Invoker
from infra.paths import SCENARIOS
from infra.replay.scenario import read_scenario
from infra.replay.scenario_player import ScenarioPlayer
from tests.deployed import Running
from tests.fakes import CASE, a_mention

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


STORIES = SCENARIOS
# A crowd takes minutes in the embedded cloud, and a night of quiet hours its hours: tests/alerting tells those as well.
FEW = sorted(
    path for path in STORIES.rglob("*.toml") if (story := read_scenario(path)).minutes <= 90 and len(story.posts) <= 30
)


@pytest.mark.parametrize("path", FEW, ids=lambda path: path.stem)
def test_a_scenario_goes_as_it_is_written(running: Running, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = read_scenario(path)
    if len(story.brands) > 1:
        # The cloud of the tests is deployed for one brand alone.
        deployed = Invoker.environ

        def with_brands(self: Invoker, function: str) -> dict[str, str]:
            environ = deployed(self, function)
            return environ | {name: ",".join(story.brands) for name in environ if name == "BRAND_HANDLES"}

        monkeypatch.setattr(Invoker, "environ", with_brands)
    assert list(ScenarioPlayer(running.cloud, story).play()) == list(story.expected)


def test_one_post_is_followed_through_the_logs_of_all_functions_that_it_meets(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the query of docs/operating.md: there are no traces, so this is how an operator sees what became of a post."""
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    running.classify(a_mention("1", "@NimbusAir you lost my suitcase and I am stranded, my insulin is in it"))
    timetable(running, 6)
    CaseAction(running.table, CASE, "mia", running.clock()).acknowledge()
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    found = [line for line in lines if line.get("correlation") == "x#1" or line.get("case") == CASE]
    assert [(line["function_name"], line["message"]) for line in found] == [
        ("classify", "mention heard"),
        *[("notify", "alert sent")] * 4,
    ]
    assert [(line["rung"], line["channel"]) for line in found[1:]] == [
        (1, "sms"), (1, "email"), (2, "sms"), (2, "email")
    ]  # fmt: skip
    assert {line["correlation"] for line in found} == {"x#1"}
    assert {line["case"] for line in found} == {CASE}


def test_snoozed_from_the_phone_is_quiet_and_then_the_same_rung_again(running: Running) -> None:
    running.hear(a_mention())
    assert timetable(running, 1) == ["0 min on call: sms, email"]
    CaseAction(running.table, CASE, "on call", running.clock()).snooze(30)
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
        ("PutItem", 3),
        ("PutItem", 4),
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
