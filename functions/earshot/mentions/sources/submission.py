"""Posts that somebody else brings: an export of another tool, a review site, a form. Checked field by field.

A post is known by its source and its id: whatever is sent again changes nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, cast

from earshot.errors import MentionError
from earshot.mentions.brands.brands import Brands
from earshot.mentions.mention import MAX_ID_LENGTH, MAX_TEXT_BYTES, RECORD_VERSION, Mention
from earshot.mentions.sources.social.catalogue import NETWORKS
from earshot.timestamps import rfc3339

# Of one request. The answer names each.
MAX_ITEMS = 100
# Sources that Earshot reads itself, and what it stores under names like theirs.
RESERVED = frozenset({"x", "feed", "incident", *NETWORKS})
SOURCE_PATTERN = "^[a-z][a-z0-9]{0,19}$"
_SOURCE = re.compile(SOURCE_PATTERN)
# A post that names no conversation is in that of the post that it answers, or begins one.
_CONVERSATION = ("conversation_id", "in_reply_to_id", "id")
_CLOCKS_DIFFER = timedelta(minutes=10)
_ID: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": MAX_ID_LENGTH}


def _or_null(kind: dict[str, Any], description: str = "") -> dict[str, Any]:
    return {"anyOf": [kind, {"type": "null"}]} | ({"description": description} if description else {})


_AUTHOR: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": _ID | {"description": "The same for all that one person wrote there"},
        "name": _or_null({"type": "string", "maxLength": 200}),
        "handle": _or_null({"type": "string", "maxLength": 100}, "Without `@`"),
        "followers": _or_null({"type": "integer", "minimum": 0}),
    },
}
SCHEMA: dict[str, Any] = {
    "title": "Submission",
    "description": "A post that somebody else brings to Earshot",
    "type": "object",
    "required": ["source", "id", "author", "text", "created_at"],
    "additionalProperties": False,
    "properties": {
        "source": {
            "type": "string",
            "pattern": SOURCE_PATTERN,
            "not": {"enum": sorted(RESERVED)},
            "description": "Your name for where it is from, such as `trustpilot`: lower-case letters and digits",
        },
        "id": _ID | {"description": "Its id there. The same source and id are the same post, however often it is sent"},
        "author": _AUTHOR,
        "text": {"type": "string", "minLength": 1, "description": f"Complete, at most {MAX_TEXT_BYTES:,} bytes"},
        "created_at": {
            "type": "string",
            "format": "date-time",
            "description": "When it was written",
        },
        "brand": _or_null({"type": "string"}, "A handle of the brand that it is about; needed where there are several"),
        "conversation_id": _or_null({"type": "string"}, "Shared by a post and its answers; else its id"),
        "in_reply_to_id": _or_null({"type": "string"}, "The id of the post that it answers"),
        "own": {"type": "boolean", "description": "Whether the brand wrote it: then it answers somebody"},
        "link": _or_null({"type": "string", "maxLength": 2000}, "Where staff open it, to answer"),
        "language": _or_null({"type": "string", "maxLength": 35}, "Its language, such as `de`"),
        "history": {
            "type": "boolean",
            "description": "From before you sent what is new: it alerts nobody",
        },
    },
}
"""What may be sent, as JSON Schema (2020-12): docs/mention.schema.json is this."""

QUEUE_SCHEMA: dict[str, Any] = {
    "title": "Queue message",
    "description": "A post as the mention queue takes it; what else it has is ignored",
    "type": "object",
    "required": ["version", *SCHEMA["required"], "conversation_id", "brand"],
    "properties": {
        **{name: value for name, value in SCHEMA["properties"].items() if name != "history"},
        "author": {name: value for name, value in _AUTHOR.items() if name != "additionalProperties"},
        "version": {"const": RECORD_VERSION},
        "conversation_id": _ID | {"description": "Shared by a post and its answers"},
        "brand": {"type": "string", "minLength": 1, "description": "The first handle of the brand that it is about"},
        "baseline": {"type": "boolean", "description": "From before the source began: it alerts nobody"},
    },
}
"""What the queue takes from whoever may send to it: docs/queue-message.schema.json is this."""

_FIELDS = tuple(SCHEMA["properties"])
_AUTHOR_FIELDS = tuple(SCHEMA["properties"]["author"]["properties"])


class SubmissionError(MentionError):
    """An item cannot be a mention: ``field`` is at fault, and the message says what it must be."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of one item: a mention for the queue, or why not."""

    item: object
    mention: Mention | None = None
    error: SubmissionError | None = None


def read_submission(items: Sequence[object], brands: Brands, now: datetime) -> tuple[Submitted, ...]:
    """Each item with its mention or its error, in order: one that is wrong holds up no other."""
    return tuple(_read(item, brands, now) for item in items)


def _read(item: object, brands: Brands, now: datetime) -> Submitted:
    try:
        return Submitted(item, mention_of(item, brands, now))
    except SubmissionError as error:
        return Submitted(item, error=error)


def mention_of(item: object, brands: Brands, now: datetime) -> Mention:
    """The mention of one item. SubmissionError names the field at fault and the remedy."""
    if not isinstance(item, Mapping):
        raise SubmissionError("", "It must be a JSON object with source, id, author, text and created_at.")
    fields = cast("Mapping[str, object]", item)
    author = _author(fields)
    _no_others(fields, _FIELDS, "")
    source = _matching(fields, "source", _SOURCE, "up to 20 lower-case letters and digits, a letter first: trustpilot")
    if source in RESERVED:
        raise SubmissionError("source", f"{source!r} is what Earshot reads itself: choose a name of your own.")
    if isinstance(text := fields.get("text"), str) and len(text.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        raise SubmissionError("text", f"It has more than {MAX_TEXT_BYTES:,} bytes: send what the author wrote.")
    if isinstance(text, str) and not text.strip():
        raise SubmissionError("text", "It is empty: send what the author wrote.")
    link = fields.get("link")
    if link is not None and (not isinstance(link, str) or not re.fullmatch(r"https?://[^\s\x00-\x1f]{1,1990}", link)):
        raise SubmissionError("link", "It must be a whole address, https://..., of at most 2,000 characters, or null.")
    record = {
        **{name: fields.get(name) for name in ("id", "text", "created_at", "link", "language", "in_reply_to_id")},
        "version": RECORD_VERSION,
        "source": source,
        "author": author,
        "conversation_id": next((fields[name] for name in _CONVERSATION if fields.get(name) is not None), None),
        "brand": _brand(fields.get("brand"), brands),
        "own": _switch(fields, "own"),
        "baseline": _switch(fields, "history"),
    }
    try:
        mention = Mention.from_record(record)
    except MentionError as error:
        named = re.search(r"Field '([\w.]+)'", str(error))
        raise SubmissionError(named[1] if named else "", str(error)) from None
    if mention.created_at > now + _CLOCKS_DIFFER:
        raise SubmissionError("created_at", f"It is in the future, for here it is {rfc3339(now)}: correct your clock.")
    return mention


def _author(fields: Mapping[str, object]) -> Mapping[str, object]:
    author = fields.get("author")
    if not isinstance(author, Mapping):
        raise SubmissionError("author", "It must be an object with the author's id there, and name if there is one.")
    found = cast("Mapping[str, object]", author)
    _no_others(found, _AUTHOR_FIELDS, "author.")
    return found


def _no_others(fields: Mapping[str, object], known: Sequence[str], prefix: str) -> None:
    """An unknown field is refused, because it is usually misspelt."""
    for name in fields:
        if name not in known:
            close = get_close_matches(str(name), known, 1)
            meant = f"did you mean {prefix}{close[0]}?" if close else f"there are {', '.join(known)}."
            raise SubmissionError(f"{prefix}{str(name)[:40]}", f"There is no such field: {meant}")


def _matching(fields: Mapping[str, object], name: str, pattern: re.Pattern[str], wanted: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise SubmissionError(name, f"It must be {wanted}.")
    return value


def _switch(fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise SubmissionError(name, "It must be true or false.")
    return value


def _brand(value: object, brands: Brands) -> str:
    """The brand that an item is about: the one that it names by any of its handles, or the only one."""
    names = brands.names
    if value is None and len(names) == 1:
        return names[0]
    handles: Callable[[str], str | None] = {
        handle.lower(): brands.accounts.brands.get(handle.lower(), handle) for handle in brands.handles
    }.get
    found = handles(value.lstrip("@").lower()) if isinstance(value, str) else None
    if found is None:
        raise SubmissionError("brand", f"It must be a handle of a brand of this stack: {', '.join(names)}.")
    return found
