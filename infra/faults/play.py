"""One run of the scenario, minute by minute, with one fault in it or none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from earshot.aws.dynamodb import from_item
from earshot.cases.case.case import Case
from earshot.timestamps import parse_rfc3339
from infra.faults.event_shapes import api_request, receipt
from infra.faults.injector import Call, Fault
from infra.faults.lambda_service import EventQueue, FunctionError, Lambda
from infra.faults.scenario.feeds import EVERY_MINUTES, PATH, feed_at
from infra.faults.scenario.posts import MINUTES, START
from infra.faults.scenario.staff import PRESSES, Press
from infra.faults.state_faults import StateFault
from infra.local.lambdas.clock import MINUTE
from infra.local.x.faults import XFault

if TYPE_CHECKING:
    from infra.faults.world import World

# What is made by chance, or by the clock of the day: it differs from run to run, and nothing depends on it.
_BY_CHANCE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{32}\b")
_NEXT_DIGEST = START.replace(minute=0) + timedelta(hours=2)
_TOLD_BY = ("Subject", "Message", "MessageAttributes")


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried in one run: a fault of AWS, one of X at a request, or one of the machines' state."""

    fault: Fault | None = None
    state: StateFault | None = None
    x_fault: tuple[int, XFault] | None = None
    x_name: str = ""
    outage: timedelta = timedelta(0)

    def __str__(self) -> str:
        if self.fault is not None:
            return str(self.fault)
        if self.state is not None:
            return str(self.state)
        return f"request {self.x_fault and self.x_fault[0]} to X {self.x_name}"

    @property
    def kind(self) -> str:
        """What fails, in words that many trials share."""
        if self.fault is not None:
            return str(self.fault.kind)
        return str(self.state.kind) if self.state is not None else "X"


@dataclass(frozen=True, slots=True)
class Message:
    """An SMS or email that somebody received."""

    at: datetime
    to: str
    channel: str
    reason: str
    cases: tuple[str, ...]
    alert: str

    @property
    def is_notice(self) -> bool:
        """Whether it is for one colleague, and alerts nobody."""
        return self.alert.startswith("notice#")


@dataclass(slots=True)
class Outcome:
    """What the scenario left behind.

    ``mentions`` are the keys of the stored posts, ``cases`` the cases by id. ``pressed`` says for each press in which
    minute the API answered, and with which status. ``delivered`` counts the webhooks by alert. ``dead_letters`` are
    what was given up, in words. ``calls`` are those of the functions, in order, ``hit`` is the one that failed.
    For each minute ``calls_before`` and ``x_calls_before`` are how many there were before it, and ``states`` is what
    was stored and sent when it had ended, in short.
    """

    mentions: frozenset[str] = frozenset()
    cases: dict[str, Case] = field(default_factory=dict[str, Case])
    messages: list[Message] = field(default_factory=list[Message])
    pressed: dict[Press, tuple[int, int]] = field(default_factory=dict[Press, tuple[int, int]])
    delivered: dict[str, int] = field(default_factory=dict[str, int])
    dead_letters: list[str] = field(default_factory=list[str])
    calls: list[Call] = field(default_factory=list[Call])
    x_calls: int = 0
    hit: Call | None = None
    calls_before: list[int] = field(default_factory=list[int])
    x_calls_before: list[int] = field(default_factory=list[int])
    states: list[str] = field(default_factory=list[str])


class Play:
    """A run. ``minute`` plays the next minute; ``begin`` says what fails from there on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._functions = Lambda(world.new_process, world.injector, world.clock)
        self._events = EventQueue(self._functions, world.clock)
        self._outcome = Outcome()
        self._trial = Trial()
        self._hour, self._offset = START.hour, timedelta(0)
        self._asked = len(world.x.calls)
        self._told: list[str] = []
        self._digests: dict[tuple[str, str, str], tuple[object, str]] = {}
        self.next = 0
        """The minute that comes next."""

    def begin(self, trial: Trial) -> None:
        """Let this happen."""
        self._trial = trial
        self._world.injector.fault = trial.fault
        if trial.x_fault is not None:
            number, fault = trial.x_fault
            self._world.x.inject(*[None] * (number - len(self._world.x.calls) + self._asked), fault)

    def minute(self) -> None:
        """Play one minute."""
        minute, clock, state = self.next, self._world.clock, self._trial.state
        self.next += 1
        self._world.chance.seed(minute)
        self._outcome.calls_before.append(len(self._world.injector.calls))
        self._outcome.x_calls_before.append(len(self._world.x.calls) - self._asked)
        begins = START + minute * MINUTE
        if state is not None:
            state.strike(minute, self._functions.end_processes, self._world.deploy_again)
            self._functions.delivers_twice = state.is_delivered_twice(minute)
            before, self._offset = self._offset, state.offset(minute)
            # Set back it runs from there on, also where the minute before took longer than a minute.
            if self._offset < before:
                clock.now = begins + self._offset
        clock.now = max(clock.now, begins + self._offset)
        self._world.feeds.put(PATH, feed_at(minute))
        self._run_functions(minute)

    @property
    def hit(self) -> Call | None:
        """The call that has failed."""
        return self._world.injector.hit

    @property
    def is_over(self) -> bool:
        """Whether the last minute was played."""
        return self.next > MINUTES

    @property
    def has_struck(self) -> bool:
        """Whether nothing fails any more, whatever comes."""
        fault, state = self._trial.fault, self._trial.state
        if self._world.x.faults:
            return False
        if fault is not None and fault.at is not None:
            return len(self._world.injector.calls) > fault.at
        if fault is not None and fault.until is not None:
            return self._world.clock.now >= fault.until
        return state is None or not state.is_delivered_twice(self.next)

    def end(self) -> Outcome:
        """Redrive what was given up, as an operator does, run the digest of the next hour, and return what is there."""
        injector, outcome = self._world.injector, self._outcome
        outcome.x_calls = len(self._world.x.calls) - self._asked
        outcome.calls, outcome.hit = injector.calls, injector.hit
        injector.begin(None)
        self._events.redrive()
        # A digest that may not have been sent waits for the next hour.
        self._world.clock.now = max(self._world.clock.now, _NEXT_DIGEST + self._offset)
        _call(self._functions, "digest")
        self._read(outcome)
        return outcome

    def state(self) -> str:
        """What is stored, waits and was sent, in short: two runs in which it is the same go on alike.

        But for what their processes remember, such as settings that are read once a minute.
        """
        cloud, parts = self._world.cloud, list[str]()
        assert cloud.engine.host is not None, "the scenario is played in the process of the emulator"
        for table, items in self._world.tables():
            for key, item in items.items():
                known = self._digests.get((table, *key))
                if known is None or known[0] is not item:
                    text = _BY_CHANCE.sub("*", json.dumps(from_item(_of_wire(item)), sort_keys=True, default=str))
                    known = self._digests[table, *key] = item, hashlib.sha256(text.encode()).hexdigest()
                parts.append(f"{table} {_BY_CHANCE.sub('*', str(key))} {known[1]}")
        waiting: list[object] = [
            sorted(parts),
            self._told,
            sorted(self._world.subscribed()),
            self._world.queue.waiting(),
            self._events.waiting(),
            sorted(self._world.receiver.alerts),
            sorted((press.path, press.minute, *answer) for press, answer in self._outcome.pressed.items()),
            self._outcome.dead_letters,
            str(self._world.clock.now - START - self.next * MINUTE),
        ]
        return hashlib.sha256(_BY_CHANCE.sub("*", json.dumps(waiting, default=str)).encode()).hexdigest()

    def _run_functions(self, minute: int) -> None:
        functions, events = self._functions, self._events
        events.run()
        _call(functions, "fetch")
        if minute % EVERY_MINUTES == 0:
            _call(functions, "feedfetch")
        self._world.queue.deliver(functions)
        functions.deliver_changes()
        for press in PRESSES:
            if press.minute <= minute and press not in self._outcome.pressed:
                self._press(press, minute)
        functions.deliver_changes()
        for function in ("escalate", "watch"):
            _call(functions, function)
            functions.deliver_changes()
        if self._world.clock.now.hour != self._hour:
            self._hour = self._world.clock.now.hour
            events.add("digest", {})
        for notification in self._world.take_published():
            attributes = {name: one["Value"] for name, one in notification.get("MessageAttributes", {}).items()}
            self._told.append(json.dumps([notification.get(name) for name in _TOLD_BY], sort_keys=True))
            if attributes.get("channel") == "email" and "severity" in attributes:
                events.add("deliver", {"Records": [{"EventSource": "aws:sns", "Sns": notification}]})
        for text in self._world.take_texts():
            self._told.append(json.dumps([text["to"], text["text"], text["attributes"]], sort_keys=True))
            events.add("receipts", receipt(text["id"], text["to"]))
        self._outcome.dead_letters += [f"mention: {body[:80]}" for body in self._world.take_dead_letters()]

    def _press(self, press: Press, minute: int) -> None:
        try:
            answer = self._functions.call("api", api_request(press.path, press.asked))
        except FunctionError:
            return
        # A case that is not there yet is looked for again, as by somebody who was told of it on the phone.
        is_there = answer["statusCode"] < 500 and answer["statusCode"] != 404
        if is_there and not (press.posts and json.loads(answer["body"]).get("refused")):
            self._outcome.pressed[press] = (minute, answer["statusCode"])

    def _read(self, outcome: Outcome) -> None:
        stored = self._world.cloud.stored()
        outcome.mentions = frozenset(one.mention.key for one in stored.mentions)
        outcome.cases = {case.id: case for case in stored.cases}
        outcome.messages = [_message(one) for one in self._world.cloud.inbox.collect()]
        for name in self._world.receiver.alerts:
            outcome.delivered[name] = outcome.delivered.get(name, 0) + 1
        outcome.dead_letters += [f"mention: {record['body'][:80]}" for record in self._world.queue.given_up]
        # What a receipt said stays in SNS's own log: it is about an SMS that went out, and loses no alert.
        outcome.dead_letters += [f"event: {why}" for why in self._events.lost if not why.startswith("receipts")]
        outcome.dead_letters += [f"mention: {body[:80]}" for body in self._world.take_dead_letters()]


def _call(functions: Lambda, function: str) -> None:
    """Call a function of a schedule: where it fails, its next run has the work."""
    try:
        functions.call(function, {})
    except FunctionError:
        return


def _of_wire(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item as boto3 gives it."""
    from infra.local.engine.shortcuts.values import decoded

    return {name: decoded(value) for name, value in item.items()}


def _message(one: Mapping[str, Any]) -> Message:
    cases = tuple(part for part in (one["case"] or "").split(",") if part)
    at = parse_rfc3339(one["at"], "at")
    return Message(at, one["to"], one["channel"], one["reason"], cases, one["alert"] or "")


def play(world: World, trial: Trial | None = None) -> Outcome:
    """Play the scenario once, from its first minute to its last."""
    played = world.begin()
    played.begin(trial or Trial())
    for _ in minutes_of(played):
        continue
    return played.end()


def minutes_of(played: Play) -> Iterator[str]:
    """Play what is left; yields the state after each minute."""
    while not played.is_over:
        played.minute()
        yield played.state()
