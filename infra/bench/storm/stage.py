"""What the functions of a storm run on: simulated time, a table as slow as DynamoDB, and the services around it."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders

from earshot.aws.dynamodb import to_item
from earshot.cases.case.key import CaseKey
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent, Judgement, Reason, severity_of
from infra.bench.storm.slow_table import SlowTable
from infra.local.lambdas.entry_files import load_entry_file

STARTS = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
# The longest that each may take: the timeout of the template, and of the report what the gateway waits for.
TIMEOUTS = {"watch": 55, "escalate": 55, "notify": 60, "report": 29}
MAILBOXES = ("on-call@example.com", "lead@example.com", "executive@example.com")
ENVIRON = {
    "CASE_TABLE": "CaseTable",
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-west-1:000000000000:alerts",
    "LINK_SECRET_ID": "LinkSecret",
    "LINK_BASE_URL": "https://example.com",
    "SMS_MONTHLY_SPEND_LIMIT": "1000000",
    "RUNG_EMAILS": " ".join(f"{rung}={mailbox}" for rung, mailbox in enumerate(MAILBOXES, 1)),
    "RUNG_PHONES": "1=+12065550101 2=+12065550102 3=+12065550103",
}
SNS_SECONDS = 0.02
_RESPONSE = AWSResponse("", 200, HTTPHeaders(), None)
_RULES = FoldRules(frozenset({"nimbusair"}))
_SUBSCRIPTIONS = [
    {"Protocol": "email", "Endpoint": mailbox, "SubscriptionArn": f"{ENVIRON['ALERT_TOPIC_ARN']}:{rung}"}
    for rung, mailbox in enumerate(MAILBOXES, 1)
]


class Clock:
    """Simulated time, from ``STARTS`` on: what the function computes, and the time for which it waits for ``table``.

    Whatever else this machine does changes nothing about it. ``moved`` is what has passed besides.
    """

    def __init__(self, table: SlowTable) -> None:
        self._table = table
        self._began = time.process_time()
        self.moved = timedelta()

    @property
    def processor(self) -> float:
        """Seconds of the processor, without those of the stand-in."""
        return time.process_time() - self._began - self._table.own_seconds

    @property
    def seconds(self) -> float:
        """Seconds that have passed: nothing is computed while something waits, which is more than it would be."""
        return self.processor + self._table.waited

    def __call__(self) -> datetime:
        return STARTS + self.moved + timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context, of an invocation that began when ``clock`` showed ``began`` seconds."""

    clock: Clock
    began: float
    timeout: int
    function_name: str = "storm"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:000000000000:function:storm"
    aws_request_id: str = "storm"

    def get_remaining_time_in_millis(self) -> int:
        """What is left of the timeout."""
        return max(0, round((self.timeout - (self.clock.seconds - self.began)) * 1000))


@dataclass(slots=True)
class Row:
    """One line of the table: what was done, in seconds, processor seconds, calls and bytes, and what came of it."""

    name: str
    timeout: int
    seconds: float = 0.0
    processor: float = 0.0
    calls: int = 0
    sent_bytes: int = 0
    outcome: str = ""

    def __str__(self) -> str:
        figures = f"{self.seconds:.1f} of {self.timeout} | {self.processor:.1f} | {self.calls:,}"
        return f"| {self.name} | {figures} | {self.sent_bytes / 1e6:.1f} | {self.outcome} |"


class Stage:
    """A table, the services around it, and functions that are wired to them."""

    def __init__(self) -> None:
        self.table = SlowTable()
        self.clock = Clock(self.table)
        self.published: list[datetime] = []
        in_force = {one["SubscriptionArn"]: "2026-11-01T00:00:00.000Z" for one in _SUBSCRIPTIONS}
        key = {"pk": "SETTINGS#mailboxes", "sk": "SETTINGS"}
        self.table.put(to_item({**key, "version": 1, "mailboxes": {"in_force_at": in_force, "version": 1}}))
        session = boto3.DEFAULT_SESSION = boto3.Session("none", "none", region_name="eu-west-1")
        # boto3's stubs know no handler that answers.
        answer: Any = self.table.answer
        session.events.register("before-call.dynamodb", answer)
        session.events.register("before-call.sns", self._sns)
        session.events.register("before-call.secrets-manager", self._secret)

    def _sns(self, model: Any, params: Any, **_: object) -> Any:
        self.table.wait(SNS_SECONDS)
        if model.name == "Publish":
            self.published.append(self.clock())
        found: dict[str, Any] = {"MessageId": f"message-{len(self.published)}", "Attributes": {}}
        if model.name == "ListSubscriptionsByTopic":
            found["Subscriptions"] = _SUBSCRIPTIONS
        return _RESPONSE, found

    def _secret(self, **_: object) -> Any:
        return _RESPONSE, {"SecretString": "s" * 64, "CreatedDate": STARTS}

    def wire(self, module: str) -> Callable[[Any], Any]:
        """A deployed function on this stage."""
        handler = load_entry_file(module).build(ENVIRON, self.clock)
        return lambda event: handler(event, Context(self.clock, self.clock.seconds, TIMEOUTS[module]))

    @contextmanager
    def measured(self, row: Row) -> Generator[None]:
        """Fill in what is done in the block, without the processor time of the stand-in."""
        table, clock = self.table, self.clock
        began, processor, calls, sent = clock.seconds, clock.processor, table.calls.total(), table.sent_bytes
        yield
        row.seconds += clock.seconds - began
        row.processor += clock.processor - processor
        row.calls += table.calls.total() - calls
        row.sent_bytes += table.sent_bytes - sent


def a_case(number: int, text: str, rule: str, urgency: int, at: datetime) -> Conversation:
    """The conversation of a complaint that was read when it was posted, with its case."""
    mention = Mention(
        source="x",
        id=str(1_994_000_000_000 + number),
        author=Author(f"{800_000 + number}", f"guest{number}", f"Guest {number}", 200),
        text=f"@NimbusAir {text}",
        created_at=at,
        conversation_id=str(1_994_000_000_000 + number),
        brand="NimbusAir",
        language="en",
        link=f"https://x.com/guest{number}/status/{1_994_000_000_000 + number}",
    )
    reasons = (Reason(rule, urgency, "something of the customer's does not work"),)
    judgement = Judgement("en", None, Intent.COMPLAINT, 0.9, urgency, severity_of(urgency), reasons)
    return fold(Conversation(str(CaseKey.of(mention))), mention, judgement, now=at, rules=_RULES).conversation
