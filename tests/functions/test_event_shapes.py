"""Events as AWS documents them, whole: what passes the filters of the mappings, and what the functions make of them."""

import json
from copy import deepcopy
from typing import Any

import pytest

import api
import escalate
import notify
import watch
from earshot.aws.dynamodb import to_item
from infra.local.lambdas.events import passes_filters
from infra.local.lambdas.invoker import LambdaContext
from tests.api.fakes import ENVIRON, case_id, tables
from tests.fakes import CASE, a_judgement, a_mention

# Developer guide, "Using AWS Lambda with Amazon DynamoDB": a view of NEW_IMAGE, as the template declares it.
MODIFIED: dict[str, Any] = {
    "eventID": "c4ca4238a0b923820dcc509a6f75849b",
    "eventName": "MODIFY",
    "eventVersion": "1.1",
    "eventSource": "aws:dynamodb",
    "awsRegion": "eu-west-1",
    "dynamodb": {
        "ApproximateCreationDateTime": 1795251605.0,
        "Keys": {"pk": {"S": f"CASE#{CASE}"}, "sk": {"S": "CASE"}},
        "NewImage": {
            "pk": {"S": f"CASE#{CASE}"},
            "sk": {"S": "CASE"},
            "alerting": {"S": "due"},
            "status": {"S": "open"},
            "version": {"N": "3"},
            "case": {"M": {"brand": {"S": "nimbusair"}, "conversations": {"L": [{"S": "x#1"}]}}},
        },
        "SequenceNumber": "4421584500000000017450439092",
        "SizeBytes": 1_204,
        "StreamViewType": "NEW_IMAGE",
    },
    "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/earshot-CaseTable/stream/2026-11-21T00:00:00.000",
}
# "DynamoDB Streams and Time to Live": who removes what has expired says so. A view of NEW_IMAGE has no image of it.
EXPIRED: dict[str, Any] = {
    **{name: value for name, value in MODIFIED.items() if name != "dynamodb"},
    "eventName": "REMOVE",
    "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
    "dynamodb": {name: value for name, value in MODIFIED["dynamodb"].items() if name != "NewImage"},
}
# User guide of EventBridge Scheduler: what a function gets where the schedule has no input.
SCHEDULED: dict[str, Any] = {
    "version": "0",
    "id": "0d079340-135a-c8c6-95c2-41fb8f496c53",
    "detail-type": "Scheduled Event",
    "source": "aws.scheduler",
    "account": "123456789012",
    "time": "2026-11-21T09:00:00Z",
    "region": "eu-west-1",
    "resources": ["arn:aws:scheduler:eu-west-1:123456789012:schedule/default/earshot-EscalateFunctionClock-1ABCDE"],
    "detail": "{}",
}
# Developer guide of API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0, with the
# claims of a Cognito token: the gateway writes lists in brackets without commas, and numbers and truth as text.
ASKED: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "ANY /{proxy+}",
    "rawPath": "/cases",
    "rawQueryString": "status=open&limit=5",
    "cookies": ["theme=dark", "other=1"],
    "headers": {
        "accept": "application/json",
        "authorization": "Bearer eyJraWQiOi...",
        "content-length": "0",
        "host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "user-agent": "Mozilla/5.0",
        "x-amzn-trace-id": "Root=1-692d5f5e-0123456789abcdef01234567",
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    },
    "queryStringParameters": {"status": "open", "limit": "5"},
    "pathParameters": {"proxy": "cases"},
    "requestContext": {
        "accountId": "123456789012",
        "apiId": "a1b2c3d4e5",
        "authorizer": {
            "jwt": {
                "claims": {
                    "aud": "4f5g6h7j8k9l0m1n2o3p4q5r6s",
                    "auth_time": "1795251600",
                    "cognito:groups": "[lead agent]",
                    "cognito:username": "0d079340-135a-c8c6-95c2-41fb8f496c53",
                    "email": "mia@nimbus.example",
                    "email_verified": "true",
                    "exp": "1795255200",
                    "iat": "1795251600",
                    "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI",
                    "sub": "0d079340-135a-c8c6-95c2-41fb8f496c53",
                    "token_use": "id",
                },
                "scopes": None,
            }
        },
        "domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "domainPrefix": "a1b2c3d4e5",
        "http": {
            "method": "GET",
            "path": "/cases",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "Mozilla/5.0",
        },
        "requestId": "JKJaXmPLvHcESHA=",
        "routeKey": "ANY /{proxy+}",
        "stage": "$default",
        "time": "21/Nov/2026:09:00:00 +0000",
        "timeEpoch": 1795251600000,
    },
    "isBase64Encoded": False,
}


def changed_image(**attributes: Any) -> dict[str, Any]:
    """The record of a change, with these attributes in its image; None takes one away."""
    record = deepcopy(MODIFIED)
    image = record["dynamodb"]["NewImage"] | to_item({name: value for name, value in attributes.items() if value})
    record["dynamodb"]["NewImage"] = {name: one for name, one in image.items() if attributes.get(name, "") is not None}
    return record


@pytest.mark.parametrize(
    ("record", "passes"),
    [
        (MODIFIED, True),
        (MODIFIED | {"eventName": "INSERT"}, True),
        (EXPIRED, False),
        # Removed by somebody, with or without an image, as a view of both images has it.
        ({name: value for name, value in EXPIRED.items() if name != "userIdentity"}, False),
        (MODIFIED | {"eventName": "REMOVE"}, False),
        (changed_image(alerting="sent"), False),
        (changed_image(alerting="waiting"), False),
        (changed_image(alerting=None), False),
        (changed_image(sk="LOG#2026-11-21T09:00:00Z"), False),
        (changed_image(sk="SENT#2026#01#sms"), False),
    ],
)
def test_the_stream_hands_the_notifier_cases_with_an_alert_due_and_nothing_that_expires(
    record: dict[str, Any], passes: bool
) -> None:
    assert passes_filters("NotifyFunction", record) is passes


def test_what_passes_names_its_case_to_the_notifier() -> None:
    assert notify._key(MODIFIED) == CASE
    with tables() as made:
        made.hear(a_mention("1"), a_judgement(urgency=90))
        (stored,) = (item for item in made.client.scan(TableName="CaseTable")["Items"] if item["sk"]["S"] == "CASE")
    # What the table really writes passes the filter as well: neither has to know of the other.
    record = deepcopy(MODIFIED)
    record["dynamodb"] |= {"NewImage": stored, "Keys": {name: stored[name] for name in ("pk", "sk")}}
    assert passes_filters("NotifyFunction", record)
    assert notify._key(record) == CASE


def test_a_schedule_calls_with_an_event_of_its_own_which_says_nothing_that_is_needed() -> None:
    settings = {"CASE_TABLE": "CaseTable", "RETENTION_DAYS": "400", "RUNG_EMAILS": "", "RUNG_PHONES": ""}
    settings |= {"ALERT_TOPIC_ARN": ENVIRON["ALERT_TOPIC_ARN"]}
    with tables() as made:
        run = escalate.build(settings, made.clock)
        assert run(SCHEDULED, LambdaContext("escalate")) == {"looked_at": 0, "climbed": 0}
        look = watch.build(settings, made.clock)
        assert look(SCHEDULED, LambdaContext("watch")) == {"opened": 0, "joined": 0, "left": 0}


@pytest.mark.parametrize(
    ("groups", "path", "status"),
    [
        ("[lead agent]", "/cases", 200),
        # Only a lead may read what staff said of judgements.
        ("[lead agent]", "/corrections", 200),
        ("[agent viewer]", "/corrections", 403),
        ("[]", "/cases", 403),
    ],
)
def test_the_gateway_writes_groups_in_brackets_and_the_strongest_counts(groups: str, path: str, status: int) -> None:
    event = deepcopy(ASKED)
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["pathParameters"] = {"proxy": path[1:]}
    if path == "/corrections":
        event["queryStringParameters"] = {"from": "2026-11-01", "to": "2026-11-21"}
        event["rawQueryString"] = "from=2026-11-01&to=2026-11-21"
    event["requestContext"]["authorizer"]["jwt"]["claims"]["cognito:groups"] = groups
    with tables() as made:
        made.hear(a_mention("1"), a_judgement(urgency=90))
        answer = api.build(ENVIRON, made.clock)(event, LambdaContext("api"))
    assert answer["statusCode"] == status, answer["body"]
    if path == "/cases" and status == 200:
        assert [case["id"] for case in json.loads(answer["body"])["items"]] == [case_id(1)]
