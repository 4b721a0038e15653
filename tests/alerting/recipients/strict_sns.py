"""SNS as AWS has it and no emulator does: filters that settle, subscriptions that differ, sizes, and raw delivery.

- A filter is in force 15 minutes after it was set.
  (https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html)
- A second subscription of an endpoint with other attributes is refused.
- A publication over 262,144 bytes with its attributes is refused.
- A subscription with raw delivery loses what has more than 10 attributes.
  (https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html)
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import boto3

SETTLES_IN = timedelta(minutes=15)
MOST_BYTES = 262_144
MOST_RAW_ATTRIBUTES = 10


@dataclass
class Endpoint:
    """One subscription: its filters by the moment from which each is in force, and what arrived."""

    arn: str
    protocol: str
    address: str
    attributes: dict[str, str]
    filters: list[tuple[datetime, Mapping[str, Any]]]
    got: list[dict[str, Any]] = field(default_factory=list)

    def takes(self, attributes: Mapping[str, Any], now: datetime) -> bool:
        in_force = [policy for since, policy in self.filters if since <= now]
        # Before the first filter is in force, nobody can say what is delivered: nothing, at worst.
        return bool(in_force) and all(_matches(attributes.get(name), wanted) for name, wanted in in_force[-1].items())


class StrictSns:
    """A client of boto3 with one topic. Mailboxes are confirmed at once."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._numbers = count(1)
        self.exceptions: Any = boto3.client("sns").exceptions
        self.endpoints: dict[str, Endpoint] = {}
        self.texts: list[dict[str, Any]] = []

    def subscribe(self, *, Protocol: str, Endpoint: str, Attributes: Mapping[str, str], **_: Any) -> dict[str, str]:
        """Refused where the endpoint is subscribed with other attributes."""
        for known in self.endpoints.values():
            if (known.protocol, known.address) == (Protocol, Endpoint):
                if known.attributes != dict(Attributes):
                    raise self._refused("Subscription already exists with different attributes")
                return {"SubscriptionArn": known.arn}
        arn = f"arn:aws:sns:eu-west-1:123456789012:alerts:{next(self._numbers)}"
        self.endpoints[arn] = _endpoint(arn, Protocol, Endpoint, dict(Attributes), self._clock())
        return {"SubscriptionArn": arn}

    def set_subscription_attributes(self, *, SubscriptionArn: str, AttributeName: str, AttributeValue: str) -> None:
        """A filter that is set now is in force in 15 minutes, and the one before until then."""
        endpoint = self.endpoints[SubscriptionArn]
        endpoint.attributes[AttributeName] = AttributeValue
        endpoint.filters.append((self._clock() + SETTLES_IN, json.loads(AttributeValue)))

    def get_subscription_attributes(self, *, SubscriptionArn: str) -> dict[str, Any]:
        return {"Attributes": self.endpoints[SubscriptionArn].attributes}

    def unsubscribe(self, *, SubscriptionArn: str) -> None:
        del self.endpoints[SubscriptionArn]

    def get_paginator(self, _: str) -> "StrictSns":
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        named = [(one.protocol, one.address, one.arn) for one in self.endpoints.values()]
        yield {"Subscriptions": [{"Protocol": p, "Endpoint": a, "SubscriptionArn": arn} for p, a, arn in named]}

    def publish(self, **request: Any) -> dict[str, str]:
        """Delivered to every endpoint whose filter takes it; a number gets what is sent to it."""
        given = request.get("MessageAttributes", {})
        size = len(request["Message"].encode()) + len(request.get("Subject", "").encode())
        size += sum(len(f"{name}{one['DataType']}{one['StringValue']}".encode()) for name, one in given.items())
        if size > MOST_BYTES:
            raise self._refused("Message too long")
        if any(not one["StringValue"] for one in given.values()):
            raise self._refused("an attribute is empty")
        if "PhoneNumber" in request:
            self.texts.append(request)
        for endpoint in self.endpoints.values() if "TopicArn" in request else ():
            is_raw = endpoint.attributes.get("RawMessageDelivery") == "true"
            if endpoint.takes(given, self._clock()) and not (is_raw and len(given) > MOST_RAW_ATTRIBUTES):
                endpoint.got.append(request)
        return {"MessageId": str(next(self._numbers))}

    def of(self, address: str) -> Endpoint:
        """The subscription of an address."""
        (found,) = [one for one in self.endpoints.values() if one.address == address]
        return found

    def _refused(self, why: str) -> Exception:
        answer = {"Error": {"Code": "InvalidParameter", "Message": f"Invalid parameter: {why}"}}
        status = {"ResponseMetadata": {"HTTPStatusCode": 400}}
        return self.exceptions.InvalidParameterException(answer | status, "Publish")


def _endpoint(arn: str, protocol: str, address: str, attributes: dict[str, str], now: datetime) -> Endpoint:
    policy = attributes.get("FilterPolicy")
    first = (now, {}) if policy is None else (now + SETTLES_IN, json.loads(policy))
    return Endpoint(arn, protocol, address, attributes, [first])


def _matches(attribute: Any, wanted: list[str]) -> bool:
    if attribute is None:
        return False
    value = attribute["StringValue"]
    values = json.loads(value) if attribute["DataType"] == "String.Array" else [value]
    return bool(set(values) & set(wanted))
