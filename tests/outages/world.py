"""Every function on moto, one of whose clients is sent to a server that fails; time is simulated."""

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from earshot.cases.policy.table import PolicyTable
from infra.local.x.api import XApi
from tests.api.fakes import ENVIRON, Tables, create_link_secret, tables, template_resources
from tests.api.phones import settle_mailboxes, take_texts
from tests.fakes import CASE, NOTHING_WAITS, START
from tests.mentions.fakes import post
from tests.outages.server import Fault, FaultyServer
from tests.outages.simulated import Invocation, simulate_time

ENDPOINTS = {
    "comprehend": "AWS_ENDPOINT_URL_COMPREHEND",
    "bedrock": "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    "secretsmanager": "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    "dynamodb": "AWS_ENDPOINT_URL_DYNAMODB",
    "sns": "AWS_ENDPOINT_URL_SNS",
    "sqs": "AWS_ENDPOINT_URL_SQS",
}


@dataclass
class Outcome:
    """What an invocation did: its answer or the error that it raised, and how long it took at worst."""

    answer: Any
    error: Exception | None
    seconds: float
    timeout: float

    @property
    def is_in_time(self) -> bool:
        """Whether Lambda would not have ended it."""
        return self.seconds < self.timeout


@dataclass
class World:
    """The tables, queues, topic and secrets, healthy; and what the functions are wired with."""

    made: Tables
    patch: pytest.MonkeyPatch
    environ: dict[str, str]
    queue: str
    sqs: Any
    handlers: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def broken(self, client: str, fault: Fault) -> Iterator[FaultyServer]:
        """One client of the functions, which are wired anew, is sent to a server that fails; afterwards all is well."""
        with FaultyServer(fault) as server, self.patch.context() as patch:
            patch.setenv(ENDPOINTS[client], server.url)
            self.rewire()
            yield server
        self.rewire()

    def rewire(self) -> None:
        """Begin with new processes: nothing is remembered."""
        boto3.DEFAULT_SESSION = None
        self.handlers.clear()

    def call(self, name: str, event: Any, **environ: str) -> Outcome:
        """Call a function as Lambda would, with the time that the template gives it. It is wired once."""
        if name not in self.handlers:
            pause = {"pause": self.made.clock.pause} if name in ("notify", "deliver") else {}
            build = importlib.import_module(name).build
            self.handlers[name] = build(self.environ | environ, self.made.clock, **pause)
        timeout = template_resources()[f"{name.title()}Function"]["Properties"]["Timeout"]
        context = Invocation(name, timeout, self.made.clock)
        answer, error = None, None
        try:
            answer = self.handlers[name](event, context)
        except Exception as raised:  # noqa: BLE001 - Lambda takes whatever a function raises
            error = raised
        return Outcome(answer, error, context.seconds_used, timeout)

    def sent(self) -> list[str]:
        """The texts of the alerts that SNS has published or sent to a number since the last look."""
        texts = take_texts()
        while got := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                texts.append(json.loads(message["Body"])["Message"])
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return texts


def stream_event(*keys: str) -> dict[str, Any]:
    """What the table's stream calls the notifier with."""
    return {
        "Records": [
            {
                "eventID": str(number),
                "eventSource": "aws:dynamodb",
                "dynamodb": {"Keys": {"pk": {"S": f"CASE#{key}"}, "sk": {"S": "CASE"}}, "SequenceNumber": str(number)},
            }
            for number, key in enumerate(keys or (CASE,), 1)
        ]
    }


@contextmanager
def world(patch: pytest.MonkeyPatch, **environ: str) -> Iterator[World]:
    """A world for one test."""
    with tables() as made, XApi(handles=["NimbusAir"], until=made.clock) as x:
        sns, sqs, secrets = boto3.client("sns"), boto3.client("sqs"), boto3.client("secretsmanager")
        topic, phones = sns.create_topic(Name="alerts")["TopicArn"], sqs.create_queue(QueueName="phones")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=phones, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        create_link_secret()
        secrets.create_secret(Name="x", SecretString=json.dumps({"bearer_token": x.token}))
        secrets.create_secret(Name="webhooks", SecretString="[]")
        x.add(post(1, "@NimbusAir hello", minutes=-1))
        PolicyTable(made.client, ENVIRON["CASE_TABLE"]).write(NOTHING_WAITS, START)
        given: Mapping[str, str] = ENVIRON | {
            "ALERT_TOPIC_ARN": topic,
            "LINK_BASE_URL": "https://earshot.example",
            "MENTION_QUEUE_URL": sqs.create_queue(QueueName="mentions")["QueueUrl"],
            "MENTION_DEAD_LETTER_QUEUE_URL": sqs.create_queue(QueueName="dead")["QueueUrl"],
            "X_SECRET_ID": "x",
            "X_API_URL": x.url,
            "WEBHOOK_SECRET_ID": "webhooks",
            "ENCODER_WEIGHTS": "/nowhere/weights.npz",
            "COMPREHEND_MONTHLY_SPEND_LIMIT": "0",
            # How sure the others are of a post is no matter here.
            "COMPREHEND_POSTS": "all",
            "DIGEST_HOUR": "8",
            "RUNG_EMAILS": "1=on.call@example.com 2= 3=",
            "RUNG_PHONES": "1=+12025550101 2= 3=",
        }
        settle_mailboxes(given)
        simulate_time(made.clock, patch)
        yield World(made, patch, {**given, **environ}, phones, sqs)
