"""Queue messages and stream records as Lambda hands them to a function, and the filters that decide which it gets."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from infra.local.engine.deployment import read_template
from infra.local.engine.engine import REGION

if TYPE_CHECKING:
    from types_boto3_dynamodbstreams.type_defs import RecordTypeDef
    from types_boto3_sqs.type_defs import MessageTypeDef

Event = dict[str, Any]
"""An event or a record of one: JSON, in the shape that the service documents."""


def sqs_record(message: MessageTypeDef) -> Event:
    """A message of the mention queue as a record of an SQS event."""
    return {
        "messageId": message.get("MessageId"),
        "receiptHandle": message.get("ReceiptHandle"),
        "body": message.get("Body"),
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:000000000000:mentions",
        "awsRegion": REGION,
    }


def stream_record(record: RecordTypeDef) -> Event:
    """A change of a table as a record of a DynamoDB stream event."""
    change = cast("Mapping[str, Any]", record.get("dynamodb", {}))
    created = change.get("ApproximateCreationDateTime")
    at = created.timestamp() if created else 0
    images = {
        image: {name: _as_text(value) for name, value in change.get(image, {}).items()}
        for image in ("NewImage", "OldImage")
        if image in change
    }
    return {**record, "eventSourceARN": "", "dynamodb": {**change, **images, "ApproximateCreationDateTime": at}}


def _as_text(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A value as an event has it: what is binary in base64."""
    return {"B": b64encode(value["B"]).decode()} if isinstance(value.get("B"), bytes) else value


@cache
def _event_source(function: str) -> Event:
    """The properties of the queue or stream that feeds a function, as the template declares them."""
    (event,) = read_template()["Resources"][function]["Properties"]["Events"].values()
    return dict(event["Properties"])


def batch_size(function: str) -> int:
    """How many messages or records Lambda hands to one call of a function (``ClassifyFunction``)."""
    return int(_event_source(function)["BatchSize"])


def stream_retries(function: str) -> int:
    """How often Lambda repeats a batch of the stream that fails."""
    return int(_event_source(function)["MaximumRetryAttempts"])


@cache
def has_failure_queue(function: str) -> bool:
    """Whether the template names a queue for events that a function failed at to the last."""
    properties = read_template()["Resources"][function]["Properties"]
    return "OnFailure" in properties.get("EventInvokeConfig", {}).get("DestinationConfig", {})


@cache
def event_invoke_retries(function: str) -> int:
    """How often Lambda repeats an event that nobody waits for: twice, where the template says nothing."""
    properties = read_template()["Resources"][function]["Properties"]
    return int(properties.get("EventInvokeConfig", {}).get("MaximumRetryAttempts", 2))


def passes_filters(function: str, record: Event) -> bool:
    """Whether the template's filters let a record of the stream through to a function."""
    return any(_matches(pattern, record) for pattern in _patterns(function))


@cache
def _patterns(function: str) -> list[object]:
    return [json.loads(rule["Pattern"]) for rule in _event_source(function)["FilterCriteria"]["Filters"]]


def _matches(pattern: object, value: object) -> bool:
    """Lambda's event filtering, as far as the template uses it: nested keys, and lists of exact values."""
    if isinstance(pattern, list):
        return value in cast("list[object]", pattern)
    if not isinstance(pattern, dict) or not isinstance(value, dict):
        return False
    rules, values = cast("dict[str, object]", pattern), cast("dict[str, object]", value)
    return all(key in values and _matches(part, values[key]) for key, part in rules.items())
