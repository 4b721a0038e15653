"""The scenario, played through all functions on the embedded cloud, with one fault in it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from earshot.alerting.recipients.mailboxes import SETTLING
from earshot.cases.case.case import Case
from earshot.timestamps import parse_rfc3339
from infra.faults.event_shapes import api_request, receipt
from infra.faults.injector import Call, Fault, Injector
from infra.faults.lambda_service import EventQueue, FunctionError, Lambda, MentionQueue
from infra.faults.receiver import Receiver
from infra.faults.scenario import BRAND, MINUTES, POSTS, PRESSES, START, TERM, Press, case_of
from infra.faults.state_faults import StateFault
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.deployment import STACK, deploy, read_template
from infra.local.engine.engine import environment
from infra.local.lambdas.clock import MINUTE, ReplayClock
from infra.local.lambdas.default_session import fresh_default_session
from infra.local.lambdas.invoker import Invoker
from infra.local.x.api import XApi
from infra.local.x.faults import XFault

_CAPTURE = "earshot-published"


@dataclass(frozen=True, slots=True)
class Message:
    """An SMS or email that somebody received."""

    at: datetime
    to: str
    channel: str
    reason: str
    cases: tuple[str, ...]
    alert: str


@dataclass(slots=True)
class Outcome:
    """What the scenario left behind.

    ``mentions`` are the keys of the stored posts, ``cases`` the cases by id. ``pressed`` says for each press in which
    minute the API answered, and with which status. ``delivered`` counts the webhooks by alert. ``dead_letters`` are
    what was given up, in words. ``calls`` are those of the functions, in order, ``hit`` is the one that failed.
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


class _Invoker(Invoker):
    """The functions without the encoder: it asks nobody, and takes half of the time."""

    def environ(self, function: str) -> dict[str, str]:
        """The deployed environment, with a file of weights that is not there."""
        return super().environ(function) | {"ENCODER_WEIGHTS": "none"}


class World:
    """One embedded cloud, in which the scenario is played again and again; nothing is left of the time before."""

    def __init__(self, cloud: Cloud, x: XApi, clock: ReplayClock, receiver: Receiver, injector: Injector) -> None:
        self._cloud, self._x, self._clock, self._receiver, self._injector = cloud, x, clock, receiver, injector
        queue = read_template()["Resources"]["MentionQueue"]["Properties"]
        self._sqs = cloud.engine.client("sqs")
        self.queue = MentionQueue(
            self._sqs,
            cloud.stack.outputs["MentionQueueUrl"],
            clock,
            timedelta(seconds=queue["VisibilityTimeout"]),
            queue["RedrivePolicy"]["maxReceiveCount"],
        )
        self._published = _capture(cloud)
        self._texts: set[str] = set()
        self._hour = START.hour
        secrets = cloud.engine.client("secretsmanager")
        secrets.put_secret_value(
            SecretId=cloud.stack.outputs["WebhookSecretArn"], SecretString=json.dumps([receiver.entry()])
        )

    def play(
        self, fault: Fault | None = None, x_fault: tuple[int, XFault] | None = None, state: StateFault | None = None
    ) -> Outcome:
        """Play it once. ``x_fault`` is a fault of X, and the number of the request to X that meets it."""
        self._injector.begin(None)
        self._reset()
        outcome = Outcome()
        self._hour = START.hour
        self._injector.begin(fault)
        functions = Lambda(self._new_process, self._injector, self._clock)
        events = EventQueue(functions, self._clock)
        asked = len(self._x.calls)
        if x_fault is not None:
            self._x.inject(*[None] * x_fault[0], x_fault[1])
        offset = timedelta(0)
        for minute in range(MINUTES + 1):
            begins = START + minute * MINUTE
            if state is not None:
                state.strike(minute, functions.end_processes, self._deploy_again)
                functions.delivers_twice = state.is_delivered_twice(minute)
                before, offset = offset, state.offset(minute)
                # Set back it runs from there on, also where the minute before took longer than a minute.
                if offset < before:
                    self._clock.now = begins + offset
            self._clock.now = max(self._clock.now, begins + offset)
            self._minute(minute, functions, events, outcome)
        outcome.x_calls = len(self._x.calls) - asked
        outcome.calls, outcome.hit = self._injector.calls, self._injector.hit
        self._injector.begin(None)
        events.redrive()
        self._read(outcome, events)
        return outcome

    def _new_process(self) -> Invoker:
        return _Invoker(self._cloud.engine, self._cloud.stack, self._clock)

    def _deploy_again(self) -> None:
        """Deploy the same template with another parameter, which changes nothing that is stored."""
        described = self._cloud.engine.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        parameters = {
            one.get("ParameterKey", ""): one.get("ParameterValue", "") for one in described.get("Parameters", [])
        }
        parameters["LogRetentionDays"] = "60" if parameters.get("LogRetentionDays") == "30" else "30"
        deploy(self._cloud.engine, parameters, triggers=False)

    def _minute(self, minute: int, functions: Lambda, events: EventQueue, outcome: Outcome) -> None:
        events.run()
        _call(functions, "fetch", {})
        self.queue.deliver(functions)
        functions.deliver_changes()
        for press in PRESSES:
            if press.minute <= minute and press not in outcome.pressed:
                self._press(press, minute, functions, outcome)
        functions.deliver_changes()
        for function in ("escalate", "watch") if "WatchFunction" in self._cloud.stack.resources else ("escalate",):
            _call(functions, function, {})
            functions.deliver_changes()
        if self._clock.now.hour != self._hour:
            self._hour = self._clock.now.hour
            events.add("digest", {})
        for notification in self._take_published():
            attributes = {name: one["Value"] for name, one in notification.get("MessageAttributes", {}).items()}
            if attributes.get("channel") == "email" and "severity" in attributes:
                events.add("deliver", {"Records": [{"EventSource": "aws:sns", "Sns": notification}]})
        for text in self._take_texts():
            events.add("receipts", receipt(text["id"], text["to"]))

    def _press(self, press: Press, minute: int, functions: Lambda, outcome: Outcome) -> None:
        try:
            answer = functions.call(
                "api", api_request(f"/cases/{case_of(press.post)}/{press.action}", dict(press.body))
            )
        except FunctionError:
            return
        # A case that is not there yet is looked for again, as by somebody who was told of it on the phone.
        if answer["statusCode"] < 500 and answer["statusCode"] != 404:
            outcome.pressed[press] = (minute, answer["statusCode"])

    def _take_published(self) -> Iterator[Mapping[str, Any]]:
        while messages := self._sqs.receive_message(QueueUrl=self._published, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._published, ReceiptHandle=message.get("ReceiptHandle", ""))
                yield json.loads(message.get("Body", "{}"))

    def _take_texts(self) -> list[dict[str, Any]]:
        """The text messages since the last call."""
        new = [one for one in self._cloud.engine.text_messages() if one["id"] not in self._texts]
        self._texts |= {one["id"] for one in new}
        return new

    def _read(self, outcome: Outcome, events: EventQueue) -> None:
        stored = self._cloud.stored()
        outcome.mentions = frozenset(one.mention.key for one in stored.mentions)
        outcome.cases = {case.id: case for case in stored.cases}
        outcome.messages = [_message(one) for one in self._cloud.inbox.collect()]
        for name in self._receiver.alerts:
            outcome.delivered[name] = outcome.delivered.get(name, 0) + 1
        outcome.dead_letters = [f"mention: {record['body'][:80]}" for record in self.queue.given_up]
        # What a receipt said stays in SNS's own log: it is about an SMS that went out, and loses no alert.
        outcome.dead_letters += [f"event: {why}" for why in events.lost if not why.startswith("receipts")]
        url = self._cloud.stack.outputs["MentionDeadLetterQueueUrl"]
        while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            outcome.dead_letters += [f"mention: {message.get('Body', '')[:80]}" for message in messages]
            for message in messages:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message.get("ReceiptHandle", ""))

    def _settle(self) -> None:
        """Let the escalator subscribe the mailboxes, and see that their filters are in force."""
        invoker = self._new_process()
        for before in (2 * SETTLING, MINUTE, timedelta(0)):
            self._clock.now = START - before
            self._injector.start("escalate")
            invoker.invoke("escalate", {})

    def _reset(self) -> None:
        """Empty the tables and queues, and set the clock back."""
        dynamodb = self._cloud.engine.client("dynamodb")
        for name in ("CaseTableName", "SourceTableName"):
            table = self._cloud.stack.outputs[name]
            keys = [
                part["AttributeName"] for part in dynamodb.describe_table(TableName=table)["Table"].get("KeySchema", [])
            ]
            for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
                for item in page["Items"]:
                    dynamodb.delete_item(TableName=table, Key={part: item[part] for part in keys})
        sns = self._cloud.engine.client("sns")
        for page in sns.get_paginator("list_subscriptions_by_topic").paginate(
            TopicArn=self._cloud.stack.outputs["AlertTopicArn"]
        ):
            for one in page["Subscriptions"]:
                if one.get("Protocol") == "email":
                    sns.unsubscribe(SubscriptionArn=one.get("SubscriptionArn", ""))
        self._settle()
        self.queue.clear()
        list(self._take_published())
        self._take_texts()
        self._cloud.inbox.collect()
        self._receiver.alerts.clear()
        self._x.faults.clear()


def _call(functions: Lambda, function: str, event: Any) -> None:
    """Call a function of a schedule: where it fails, its next run has the work."""
    try:
        functions.call(function, event)
    except FunctionError:
        return


def _capture(cloud: Cloud) -> str:
    """A queue that gets whatever is published, as the topic's functions do."""
    sqs, sns = cloud.engine.client("sqs"), cloud.engine.client("sns")
    url = sqs.create_queue(QueueName=_CAPTURE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=cloud.stack.outputs["AlertTopicArn"], Protocol="sqs", Endpoint=arn)
    return url


def _message(one: Mapping[str, Any]) -> Message:
    cases = tuple(part for part in (one["case"] or "").split(",") if part)
    at = parse_rfc3339(one["at"], "at")
    return Message(at, one["to"], one["channel"], one["reason"], cases, one["alert"] or "")


@contextmanager
def world(state: Path) -> Generator[World]:
    """Deploy the template into this process. A process can do this once."""
    clock = ReplayClock(START)
    with (
        # First: whoever logs keeps the output that it finds when it is imported.
        functions_log(state / "functions.log"),
        XApi(POSTS, handles=[BRAND], until=clock) as x,
        Receiver() as receiver,
        embedded_cloud(
            state,
            [BRAND],
            parameters={"SearchTerms": TERM, "SmsDeliveryStatus": "on", "XApiUrl": x.url},
            triggers=False,
            hosted=True,
        ) as cloud,
        environment(cloud.engine.environ),
        fresh_default_session(cloud.engine.line) as session,
    ):
        cloud.give_x_token(x.token)
        injector = Injector(session, clock, lambda handle, seconds: made.queue.retry_soon(handle, seconds))
        made = World(cloud, x, clock, receiver, injector)
        yield made
