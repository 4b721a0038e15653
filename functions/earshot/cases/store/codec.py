"""The stored form of conversations, cases and mentions: plain JSON types."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from dacite import Config, from_dict

from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.stored_mention import KnownPost, StoredMention
from earshot.mentions.mention import Mention
from earshot.timestamps import parse_rfc3339, rfc3339
from earshot.triage.judgement import Judgement

T = TypeVar("T")


def _read_time(value: object) -> Any:
    return parse_rfc3339(value, "time") if isinstance(value, str) else value


_HOOKS = {datetime: _read_time, date: date.fromisoformat, time: time.fromisoformat}
# The stored form is our own: types are cast back, not checked a second time.
_CONFIG = Config(cast=[StrEnum, tuple, frozenset, int, float], type_hooks=_HOOKS, check_types=False)


def plain(value: object) -> Any:
    """The stored form of a value, made of JSON types. Fields and entries that are None are left out.

    Dataclasses become dicts, times RFC 3339 texts, enumerations their values, tuples and sets lists.
    """
    if isinstance(value, StrEnum):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if names := _field_names(type(value)):
        pairs = ((name, getattr(value, name)) for name in names)
        return {name: plain(item) for name, item in pairs if item is not None}
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    return _plain_container(value)


def _plain_container(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(cast("frozenset[str]", value))
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {name: plain(item) for name, item in items if item is not None}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in cast("Sequence[object]", value)]
    return value


@cache
def _field_names(kind: type[object]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def restore(kind: type[T], record: Mapping[str, Any]) -> T:
    """The ``kind`` that ``plain`` was given."""
    return from_dict(kind, record, _CONFIG)


def known_post(record: Mapping[str, Any]) -> KnownPost:
    """What a record with ``edits`` and the ``baseline`` of its ``mention`` says."""
    now = FORMATS.current(record)
    return KnownPost(int(now["edits"]), bool(now["mention"]["baseline"]))


def stored_mention(record: Mapping[str, Any]) -> StoredMention:
    """The mention of a record that has ``mention``, ``judgement`` and ``ingested_at``."""
    now = FORMATS.current(record)
    return StoredMention(
        mention=Mention.from_record(now["mention"]),
        judgement=restore(Judgement, now["judgement"]),
        ingested_at=parse_rfc3339(now["ingested_at"], "ingested_at"),
        conversation=now.get("case_conversation"),
        version=now["version"],
    )
