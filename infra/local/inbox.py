"""The phones and mailboxes of the embedded cloud: what the alert topic would have sent to people.

Each SMS and email subscription of the topic gets a queue beside it with the same filter. What arrives there is
what that person would have got; it is kept in a file, one JSON object a line.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.local.engine import Engine
from infra.stack import Stack

PREFIX = "earshot-inbox"
_COPIED = ("alert", "at", "case", "channel", "correlation", "reason", "rung", "severity")


class Inbox:
    """Delivered messages, in ``file``."""

    def __init__(self, engine: Engine, stack: Stack, file: Path) -> None:
        self._sns = engine.client("sns")
        self._sqs = engine.client("sqs")
        self._topic = stack.outputs["AlertTopicArn"]
        self._file = file
        self._queues: dict[str, str] = {}

    def open(self) -> None:
        """Put a queue beside each subscription that has none."""
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        subscriptions = [subscription for page in pages for subscription in page["Subscriptions"]]
        taken = {subscription["Endpoint"].rpartition(":")[2] for subscription in subscriptions}
        people = [one for one in subscriptions if one["Protocol"] in ("sms", "email")]
        for number, person in enumerate(sorted(people, key=lambda one: (one["Endpoint"], one["SubscriptionArn"]))):
            name = f"{PREFIX}-{number}"
            url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
            self._queues[url] = person["Endpoint"]
            if name not in taken:
                self._subscribe(url, person["SubscriptionArn"])

    def collect(self) -> list[dict[str, Any]]:
        """Take in what was delivered since the last time; it is on disk before it leaves its queue."""
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

    def _subscribe(self, url: str, person: str) -> None:
        """Beside the subscription ``person``, with the same filter."""
        arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = self._sns.get_subscription_attributes(SubscriptionArn=person)["Attributes"].get("FilterPolicy", "{}")
        self._sns.subscribe(TopicArn=self._topic, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": policy})


def _message(to: str, notification: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name: value["Value"] for name, value in notification.get("MessageAttributes", {}).items()}
    copied = {name: attributes.get(name) for name in _COPIED}
    return {**copied, "to": to, "subject": notification.get("Subject"), "text": notification["Message"]}
