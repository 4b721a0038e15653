"""A scenario in one TOML file: posts, what staff do, what fails, and the alerts that are expected."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from earshot.mentions.mention import Author, Mention
from infra.replay.rows import RecordingError

BRAND = "NimbusAir"
_ANSWER = "So sorry, looking into it. Mia"
_KEYS = {
    "title",
    "starts_at",
    "minutes",
    "timezone",
    "policy",
    "people",
    "posts",
    "reposts",
    "edits",
    "replies",
    "actions",
    "crashes",
    "expected",
}
ACTIONS = ("acknowledge", "hand over", "snooze", "resolve", "dismiss", "answers all")


@dataclass(frozen=True, slots=True)
class StaffAction:
    """In minute ``at``, ``by`` does ``what`` with the case of a post.

    "answers all": the post is a statement of the brand, and ``by`` says that it answers all in its conversation.
    """

    at: int
    by: str
    what: str
    post: int = 1


@dataclass(frozen=True, slots=True)
class Crash:
    """The notifier dies in minute ``at``, right after a service has completed the operation ``after`` (``Publish``)."""

    at: int
    after: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on the roster, for one rung. Not ``reachable``: they have never confirmed an address."""

    name: str
    rung: int
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens from ``starts_at`` on, minute by minute, and the lines of alerts that are ``expected``.

    Lines of alerts about one of the ``named`` customers, by their handles, say so.
    """

    title: str
    starts_at: datetime
    minutes: int
    timezone: str
    policy: str
    posts: tuple[Mention, ...]
    people: tuple[Colleague, ...] = ()
    actions: tuple[StaffAction, ...] = ()
    crashes: tuple[Crash, ...] = ()
    expected: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def brands(self) -> list[str]:
        """The handles of the brands that the posts are to, or by."""
        return list(dict.fromkeys([BRAND, *(post.brand for post in self.posts)]))


def read_scenario(path: Path, thinned: int = 1) -> Scenario:
    """Read a scenario; of posts with a ``count`` only each ``thinned``-th. RecordingError says what is wrong."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = values.keys() - _KEYS
        if unknown:
            raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
        starts_at = values["starts_at"].astimezone(UTC)
        actions = tuple(StaffAction(**action) for action in values.get("actions", ()))
        if wrong := [action.what for action in actions if action.what not in ACTIONS]:
            raise ValueError(f"unknown action '{wrong[0]}': use one of {', '.join(ACTIONS)}")
        return Scenario(
            title=values["title"],
            starts_at=starts_at,
            minutes=values["minutes"],
            timezone=values.get("timezone", "UTC"),
            policy=values.get("policy", ""),
            posts=tuple(sorted(_posts(values, starts_at, thinned), key=lambda post: (post.created_at, int(post.id)))),
            people=tuple(Colleague(**person) for person in values.get("people", ())),
            actions=actions,
            crashes=tuple(Crash(**crash) for crash in values.get("crashes", ())),
            expected=tuple(values.get("expected", ())),
            named=tuple(dict.fromkeys(post["by"] for post in values.get("posts", ()) if "by" in post)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordingError(f"{path} is not a scenario: {error}. infra/replay/scenarios has examples.") from None


def _posts(values: Mapping[str, Any], starts_at: datetime, thinned: int) -> Iterator[Mention]:
    """The posts of a scenario, numbered in its order; posts with a ``count`` take that many numbers."""
    number, threads = 0, dict[int, str]()
    for post in values.get("posts", ()):
        count, within = post.get("count", 1), post.get("within", 0)
        texts = post.get("texts") or [post["text"]]
        for place in range(0, count, thinned if count > 1 else 1):
            number += 1
            at = starts_at + timedelta(minutes=post.get("at", 0) + within * place / count)
            more = _context(post, threads)
            threads[number] = more.get("conversation_id", str(number))
            yield _written(post, number, at, texts[place % len(texts)], more)
    for repost in values.get("reposts", ()):
        for place in range(0, repost["count"], thinned):
            number += 1
            at = starts_at + timedelta(minutes=repost["at"] + repost["within"] * place / repost["count"])
            text = f"RT {values['posts'][repost['of'] - 1]['text']}"
            yield _post(number, at, text, f"u{number}", 150, reposted_id=str(repost["of"]))
    for edit in values.get("edits", ()):
        number += 1
        of, post = edit["of"], values["posts"][edit["of"] - 1]
        # As on X: what is below the new version of the first post of a conversation is in a conversation of its own.
        threads[number] = threads[of] if threads[of] != str(of) else str(number)
        at = starts_at + timedelta(minutes=edit["at"])
        edited = {**_context(post, threads), "edit_ids": (str(number),)}
        yield _written(post, of, at, edit["text"], edited)
    for reply in values.get("replies", ()):
        number += 1
        at = starts_at + timedelta(minutes=reply["at"])
        threads[number] = threads[reply["to"]]
        yield _written({"own": True, **reply}, number, at, reply.get("text", _ANSWER), _context(reply, threads))


def _context(post: Mapping[str, Any], threads: Mapping[int, str]) -> dict[str, Any]:
    """Where a post stands: in reply ``to`` a post, in its conversation, or as one that ``quotes`` a post of a brand."""
    context: dict[str, Any] = {}
    if "to" in post:
        context |= {"conversation_id": threads[post["to"]], "in_reply_to_id": str(post["to"])}
    if "quotes" in post:
        context |= {"quoted_id": str(post["quotes"]), "quotes_brand": True}
    return context


def _written(post: Mapping[str, Any], number: int, at: datetime, text: str, more: Mapping[str, Any]) -> Mention:
    """A post of a customer, which names the brand unless it quotes it; or with ``own`` a post of the brand."""
    brand = post.get("brand", BRAND)
    if post.get("own", False):
        return _post(number, at, text, brand, 90_000, own=True, brand=brand, **more)
    text = text if "quotes" in post else f"@{brand} {text}"
    return _post(number, at, text, post.get("by", f"u{number}"), post.get("followers", 150), brand=brand, **more)


def _post(number: int, at: datetime, text: str, who: str, followers: int, **more: Any) -> Mention:
    post = Mention(
        source="x",
        id=str(number),
        author=Author(who, who, who.capitalize(), followers),
        text=text,
        created_at=at,
        conversation_id=str(number),
        brand=BRAND,
        language="en",
        link=f"https://x.com/{who}/status/{number}",
    )
    return replace(post, **more)
