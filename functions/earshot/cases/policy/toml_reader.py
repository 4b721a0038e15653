"""Reading the parts of a TOML file that staff wrote, calendars among them. Every mistake is named with its remedy."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earshot.cases.policy.business_hours import MINUTES_A_DAY, Calendar, OpeningHours

T = TypeVar("T")

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Each case stores the calendar that its clock runs by: that must stay a few kilobytes.
MOST_HOLIDAYS = 200
LEAST_HOURS_A_WEEK = 1
_TIME = re.compile(r"([0-9]{2}):([0-5][0-9])")
_OF_A_CALENDAR = ("timezone", "days", "holidays")


class TomlReader:
    """Reads one part after another, and notes the mistakes in ``problems``. Where there is one, no result is used."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems

    def wrong(self, problem: str, instead: T) -> T:
        """Note a mistake. Returns ``instead``, so that the file can be read to its end."""
        self.problems.append(problem)
        return instead

    def table(self, values: Mapping[str, object], key: str) -> dict[str, object]:
        """A table of the file, empty where it is missing."""
        table = as_table(values.get(key, {}))
        return self.wrong(f"'{key}' must be a table: [{key}]", {}) if table is None else table

    def number(
        self, values: Mapping[str, object], key: str, default: int, least: int, most: int, where: str = ""
    ) -> int:
        """A whole number, ``default`` where it is missing."""
        value = values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        return self.wrong(f"'{where}{key}' is {value!r}: it must be a whole number from {least} to {most}", default)

    def names(self, where: str, values: Mapping[str, object], part: str) -> tuple[str, ...]:
        """A list of names, in lower case and without ``@``."""
        value = values.get(part, [])
        names = [one for one in as_list(value) or [] if isinstance(one, str) and one.strip("@ ")]
        if names != value:
            return self.wrong(f'\'{where}.{part}\' is {value!r}: it must be a list of texts: ["one", "two"]', ())
        return tuple(name.strip().removeprefix("@").lower() for name in names)

    def only(self, where: str, given: Iterable[str], known: Iterable[str], what: str) -> None:
        """Note every name of ``given`` that is not ``known``."""
        names = [str(name) for name in known]
        for name in given:
            if name not in names:
                suggestion = nearest(name, names)
                self.problems.append(
                    f"'{where}': there is no {what} '{name}'{suggestion}. There are {', '.join(names)}"
                )

    def calendar(self, key: str, value: object) -> Calendar | None:
        """The calendar ``[calendars.key]``."""
        where, parts = f"calendars.{key}", as_table(value)
        if parts is None:
            return self.wrong(f"'{where}' must be a table: [{where}]", None)
        self.only(where, parts, _OF_A_CALENDAR, "part of a calendar")
        timezone = parts.get("timezone")
        if not _is_timezone(timezone):
            self.wrong(f"'{where}.timezone' is {timezone!r}: it must be a name like \"Europe/London\"", None)
        days = as_table(parts.get("days"))
        if not days or not any(days.values()):
            self.problems.append(f"'{where}.days' must say when somebody works: days = {{mon = [\"09:00-17:30\"]}}")
            days = {}
        self.only(f"{where}.days", days, WEEK, "day")
        periods = [period for day, hours in days.items() for period in self._day(f"{where}.days.{day}", day, hours)]
        if periods and sum(period.closes - period.opens for period in periods) < LEAST_HOURS_A_WEEK * 60:
            self.wrong(f"'{where}.days' has less than {LEAST_HOURS_A_WEEK} h a week: a target would take years", None)
        return Calendar(key, str(timezone), tuple(sorted(periods, key=_order)), self._holidays(where, parts))

    def _day(self, where: str, day: str, value: object) -> Iterator[OpeningHours]:
        hours = as_list(value)
        if hours is None:
            return self.wrong(f'\'{where}\' must be a list of periods: ["09:00-12:00", "13:00-17:30"]', None)
        closed = 0
        for text in hours:
            opens, closes = _minutes(text)
            if not 0 <= opens < closes <= MINUTES_A_DAY:
                self.problems.append(
                    f"'{where}' has {text!r}: write \"09:00-17:30\". What goes on beyond midnight is two periods, "
                    '"22:00-24:00" on the one day and "00:00-06:00" on the next'
                )
            elif opens < closed:
                self.problems.append(
                    f"'{where}' has {text!r}, which does not begin after the period before it has ended"
                )
            elif day in WEEK:
                yield OpeningHours(WEEK.index(day), opens, closes)
            closed = max(closed, closes)
        return None

    def _holidays(self, where: str, values: Mapping[str, object]) -> tuple[date, ...]:
        days = as_list(values.get("holidays", []))
        if days is None or len(days) > MOST_HOLIDAYS:
            return self.wrong(
                f"'{where}.holidays' must be a list of {MOST_HOLIDAYS} dates at most: [\"2026-12-25\"]", ()
            )
        found: set[date] = set()
        for day in days:
            holiday = _date(day)
            if holiday is None:
                self.problems.append(f"'{where}.holidays' has {day!r}: write the day as \"2026-12-25\"")
            else:
                found.add(holiday)
        return tuple(sorted(found))


def as_table(value: object) -> dict[str, object] | None:
    """``value`` as a table of TOML, None where it is something else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """``value`` as a list of TOML, None where it is something else."""
    return cast("list[object]", value) if isinstance(value, list) else None


def nearest(word: str, known: Iterable[str]) -> str:
    """A suggestion in brackets where one of the known words is similar, else an empty text."""
    similar = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean '{similar[0]}'?)" if similar else ""


def _order(period: OpeningHours) -> tuple[int, int]:
    return period.weekday, period.opens


def _minutes(text: object) -> tuple[int, int]:
    """Both ends of "09:00-17:30" as minutes after midnight; (-1, -1) where the text has another form."""
    parts = text.replace(" ", "").split("-") if isinstance(text, str) else []
    times = [_TIME.fullmatch(part) for part in parts]
    if len(times) != 2 or times[0] is None or times[1] is None:
        return -1, -1
    return 60 * int(times[0][1]) + int(times[0][2]), 60 * int(times[1][1]) + int(times[1][2])


def _date(day: object) -> date | None:
    """A date, written as a text or as TOML's own type; None where it is none."""
    try:
        return date.fromisoformat(str(day)) if len(str(day)) == len("2026-12-25") else None
    except ValueError:
        return None


def _is_timezone(name: object) -> bool:
    try:
        return isinstance(name, str) and bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
