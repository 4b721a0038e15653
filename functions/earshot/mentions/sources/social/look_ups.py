"""What the look-ups of several networks have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, cast
from zlib import crc32

from earshot.errors import MentionError
from earshot.mentions.mention import MAX_EDITS, Mention
from earshot.mentions.source_state import SourceError, SourceStatus
from earshot.mentions.sources.lookup import NewerText
from earshot.mentions.sources.social.values import Payload, table, tables, text

Api = TypeVar("Api")
Found = TypeVar("Found")
# What another account may be free of.
_OF_AN_ACCOUNT = frozenset({SourceStatus.UNAUTHORISED, SourceStatus.FORBIDDEN, SourceStatus.RATE_LIMITED})

# Where so many posts in turn cannot be asked for, and none can, it is the call that is wrong, not they.
_WRONG = 3


def newer_text(stored: Mention, text: str, edited_at: datetime | None = None) -> NewerText | None:
    """What a post says now, where that is not what is stored; ``edited_at`` where its network says since when.

    The version has a name that follows from what it was and what it is: a look-up that is repeated names it the same.
    """
    try:
        text = Mention.from_record(replace(stored, text=text).to_record()).text
    except MentionError:
        return None
    if text == stored.text or not text:
        return None
    version = f"{stored.id}.{crc32(f'{stored.version_id} {text}'.encode()):x}"
    is_later = edited_at is not None and edited_at >= stored.asked_at
    return NewerText(text, (*stored.edit_ids, version)[-MAX_EDITS:], edited_at if is_later else None)


def with_first(apis: Sequence[Api], ask: Callable[[Api], Found]) -> Found:
    """What the first account is answered that is not refused. SourceError: what the first met, where all are."""
    first: SourceError | None = None
    for api in apis:
        try:
            return ask(api)
        except SourceError as error:
            if error.status not in _OF_AN_ACCOUNT:
                raise
            first = first or error
    raise first or SourceError(SourceStatus.MISCONFIGURED, "No account is left to look posts up with.")


@dataclass(frozen=True, slots=True)
class Listed:
    """What an answer lists, by its ids. ``is_whole``: all of it can be read.

    Of what cannot nobody knows which post it is: then one that is missing may be that.
    """

    by_id: Mapping[str, Payload]
    is_whole: bool


def listed(value: object, id: str, whose: str, inner: str | None = None) -> Listed:
    """A list in an answer. ``id`` is the field of a post that has its id, ``inner`` the one in which it is wrapped.

    ``whose`` answer it is, as a message says it ("Reddit's"). SourceError where it is no list.
    """
    if not isinstance(value, list):
        raise SourceError(SourceStatus.UNAVAILABLE, f"{whose} answer has no list of posts.")
    items = cast("list[object]", value)
    posts = [table(one, inner) if inner else one for one in tables(items)]
    by_id = {name: one for one in posts if (name := text(one, id))}
    return Listed(by_id, len(by_id) == len(items))


@dataclass(slots=True)
class Answers:
    """What was answered of posts, by their ids: those that are ``found``, and how which were ``refused``.

    ``asked`` are those of which anything was answered: a fault may have kept the others from being asked for.
    """

    found: dict[str, Payload] = field(default_factory=dict[str, Payload])
    refused: dict[str, SourceError] = field(default_factory=dict[str, SourceError])
    asked: set[str] = field(default_factory=set[str])


def each_alone(
    ids: Sequence[str],
    ask: Callable[[Sequence[str]], dict[str, Payload]],
    is_about_one: Callable[[SourceError], bool],
) -> Answers:
    """What ``ask`` answers of posts by their ids, and how it refused which of them.

    One post may have a network refuse all that it is asked for with: then each half is asked for by itself. An error
    that is not about one post is raised, unless something was answered before: that is kept, or a network that
    answers only a few calls at once would never come to an end.
    """
    answers, waiting = Answers(), [list(ids)] if ids else []
    while waiting:
        some = waiting.pop()
        try:
            answers.found |= ask(some)
        except SourceError as error:
            if not is_about_one(error):
                if not answers.asked:
                    raise
                return answers
            if len(some) > 1:
                half = len(some) // 2
                waiting += [some[half:], some[:half]]
                continue
            answers.refused[some[0]] = error
            wrong = [one for one in answers.refused.values() if one.status is SourceStatus.MISCONFIGURED]
            if len(answers.refused) == len(wrong) >= _WRONG and not answers.found:
                waiting.clear()
        answers.asked.update(some)
    return answers
