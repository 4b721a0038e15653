"""How far a feed has been read: what was in it, what was queued of it, and whose comments are followed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from earshot.aws.formats import Formats
from earshot.mentions.sources.contract import CheckpointCodec
from earshot.mentions.sources.rss.address import NO_VALIDATORS, Validators
from earshot.timestamps import rfc3339_or_none, time_or_none

FORMATS = Formats("The checkpoint of a feed")
# Bounds the stored item to about 60 KB.
MAX_SEEN = 800
MAX_LISTED = 400
# The feeds of comments that are read beside a feed: those of its newest posts about the brand.
MAX_FOLLOWED = 20
FOLLOWED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Seen:
    """An item that was queued: under which id, when it was met last, and the digests of its texts, the latest last."""

    id: str
    at: int
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """The feed of the comments on a post about the brand; ``at`` is the time of the post, in epoch seconds."""

    url: str
    at: int
    validators: Validators = NO_VALIDATORS


@dataclass(frozen=True, slots=True)
class FeedCheckpoint:
    """What was in the feed at ``read_at``. ``listed`` are the keys of the items of the last document.

    ``seen`` has what was queued, by key. ``followed`` has posts about the brand by their page: what is said below them
    is about it, too. What was written before ``first_read_at`` is history.
    """

    first_read_at: datetime | None = None
    read_at: datetime | None = None
    validators: Validators = NO_VALIDATORS
    listed: frozenset[str] = frozenset()
    seen: Mapping[str, Seen] = field(default_factory=dict[str, Seen])
    followed: Mapping[str, Followed] = field(default_factory=dict[str, Followed])

    def after(
        self, now: datetime, validators: Validators, listed: Iterable[str], seen: Mapping[str, Seen]
    ) -> "FeedCheckpoint":
        """The checkpoint when a document was read; ``seen`` is what was queued of it."""
        kept = sorted({**self.seen, **seen}.items(), key=lambda one: one[1].at)[-MAX_SEEN:]
        return replace(
            self,
            first_read_at=self.first_read_at or now,
            read_at=now,
            validators=validators,
            listed=frozenset(list(listed)[:MAX_LISTED]),
            seen=dict(kept),
        )

    def following(self, now: datetime, more: Mapping[str, Followed]) -> "FeedCheckpoint":
        """With the comments of further posts followed, and without those of posts that are old."""
        oldest = (now - FOLLOWED_FOR).timestamp()
        young = [(page, one) for page, one in {**more, **self.followed}.items() if one.at >= oldest]
        newest: Sequence[tuple[str, Followed]] = sorted(young, key=lambda one: one[1].at)[-MAX_FOLLOWED:]
        return replace(self, followed=dict(newest))


def checkpoint_record(checkpoint: FeedCheckpoint) -> dict[str, Any]:
    """The record of a checkpoint, in plain JSON types."""
    return FORMATS.stamped(
        {
            "first_read_at": rfc3339_or_none(checkpoint.first_read_at),
            "read_at": rfc3339_or_none(checkpoint.read_at),
            "validators": _validators(checkpoint.validators),
            "listed": sorted(checkpoint.listed),
            "seen": {key: [one.id, one.at, *one.digests] for key, one in checkpoint.seen.items()},
            "followed": {
                page: [one.url, one.at, *_validators(one.validators)] for page, one in checkpoint.followed.items()
            },
        }
    )


def read_checkpoint(stored: Mapping[str, Any]) -> FeedCheckpoint:
    """The checkpoint of a record that ``checkpoint_record`` made."""
    record = FORMATS.current(stored)
    return FeedCheckpoint(
        first_read_at=time_or_none(record, "first_read_at"),
        read_at=time_or_none(record, "read_at"),
        validators=Validators(*record["validators"]),
        listed=frozenset(record["listed"]),
        seen={key: Seen(id, at, tuple(digests)) for key, (id, at, *digests) in record["seen"].items()},
        followed={page: Followed(url, at, Validators(*rest)) for page, (url, at, *rest) in record["followed"].items()},
    )


FEED_CHECKPOINTS = CheckpointCodec(FeedCheckpoint(), checkpoint_record, read_checkpoint)


def _validators(validators: Validators) -> list[str | None]:
    return [validators.etag, validators.modified]
