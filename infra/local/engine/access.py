"""What MiniStack needs to enforce IAM as AWS does; it evaluates the policies of the deployed roles itself.

- A batch of SQS needs the permission of the single operation: there is no ``sqs:SendMessageBatch``.
- Requests to DynamoDB have ``dynamodb:LeadingKeys``, the partition keys that they name, on which roles have conditions.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from ministack.core import iam_actions

_ACTIONS: Any = iam_actions
_BATCH = re.compile(r"^(sqs:(?:Send|Delete)Message|sqs:ChangeMessageVisibility)Batch$")
# The hash keys of the tables and their indexes: an equality with one of them opens each key condition.
_EQUALS = re.compile(r"(#?\w+)\s*=\s*(:\w+)")


def is_enforced() -> bool:
    """Whether this process enforces IAM: MiniStack reads the same variable while it is imported."""
    return os.environ.get("AUTH") == "true"


def mend() -> None:
    """Replace what differs from AWS in MiniStack's enforcement."""
    _ACTIONS.extract_iam_action = _single(_ACTIONS.extract_iam_action)
    _ACTIONS.dynamodb_service_context = _with_leading_keys(_ACTIONS.dynamodb_service_context)


def leading_keys(request: Mapping[str, Any]) -> list[str]:
    """The partition keys that a request to DynamoDB names, each once, whatever the operation."""
    return sorted(set(_leading_keys(request)))


def _leading_keys(request: Mapping[str, Any]) -> Iterator[str]:
    if "Key" in request:
        yield _text(request["Key"])
    if "Item" in request:
        yield _text(request["Item"])
    changes: list[Mapping[str, Any]] = [*request.get("TransactItems", ())]
    for table in cast("Mapping[str, Any]", request.get("RequestItems", {})).values():
        # A batch names keys to be read, or puts and deletions.
        if isinstance(table, list):
            changes += cast("list[Mapping[str, Any]]", table)
        else:
            yield from map(_text, table["Keys"])
    for change in changes:
        for part in change.values():
            yield from _leading_keys(part)
    if found := _EQUALS.search(request.get("KeyConditionExpression", "")):
        yield str(next(iter(request["ExpressionAttributeValues"][found[2]].values())))


def _text(key: Mapping[str, Mapping[str, Any]]) -> str:
    return str(key["pk"]["S"])


def _single(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def action(*arguments: Any, **named: Any) -> str | None:
        found = extract(*arguments, **named)
        return found if found is None else _BATCH.sub(r"\1", found)

    return action


def _with_leading_keys(context: Callable[[bytes], dict[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
    def with_keys(body: bytes) -> dict[str, Any]:
        return context(body) | {"dynamodb:LeadingKeys": leading_keys(json.loads(body or b"{}"))}

    return with_keys
