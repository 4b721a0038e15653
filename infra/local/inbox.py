"""The SMS and emails that the alert topic of the embedded cloud would have sent.

For each mailbox of the topic there is a queue with the same filter, also for one that is subscribed later. An SMS goes
straight to a number: the engine has what was sent to which. Messages are kept in a file, one JSON object a line.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from earshot.alerting.messages.sms import SENDER
from earshot.runtime import utc_now
from infra.local.engine.engine import Engine
from infra.ops.stack import Stack

PREFIX = "earshot-inbox"
_COPIED = ("alert", "at", "case", "channel", "correlation", "reason", "rung", "severity")


class Inbox:
    """The messages of one stack, kept in ``file``; of SMS those of all stacks, as nothing tells them apart at a phone.

    ``settling`` is how long a filter takes to come into force on ``clock``, as in SNS: 15 minutes at most. Before that
    the mailbox gets nothing.
    """

    def __init__(self, engine: Engine, stack: Stack, file: Path) -> None:
        self.settling = timedelta(0)
        self.clock: Callable[[], datetime] = utc_now
        self._engine = engine
        self._sns = engine.client("sns")
        self._sqs = engine.client("sqs")
        self._topic = stack.outputs["AlertTopicArn"]
        self._file = file
        self._queues: dict[str, str] = {}
        self._filters: dict[str, str] = {}
        self._changed_at: dict[tuple[str, str], datetime] = {}
        self._received = {one["id"] for one in self.messages() if "id" in one}

    def refresh(self) -> None:
        """Create a queue for each subscription that has none, and copy the current filter of each subscription."""
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        subscriptions = [one for page in pages for one in page["Subscriptions"]]
        queues = {one.get("Endpoint", "").rpartition(":")[2]: one.get("SubscriptionArn", "") for one in subscriptions}
        wanted, now = set[str](), self.clock()
        for person in subscriptions:
            if person.get("Protocol") != "email":
                continue
            endpoint = person.get("Endpoint", "")
            name = self._queue_of(endpoint)
            wanted.add(name)
            policy = self._filter_of(person.get("SubscriptionArn", ""))
            if now - self._changed_at.setdefault((name, policy), now) < self.settling:
                continue
            url = self._sqs.create_queue(QueueName=name, Attributes={"Policy": self._open_to_sns()})["QueueUrl"]
            self._queues[url] = endpoint
            self._subscribe(name, url, queues.get(name), policy)
        for name, arn in queues.items():
            if name.startswith(PREFIX) and name not in wanted:
                self._sns.unsubscribe(SubscriptionArn=arn)
                self._filters.pop(name, None)
                self._changed_at = {key: at for key, at in self._changed_at.items() if key[0] != name}

    def collect(self) -> list[dict[str, Any]]:
        """The messages since the last call. Each is on disk before it is deleted from its queue."""
        self.refresh()
        arrived = self._collect_sms()
        for url, to in self._queues.items():
            while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                delivered = [_email(to, json.loads(message.get("Body", "{}"))) for message in messages]
                self._keep(delivered)
                for message in messages:
                    self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message.get("ReceiptHandle", ""))
                arrived += delivered
        return sorted(arrived, key=_order)

    def messages(self) -> Iterator[dict[str, Any]]:
        """Everything delivered so far, oldest first."""
        if not self._file.exists():
            return iter(())
        with self._file.open(encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return iter(sorted(lines, key=_order))

    def _collect_sms(self) -> list[dict[str, Any]]:
        """The text messages since the last call, each with its id, by which a later process knows that it has it."""
        new = [one for one in self._engine.text_messages() if one["id"] not in self._received]
        delivered = [
            {"id": one["id"], **_message(one["to"], one["attributes"], None, one["text"].removeprefix(SENDER))}
            for one in new
        ]
        self._keep(delivered)
        self._received |= {one["id"] for one in new}
        return delivered

    def _keep(self, delivered: Iterable[Mapping[str, Any]]) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in delivered)

    def _queue_of(self, endpoint: str) -> str:
        """Of this topic alone: the same person may be told by the stack beside it, too."""
        return f"{PREFIX}-{hashlib.sha256(f'{self._topic} {endpoint}'.encode()).hexdigest()[:12]}"

    def _open_to_sns(self) -> str:
        """The policy of a queue that takes what the topic sends: an engine that enforces IAM asks for it."""
        sender = {
            "Principal": {"Service": "sns.amazonaws.com"},
            "Condition": {"ArnEquals": {"aws:SourceArn": self._topic}},
        }
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", **sender}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def _subscribe(self, name: str, url: str, existing: str | None, policy: str) -> None:
        """Subscribe the queue with the filter ``policy``, or update ``existing``, the ARN of its subscription."""
        if existing is None:
            arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            attributes = {"FilterPolicy": policy}
            self._sns.subscribe(TopicArn=self._topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
        elif self._filters.get(name) != policy:
            self._sns.set_subscription_attributes(
                SubscriptionArn=existing, AttributeName="FilterPolicy", AttributeValue=policy
            )
        self._filters[name] = policy

    def _filter_of(self, arn: str) -> str:
        return self._sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"].get("FilterPolicy", "{}")


def _order(one: Mapping[str, Any]) -> tuple[str, ...]:
    """By time. What is about no case, such as the digest, or was sent by another program, lacks some of it."""
    return tuple(one[name] or "" for name in ("at", "case", "rung", "channel", "to"))


def _email(to: str, notification: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name: value["Value"] for name, value in notification.get("MessageAttributes", {}).items()}
    return _message(to, attributes, notification.get("Subject"), notification["Message"])


def _message(to: str, attributes: Mapping[str, Any], subject: str | None, text: str) -> dict[str, Any]:
    return {**{name: attributes.get(name) for name in _COPIED}, "to": to, "subject": subject, "text": text}
