"""A finding of the doctor: one thing that must be true before anybody relies on Earshot, and whether it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a check ended. After a ``FAILURE`` a customer can go unheard, or an alert reach nobody."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. ``what`` is a sentence; ``remedy`` says what to do, and is empty where nothing is to be."""

    check: str
    level: Level
    what: str
    remedy: str = ""


def ok(check: str, what: str) -> Finding:
    """It is as it must be."""
    return Finding(check, Level.OK, what)


def warning(check: str, what: str, remedy: str) -> Finding:
    """Earshot works, with less than it could, or not for much longer; or the check could not see what it looks at."""
    return Finding(check, Level.WARNING, what, remedy)


def failure(check: str, what: str, remedy: str) -> Finding:
    """Nobody should rely on Earshot before this is mended."""
    return Finding(check, Level.FAILURE, what, remedy)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them, ``OK`` where there are none."""
    return max((finding.level for finding in findings), key=list(Level).index, default=Level.OK)
