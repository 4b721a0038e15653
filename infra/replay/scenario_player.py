"""Telling a story: the deployed functions on the embedded cloud and a clock of its own, and who receives what, when."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from earshot.alerting.recipients.subscriptions import Subscriptions
from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from earshot.alerting.roster.table import RosterTable
from earshot.api.case_actions import CaseAction
from earshot.cases.policy.table import PolicyTable
from earshot.cases.policy.toml_file import parse_policy
from earshot.mentions.queue import MentionQueue
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import environment
from infra.local.invoker import Invoker, ReplayClock
from infra.local.people import PEOPLE
from infra.replay.scenario import BRAND, Colleague, Scenario

_NAMES = {
    PEOPLE[f"{who}{kind}"]: name
    for who, name in (("OnCall", "on call"), ("Lead", "lead"), ("Executive", "executive"))
    for kind in ("Email", "Phone")
}
_MINUTE = timedelta(minutes=1)


class Died(BaseException):
    """The process is gone: nothing in it runs any more, no handler of errors either."""


class ScenarioPlayer:
    """Plays one story into a cloud that nothing else plays into."""

    def __init__(self, cloud: Cloud, story: Scenario) -> None:
        self._cloud, self._story = cloud, story
        self._clock = ReplayClock(story.begins)
        self._invoker = Invoker(cloud.engine, cloud.stack, self._clock)
        self._queue = MentionQueue(cloud.engine.client("sqs"), cloud.stack.outputs["MentionQueueUrl"])
        self._posts = list(story.posts)
        self._dies_after: str | None = None
        self._is_dead = False
        boto3.setup_default_session()
        boto3.DEFAULT_SESSION.events.register("before-call", self._before_call)
        boto3.DEFAULT_SESSION.events.register("after-call", self._after_call)

    def tell(self) -> Iterator[str]:
        """The timetable, line by line: ``09:05 lead: sms, email - nobody acknowledged in time``."""
        name, dynamodb = self._cloud.stack.outputs["CaseTableName"], self._cloud.engine.client("dynamodb")
        PolicyTable(dynamodb, name).write(self._story.policy, self._story.begins)
        with _staffed(self._cloud, self._story):
            self._cloud.inbox.collect()
            for minute in range(self._story.minutes + 1):
                self._clock.now = self._story.begins + minute * _MINUTE
                self._hear()
                self._do(minute)
                self._notify(minute)
                self._invoker.invoke("escalate", {})
                self._notify(minute)
                yield from self._received(minute)

    def _hear(self) -> None:
        heard = [post for post in self._posts if post.created_at <= self._clock.now]
        del self._posts[: len(heard)]
        self._invoker.drain_queue(self._queue.send(heard))

    def _do(self, minute: int) -> None:
        policy = parse_policy(self._story.policy)
        for doing in self._story.acts:
            if doing.at == minute:
                act = CaseAction(self._cloud.case_table, f"x#{doing.post}", doing.by, self._clock.now, policy=policy)
                acts = {
                    "acknowledge": act.acknowledge,
                    "hand over": act.hand_over,
                    "snooze": lambda act=act: act.snooze(30),
                    "resolve": lambda act=act: act.resolve("said in the story"),
                    "dismiss": act.dismiss,
                }
                acts[doing.what]()

    def _notify(self, minute: int) -> None:
        self._dies_after = next((crash.after for crash in self._story.crashes if crash.at == minute), None)
        # What the dead process had been handed is lost with it: the cases must bring it back.
        with suppress(Died):
            while self._invoker.drain_stream(pause=self._clock.pause):
                pass
        self._dies_after, self._is_dead = None, False

    def _before_call(self, **_: Any) -> None:
        if self._is_dead:
            raise Died

    def _after_call(self, model: Any, **_: Any) -> None:
        if model.name == self._dies_after:
            self._is_dead = True
            raise Died

    def _received(self, minute: int) -> Iterator[str]:
        """A line for each person and reason, what wakes somebody first."""
        lines: dict[tuple[str, str], list[str]] = {}
        for one in sorted(self._cloud.inbox.collect(), key=lambda one: (one["rung"] or "", one["channel"] != "sms")):
            who = _NAMES.get(one["to"]) or (one["people"] or [one["to"]])[0]
            count = len(one["case"].split(","))
            what = one["reason"] if count == 1 else f"{one['reason']}, {count} cases"
            lines.setdefault((who, what), []).append(one["channel"])
        for (who, what), channels in lines.items():
            yield f"{wall_clock(self._story, minute)} {who}: {', '.join(channels)} - {what}"


def wall_clock(story: Scenario, minute: int) -> str:
    """The time of a minute on the wall; with the day where the story goes beyond one."""
    zone = ZoneInfo(story.timezone)
    at, end = ((story.begins + number * _MINUTE).astimezone(zone) for number in (minute, story.minutes))
    return f"{at:%H:%M}" if story.begins.astimezone(zone).date() == end.date() else f"{at:%a %H:%M}"


def only_first_told(story: Scenario) -> Iterator[str]:
    """The timetable of a story in an embedded cloud of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="earshot-story-") as folder,
        embedded_cloud(Path(folder), [BRAND], triggers=False) as cloud,
        environment(cloud.engine.environ),
        (Path(folder) / "functions.log").open("a", encoding="utf-8") as log,
    ):
        with redirect_stdout(log):
            lines = list(ScenarioPlayer(cloud, story).tell())
        yield from lines


@contextmanager
def _staffed(cloud: Cloud, story: Scenario) -> Iterator[None]:
    """The story's people on the roster as long as it lasts; the addresses of the reachable are on the topic."""
    table = RosterTable(cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"])
    book = Subscriptions(cloud.engine.client("sns"), cloud.stack.outputs["AlertTopicArn"])
    roster = table.roster()
    for number, colleague in enumerate(story.people):
        person = _person(colleague, number)
        roster = roster.with_person(person)
        start = story.begins.date() - timedelta(days=1)
        roster = roster.with_rotation(Rotation(colleague.rung, (person.id,), TurnLength.DAY, time(0), "UTC", start))
        if colleague.reachable:
            book.subscribe_person(person)
    if story.people:
        table.save_roster(roster)
    try:
        yield
    finally:
        for number, colleague in enumerate(story.people):
            book.unsubscribe_person(_person(colleague, number).id)


def _person(colleague: Colleague, number: int) -> Person:
    name = colleague.name.lower()
    return Person(name, colleague.name, f"{name}@example.com", f"+1202555018{number}")
