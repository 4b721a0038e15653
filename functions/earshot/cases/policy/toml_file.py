"""The service-level policy as people write it down: a TOML file, read with every mistake named.

``DEFAULT_TEXT`` shows all that it can hold but calendars, with what holds where it says nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from earshot.cases.case.assessment import TOPICS
from earshot.cases.case.ladder import Step
from earshot.cases.case.response import Target
from earshot.cases.policy.business_hours import MINUTES_A_DAY, Calendar
from earshot.cases.policy.policy import DEFAULT_POLICY, Grouping, Policy
from earshot.cases.policy.quiet_hours import QuietHours, Scope
from earshot.cases.policy.toml_reader import TomlReader, nearest
from earshot.errors import PolicyError
from earshot.triage.judgement import Intent, Severity

DEFAULT_TEXT = """\
# How many minutes somebody may hold a case without an answer; 0 is for ever.
acknowledgement_expires_minutes = 30

# Within how many minutes a customer is answered, by the severity of the case or by what it is.
[targets]
critical = 15
complaint = 60
question = 240
other = 1440

# Whom a case of this severity alerts, how many minutes each rung has before the next, and how often all begins again.
[ladders.critical]
rungs = [1, 2, 3]
waits = [5, 10, 15]
repeats = 1

[ladders.high]
rungs = [1, 2, 3]
waits = [5, 10, 15]
repeats = 1

# Alerts about one topic are one message: how long the first waits for others (a critical one never does), how long
# what follows a message waits, and how long nobody who got an SMS gets another.
[grouping]
wait_seconds = 60
interval_minutes = 5
texts_minutes = 2

# What is not critical alerts nobody outside the hours of a calendar: all of it, or some severities, topics, authors.
# [[quiet_hours]]
# outside = "awake"
# topics = ["leaving"]
"""
TARGETS = (Severity.CRITICAL, Severity.HIGH, Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.OPPORTUNITY)
LADDERS = (Severity.CRITICAL, Severity.HIGH)
# The template has subscriptions for these: on call, the team lead, executive support.
RUNGS = (1, 2, 3)
LONGEST_TARGET = 30 * MINUTES_A_DAY
LONGEST_WAIT = MINUTES_A_DAY
LONGEST_ACKNOWLEDGEMENT = 7 * MINUTES_A_DAY
MOST_REPEATS = 9
MOST_RUNGS = 6
_PARTS = ("acknowledgement_expires_minutes", "targets", "ladders", "grouping", "quiet_hours", "calendars")
_OF_A_LADDER = ("rungs", "waits", "repeats")
_OF_GROUPING = ("wait_seconds", "interval_minutes", "texts_minutes")
_OF_QUIET_HOURS = ("outside", "severities", "topics", "authors")


def parse_policy(text: str, name: str = "the policy") -> Policy:
    """The policy that ``text`` (TOML) holds, by default where it says nothing. PolicyError lists all that is wrong."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{name} is no TOML: {error}. `earshot policy show` prints one to begin with.") from None
    reading = _Reading([f"'{key}' is no part of a policy{nearest(key, _PARTS)}" for key in values if key not in _PARTS])
    calendars = {key: reading.calendar(key, value) for key, value in reading.table(values, "calendars").items()}
    targets = {key: reading.target(key, value, calendars) for key, value in reading.table(values, "targets").items()}
    ladders = {key: reading.ladder(key, value) for key, value in reading.table(values, "ladders").items()}
    lasts = reading.number(values, "acknowledgement_expires_minutes", 30, 0, LONGEST_ACKNOWLEDGEMENT)
    grouping = reading.grouping(reading.table(values, "grouping"))
    quiet_hours = tuple(reading.quiet_hours(values.get("quiet_hours", []), calendars))
    if reading.problems:
        raise PolicyError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in reading.problems))
    return Policy(
        targets={**DEFAULT_POLICY.targets, **targets},
        ladders={**DEFAULT_POLICY.ladders, **ladders},
        acknowledgement_timeout=timedelta(minutes=lasts) if lasts else None,
        grouping=grouping,
        quiet_hours=quiet_hours,
    )


class _Reading(TomlReader):
    """Reads the parts of a policy."""

    def target(self, key: str, value: Any, calendars: Mapping[str, Calendar | None]) -> Target:
        where = f"targets.{key}"
        self.only(where, [key], (*TARGETS, Intent.OTHER), "target")
        parts = value if isinstance(value, dict) else {"minutes": value}
        self.only(where, parts, ("minutes", "calendar"), "part of a target")
        minutes = self.number(parts, "minutes", 0, 1, LONGEST_TARGET, f"{where}.")
        calendar = parts.get("calendar")
        if calendar is None:
            return Target(minutes)
        if not isinstance(calendar, str) or calendar not in calendars:
            self.wrong(f"'{where}' names calendar {calendar!r}: write it down under [calendars.NAME]", None)
            return Target(minutes)
        return Target(minutes, calendars[calendar])

    def ladder(self, key: str, value: Any) -> tuple[Step, ...]:
        where = f"ladders.{key}"
        self.only(where, [key], LADDERS, "ladder")
        if not isinstance(value, dict):
            return self.wrong(f"'{where}' must be a table: [{where}]", ())
        self.only(where, value, _OF_A_LADDER, "part of a ladder")
        rungs, waits = value.get("rungs"), value.get("waits")
        if not self.numbers(rungs, RUNGS[0], RUNGS[-1]) or not 1 <= len(rungs) <= MOST_RUNGS:
            self.wrong(
                f"'{where}.rungs' must list 1 to {MOST_RUNGS} rungs, each of them 1, 2 or 3: rungs = [1, 2, 3]", 0
            )
        elif not self.numbers(waits, 1, LONGEST_WAIT) or len(waits) != len(rungs):
            self.wrong(
                f"'{where}.waits' must list {len(rungs)} whole numbers from 1 to {LONGEST_WAIT}, one for each rung: "
                "the minutes before the next rung, and after the last before all begins again",
                0,
            )
        repeats = self.number(value, "repeats", 0, 0, MOST_REPEATS, f"{where}.")
        return () if self.problems else tuple(_steps(rungs * (repeats + 1), waits * (repeats + 1)))

    def grouping(self, values: Mapping[str, Any]) -> Grouping:
        self.only("grouping", values, _OF_GROUPING, "part of grouping")
        return Grouping(
            wait=timedelta(seconds=self.number(values, "wait_seconds", 60, 0, 600, "grouping.")),
            interval=timedelta(minutes=self.number(values, "interval_minutes", 5, 0, 60, "grouping.")),
            texts=timedelta(minutes=self.number(values, "texts_minutes", 2, 0, 60, "grouping.")),
        )

    def quiet_hours(self, values: Any, calendars: Mapping[str, Calendar | None]) -> Iterator[QuietHours]:
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            return self.wrong("'quiet_hours' must be tables of their own: [[quiet_hours]]", None)
        for value in values:
            self.only("quiet_hours", value, _OF_QUIET_HOURS, "part of quiet hours")
            outside = value.get("outside")
            calendar = calendars.get(outside) if isinstance(outside, str) else None
            if calendar is None:
                self.wrong(f"'quiet_hours.outside' names calendar {outside!r}: write it down under [calendars.NAME]", 0)
            scope = Scope(*(self.names("quiet_hours", value, part) for part in ("severities", "topics", "authors")))
            self.only("quiet_hours.topics", scope.topics, TOPICS, "topic")
            self.only("quiet_hours.severities", scope.severities, LADDERS[1:], "severity that can wait")
            if calendar is not None:
                yield QuietHours(calendar, scope)
        return None


def _steps(rungs: list[int], waits: list[int]) -> Iterator[Step]:
    after = 0
    for rung, wait in zip(rungs, waits, strict=True):
        yield Step(rung, after)
        after += wait
