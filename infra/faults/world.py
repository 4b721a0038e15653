"""The embedded cloud in which the scenario is played, again and again: nothing is left of the time before."""

from __future__ import annotations

import json
import random
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from ministack.services import dynamodb_streams

from earshot.alerting.recipients.mailboxes import SETTLING
from earshot.alerting.roster.roster import Roster
from earshot.mentions.sources.rss import document
from earshot.mentions.sources.rss.subscription import subscriptions_as_toml
from earshot.mentions.sources.rss.table import FeedsTable
from infra.faults.injector import Injector
from infra.faults.lambda_service import MentionQueue
from infra.faults.play import Play
from infra.faults.receiver import PORT as RECEIVER_PORT
from infra.faults.receiver import Receiver
from infra.faults.scenario import feeds
from infra.faults.scenario.posts import BRAND, POSTS, START, TERM
from infra.faults.scenario.staff import PEOPLE
from infra.local.cloud import Cloud, embedded_cloud, functions_log
from infra.local.engine.deployment import STACK, deploy, read_template
from infra.local.engine.engine import ACCOUNT, REGION, environment
from infra.local.feeds.server import FeedServer
from infra.local.lambdas.clock import MINUTE, ReplayClock
from infra.local.lambdas.default_session import fresh_default_session
from infra.local.lambdas.invoker import Invoker
from infra.local.loopback import answered_at_once
from infra.local.x.api import XApi

_MOST_SECONDS = 600.0
_CAPTURE = "earshot-published"
_TABLES = ("CaseTableName", "SourceTableName")


class Chance(random.Random):
    """In place of the system's random numbers, by which retries wait: the same in each run of a minute."""

    def __call__(self, count: int) -> bytes:
        return self.randbytes(count)


class _Invoker(Invoker):
    """The functions without the encoder: it asks nobody, and takes half of the time."""

    def __init__(self, world: World) -> None:
        super().__init__(world.cloud.engine, world.cloud.stack, world.clock)
        self._known = world.environs

    def environ(self, function: str) -> dict[str, str]:
        """The deployed environment, with a file of weights that is not there. It is asked for once."""
        if function not in self._known:
            self._known[function] = super().environ(function) | {"ENCODER_WEIGHTS": "none"}
        return dict(self._known[function])


class World:
    """One embedded cloud and the stand-ins; all of it is on the thread that plays."""

    def __init__(
        self, cloud: Cloud, x: XApi, feed_server: FeedServer, clock: ReplayClock, receiver: Receiver, injector: Injector
    ) -> None:
        self.cloud, self.x, self.feeds, self.clock, self.receiver = cloud, x, feed_server, clock, receiver
        self.injector = injector
        self.chance = Chance(0)
        self.environs: dict[str, dict[str, str]] = {}
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
        secrets = cloud.engine.client("secretsmanager")
        secrets.put_secret_value(
            SecretId=cloud.stack.outputs["WebhookSecretArn"], SecretString=json.dumps([receiver.entry()])
        )

    def begin(self) -> Play:
        """A run from the first minute on, without a fault."""
        self.injector.begin(None)
        self._reset()
        self.injector.begin(None)
        return Play(self)

    def new_process(self) -> Invoker:
        """Functions that have not started yet."""
        return _Invoker(self)

    def deploy_again(self) -> None:
        """Deploy the same template with another parameter, which changes nothing that is stored."""
        described = self.cloud.engine.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        parameters = {
            one.get("ParameterKey", ""): one.get("ParameterValue", "") for one in described.get("Parameters", [])
        }
        parameters["LogRetentionDays"] = "60" if parameters.get("LogRetentionDays") == "30" else "30"
        deploy(self.cloud.engine, parameters, triggers=False)
        self.environs.clear()

    def tables(self) -> Iterator[tuple[str, Mapping[tuple[str, str], Mapping[str, Any]]]]:
        """The tables, and their items as they are stored."""
        host = self.cloud.engine.host
        assert host is not None, "the emulator is hosted"
        for name in _TABLES:
            yield name, host.items(ACCOUNT, REGION, self.cloud.stack.outputs[name])

    def subscribed(self) -> Iterator[str]:
        """Who is subscribed to the topic."""
        topic = self.cloud.stack.outputs["AlertTopicArn"]
        for one in self.cloud.engine.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
            yield f"{one.get('Protocol')} {one.get('Endpoint')}"

    def take_published(self) -> list[Mapping[str, Any]]:
        """What was published since the last call."""
        return [json.loads(body) for body in self._take(self._published)]

    def take_dead_letters(self) -> list[str]:
        """The mentions that were given up since the last call."""
        return list(self._take(self.cloud.stack.outputs["MentionDeadLetterQueueUrl"]))

    def take_texts(self) -> list[dict[str, Any]]:
        """The text messages since the last call."""
        new = [one for one in self.cloud.engine.text_messages() if one["id"] not in self._texts]
        self._texts |= {one["id"] for one in new}
        return new

    def _take(self, url: str) -> Iterator[str]:
        while messages := self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message.get("ReceiptHandle", ""))
                yield message.get("Body", "")

    def _settle(self) -> None:
        """Let the escalator subscribe the mailboxes, and see that their filters are in force."""
        invoker = self.new_process()
        for before in (2 * SETTLING, MINUTE, timedelta(0)):
            self.clock.now = START - before
            self.injector.start("escalate")
            invoker.invoke("escalate", {})

    def _reset(self) -> None:
        """Empty the tables and queues, and set the clock back."""
        dynamodb = self.cloud.engine.client("dynamodb")
        for name, items in self.tables():
            table = self.cloud.stack.outputs[name]
            schema = dynamodb.describe_table(TableName=table)["Table"].get("KeySchema", [])
            for item in list(items.values()):
                key = {one["AttributeName"]: item[one["AttributeName"]] for one in schema}
                dynamodb.delete_item(TableName=table, Key=key)
        sns = self.cloud.engine.client("sns")
        for page in sns.get_paginator("list_subscriptions_by_topic").paginate(
            TopicArn=self.cloud.stack.outputs["AlertTopicArn"]
        ):
            for one in page["Subscriptions"]:
                if one.get("Protocol") == "email":
                    sns.unsubscribe(SubscriptionArn=one.get("SubscriptionArn", ""))
        self.cloud.wired.roster_table.save_roster(Roster(people=PEOPLE))
        sources = FeedsTable(dynamodb, self.cloud.stack.outputs["SourceTableName"])
        sources.write(subscriptions_as_toml([feeds.FEED]), START)
        self._settle()
        self.queue.clear()
        self.take_published()
        self.take_dead_letters()
        self.take_texts()
        self.cloud.inbox.collect()
        self.receiver.alerts.clear()
        self.x.faults.clear()


def _capture(cloud: Cloud) -> str:
    """A queue that gets whatever is published, as the topic's functions do."""
    sqs, sns = cloud.engine.client("sqs"), cloud.engine.client("sns")
    url = sqs.create_queue(QueueName=_CAPTURE)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=cloud.stack.outputs["AlertTopicArn"], Protocol="sqs", Endpoint=arn)
    return url


@contextmanager
def _alike_each_time(chance: Chance) -> Generator[None]:
    """The random numbers of the system are those of ``chance``, and what a machine takes for it ends nothing.

    A busy one ends no reading of a feed. The trials of one minute may take hours, in which the emulator would declare
    the iterators of its streams expired.
    """
    changed: tuple[tuple[Any, str, object], ...] = (
        (random, "_urandom", chance),
        (document, "PARSE_SECONDS", _MOST_SECONDS),
        (dynamodb_streams, "_ITERATOR_TTL_SECONDS", float("inf")),
    )
    before = [getattr(module, name) for module, name, _ in changed]
    for module, name, value in changed:
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name, _), value in zip(changed, before, strict=True):
            setattr(module, name, value)


@contextmanager
def world(state: Path) -> Generator[World]:
    """Deploy the template into this process. A process can do this once."""
    clock = ReplayClock(START)
    with (
        # First: whoever logs keeps the output that it finds when it is imported.
        functions_log(state / "functions.log"),
        XApi(POSTS, handles=[BRAND], until=clock) as x,
        FeedServer() as feed_server,
        Receiver() as receiver,
        embedded_cloud(
            state,
            [BRAND],
            parameters={"SearchTerms": TERM, "SmsDeliveryStatus": "on", "XApiUrl": x.url},
            triggers=False,
            hosted=True,
        ) as cloud,
        answered_at_once(
            {one.port: one for one in (x, cloud.comprehend, cloud.bedrock)}
            | {feeds.PORT: feed_server, RECEIVER_PORT: receiver}
        ),
        environment(cloud.engine.environ),
        fresh_default_session(cloud.engine.line) as session,
    ):
        cloud.give_x_token(x.token)
        injector = Injector(session, clock, lambda handle, seconds: made.queue.retry_soon(handle, seconds))
        made = World(cloud, x, feed_server, clock, receiver, injector)
        with _alike_each_time(made.chance):
            yield made
