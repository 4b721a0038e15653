"""The format of what is stored: a number beside it, and the steps that make a newer record of an older one.

Without a number a record has format 1, as everything had that was stored before there was one. So format 1 costs no
byte, and reading costs one look.
"""

from collections.abc import Callable, Mapping
from typing import Any

from earshot.errors import FormatError

FIELD = "format"
Record = dict[str, Any]
Step = Callable[[Record], Record]
"""Makes a record of the next format: pure, and without regard to steps after it. The record may be part of an item."""


class Formats:
    """The formats of one kind of record. ``steps[0]`` makes format 2 of format 1, and so on.

    A step stays as long as records of its format may be stored, which is as long as their retention.
    """

    def __init__(self, what: str, *steps: Step) -> None:
        self._what = what
        self._steps = steps
        self.latest = 1 + len(steps)

    def current(self, record: Mapping[str, Any]) -> Record:
        """The record in the latest format. FormatError where a newer release stored it: this one must not change it."""
        number = record.get(FIELD, 1)
        if number == self.latest:
            return dict(record)
        if number > self.latest:
            named = record.get("pk", "a part of it")
            raise FormatError(
                f"{self._what} ({named}) is stored in format {number}, and this release knows formats up to "
                f"{self.latest}: deploy the newer release again. It was left as it is."
            )
        migrated = dict(record)
        for step in self._steps[number - 1 :]:
            migrated = step(migrated)
        return migrated | {FIELD: self.latest}

    def knows(self, record: Mapping[str, Any]) -> bool:
        """Whether this release may read the record."""
        return record.get(FIELD, 1) <= self.latest

    def stamped(self, record: Mapping[str, Any]) -> Record:
        """A record of the latest format, with its number where it needs one."""
        return {**record, FIELD: self.latest} if self.latest > 1 else dict(record)
