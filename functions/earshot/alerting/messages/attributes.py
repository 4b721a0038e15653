"""The attributes of a message in SNS: ten at most, because a subscription with raw delivery loses what has more.

(https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html)
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from earshot.alerting.alert import MAX_NAMED, Alert
from earshot.timestamps import rfc3339

if TYPE_CHECKING:
    from types_boto3_sns.type_defs import MessageAttributeValueTypeDef

MAX_ATTRIBUTES = 10


def alert_attributes(alert: Alert, at: datetime) -> "dict[str, MessageAttributeValueTypeDef]":
    """What every alert says of itself: eight attributes at most. SNS refuses one that is empty."""
    values = {
        "alert": alert.name,
        "at": rfc3339(at),
        "case": ",".join(alert.case_ids[:MAX_NAMED]),
        "channel": str(alert.channel),
        "correlation": alert.correlation,
        "reason": str(alert.reason),
        "rung": str(alert.rung),
        "severity": alert.severity,
    }
    return {name: string(value) for name, value in values.items() if value}


def string(value: str) -> "MessageAttributeValueTypeDef":
    """One value."""
    return {"DataType": "String", "StringValue": value}


def number(value: str) -> "MessageAttributeValueTypeDef":
    """One number."""
    return {"DataType": "Number", "StringValue": value}


def array(values: Iterable[str]) -> "MessageAttributeValueTypeDef":
    """Several values. A filter matches if it names one of them."""
    return {"DataType": "String.Array", "StringValue": json.dumps(list(values))}
