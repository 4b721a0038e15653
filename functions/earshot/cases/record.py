"""How threads, cases and mentions are written as plain JSON types, and read back."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from dacite import Config, from_dict

from earshot.cases.intake import StoredMention
from earshot.mentions.mention import Mention, parse_rfc3339, rfc3339
from earshot.triage.judgement import Judgement

T = TypeVar("T")


def _read_time(value: object) -> Any:
    return parse_rfc3339(value, "time") if isinstance(value, str) else value


# The stored form is our own: types are cast back, not checked a second time.
_CONFIG = Config(cast=[StrEnum, tuple, frozenset, int, float], type_hooks={datetime: _read_time}, check_types=False)


def plain(value: Any) -> Any:
    """Dataclasses, times, enumerations, tuples and sets as JSON knows them; what is None is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: plain(item) for name, item in pairs if item is not None}
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value


def restore(kind: type[T], record: Mapping[str, Any]) -> T:
    """What ``plain`` made of a ``kind``."""
    return from_dict(kind, record, _CONFIG)


def stored_mention(record: Mapping[str, Any]) -> StoredMention:
    """Read back ``{"mention", "judgement", "heard_at"}``."""
    return StoredMention(
        mention=Mention.from_record(record["mention"]),
        judgement=restore(Judgement, record["judgement"]),
        heard_at=parse_rfc3339(record["heard_at"], "heard_at"),
    )
