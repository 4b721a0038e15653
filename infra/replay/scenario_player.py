"""Plays a scenario: the deployed functions on the embedded cloud and a clock of its own, and who receives what."""

import re
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import boto3
from botocore.model import OperationModel

from earshot.alerting.roster.roster import Person, Rotation, TurnLength
from earshot.api.bulk_actions import BulkStore, answer_all
from earshot.api.case_actions import ActionStore, CaseAction
from earshot.cases.case.key import CaseKey
from earshot.cases.policy.toml_file import parse_policy
from infra.local.cloud import Cloud, embedded_cloud
from infra.local.engine.engine import environment
from infra.local.lambdas.clock import MINUTE, ReplayClock
from infra.local.lambdas.invoker import Invoker
from infra.local.recipients import RECIPIENTS
from infra.replay.scenario import Colleague, Scenario, StaffAction

_NAMES = {
    RECIPIENTS[f"{who}{kind}"]: name
    for who, name in (("OnCall", "on call"), ("Lead", "lead"), ("Executive", "executive"))
    for kind in ("Email", "Phone")
}


class SimulatedCrash(BaseException):
    """The process has died: it is a BaseException, so that no error handler of the functions catches it."""


class ScenarioPlayer:
    """Plays one scenario into a cloud that nothing else uses."""

    def __init__(self, cloud: Cloud, scenario: Scenario) -> None:
        self._cloud, self._scenario = cloud, scenario
        self._clock = ReplayClock(scenario.starts_at)
        self._invoker = Invoker(cloud.engine, cloud.stack, self._clock)
        self._queue = cloud.wired.mention_queue
        self._posts = list(scenario.posts)
        self._names: dict[str, str] = dict(_NAMES)
        for person in (_person(colleague, number) for number, colleague in enumerate(scenario.people)):
            self._names |= {address: person.id for address in (person.email, person.phone) if address is not None}
        self._dies_after: str | None = None
        self._is_dead = False
        session = boto3.DEFAULT_SESSION = cloud.engine.line.session()
        session.events.register("before-call", self._before_call)
        session.events.register("after-call", self._after_call)

    def play(self) -> Iterator[str]:
        """A line for each alert, as it happens: ``09:05 lead: sms, email - nobody acknowledged in time``."""
        self._cloud.wired.policy_table.write(self._scenario.policy, self._scenario.starts_at)
        with _on_roster(self._cloud, self._scenario):
            self._cloud.inbox.collect()
            for minute in range(self._scenario.minutes + 1):
                self._clock.now = self._scenario.starts_at + minute * MINUTE
                self._send_posts()
                self._act(minute)
                self._notify(minute)
                self._invoker.invoke("escalate", {})
                self._notify(minute)
                yield from self._received(minute)

    def _send_posts(self) -> None:
        written = [post for post in self._posts if post.created_at <= self._clock.now]
        del self._posts[: len(written)]
        self._invoker.drain_queue(self._queue.send(written))

    def _act(self, minute: int) -> None:
        for action in self._scenario.actions:
            if action.at == minute:
                perform(action, self._scenario, self._cloud.case_table, self._clock.now)

    def _notify(self, minute: int) -> None:
        self._dies_after = next((crash.after for crash in self._scenario.crashes if crash.at == minute), None)
        # The records that the dead process had received are lost with it: the cases must bring the alerts back.
        with suppress(SimulatedCrash):
            while self._invoker.drain_stream(pause=self._clock.pause):
                pass
        self._dies_after, self._is_dead = None, False

    def _before_call(self, **_: object) -> None:
        if self._is_dead:
            raise SimulatedCrash

    def _after_call(self, model: OperationModel, **_: object) -> None:
        if model.name == self._dies_after:
            self._is_dead = True
            raise SimulatedCrash

    def _received(self, minute: int) -> Iterator[str]:
        """A line for each person and reason, SMS first."""
        lines: dict[tuple[str, str], list[str]] = {}
        for one in sorted(self._cloud.inbox.collect(), key=lambda one: (one["rung"] or "", one["channel"] != "sms")):
            who = self._names.get(str(one["to"]), str(one["to"]))
            what = about(self._scenario, one["reason"], one["case"].split(","), one["text"])
            lines.setdefault((who, what), []).append(one["channel"])
        for (who, what), channels in lines.items():
            yield f"{wall_clock(self._scenario, minute)} {who}: {', '.join(channels)} - {what}"


class StaffStore(ActionStore, BulkStore, Protocol):
    """What staff's actions need from the case table."""


def perform(action: StaffAction, scenario: Scenario, store: StaffStore, now: datetime) -> None:
    """Staff do with a case what the scenario says."""
    post = next(post for post in scenario.posts if post.id == str(action.post))
    policy = parse_policy(scenario.policy)
    case = CaseAction(store, str(CaseKey.of(post)), action.by, now, policy=policy)

    def answers_all() -> None:
        thread = [one for one in scenario.posts if one.conversation_id == post.conversation_id and not one.own]
        shown_in = next(filter(None, (store.conversation(str(CaseKey.of(one))).case for one in thread)))
        answer_all(store, shown_in, post.id, action.by, now, None)

    actions: dict[str, Callable[[], object]] = {
        "acknowledge": case.acknowledge,
        "hand over": case.hand_over,
        "snooze": lambda: case.snooze(30),
        "resolve": lambda: case.resolve("resolved in the scenario"),
        "dismiss": case.dismiss,
        "answers all": answers_all,
    }
    actions[action.what]()


def about(scenario: Scenario, reason: str, case_ids: Sequence[str], text: str) -> str:
    """Why there was an alert, and how many cases it is about, or which of the named customers its text names."""
    if len(case_ids) > 1:
        return f"{reason}, {len(case_ids)} cases"
    return ", ".join([reason, *(name for name in scenario.named if re.search(rf"@{name}\b", text))])


def wall_clock(scenario: Scenario, minute: int) -> str:
    """The local time of a minute, with the weekday where the scenario ends on another day than it starts."""
    zone = ZoneInfo(scenario.timezone)
    start = scenario.starts_at.astimezone(zone)
    at, end = ((scenario.starts_at + number * MINUTE).astimezone(zone) for number in (minute, scenario.minutes))
    return f"{at:%H:%M}" if start.date() == end.date() else f"{at:%a %H:%M}"


def play_scenario(scenario: Scenario) -> Iterator[str]:
    """Play a scenario in an embedded cloud of its own; yields the lines of ``ScenarioPlayer.play``."""
    with (
        tempfile.TemporaryDirectory(prefix="earshot-scenario-") as folder,
        embedded_cloud(Path(folder), scenario.brands, triggers=False) as cloud,
        environment(cloud.engine.environ),
        (Path(folder) / "functions.log").open("a", encoding="utf-8") as log,
    ):
        with redirect_stdout(log):
            lines = list(ScenarioPlayer(cloud, scenario).play())
        yield from lines


@contextmanager
def _on_roster(cloud: Cloud, scenario: Scenario) -> Generator[None]:
    """Put the scenario's people on the roster for the block, with the addresses of those who are reachable."""
    wired = cloud.wired
    roster, people = wired.roster_table.roster(), [_person(one, number) for number, one in enumerate(scenario.people)]
    for person, colleague in zip(people, scenario.people, strict=True):
        roster = roster.with_person(person)
        start = scenario.starts_at.date() - timedelta(days=1)
        roster = roster.with_rotation(Rotation(colleague.rung, (person.id,), TurnLength.DAY, time(0), "UTC", start))
        if not colleague.reachable and person.phone is not None:
            # Their only address is a number at which nothing arrives, as SNS's log has told.
            wired.receipt_table.mark_failing(person.phone, scenario.starts_at + timedelta(days=30))
    if people:
        wired.roster_table.save_roster(roster)
        cloud.settle_mailboxes()
    try:
        yield
    finally:
        mailboxes = {person.email for person in people}
        for one in wired.subscriptions.subscribed():
            if one.address in mailboxes and one.arn is not None:
                wired.subscriptions.unsubscribe(one.arn)


def _person(colleague: Colleague, number: int) -> Person:
    name = colleague.name.lower()
    email = f"{name}@example.com" if colleague.reachable else None
    return Person(name, colleague.name, email, f"+1202555018{number}")
