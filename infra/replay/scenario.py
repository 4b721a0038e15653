"""A story: posts, what staff do, what fails, and the timetable of what everybody receives, in one TOML file."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from earshot.mentions.mention import Author, Mention
from infra.replay.rows import RecordingError

BRAND = "NimbusAir"
_OF_A_STORY = {
    "title",
    "begins",
    "minutes",
    "timezone",
    "policy",
    "people",
    "posts",
    "reposts",
    "answers",
    "acts",
    "crashes",
    "timetable",
}
ACTS = ("acknowledge", "hand over", "snooze", "resolve", "dismiss")


@dataclass(frozen=True, slots=True)
class StaffAction:
    """At so many minutes, ``by`` does something with the case of a post."""

    at: int
    by: str
    what: str
    post: int = 1


@dataclass(frozen=True, slots=True)
class Crash:
    """The notifier dies in that minute, right after a service has done what it was asked (``Publish``)."""

    at: int
    after: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the roster, for one rung. Who is not ``reachable`` has never confirmed an address."""

    name: str
    rung: int
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens from ``begins`` on, minute by minute, and ``timetable``: a line for whoever gets something."""

    title: str
    begins: datetime
    minutes: int
    timezone: str
    policy: str
    posts: tuple[Mention, ...]
    people: tuple[Colleague, ...] = ()
    acts: tuple[StaffAction, ...] = ()
    crashes: tuple[Crash, ...] = ()
    timetable: tuple[str, ...] = field(default=())


def read_scenario(path: Path, thinned: int = 1) -> Scenario:
    """Read a story; of what is posted many times only each ``thinned``-th. RecordingError names what is wrong."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = values.keys() - _OF_A_STORY
        if unknown:
            raise ValueError(f"there is no {', '.join(sorted(unknown))} in a story")
        begins = values["begins"].astimezone(UTC)
        acts = tuple(StaffAction(**act) for act in values.get("acts", ()))
        if wrong := [act.what for act in acts if act.what not in ACTS]:
            raise ValueError(f"nobody can '{wrong[0]}': there are {', '.join(ACTS)}")
        return Scenario(
            title=values["title"],
            begins=begins,
            minutes=values["minutes"],
            timezone=values.get("timezone", "UTC"),
            policy=values.get("policy", ""),
            posts=tuple(sorted(_posts(values, begins, thinned), key=lambda post: (post.created_at, int(post.id)))),
            people=tuple(Colleague(**person) for person in values.get("people", ())),
            acts=acts,
            crashes=tuple(Crash(**crash) for crash in values.get("crashes", ())),
            timetable=tuple(values.get("timetable", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"{path} is no story: {error}. See infra/replay/scenarios for some.") from None


def _posts(values: Mapping[str, Any], begins: datetime, thinned: int) -> Iterator[Mention]:
    """The posts of a story, numbered as they stand in it; those that a number of people write get the next numbers."""
    number = 0
    for post in values.get("posts", ()):
        count, within = post.get("count", 1), post.get("within", 0)
        texts = post.get("texts") or [post["text"]]
        for place in range(0, count, thinned if count > 1 else 1):
            number += 1
            at = begins + timedelta(minutes=post.get("at", 0) + within * place / count)
            # Each says it in their own words, as far as the story has any: a word of their own goes with it.
            text = texts[place % len(texts)]
            yield _post(number, at, f"@{BRAND} {text}", f"u{number}", post.get("followers", 150))
    for repost in values.get("reposts", ()):
        for place in range(0, repost["count"], thinned):
            number += 1
            at = begins + timedelta(minutes=repost["at"] + repost["within"] * place / repost["count"])
            text = f"RT {values['posts'][repost['of'] - 1]['text']}"
            yield _post(number, at, text, f"u{number}", 150, reposted_id=str(repost["of"]))
    for answer in values.get("answers", ()):
        number += 1
        of = str(answer["to"])
        at = begins + timedelta(minutes=answer["at"])
        answered = {"own": True, "conversation_id": of, "in_reply_to_id": of}
        yield _post(number, at, answer.get("text", "So sorry, looking into it. Mia"), BRAND, 90_000, **answered)


def _post(number: int, at: datetime, text: str, who: str, followers: int, **more: Any) -> Mention:
    return Mention(
        **{
            "source": "x",
            "id": str(number),
            "author": Author(who, who, who.capitalize(), followers),
            "text": text,
            "created_at": at,
            "conversation_id": str(number),
            "brand": BRAND,
            "language": "en",
            "link": f"https://x.com/{who}/status/{number}",
        }
        | more
    )
