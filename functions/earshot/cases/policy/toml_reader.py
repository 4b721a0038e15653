"""Reading a TOML file that staff wrote: part by part, with every mistake named, and calendars as they write them."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earshot.cases.policy.business_hours import MINUTES_A_DAY, Calendar, OpeningHours

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Each case keeps the calendar that its clock runs by: that must stay a few kilobytes.
MOST_HOLIDAYS = 200
LEAST_HOURS_A_WEEK = 1
_TIME = re.compile(r"([0-9]{2}):([0-5][0-9])")
_OF_A_CALENDAR = ("timezone", "days", "holidays")


class TomlReader:
    """Reads one part after the other, and notes what is wrong; what a part gives then is never used."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems

    def table(self, values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        value = values.get(key, {})
        return value if isinstance(value, dict) else self.wrong(f"'{key}' must be a table: [{key}]", {})

    def number(self, values: Mapping[str, Any], key: str, default: int, least: int, most: int, where: str = "") -> int:
        value = values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        return self.wrong(f"'{where}{key}' is {value!r}: it must be a whole number from {least} to {most}", default)

    def calendar(self, key: str, value: Any) -> Calendar | None:
        where = f"calendars.{key}"
        if not isinstance(value, dict):
            return self.wrong(f"'{where}' must be a table: [{where}]", None)
        self.only(where, value, _OF_A_CALENDAR, "part of a calendar")
        timezone = value.get("timezone")
        if not _is_timezone(timezone):
            self.wrong(f"'{where}.timezone' is {timezone!r}: it must be a name like \"Europe/London\"", None)
        days = value.get("days")
        if not isinstance(days, dict) or not any(days.values()):
            days = self.wrong(f"'{where}.days' must say when somebody works: days = {{mon = [\"09:00-17:30\"]}}", {})
        self.only(f"{where}.days", days, WEEK, "day")
        periods = [period for day, hours in days.items() for period in self._day(f"{where}.days.{day}", day, hours)]
        if periods and sum(period.closes - period.opens for period in periods) < LEAST_HOURS_A_WEEK * 60:
            self.wrong(f"'{where}.days' has less than {LEAST_HOURS_A_WEEK} h a week: a target would take years", None)
        return Calendar(key, str(timezone), tuple(sorted(periods, key=_order)), self._holidays(where, value))

    def _day(self, where: str, day: str, hours: Any) -> Iterator[OpeningHours]:
        if not isinstance(hours, list):
            return self.wrong(f'\'{where}\' must be a list of periods: ["09:00-12:00", "13:00-17:30"]', None)
        closed = 0
        for text in hours:
            opens, closes = _minutes(text)
            if not 0 <= opens < closes <= MINUTES_A_DAY:
                self.wrong(
                    f"'{where}' has {text!r}: write \"09:00-17:30\". What goes on beyond midnight is two periods, "
                    '"22:00-24:00" on the one day and "00:00-06:00" on the next',
                    None,
                )
            elif opens < closed:
                self.wrong(f"'{where}' has {text!r}, which does not begin after the period before it has ended", None)
            elif day in WEEK:
                yield OpeningHours(WEEK.index(day), opens, closes)
            closed = max(closed, closes)
        return None

    def _holidays(self, where: str, value: Mapping[str, Any]) -> tuple[date, ...]:
        days = value.get("holidays", [])
        if not isinstance(days, list) or len(days) > MOST_HOLIDAYS:
            return self.wrong(
                f"'{where}.holidays' must be a list of {MOST_HOLIDAYS} dates at most: [\"2026-12-25\"]", ()
            )
        for day in (day for day in days if _date(day) is None):
            self.wrong(f"'{where}.holidays' has {day!r}: write the day as \"2026-12-25\"", None)
        return tuple(sorted({read for day in days if (read := _date(day)) is not None}))

    def numbers(self, value: Any, least: int, most: int) -> bool:
        return isinstance(value, list) and all(type(one) is int and least <= one <= most for one in value)

    def names(self, where: str, values: Mapping[str, Any], part: str) -> tuple[str, ...]:
        value = values.get(part, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip("@ ") for one in value):
            return self.wrong(f'\'{where}.{part}\' is {value!r}: it must be a list of texts: ["one", "two"]', ())
        return tuple(one.strip().removeprefix("@").lower() for one in value)

    def only(self, where: str, given: Iterable[str], known: Iterable[str], what: str) -> None:
        names = [str(name) for name in known]
        for name in given:
            if name not in names:
                self.wrong(
                    f"'{where}': there is no {what} '{name}'{nearest(name, names)}. There are {', '.join(names)}", 0
                )

    def wrong(self, problem: str, instead: Any) -> Any:
        self.problems.append(problem)
        return instead


def nearest(word: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""


def _order(period: OpeningHours) -> tuple[int, int]:
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
