"""The contract of a look-up: whether posts that are stored are still what they were at their source.

Only what a network says of one post counts against it. A refusal, a server that fails or does not answer is a
SourceError, and says nothing about any post.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from earshot.mentions.mention import Mention


class Fate(StrEnum):
    """Why a post may not be kept any more, as its source says it."""

    DELETED = "deleted"
    PROTECTED = "protected"
    WITHHELD = "withheld"
    HIDDEN = "hidden by moderators"
    AUTHOR_GONE = "its author's account was deleted"


@dataclass(frozen=True, slots=True)
class NewerText:
    """What a post says since it was edited; ``edit_ids`` are the ids of its later versions, the latest last."""

    text: str
    edit_ids: tuple[str, ...]
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a network says of posts, by their ids: those that it ``served``, that are ``gone``, that were ``edited``.

    A post in neither is one of which it says nothing.
    """

    served: frozenset[str] = frozenset()
    gone: Mapping[str, Fate] = field(default_factory=dict[str, Fate])
    edited: Mapping[str, NewerText] = field(default_factory=dict[str, NewerText])

    @classmethod
    def of(cls, served: Mapping[str, NewerText | None], gone: Mapping[str, Fate]) -> "LookedUp":
        """Of what is ``served`` with the text that is newer than what is stored, None where none is."""
        return cls(frozenset(served), gone, {id: newer for id, newer in served.items() if newer is not None})


class OneServer:
    """A network that answers as one server."""

    def server_of(self, id: str) -> str:
        """The same for every post."""
        return ""


class Lookup(Protocol):
    """Looks posts of one network up, at most ``most`` of them by one call."""

    @property
    def most(self) -> int:
        """How many posts one call takes."""
        ...

    def server_of(self, id: str) -> str:
        """Who answers for a post: one that serves no post at all is not believed, whatever others serve."""
        ...

    def look_up(self, posts: Sequence[Mention]) -> LookedUp:
        """What the network says of these posts. SourceError where it refuses, fails, or cannot be reached."""
        ...
