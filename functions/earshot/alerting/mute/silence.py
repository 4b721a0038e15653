"""Putting a silence in place: what it may be about, for how long, and that it says why.

What is critical goes through every silence, so none can be about it; what is normal or low alerts nobody anyway.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2s

from earshot.cases.case.assessment import TOPICS
from earshot.cases.policy.quiet_hours import Scope, Silence
from earshot.errors import EarshotError
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Severity

# What alerts somebody, and can wait.
CAN_WAIT = (Severity.HIGH,)
LONGEST = timedelta(days=30)
# The notifier reads all of them before it sends: who needs more wants quiet hours.
MOST_IN_FORCE = 100
MOST_AUTHORS = 50
# A handle has 30 characters at most, an id of another network may have more.
LONGEST_AUTHOR = 100
# It stands in the log of each case that was not alerted.
LONGEST_WHY = 200


class SilenceError(EarshotError):
    """A silence that cannot be put in place: the message names the remedy, ``field`` what is at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def scope_of(severities: Iterable[str], topics: Iterable[str], authors: Iterable[str]) -> Scope:
    """Which cases a silence is about. SilenceError: nothing is named, or something that cannot be silenced."""
    scope = Scope(_distinct(severities), _distinct(topics), _distinct(map(_author, authors)))
    if scope == Scope():
        raise SilenceError("severities", "A silence about everything is none: name severities, topics or authors.")
    for severity in scope.severities:
        _check_severity(severity)
    for topic in scope.topics:
        if topic not in TOPICS:
            raise SilenceError("topics", f"{topic!r} is no topic: there are {', '.join(TOPICS)}.")
    if len(scope.authors) > MOST_AUTHORS:
        raise SilenceError(
            "authors", f"{len(scope.authors)} authors are named, and {MOST_AUTHORS} at most can be: put two silences."
        )
    return scope


def new_silence(scope: Scope, ends: datetime, why: str, by: str, now: datetime, known: Iterable[Silence]) -> Silence:
    """A silence from ``now`` on. Who puts the same one in place at the same moment twice has one.

    SilenceError: it ends too early, or more than ``LONGEST`` ahead; it says not why, or too much; or as many as may be
    are in force among those that are ``known``.
    """
    if ends.tzinfo is None:
        raise SilenceError("ends", "The end has no time zone: write it as 2026-11-22T09:00+01:00.")
    if ends <= now:
        raise SilenceError("ends", f"The end, {ends.isoformat()}, is over: give one in the future.")
    if ends - now > LONGEST:
        raise SilenceError("ends", f"The end, {ends.isoformat()}, is more than {LONGEST.days} days ahead: renew it.")
    told = " ".join(why.split())
    if not 0 < len(told) <= LONGEST_WHY:
        raise SilenceError(
            "why", f"Say why, in {LONGEST_WHY} characters at most: colleagues read it where nobody was alerted."
        )
    if sum(silence.is_in_force(now) for silence in known) >= MOST_IN_FORCE:
        raise SilenceError(
            "silences", f"{MOST_IN_FORCE} silences are in force: end some, or have quiet hours in the policy instead."
        )
    parts = (*scope.severities, "", *scope.topics, "", *scope.authors, rfc3339(now), rfc3339(ends), by, told)
    name = blake2s("\n".join(parts).encode(), digest_size=6).hexdigest()
    return Silence(f"silence-{name}", scope, now, ends, by, told)


def _check_severity(severity: str) -> None:
    if severity in CAN_WAIT:
        return
    can = ", ".join(CAN_WAIT)
    if severity == Severity.CRITICAL:
        raise SilenceError("severities", f"'critical' goes through every silence: name what can wait ({can}).")
    if severity in set(Severity):
        raise SilenceError("severities", f"{severity!r} alerts nobody, so there is nothing to silence: name {can}.")
    raise SilenceError("severities", f"{severity!r} is no severity that can be silenced: name {can}.")


def _author(name: str) -> str:
    """A handle as scopes have it, or an id."""
    author = name.strip().removeprefix("@").lower()
    if not author or len(author) > LONGEST_AUTHOR or any(letter.isspace() for letter in author):
        raise SilenceError("authors", f"{name[:LONGEST_AUTHOR]!r} is no handle or id: write it as @jane, or 4711.")
    return author


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, names)))
