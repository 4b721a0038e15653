"""The sample stream in real time, faster than it was written, from where the last run left it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.local.sample import sample
from infra.local.x.posts import XPost

# The sample's two hours pass in twelve minutes: long enough to read, short enough to stay for.
SPEED = 10


class SampleStream:
    """The sample stream at ``SPEED``. ``position`` is the file that keeps how many seconds of it have been played."""

    def __init__(self, position: Path) -> None:
        self._file = position
        self._began = datetime.now(UTC)
        self._position = float(position.read_text()) if position.exists() else 0.0

    @property
    def posts(self) -> list[XPost]:
        """The posts still to come, each at the time at which it will be written."""
        lead = timedelta(seconds=2)
        records = [post for post in sample.load() if post["offset_seconds"] >= self._position]
        return [
            replace(
                XPost.from_record(post, self._began),
                created_at=self._began + lead + timedelta(seconds=(post["offset_seconds"] - self._position) / SPEED),
            )
            for post in records
        ]

    @contextmanager
    def remembered(self) -> Generator[None]:
        """Write the position to its file when the block ends."""
        try:
            yield
        finally:
            played = (datetime.now(UTC) - self._began).total_seconds() * SPEED
            self._file.write_text(str(self._position + played))
