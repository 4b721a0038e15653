"""The rules of a silence: which cases it may be about, for how long, and that it must give a reason.

Critical cases cannot be silenced. Normal and low ones alert nobody anyway.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2s

from earshot.cases.case.assessment import TOPICS
from earshot.cases.policy.quiet_hours import Scope, Silence
from earshot.errors import SilenceError
from earshot.mentions.sources.x.handles import handle_problem, is_account_id
from earshot.timestamps import rfc3339
from earshot.triage.judgement import Severity

# The severities that alert somebody and may be silenced.
CAN_BE_SILENCED = (Severity.HIGH,)
MAX_DURATION = timedelta(days=30)
# The notifier reads all silences before it sends.
MAX_ACTIVE = 100
# With those that have ended, which are listed for 30 days.
MAX_STORED = 1000
MAX_AUTHORS = 50
MAX_SHOWN = 100
# The log of each silenced case quotes it.
MAX_REASON_LENGTH = 200


def scope_of(severities: Iterable[str], topics: Iterable[str], authors: Iterable[str]) -> Scope:
    """Which cases a silence is about. SilenceError where nothing is named, or something that cannot be silenced."""
    scope = Scope(_distinct(severities), _distinct(topics), _distinct(map(_author, authors)))
    if scope == Scope():
        raise SilenceError("severities", "A silence needs a scope: name severities, topics or authors.")
    for severity in scope.severities:
        _check_severity(severity)
    for topic in scope.topics:
        if topic not in TOPICS:
            raise SilenceError("topics", f"{topic!r} is not a topic: choose from {', '.join(TOPICS)}.")
    if len(scope.authors) > MAX_AUTHORS:
        raise SilenceError(
            "authors",
            f"{len(scope.authors)} authors are named, and {MAX_AUTHORS} at most are allowed: add two silences.",
        )
    return scope


def new_silence(scope: Scope, ends: datetime, why: str, by: str, now: datetime, known: Iterable[Silence]) -> Silence:
    """A silence from ``now`` on. The same arguments give the same id, so a retry adds no second one.

    ``known`` are the stored silences. SilenceError where it ends in the past or after ``MAX_DURATION``, where ``why``
    is empty or too long, and where ``MAX_ACTIVE`` silences are in force or ``MAX_STORED`` stored already.
    """
    known = tuple(known)
    if ends.tzinfo is None:
        raise SilenceError("ends", "The end has no time zone: write it as 2026-11-22T09:00+01:00.")
    if ends <= now:
        raise SilenceError("ends", f"The end, {ends.isoformat()}, is in the past: give one in the future.")
    if ends - now > MAX_DURATION:
        raise SilenceError(
            "ends",
            f"The end, {ends.isoformat()}, is more than {MAX_DURATION.days} days ahead: renew it later.",
        )
    reason = " ".join(why.split())
    if not 0 < len(reason) <= MAX_REASON_LENGTH:
        raise SilenceError(
            "why", f"Give a reason of at most {MAX_REASON_LENGTH} characters: the log of each silenced case quotes it."
        )
    if sum(silence.is_in_force(now) for silence in known) >= MAX_ACTIVE:
        raise SilenceError(
            "silences", f"{MAX_ACTIVE} silences are in force: end some, or put quiet hours into the policy instead."
        )
    if len(known) >= MAX_STORED:
        raise SilenceError(
            "silences",
            f"{MAX_STORED} silences were added within 30 days: put quiet hours into the policy instead, or wait until "
            "the oldest are gone.",
        )
    parts = (*scope.severities, "", *scope.topics, "", *scope.authors, rfc3339(now), rfc3339(ends), by, reason)
    name = blake2s("\n".join(parts).encode(), digest_size=6).hexdigest()
    return Silence(f"silence-{name}", scope, now, ends.astimezone(UTC), by, reason)


def _check_severity(severity: str) -> None:
    if severity in CAN_BE_SILENCED:
        return
    can = ", ".join(CAN_BE_SILENCED)
    if severity == Severity.CRITICAL:
        raise SilenceError("severities", f"'critical' cannot be silenced: choose from {can}.")
    if severity in set(Severity):
        raise SilenceError("severities", f"{severity!r} alerts nobody: choose from {can}.")
    raise SilenceError("severities", f"{severity!r} is not a severity that can be silenced: choose from {can}.")


def _author(name: str) -> str:
    """A handle in lower case and without ``@``, as ``Scope`` compares it, or an id."""
    author = name.strip().removeprefix("@").lower()
    if not is_account_id(author) and (problem := handle_problem(author[:MAX_SHOWN])):
        message = f"{name[:MAX_SHOWN]!r} is no handle or id: {problem}. Write it as @jane, or 4711."
        raise SilenceError("authors", message)
    return author


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, names)))
