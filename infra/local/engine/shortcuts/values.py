"""Values of DynamoDB as boto3 gives and takes them, and as MiniStack keeps them: what is binary in base64."""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, cast

from ministack.services import dynamodb

_DYNAMODB: Any = dynamodb
Record = dict[str, Any]
# Numbers that stay as they are written.
_PLAIN_NUMBER = re.compile(r"0|-?[1-9]\d{0,30}")


class UnknownFormError(Exception):
    """It is asked in a form that MiniStack has to answer."""


def require(is_known: bool) -> None:
    """UnknownFormError unless it is so."""
    if not is_known:
        raise UnknownFormError


def decoded(value: Mapping[str, Any]) -> Record:
    """A value as boto3 gives it."""
    ((kind, content),) = value.items()
    match kind:
        case "B" if isinstance(content, str):
            return {"B": b64decode(content)}
        case "M":
            return {"M": {name: decoded(part) for name, part in content.items()}}
        case "L":
            return {"L": [decoded(part) for part in content]}
        case "BS":
            raise UnknownFormError
        case _:
            return {kind: content}


def kept(value: Mapping[str, Any]) -> Record:
    """A value as MiniStack keeps it. UnknownFormError for what has parts, which Earshot does not store."""
    ((kind, content),) = value.items()
    match kind:
        case "S" if isinstance(content, str):
            return {"S": content}
        case "B" if isinstance(content, bytes):
            return {"B": b64encode(content).decode()}
        case "N" if isinstance(content, str):
            return {"N": _number(content)}
        case "BOOL" | "NULL" if isinstance(content, bool):
            return {kind: content}
        case _:
            raise UnknownFormError


def most_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """No less than the size of an item. UnicodeEncodeError where a text is none, UnknownFormError of parts."""
    return sum(_length(name) + 24 + sum(map(_size, value.values())) for name, value in item.items())


def _size(content: object) -> int:
    if isinstance(content, str):
        return _length(content)
    texts = cast("list[object]", content) if isinstance(content, list) else []
    require(not isinstance(content, dict) and all(isinstance(text, str) for text in texts))
    return sum(_length(text) for text in cast("list[str]", texts))


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _number(text: str) -> str:
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    number: str | None = _DYNAMODB._ddb_canonicalize_number(text)
    if number is None:
        raise UnknownFormError
    return number
