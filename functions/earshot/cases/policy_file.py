"""The service-level policy as people write it down: a TOML file, read with every mistake named.

``DEFAULT_TEXT`` shows all that it can hold but calendars, with what holds where it says nothing.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earshot.cases.business_hours import MINUTES_A_DAY, Calendar, Period
from earshot.cases.case import Step
from earshot.cases.clock import Target
from earshot.cases.policy import DEFAULT_POLICY, Policy
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
"""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TARGETS = (Severity.CRITICAL, Severity.HIGH, Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.OPPORTUNITY)
LADDERS = (Severity.CRITICAL, Severity.HIGH)
# The template has subscriptions for these: on call, the team lead, executive support.
RUNGS = (1, 2, 3)
LONGEST_TARGET = 30 * MINUTES_A_DAY
LONGEST_WAIT = MINUTES_A_DAY
LONGEST_ACKNOWLEDGEMENT = 7 * MINUTES_A_DAY
MOST_REPEATS = 9
MOST_RUNGS = 6
# Each case keeps the calendar that its clock runs by: that must stay a few kilobytes.
MOST_HOLIDAYS = 200
LEAST_HOURS_A_WEEK = 1
_TIME = re.compile(r"([0-9]{2}):([0-5][0-9])")
_PARTS = ("acknowledgement_expires_minutes", "targets", "ladders", "calendars")
_OF_A_LADDER = ("rungs", "waits", "repeats")
_OF_A_CALENDAR = ("timezone", "days", "holidays")


def parse_policy(text: str, name: str = "the policy") -> Policy:
    """The policy that ``text`` (TOML) holds, by default where it says nothing. PolicyError lists all that is wrong."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{name} is no TOML: {error}. `earshot policy show` prints one to begin with.") from None
    reading = _Reading(
        [f"'{key}' is no part of a policy{_nearest(key, _PARTS)}" for key in values if key not in _PARTS]
    )
    calendars = {key: reading.calendar(key, value) for key, value in reading.table(values, "calendars").items()}
    targets = {key: reading.target(key, value, calendars) for key, value in reading.table(values, "targets").items()}
    ladders = {key: reading.ladder(key, value) for key, value in reading.table(values, "ladders").items()}
    lasts = reading.number(values, "acknowledgement_expires_minutes", 30, 0, LONGEST_ACKNOWLEDGEMENT)
    if reading.problems:
        raise PolicyError(f"{name} cannot be used:\n" + "\n".join(f"  - {problem}" for problem in reading.problems))
    return Policy(
        targets={**DEFAULT_POLICY.targets, **targets},
        ladders={**DEFAULT_POLICY.ladders, **ladders},
        acknowledgement_lasts=timedelta(minutes=lasts) if lasts else None,
    )


class _Reading:
    """Reads one part after the other, and notes what is wrong; what a part gives then is never used."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems

    def table(self, values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = values.get(key, {})
        return value if isinstance(value, dict) else self._wrong(f"'{key}' must be a table: [{key}]", {})

    def number(self, values: Mapping[str, Any], key: str, default: int, least: int, most: int, where: str = "") -> int:
        value = values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        return self._wrong(f"'{where}{key}' is {value!r}: it must be a whole number from {least} to {most}", default)

    def target(self, key: str, value: Any, calendars: Mapping[str, Calendar | None]) -> Target:
        where = f"targets.{key}"
        self._known(where, [key], (*TARGETS, Intent.OTHER), "target")
        parts = value if isinstance(value, dict) else {"minutes": value}
        self._known(where, parts, ("minutes", "calendar"), "part of a target")
        minutes = self.number(parts, "minutes", 0, 1, LONGEST_TARGET, f"{where}.")
        calendar = parts.get("calendar")
        if calendar is None:
            return Target(minutes)
        if not isinstance(calendar, str) or calendar not in calendars:
            self._wrong(f"'{where}' names calendar {calendar!r}: write it down under [calendars.NAME]", None)
            return Target(minutes)
        return Target(minutes, calendars[calendar])

    def ladder(self, key: str, value: Any) -> tuple[Step, ...]:
        where = f"ladders.{key}"
        self._known(where, [key], LADDERS, "ladder")
        if not isinstance(value, dict):
            return self._wrong(f"'{where}' must be a table: [{where}]", ())
        self._known(where, value, _OF_A_LADDER, "part of a ladder")
        rungs, waits = value.get("rungs"), value.get("waits")
        if not self._numbers(rungs, RUNGS[0], RUNGS[-1]) or not 1 <= len(rungs) <= MOST_RUNGS:
            self._wrong(
                f"'{where}.rungs' must list 1 to {MOST_RUNGS} rungs, each of them 1, 2 or 3: rungs = [1, 2, 3]", 0
            )
        elif not self._numbers(waits, 1, LONGEST_WAIT) or len(waits) != len(rungs):
            self._wrong(
                f"'{where}.waits' must list {len(rungs)} whole numbers from 1 to {LONGEST_WAIT}, one for each rung: "
                "the minutes before the next rung, and after the last before all begins again",
                0,
            )
        repeats = self.number(value, "repeats", 0, 0, MOST_REPEATS, f"{where}.")
        return () if self.problems else tuple(_steps(rungs * (repeats + 1), waits * (repeats + 1)))

    def calendar(self, key: str, value: Any) -> Calendar | None:
        where = f"calendars.{key}"
        if not isinstance(value, dict):
            return self._wrong(f"'{where}' must be a table: [{where}]", None)
        self._known(where, value, _OF_A_CALENDAR, "part of a calendar")
        timezone = value.get("timezone")
        if not _is_timezone(timezone):
            self._wrong(f"'{where}.timezone' is {timezone!r}: it must be a name like \"Europe/London\"", None)
        days = value.get("days")
        if not isinstance(days, dict) or not any(days.values()):
            days = self._wrong(f"'{where}.days' must say when somebody works: days = {{mon = [\"09:00-17:30\"]}}", {})
        self._known(f"{where}.days", days, WEEK, "day")
        periods = [period for day, hours in days.items() for period in self._day(f"{where}.days.{day}", day, hours)]
        if periods and sum(period.closes - period.opens for period in periods) < LEAST_HOURS_A_WEEK * 60:
            self._wrong(f"'{where}.days' has less than {LEAST_HOURS_A_WEEK} h a week: a target would take years", None)
        return Calendar(key, str(timezone), tuple(sorted(periods, key=_order)), self._holidays(where, value))

    def _day(self, where: str, day: str, hours: Any) -> Iterator[Period]:
        if not isinstance(hours, list):
            return self._wrong(f'\'{where}\' must be a list of periods: ["09:00-12:00", "13:00-17:30"]', None)
        closed = 0
        for text in hours:
            opens, closes = _minutes(text)
            if not 0 <= opens < closes <= MINUTES_A_DAY:
                self._wrong(
                    f"'{where}' has {text!r}: write \"09:00-17:30\". What goes on beyond midnight is two periods, "
                    '"22:00-24:00" on the one day and "00:00-06:00" on the next',
                    None,
                )
            elif opens < closed:
                self._wrong(f"'{where}' has {text!r}, which does not begin after the period before it has ended", None)
            elif day in WEEK:
                yield Period(WEEK.index(day), opens, closes)
            closed = max(closed, closes)
        return None

    def _holidays(self, where: str, value: Mapping[str, Any]) -> tuple[date, ...]:
        days = value.get("holidays", [])
        if not isinstance(days, list) or len(days) > MOST_HOLIDAYS:
            return self._wrong(
                f"'{where}.holidays' must be a list of {MOST_HOLIDAYS} dates at most: [\"2026-12-25\"]", ()
            )
        for day in (day for day in days if _date(day) is None):
            self._wrong(f"'{where}.holidays' has {day!r}: write the day as \"2026-12-25\"", None)
        return tuple(sorted({read for day in days if (read := _date(day)) is not None}))

    def _numbers(self, value: Any, least: int, most: int) -> bool:
        return isinstance(value, list) and all(type(one) is int and least <= one <= most for one in value)

    def _known(self, where: str, given: Iterable[str], known: Iterable[str], what: str) -> None:
        names = [str(name) for name in known]
        for name in given:
            if name not in names:
                self._wrong(
                    f"'{where}': there is no {what} '{name}'{_nearest(name, names)}. There are {', '.join(names)}", 0
                )

    def _wrong(self, problem: str, instead: Any) -> Any:
        self.problems.append(problem)
        return instead


def _steps(rungs: list[int], waits: list[int]) -> Iterator[Step]:
    after = 0
    for rung, wait in zip(rungs, waits, strict=True):
        yield Step(rung, after)
        after += wait


def _order(period: Period) -> tuple[int, int]:
    return period.weekday, period.opens


def _minutes(text: object) -> tuple[int, int]:
    """Both ends of "09:00-17:30" as minutes after midnight; ends that no day has where it is something else."""
    parts = text.replace(" ", "").split("-") if isinstance(text, str) else []
    times = [_TIME.fullmatch(part) for part in parts]
    if len(times) != 2 or times[0] is None or times[1] is None:
        return -1, -1
    return 60 * int(times[0][1]) + int(times[0][2]), 60 * int(times[1][1]) + int(times[1][2])


def _date(day: object) -> date | None:
    """A date as a text or as TOML's own; None where it is none."""
    try:
        return date.fromisoformat(str(day)) if len(str(day)) == len("2026-12-25") else None
    except ValueError:
        return None


def _is_timezone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _nearest(word: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""
