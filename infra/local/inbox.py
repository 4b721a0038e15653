"""The phones and mailboxes of the embedded cloud: what the alert topic would have sent to people.

Each SMS and email subscription of the topic gets a queue beside it with the same filter, also one that the roster
makes or changes later. What arrives there is what that person would have got; it is kept in a file, one JSON object a
line, with the identifiers of the people that it was for (``people``), where the roster named them.
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
    """Delivered messages, in ``file``."""

    def __init__(self, engine: Engine, stack: Stack, file: Path) -> None:
        self._sns = engine.client("sns")
        self._sqs = engine.client("sqs")
        self._topic = stack.outputs["AlertTopicArn"]
        self._file = file
        self._queues: dict[str, str] = {}
        self._filters: dict[str, str] = {}

    def open(self) -> None:
        """Put a queue beside each subscription that has none, and give each the filter that its neighbour has now."""
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        subscriptions = [subscription for page in pages for subscription in page["Subscriptions"]]
        beside = {one["Endpoint"].rpartition(":")[2]: one["SubscriptionArn"] for one in subscriptions}
        wanted: set[str] = set()
        for person in subscriptions:
            if person["Protocol"] not in ("sms", "email"):
                continue
            name = _queue_of(person["Endpoint"])
            wanted.add(name)
            url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
            self._queues[url] = person["Endpoint"]
            self._follow(name, url, beside.get(name), self._filter_of(person["SubscriptionArn"]))
        for name, arn in beside.items():
            if name.startswith(PREFIX) and name not in wanted:
                self._sns.unsubscribe(SubscriptionArn=arn)
                self._filters.pop(name, None)

    def collect(self) -> list[dict[str, Any]]:
        """Take in what was delivered since the last time; it is on disk before it leaves its queue."""
        self.open()
        arrived: list[dict[str, Any]] = []
        for url, to in self._queues.items():
            while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                delivered = [_message(to, json.loads(message["Body"])) for message in messages]
                with self._file.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in delivered)
                for message in messages:
                    self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                arrived += delivered
        return sorted(arrived, key=lambda one: (one["at"], one["to"], one["channel"]))

    def messages(self) -> Iterator[dict[str, Any]]:
        """Everything delivered so far, oldest first."""
        if not self._file.exists():
            return iter(())
        with self._file.open(encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return iter(sorted(lines, key=lambda one: (one["at"], one["case"], one["rung"], one["channel"], one["to"])))

    def _follow(self, name: str, url: str, beside: str | None, policy: str) -> None:
        """See to it that the queue lets through what ``policy`` does; ``beside`` is its subscription, if it has one."""
        if beside is None:
            arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            attributes = {"FilterPolicy": policy}
            self._sns.subscribe(TopicArn=self._topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
        elif self._filters.get(name) != policy:
            self._sns.set_subscription_attributes(
                SubscriptionArn=beside, AttributeName="FilterPolicy", AttributeValue=policy
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
