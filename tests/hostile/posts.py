"""Hostile posts: what strangers may write, or a broken source may deliver, and 10,000 records made of it.

``by_hand.txt`` has one Python string a line, each a thing that has gone wrong somewhere, or could. ``bodies`` puts
them, repeated, joined and cut, into every field of a record of the mention queue. The same seed gives the same bodies.
"""

import ast
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.fakes import START, a_mention

# What no message to staff may show but behind a mark that says whose it is.
EVIL = "evil.test"
TIMES = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "1979-12-31T23:59:59Z",
    "2026-02-30T00:00:00Z",
    "2026-11-21T09:00:00",
    "2026-11-21",
    "noon",
    "٢٠٢٦-11-21T09:00:00Z",
    "2026-11-21T09:00:00+99:99",
    "",
)
WRONG: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**400, [], {}, [[]], {"id": "1"}, [1, "2"], "", " ")
COUNTS = (0, 1, 10**12, 10**13, 10**37, 10**38, 10**399, -1)
IDS = (
    "8" * 220,
    "8" * 221,
    "8" * 3_000,
    "é" * 220,
    "荷" * 220,
    "\U0001f6eb" * 165,
    "\U0001f6eb" * 220,
    "#",
    "a#b",
    "-",
)
NOT_JSON = ("", " ", "{", "[" * 20_000, "1" * 5_000, "null", '"text"', "[]", "\ufeff{}", '{"version": 1', "NaN", "{}{}")


@cache
def by_hand() -> tuple[str, ...]:
    """The texts that were made by hand."""
    lines = (Path(__file__).parent / "by_hand.txt").read_text("utf-8").splitlines()
    return tuple(ast.literal_eval(line) for line in lines if line.startswith('"'))


def bodies(count: int, seed: int = 13) -> Iterator[str]:
    """The bodies of so many messages, all different: whole records, damaged ones, and what is no record at all."""
    random = Random(seed)
    for number in range(count):
        if random.random() < 0.02:
            yield random.choice(NOT_JSON)
            continue
        record = _record(random, str(number))
        for _ in range(random.choice((0, 0, 0, 1, 1, 2, 5))):
            random.choice(_DAMAGES)(random, record)
        yield json.dumps(record)


def text(random: Random) -> str:
    """A hostile text: one by hand, several joined, one over and over, or any characters at all."""
    kind = random.random()
    if kind < 0.45:
        return random.choice(by_hand())
    if kind < 0.8:
        return random.choice(("", " ", "\n", "\u2028", "@NimbusAir ")).join(random.choices(by_hand(), k=3))
    if kind < 0.9:
        return random.choice(by_hand()) * random.choice((2, 20, 200))
    top = random.choice((0x80, 0x600, 0x3000, 0xFFFF, 0x10FFFF))
    return "".join(chr(random.randint(0, top)) for _ in range(random.choice((1, 10, 280))))


def _record(random: Random, id: str) -> dict[str, Any]:
    """A record that only strangers' own words make hostile."""
    at: datetime = START + timedelta(seconds=random.randint(0, 3_600))
    record = a_mention(id, random.choice(("", "@NimbusAir ")) + text(random), conversation_id=id).to_record()
    author = {
        "id": f"a{random.randint(0, 500)}",
        "handle": random.choice((None, f"h{id}")),
        "name": text(random) or None,
    }
    link = random.choice((None, f"https://x.com/jane/status/{id}"))
    followers = random.choice((None, 0, 10, 5_000))
    replies = {"in_reply_to_id": str(random.randint(0, 500))} if random.random() < 0.2 else {}
    own = {"own": True} if random.random() < 0.02 else {}
    reposts = {"reposted_id": str(random.randint(0, 500))} if random.random() < 0.05 else {}
    changes = {
        "author": {**record["author"], **author, "followers": followers},
        "link": link,
        "created_at": at.isoformat(),
    }
    return record | changes | replies | own | reposts


def _wrong_value(random: Random, record: dict[str, Any]) -> None:
    record[random.choice(sorted(record))] = random.choice(WRONG)


def _wrong_author(random: Random, record: dict[str, Any]) -> None:
    field = random.choice(("id", "handle", "name", "followers", "verified"))
    author = record["author"] if isinstance(record.get("author"), dict) else {}
    record["author"] = {**author, field: random.choice((*WRONG, text(random), *IDS))}


def _hostile_text(random: Random, record: dict[str, Any]) -> None:
    record[random.choice(("link", "language", "brand", "source", "conversation_id"))] = text(random)


def _hostile_id(random: Random, record: dict[str, Any]) -> None:
    fields = (
        "id",
        "conversation_id",
        "in_reply_to_id",
        "in_reply_to_user_id",
        "reposted_id",
        "quoted_id",
        "source",
        "brand",
    )
    record[random.choice(fields)] = random.choice(IDS)


def _hostile_time(random: Random, record: dict[str, Any]) -> None:
    record[random.choice(("created_at", "edited_at"))] = random.choice(TIMES)


def _hostile_count(random: Random, record: dict[str, Any]) -> None:
    record["reposts"] = random.choice(COUNTS)


def _missing(random: Random, record: dict[str, Any]) -> None:
    record.pop(random.choice(sorted(record)), None)


def _long(random: Random, record: dict[str, Any]) -> None:
    record["text"] = (text(random) or "a") * random.choice((1_000, 5_000))
    record["text"] = record["text"][:120_000]


_DAMAGES: tuple[Callable[[Random, dict[str, Any]], None], ...] = (
    _wrong_value,
    _wrong_author,
    _hostile_text,
    _hostile_id,
    _hostile_time,
    _hostile_count,
    _missing,
    _long,
)
