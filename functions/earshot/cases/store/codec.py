"""The stored form of conversations, cases and mentions: plain JSON types."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from earshot.cases.case.posts import Posts
from earshot.cases.case.status import Delivery
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.stored_mention import KnownPost, StoredMention
from earshot.mentions.mention import Mention
from earshot.timestamps import parse_rfc3339, rfc3339
from earshot.triage.judgement import Judgement

T = TypeVar("T")
_Read = Callable[[Any], Any]
_Write = Callable[[Any], Any]
# Parts of a whole that are stored among its own fields: what is read there by itself need not know how it is grouped.
_FLAT = (Posts, Delivery)


def plain(value: object) -> Any:
    """The stored form of a value, made of JSON types. Fields and entries that are None are left out.

    Dataclasses become dicts, times RFC 3339 texts, enumerations their values, tuples and sets lists.
    """
    return _writer(type(value))(value)


@cache
def _writer(kind: type[Any]) -> _Write:
    """What turns a value of exactly this type into its stored form: found out once for each."""
    if issubclass(kind, StrEnum):
        return str
    if kind is type(None) or issubclass(kind, (str, int, float)):
        return _as_it_is
    if dataclasses.is_dataclass(kind):
        return _dataclass_writer(kind)
    if issubclass(kind, datetime):
        return rfc3339
    if issubclass(kind, (date, time)):
        return kind.isoformat
    if issubclass(kind, frozenset):
        return sorted
    if issubclass(kind, Mapping):
        return lambda value: {name: plain(item) for name, item in value.items() if item is not None}
    return (lambda value: [plain(item) for item in value]) if issubclass(kind, (tuple, list)) else _as_it_is


def _dataclass_writer(kind: type[Any]) -> _Write:
    hints = get_type_hints(kind)
    flat = tuple(field.name for field in dataclasses.fields(kind) if hints[field.name] in _FLAT)
    names = tuple(field.name for field in dataclasses.fields(kind) if field.name not in flat)

    def write(value: Any) -> dict[str, Any]:
        record = {name: plain(item) for name in names if (item := getattr(value, name)) is not None}
        for name in flat:
            record |= plain(getattr(value, name))
        return record

    return write


def restore(kind: type[T], record: Mapping[str, Any]) -> T:
    """The ``kind`` that ``plain`` was given. TypeError where a field is missing that has no default."""
    return _reader(kind)(record)


@cache
def _reader(kind: Any) -> _Read:
    """What turns the stored form into a ``kind``: found out once for each, for thousands may be read at once."""
    if dataclasses.is_dataclass(kind):
        return _dataclass_reader(cast("type[Any]", kind))
    if kind is datetime:
        return lambda value: parse_rfc3339(value, "time") if isinstance(value, str) else value
    if isinstance(kind, type):
        if kind in (date, time):
            return cast("_Read", kind.fromisoformat)
        # The stored form is our own: types are cast back, not checked a second time.
        return kind if issubclass(kind, (StrEnum, int, float)) else _as_it_is
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (part for part in parts if part is not type(None))
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    if origin in (tuple, frozenset, list):
        return _collection_reader(origin, parts)
    if origin is not None and issubclass(origin, Mapping):
        key, read = _reader(parts[0]), _reader(parts[1])
        return lambda value: {key(name): read(item) for name, item in value.items()}
    return _as_it_is


def _dataclass_reader(kind: type[Any]) -> _Read:
    hints = get_type_hints(kind)
    kept = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind) if field.init}
    flat = [(name, read) for name, read in kept.items() if hints[name] in _FLAT]
    read_as = [(name, read) for name, read in kept.items() if hints[name] not in _FLAT and read is not _as_it_is]
    # ``plain`` leaves out what is None.
    absent: dict[str, Any] = {
        field.name: None
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and type(None) in get_args(hints[field.name])
    }

    def read(record: Any) -> Any:
        if isinstance(record, kind):
            return record
        values = {**absent, **record}
        for name, read_field in read_as:
            if name in record:
                values[name] = read_field(record[name])
        for name, read_part in flat:
            values[name] = read_part(record)
        if not values.keys() <= kept.keys():
            # Beside it are parts that are stored flat, or fields that earlier releases had.
            values = {name: values[name] for name in values.keys() & kept.keys()}
        return kind(**values)

    return read


def _collection_reader(origin: type[Any], parts: tuple[Any, ...]) -> _Read:
    if origin is tuple and (len(parts) != 2 or parts[1] is not Ellipsis):
        readers = [_reader(part) for part in parts]
        return lambda value: cast("Any", tuple(read(one) for read, one in zip(readers, value, strict=True)))
    read, collect = _reader(parts[0]), cast("_Read", origin)
    return collect if read is _as_it_is else lambda value: collect(map(read, value))


def _as_it_is(value: Any) -> Any:
    return value


def known_post(record: Mapping[str, Any]) -> KnownPost:
    """What a record with ``edits`` and ``baseline`` says. In the first format that is unknown: it is no news."""
    now = FORMATS.current(record)
    forgotten = now.get("forgotten_at")
    return KnownPost(
        int(now["edits"]),
        bool(now.get("baseline", False)),
        None if forgotten is None else parse_rfc3339(forgotten, "forgotten_at"),
    )


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
