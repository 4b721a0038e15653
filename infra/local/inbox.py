"""The phones and mailboxes of the embedded cloud: what the alert topic would have sent to people.

Each SMS and email subscription of the topic gets a queue beside it with the same filter. What arrives there is
what that person would have got; it is kept in a file, one JSON object a line.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.engine import Engine
from infra.stack import Stack

PREFIX = "earshot-inbox"
_COPIED = ("alert", "at", "case", "channel", "correlation", "reason", "rung", "severity")


@dataclass(frozen=True, slots=True)
class Inbox:
    """Delivered messages, in ``file``."""

    engine: Engine
    stack: Stack
    file: Path

    def open(self) -> None:
        """Put a queue beside each subscription that has none."""
        sns, sqs = self.engine.client("sns"), self.engine.client("sqs")
        topic = self.stack.outputs["AlertTopicArn"]
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        subscriptions = [subscription for page in pages for subscription in page["Subscriptions"]]
        taken = {subscription["Endpoint"].rpartition(":")[2] for subscription in subscriptions}
        people = [one for one in subscriptions if one["Protocol"] in ("sms", "email")]
        for number, person in enumerate(sorted(people, key=lambda one: (one["Endpoint"], one["SubscriptionArn"]))):
            name = f"{PREFIX}-{number}"
            if name in taken:
                continue
            url = sqs.create_queue(QueueName=name, tags={"to": person["Endpoint"]})["QueueUrl"]
            arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            attributes = sns.get_subscription_attributes(SubscriptionArn=person["SubscriptionArn"])["Attributes"]
            sns.subscribe(
                TopicArn=topic,
                Protocol="sqs",
                Endpoint=arn,
                Attributes={"FilterPolicy": attributes.get("FilterPolicy", "{}")},
            )

    def collect(self) -> list[dict[str, Any]]:
        """Take in what was delivered since the last time; it is on disk before it leaves its queue."""
        sqs = self.engine.client("sqs")
        arrived: list[dict[str, Any]] = []
        for url in sorted(sqs.list_queues(QueueNamePrefix=PREFIX).get("QueueUrls", [])):
            to = sqs.list_queue_tags(QueueUrl=url)["Tags"]["to"]
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                delivered = [_message(to, json.loads(message["Body"])) for message in messages]
                with self.file.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in delivered)
                for message in messages:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                arrived += delivered
        return sorted(arrived, key=lambda one: (one["at"], one["to"], one["channel"]))

    def messages(self) -> Iterator[dict[str, Any]]:
        """Everything delivered so far, oldest first."""
        if not self.file.exists():
            return iter(())
        with self.file.open(encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return iter(sorted(lines, key=lambda one: (one["at"], one["case"], one["rung"], one["channel"], one["to"])))


def _message(to: str, notification: Mapping[str, Any]) -> dict[str, Any]:
    attributes = {name: value["Value"] for name, value in notification.get("MessageAttributes", {}).items()}
    copied = {name: attributes.get(name) for name in _COPIED}
    return {**copied, "to": to, "subject": notification.get("Subject"), "text": notification["Message"]}
