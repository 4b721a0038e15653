"""The deployed functions on the embedded cloud, called with the events that Lambda gives them, one by one."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from earshot.aws.dynamodb import from_item
from earshot.cases.case.case import Case
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import IngestResult, ingest
from earshot.cases.policy.table import PolicyTable
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.keys import entries_of
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.mentions.source_table import SourceTable
from earshot.triage.judgement import Judgement
from infra.local.case_table import CaseTableContents, read_case_table
from infra.local.cloud import Cloud
from infra.local.inbox import Inbox
from infra.local.lambdas.invoker import Invoker
from infra.replay import replay as replay_module
from tests.aws.roles import Roles, asked_in
from tests.fakes import BRANDS, CASE, NOTHING_WAITS, START, FakeClock, a_judgement

RETENTION = timedelta(days=400)
# What a handler of ``before-call`` returns in place of a call: the service refuses it for its rate.
THROTTLED = (
    AWSResponse("https://sns", 400, {}, None),
    {"Error": {"Code": "Throttled", "Message": "Rate exceeded"}, "ResponseMetadata": {"HTTPStatusCode": 400}},
)
Refusal = Callable[[str], bool]


@dataclass
class Running:
    """A cloud for one test. ``calls`` counts what the functions asked of each service since the test began."""

    cloud: Cloud
    clock: FakeClock
    invoker: Invoker
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    _refusals: dict[str, Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.roles = Roles.of(self.cloud.engine)

    @classmethod
    def on(cls, cloud: Cloud, clock: FakeClock) -> "Running":
        """Forget what earlier tests left, and count and watch every call from here on."""
        _forget(cloud)
        running_policy(cloud, NOTHING_WAITS)
        boto3.DEFAULT_SESSION = cloud.engine.line.session()
        running = cls(cloud, clock, Invoker(cloud.engine, cloud.stack, clock))
        boto3.DEFAULT_SESSION.events.register("before-call", running._before_call)
        return running

    # ------------------------------------------------------------------------------------------------ calling

    def classify(self, *bodies: Mention | str, receives: int = 1) -> list[str]:
        """Call the classifier with messages named m0, m1 ...; the names of those that it reports as failed."""
        records = [sqs_record(f"m{number}", body, receives) for number, body in enumerate(bodies)]
        return failures(self.invoker.invoke("classify", {"Records": records}))

    def notify(self, *records: dict[str, Any]) -> list[str]:
        """Call the notifier with these records of the stream, by default with what passes its filter now."""
        given = list(records) or self.invoker.changes()
        return failures(self.invoker.invoke("notify", {"Records": given}, pause=self.clock.pause))

    def escalate(self) -> dict[str, int]:
        """Call the escalator."""
        return self.invoker.invoke("escalate", {"version": "2.0"})

    def watch(self) -> dict[str, int]:
        """Call the watch."""
        return self.invoker.invoke("watch", {"version": "2.0"})

    def digest(self) -> bool:
        """Call the digest; says whether it sent one."""
        return self.invoker.invoke("digest", {"version": "2.0"})["sent"]

    def hear(self, mention: Mention, judgement: Judgement | None = None) -> IngestResult:
        """Store a mention with a judgement given by the test, as the classifier would have."""
        stored = StoredMention(mention, judgement or a_judgement(), self.clock())
        return ingest(stored, self.table, FoldRules(BRANDS))

    @contextmanager
    def refusing(self, operation: str, when: Refusal = lambda body: True) -> Iterator[None]:
        """DynamoDB or SNS fails at ``operation`` (in their spelling) wherever the request's body is such."""
        self._refusals[operation] = when
        try:
            yield
        finally:
            del self._refusals[operation]

    # ------------------------------------------------------------------------------------------------- looking

    @property
    def table(self) -> CaseTable:
        return CaseTable(self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"], RETENTION)

    @property
    def sources(self) -> SourceTable:
        return SourceTable(self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["SourceTableName"])

    @property
    def stored(self) -> CaseTableContents:
        """Everything that the case table holds."""
        return read_case_table(self.cloud.engine.client("dynamodb"), self.cloud.stack.outputs["CaseTableName"])

    @property
    def ids(self) -> list[str]:
        """The ids of the stored mentions, in order."""
        return sorted((one.mention.id for one in self.stored.mentions), key=int)

    def case(self, key: str = CASE) -> Case:
        found = self.table.conversation(key).case
        assert found is not None
        return found

    def log(self, key: str = CASE) -> list[str]:
        """What happened to a case, in order."""
        items = self.cloud.engine.client("dynamodb").query(
            TableName=self.cloud.stack.outputs["CaseTableName"],
            KeyConditionExpression="pk = :pk AND begins_with(sk, :log)",
            ExpressionAttributeValues={":pk": {"S": f"CASE#{key}"}, ":log": {"S": "LOG#"}},
        )["Items"]
        return [entry.what for item in items for entry in entries_of(from_item(item))]

    def dead_letters(self) -> list[dict[str, str]]:
        """What came to lie in the dead-letter queue since the last look: the body and every attribute."""
        sqs, url = self.cloud.engine.client("sqs"), self.cloud.stack.outputs["MentionDeadLetterQueueUrl"]
        found: list[dict[str, str]] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
            "Messages"
        ):
            for message in messages:
                attributes = message.get("MessageAttributes", {})
                given = {name: value["StringValue"] for name, value in attributes.items()}
                found.append({"body": message["Body"], **given})
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def inbox(self) -> list[tuple[str, str, str]]:
        """What people got since the last look: rung, channel and address."""
        return sorted((one["rung"], one["channel"], one["to"]) for one in self.cloud.inbox.collect())

    def subscription_of(self, address: str) -> str:
        """The ARN of a mailbox's subscription to the alerts."""
        topic = self.cloud.stack.outputs["AlertTopicArn"]
        listed = self.cloud.engine.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return next(one["SubscriptionArn"] for one in listed if one.get("Endpoint") == address)

    def _before_call(self, model: Any, params: dict[str, Any], **_: Any) -> Any:
        self.calls[(model.service_model.endpoint_prefix, model.name)] += 1
        body = json.dumps(asked_in(params), default=str)
        if model.name not in self._refusals or not self._refusals[model.name](body):
            return None
        problem = {"Error": {"Code": "InternalServerError", "Message": "the service has a bad day"}}
        answer = AWSResponse(params["url"], 500, {}, None)
        return answer, {**problem, "ResponseMetadata": {"HTTPStatusCode": 500}}


def running_policy(cloud: Cloud, text: str) -> None:
    """Put a policy in force, before the functions have read another; "" is the default one."""
    dynamodb, name = cloud.engine.client("dynamodb"), cloud.stack.outputs["CaseTableName"]
    if text:
        PolicyTable(dynamodb, name).write(text, START)
    else:
        dynamodb.delete_item(TableName=name, Key={"pk": {"S": "SETTINGS#policy"}, "sk": {"S": "SETTINGS"}})


@contextmanager
def replaying_on(cloud: Cloud) -> Iterator[None]:
    """`earshot replay` for the brand of this cloud, on it and in this process, whatever its state is called.

    A process and a cloud of its own take five seconds each time; that a replay has them is shown by its own tests.
    """

    def work_here(work: Callable[..., Any], progress: Callable[[int], None], **given: Any) -> Any:
        return work(progress=progress, **given)

    @contextmanager
    def this_cloud(state: Path, brands: Sequence[str], **_: object) -> Iterator[Cloud]:
        assert list(brands) == ["NimbusAir"]
        state.mkdir(parents=True, exist_ok=True)
        file = state / "inbox.jsonl"
        inbox = Inbox(cloud.engine, cloud.stack, file)
        # What earlier tests have sent is not of this replay.
        inbox.collect()
        file.unlink(missing_ok=True)
        yield replace(cloud, inbox=inbox)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(replay_module, "call_in_own_process", work_here)
        patched.setattr(replay_module, "embedded_cloud", this_cloud)
        patched.setattr(replay_module, "_spare_collections", lambda: None)
        yield


def sqs_record(message_id: str, body: Mention | str, receives: int = 1) -> dict[str, Any]:
    """A record of an SQS event, whole."""
    return {
        "messageId": message_id,
        "receiptHandle": f"handle-of-{message_id}",
        "body": body if isinstance(body, str) else json.dumps(body.to_record()),
        "attributes": {
            "ApproximateReceiveCount": str(receives),
            "SentTimestamp": "1795251600000",
            "SenderId": "AROA:fetch",
            "ApproximateFirstReceiveTimestamp": "1795251600005",
        },
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:earshot-mentions",
        "awsRegion": "eu-west-1",
    }


def failures(answer: Mapping[str, Any]) -> list[str]:
    """The names of the records that a function reports as failed."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def _forget(cloud: Cloud) -> None:
    dynamodb, sqs = cloud.engine.client("dynamodb"), cloud.engine.client("sqs")
    for table, keys in (("CaseTableName", ("pk", "sk")), ("SourceTableName", ("pk",))):
        name = cloud.stack.outputs[table]
        for page in dynamodb.get_paginator("scan").paginate(TableName=name):
            for item in page["Items"]:
                dynamodb.delete_item(TableName=name, Key={key: item[key] for key in keys})
    for queue in ("MentionQueueUrl", "MentionDeadLetterQueueUrl", "AlertFailureQueueUrl"):
        sqs.purge_queue(QueueUrl=cloud.stack.outputs[queue])
    cloud.settle_mailboxes()
    cloud.inbox.collect()
    cloud.comprehend.forget()
    cloud.bedrock.forget()
