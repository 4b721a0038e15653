"""The sample stream in real time, faster than it was written, from where the last run left it."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from earshot.runtime import utc_now
from earshot.timestamps import parse_rfc3339, rfc3339
from infra.local.sample import sample
from infra.local.x.posts import XPost

# The sample's two hours pass in twelve minutes: long enough to read, short enough to stay for.
SPEED = 10
LEAD = timedelta(seconds=2)
# `earshot run` fetches every ten seconds.
_FETCHED_AFTER = timedelta(seconds=30)


class SampleStream:
    """The sample stream at ``SPEED``. ``position`` is the file that keeps when each part of it has been played.

    A post keeps the time at which it was written, so that one which nobody had fetched when a run ended is still there
    for the next run to fetch.
    """

    def __init__(self, position: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._file = position
        self._clock = clock
        self._began = clock()
        runs, self._position = _read(position)
        self._runs = [*runs, (self._began, self._position)]

    @property
    def posts(self) -> list[XPost]:
        """The posts of this run and of those before it, each at the time at which it is, or was, written."""
        return [post for record in sample.load() if (post := self._post(record)) is not None]

    def written_at(self, offset: float) -> datetime | None:
        """When what stands at an offset (seconds) is, or was, written; None where no run that is known plays it."""
        for began, position in reversed(self._runs):
            if position <= offset:
                return began + LEAD + timedelta(seconds=(offset - position) / SPEED)
        return None

    def _post(self, record: dict[str, float]) -> XPost | None:
        written = self.written_at(record["offset_seconds"])
        return None if written is None else replace(XPost.from_record(record, self._began), created_at=written)

    def is_over(self) -> bool:
        """Whether every post has been written, and fetched since."""
        return max(post.created_at for post in self.posts) + _FETCHED_AFTER < self._clock()

    def remember(self) -> None:
        """Write to the file how far the stream has been played, whole or not at all."""
        played = self._position + max(0.0, (self._clock() - self._began).total_seconds()) * SPEED
        runs = [[rfc3339(began), position] for began, position in self._runs]
        new = self._file.with_name(f"{self._file.name}.new")
        new.write_text(json.dumps({"runs": runs, "played": played}), encoding="utf-8")
        new.replace(self._file)

    @contextmanager
    def remembered(self) -> Generator[None]:
        """Write the position to its file when the block ends."""
        try:
            yield
        finally:
            self.remember()


def _read(file: Path) -> tuple[list[tuple[datetime, float]], float]:
    """When each run began, and where in the stream, and how far the last one came."""
    if not file.exists():
        return [], 0.0
    text = file.read_text(encoding="utf-8")
    if not text.startswith("{"):  # of an earlier release: how far alone
        return [], float(text)
    stored: dict[str, Any] = json.loads(text)
    runs = [(parse_rfc3339(began, "began"), float(position)) for began, position in stored["runs"]]
    return runs, float(stored["played"])
