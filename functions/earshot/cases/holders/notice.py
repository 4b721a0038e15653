"""What a colleague is to be told of a case, once, because another one did something.

A notice waits in the case, in one transaction with the act: the table's stream is the outbox, as for alerts. The
notifier takes it out again. Until then the escalator hands it over once more, a few times, ever more seldom.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.timestamps import rfc3339

# After the first, second... of these it is handed over again, and after the last it is given up.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (2, 8, 15, 30, 60))
# The beginning of a note is enough to know what it is about; the case has all of it.
MAX_QUOTED = 500


class NoticeReason(StrEnum):
    """Why a colleague is told."""

    ASSIGNED = "assigned to you"
    TAKEN_OVER = "taken over from you"
    MENTIONED = "mentioned in a note"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Notice:
    """``to`` is told, under whichever of their names, what ``by`` did at ``at``.

    ``text`` is the note in which they are mentioned, or what was undone. It has been handed over ``tries`` times more
    than once, and is again at ``wakes_at``.
    """

    to: str
    reason: NoticeReason
    by: str
    at: datetime
    wakes_at: datetime
    text: str = ""
    tries: int = 0

    @classmethod
    def of(cls, to: str, reason: NoticeReason, by: str, at: datetime, text: str = "") -> "Notice":
        """A notice of what ``by`` does now."""
        return cls(to, reason, by, at, at + WAITS[0], text[:MAX_QUOTED])

    @property
    def name(self) -> str:
        """Its name in the notification log, but for the channel: the same for each attempt to send it."""
        return f"notice#{rfc3339(self.at)}#{self.reason}#{self.to}"

    def undone(self, by: str, at: datetime) -> "Notice":
        """That what it told is taken back."""
        return Notice.of(self.to, NoticeReason.UNDONE, by, at, str(self.reason))


def remind(notices: tuple[Notice, ...], at: datetime) -> tuple[tuple[Notice, ...], LogEntry] | None:
    """The notices after those that nobody logged as sent were handed over again; None where none is due at ``at``.

    One that was handed over after every wait is given up, and the log says so.
    """
    due = [notice for notice in notices if notice.wakes_at <= at]
    if not due:
        return None
    left = tuple(again for notice in notices if (again := _again(notice, at) if notice in due else notice) is not None)
    given_up = [notice.to for notice in due if notice.tries + 1 >= len(WAITS)]
    if given_up:
        return left, not_told(given_up, "sending it failed again and again", at)
    return left, LogEntry(at, EARSHOT, "reminded", f"{_names(due)}: the notice was not logged as sent: again")


def not_told(names: Iterable[str], why: str, at: datetime) -> LogEntry:
    """The log entry of colleagues who could not be told."""
    return LogEntry(at, EARSHOT, "not told", f"{', '.join(names)}: {why}")


def _again(notice: Notice, at: datetime) -> Notice | None:
    tries = notice.tries + 1
    return None if tries >= len(WAITS) else replace(notice, tries=tries, wakes_at=at + WAITS[tries])


def _names(notices: Iterable[Notice]) -> str:
    return ", ".join(dict.fromkeys(notice.to for notice in notices))
