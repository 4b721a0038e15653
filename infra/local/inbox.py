"""The SMS and emails that the alert topic of the embedded cloud would have sent.

For each SMS and email subscription of the topic there is a queue with the same filter, also for one that the roster
adds or changes later. Messages are kept in a file, one JSON object a line, with the identifiers of the people that they
were for (``people``) where the roster named them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.local.engine.engine import Engine
from infra.ops.stack import Stack

PREFIX = "earshot-inbox"
_COPIED = ("alert", "at", "case", "channel", "correlation", "reason", "severity")


class Inbox:
    """The messages of one stack, kept in ``file``."""

    def __init__(self, engine: Engine, stack: Stack, file: Path) -> None:
        self._sns = engine.client("sns")
        self._sqs = engine.client("sqs")
        self._topic = stack.outputs["AlertTopicArn"]
        self._file = file
        self._queues: dict[str, str] = {}
        self._filters: dict[str, str] = {}

    def refresh(self) -> None:
        """Create a queue for each subscription that has none, and copy the current filter of each subscription."""
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        subscriptions = [one for page in pages for one in page["Subscriptions"]]
        queues = {one.get("Endpoint", "").rpartition(":")[2]: one.get("SubscriptionArn", "") for one in subscriptions}
        wanted: set[str] = set()
        for person in subscriptions:
            if person.get("Protocol") not in ("sms", "email"):
                continue
            endpoint = person.get("Endpoint", "")
            name = _queue_of(endpoint)
            wanted.add(name)
            url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
            self._queues[url] = endpoint
            self._subscribe(name, url, queues.get(name), self._filter_of(person.get("SubscriptionArn", "")))
        for name, arn in queues.items():
            if name.startswith(PREFIX) and name not in wanted:
                self._sns.unsubscribe(SubscriptionArn=arn)
                self._filters.pop(name, None)

    def collect(self) -> list[dict[str, Any]]:
        """The messages since the last call. Each is on disk before it is deleted from its queue."""
        self.refresh()
        arrived: list[dict[str, Any]] = []
        for url, to in self._queues.items():
            while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                delivered = [_message(to, json.loads(message.get("Body", "{}"))) for message in messages]
                with self._file.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in delivered)
                for message in messages:
                    self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message.get("ReceiptHandle", ""))
                arrived += delivered
        return sorted(arrived, key=lambda one: (one["at"], one["to"], one["channel"]))

    def messages(self) -> Iterator[dict[str, Any]]:
        """Everything delivered so far, oldest first."""
        if not self._file.exists():
            return iter(())
        with self._file.open(encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return iter(sorted(lines, key=lambda one: (one["at"], one["case"], one["rung"], one["channel"], one["to"])))

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


def _queue_of(endpoint: str) -> str:
    return f"{PREFIX}-{hashlib.sha256(endpoint.encode()).hexdigest()[:12]}"


def _message(to: str, notification: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name: value["Value"] for name, value in notification.get("MessageAttributes", {}).items()}
    copied = {name: attributes.get(name) for name in _COPIED}
    rung = attributes.get("for_rung") or attributes.get("rung")
    people = json.loads(attributes.get("to", "[]"))
    return {
        **copied,
        "rung": rung,
        "people": people,
        "to": to,
        "subject": notification.get("Subject"),
        "text": notification["Message"],
    }
