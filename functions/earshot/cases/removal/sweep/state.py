"""How far the sweep of a network has come, and which posts it found gone once: stored between its runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from earshot.aws.formats import Formats
from earshot.mentions.sources.contract import CheckpointCodec
from earshot.mentions.sources.lookup import Fate
from earshot.timestamps import parse_rfc3339, rfc3339, rfc3339_or_none, time_or_none

SWEPT = ("x", "bluesky", "mastodon", "reddit", "youtube", "facebook")
"""The networks that are asked again. Of a feed nothing says that an item was deleted: documents drop old ones."""
FORMATS = Formats("The state of a sweep")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A post that its source did not serve: since when, and what it says of it."""

    since: datetime
    fate: Fate


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk through all posts, the newest first, goes on: in a day, before ``before`` (None: at its end)."""

    day: date
    before: str | None = None


@dataclass(frozen=True, slots=True)
class SweepState:
    """``suspects`` by the keys of their posts. ``fresh_at``, ``shown_at`` and ``walked_at``: when each of the three
    last began. ``place`` is where the walk goes on, None once it is through.
    """

    suspects: Mapping[str, Suspect] = field(default_factory=dict[str, Suspect])
    fresh_at: datetime | None = None
    shown_at: datetime | None = None
    walked_at: datetime | None = None
    place: Place | None = None


def sweep_key(source: str) -> str:
    """The key of a network's sweep in the source table."""
    return f"sweep#{source}"


def _to_record(state: SweepState) -> Mapping[str, Any]:
    place = state.place
    return FORMATS.stamped(
        {
            "suspects": {key: [rfc3339(one.since), str(one.fate)] for key, one in state.suspects.items()},
            "fresh_at": rfc3339_or_none(state.fresh_at),
            "shown_at": rfc3339_or_none(state.shown_at),
            "walked_at": rfc3339_or_none(state.walked_at),
            "place": place and [place.day.isoformat(), place.before],
        }
    )


def _from_record(stored: Mapping[str, Any]) -> SweepState:
    record = FORMATS.current(stored)
    place = record["place"]
    return SweepState(
        suspects={
            key: Suspect(parse_rfc3339(since, "suspects"), Fate(fate))
            for key, (since, fate) in record["suspects"].items()
        },
        fresh_at=time_or_none(record, "fresh_at"),
        shown_at=time_or_none(record, "shown_at"),
        walked_at=time_or_none(record, "walked_at"),
        place=None if place is None else Place(date.fromisoformat(place[0]), place[1]),
    )


SWEEP_STATES = CheckpointCodec(SweepState(), _to_record, _from_record)
