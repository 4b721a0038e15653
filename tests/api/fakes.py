"""The API as its gateway calls it: the template's own tables on moto, events of the HTTP API, and the calls counted."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote, urlencode

import boto3
from moto import mock_aws

from earshot.alerting.sms.budget_table import SmsBudgetTable
from earshot.alerting.sms.receipt_table import ReceiptTable
from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import IngestResult, ingest
from earshot.cases.store.case_table import CaseTable
from earshot.cases.store.notification_log import NotificationLog
from earshot.cases.store.queries import CaseQueries
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Mention
from earshot.mentions.source_table import SourceTable
from earshot.triage.judgement import Judgement
from earshot.triage.terms.terms import Terms
from infra.paths import ROOT
from infra.template_yaml import parse_template
from tests.api.user_pool import FakeUserPool
from tests.fakes import BRANDS, FakeClock, a_judgement

TEMPLATE = ROOT / "template.yaml"
_OF_A_TABLE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
ENVIRON = {
    "BRAND_HANDLES": "NimbusAir",
    "SEARCH_TERMS": "nimbus air",
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:alerts",
    "CASE_TABLE": "CaseTable",
    "SOURCE_TABLE": "SourceTable",
    "MENTION_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/mentions",
    "LINK_SECRET_ID": "LinkSecret",
    "X_MONTHLY_SPEND_LIMIT": "50",
    "COMPREHEND_MONTHLY_SPEND_LIMIT": "20",
    "USER_POOL_ID": "eu-west-1_Pool",
}


@cache
def template_resources() -> dict[str, Any]:
    """What the template makes, as it stands there."""
    return json.loads(json.dumps(parse_template(TEMPLATE.read_text(encoding="utf-8"))))["Resources"]


@dataclass
class Tables:
    """Both tables with the indexes that the template gives them, and every call that was made to DynamoDB since."""

    client: Any
    clock: FakeClock = field(default_factory=FakeClock)
    calls: Counter[str] = field(default_factory=Counter)
    users: FakeUserPool = field(default_factory=FakeUserPool)

    def __post_init__(self) -> None:
        resources = template_resources()
        for name in ("CaseTable", "SourceTable"):
            properties = resources[name]["Properties"]
            self.client.create_table(
                TableName=name, **{key: properties[key] for key in _OF_A_TABLE if key in properties}
            )
        self.cases = CaseTable(self.client, "CaseTable", timedelta(days=400))
        self.alerts = NotificationLog(self.client, "CaseTable", timedelta(days=400))
        self.queries = CaseQueries(self.client, "CaseTable")
        self.sources = SourceTable(self.client, "SourceTable")
        self.texts = SmsBudgetTable(self.client, "CaseTable")
        self.receipts = ReceiptTable(self.client, "CaseTable", timedelta(days=400))

    def hear(self, mention: Mention, judgement: Judgement | None = None) -> IngestResult:
        """Store a mention as the classifier does, of an author whose cases alert however many they are."""
        stored = StoredMention(mention, judgement or a_judgement(), self.clock())
        important = Terms(vip_authors=frozenset({mention.author.id}))
        return ingest(stored, self.cases, FoldRules(BRANDS, important))


def case_id(conversation: object, author: str = "7") -> str:
    """The id of what NimbusAir owes an author in a conversation, such as the author of ``a_mention()``."""
    return f"x-{conversation}-{author}-nimbusair"


@contextmanager
def tables() -> Iterator[Tables]:
    """Tables on moto. Calls of the session's other clients count as well: those of the handler under test."""
    # moto is for one thread alone.
    with mock_aws(), patch("earshot.aws.parallel.AT_ONCE", 1):
        boto3.setup_default_session()
        made = Tables(boto3.client("dynamodb"))

        def count(model: Any, **_: Any) -> None:
            made.calls[model.name] += 1

        boto3.DEFAULT_SESSION.events.register("before-call.dynamodb", count)
        made.client.meta.events.register("before-call.dynamodb", count)
        with patch("boto3.client", made.users.client):
            yield made


@dataclass
class Context:
    """Lambda's context."""

    function_name: str = "api"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn"
    aws_request_id: str = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        """What the template gives the function, always."""
        return 29_000


@dataclass
class Answer:
    """An answer as the gateway gives it on."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def an_event(
    method: str,
    path: str,
    *,
    by: str | None = "mia@nimbus.example",
    groups: Any = "[lead]",
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    **query: Any,
) -> dict:
    """An event of the HTTP API, payload format 2.0. ``by`` None: without claims. A str as ``body`` goes as it is.

    ``groups`` is their claim as the gateway hands it over, None for somebody who is in none.
    """
    claims = {"sub": "5f1c", "token_use": "id"} | ({"email": by} if by else {})
    claims |= {} if groups is None else {"cognito:groups": groups}
    authorizer = {"authorizer": {"jwt": {"claims": claims, "scopes": None}}} if by else {}
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    return {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": unquote(path),
        "rawQueryString": urlencode(query),
        "headers": {"host": "api.example"}
        | ({"content-type": "application/json"} if body is not None else {})
        | {name.lower(): value for name, value in (headers or {}).items()},
        "queryStringParameters": {name: str(value) for name, value in query.items()},
        "requestContext": {
            "http": {"method": method, "path": unquote(path), "sourceIp": "192.0.2.1", "userAgent": "test"},
            "requestId": "gateway-1",
            "stage": "$default",
            **authorizer,
        },
        "isBase64Encoded": False,
    } | ({"body": text} if text is not None else {})


Call = Callable[..., Answer]


def answer_of(handler: Any, event: dict[str, Any]) -> Answer:
    """What the handler answers, with the names of headers in lower case as the gateway has them."""
    given = handler(event, Context())
    headers = {name.lower(): value for name, value in given["headers"].items()}
    return Answer(given["statusCode"], headers, given["body"])


def call_on(handler: Any) -> Call:
    """Asks the handler by method and path; the rest is as in `an_event`."""
    return lambda method, path, **given: answer_of(handler, an_event(method, path, **given))


def create_link_secret() -> None:
    """The secret that links and cursors are signed with."""
    boto3.client("secretsmanager").create_secret(Name=ENVIRON["LINK_SECRET_ID"], SecretString="s" * 64)


def send(handler: Any, event: dict[str, Any]) -> Answer:
    """Every answer has what every answer must have, and is one that the document knows."""
    answer = answer_of(handler, event)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "instance"} <= answer.json.keys()
        assert answer.json["status"] == answer.status
        assert answer.json["instance"] == event["rawPath"]
    else:
        assert answer.headers["content-type"] == "application/json"
    return answer
