"""Parses one column of a row: ids, words, times and counts, in the formats that exports use.

Each function returns None where the column is empty, and raises RowError where its value is invalid.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from earshot.timestamps import EARLIEST_YEAR, LATEST_YEAR
from infra.replay.rows import RowError

Values = Mapping[str, Any]

_NOTHING = frozenset({"", "nan", "NaN", "null", "NULL", "None", "<NA>"})
_TRUE, _FALSE = frozenset({"true", "t", "yes", "1", "1.0"}), frozenset({"false", "f", "no", "0", "0.0"})
_WHOLE = re.compile(r"([0-9]+)\.0*")
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_EPOCH, _DIGITS_OF_SECONDS = re.compile(r"[0-9]{9,13}"), 10
_DAY_OR_MONTH = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}\b")
_SPACED_ZONE = re.compile(r"(?<=[0-9:]) (UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2})$")
_EXACT_DIGITS = 15
"""A float holds every whole number of so many digits; of longer ids that went through one, the end is lost."""


def identifier(values: Values, column: str) -> str | None:
    """An id as text. ``123.0``, as a table with gaps writes the number 123, is ``123``."""
    value = _value(values, column)
    if value is None:
        return None
    whole = _WHOLE.fullmatch(value)
    if _EXPONENT.fullmatch(value) or (whole and len(whole[1]) > _EXACT_DIGITS):
        raise RowError(
            f"Column '{column}' is {value}, an id that was rounded as a decimal number.",
            "Export the ids again, as text.",
        )
    return whole[1] if whole else value


def required_identifier(values: Values, column: str) -> str:
    """A required id."""
    value = identifier(values, column)
    if value is None:
        raise RowError(f"Column '{column}' is empty.", "Every post needs its own id, and the id of who wrote it.")
    return value


def word(values: Values, column: str) -> str | None:
    """A short text, such as a handle or a language code."""
    return _value(values, column)


def language(values: Values) -> str | None:
    """The tag of a post's language, from ``lang``, as X calls it, or ``language``, as most others do."""
    short, long = _value(values, "lang"), _value(values, "language")
    if short and long and short.casefold() != long.casefold():
        raise RowError(f"Column 'lang' is {short!r}, and column 'language' is {long!r}.", "Leave out one of the two.")
    return short or long


def text(values: Values, column: str) -> str:
    """The text of a post, unchanged. It is required."""
    value = values.get(column)
    if value is not None and not isinstance(value, str | float):
        raise RowError(f"Column '{column}' is {_kind(value)}.", "Write it as a text.")
    if not isinstance(value, str) or not value.strip():
        raise RowError(f"Column '{column}' is empty.", "Write what the post says, or leave the row out.")
    return value


def time(values: Values, column: str) -> datetime:
    """An aware time in UTC, from RFC 3339 or from Twitter's ``Tue Oct 31 22:14:28 +0000 2017``: it is required."""
    value = _value(values, column)
    if value is None:
        raise RowError(f"Column '{column}' is empty.", "Write when the post was made, as 2026-11-21T09:30:00Z.")
    try:
        at = _moment(value)
    except (ValueError, OverflowError):
        raise RowError(f"Column '{column}' is {value!r}, not a time.", _remedy_of_time(value)) from None
    if at is None:
        raise RowError(f"Column '{column}' is {value!r}, without a time zone.", "End it in Z or in an offset.")
    if not EARLIEST_YEAR <= at.year < LATEST_YEAR:
        raise RowError(f"Column '{column}' is {value!r}: no post is from then.", "Correct its year.")
    return at


def count(values: Values, column: str) -> int | None:
    """A whole number from 0 up."""
    value = _value(values, column)
    if value is None:
        return None
    digits = re.fullmatch(r"([0-9]{1,15})(?:\.0*)?", value)
    if not digits:
        raise RowError(f"Column '{column}' is {value!r}, not a count.", "Write a whole number, or nothing.")
    return int(digits[1])


def truth(values: Values, column: str) -> bool:
    """True or false, and false where the row holds nothing."""
    value = _value(values, column)
    if value is None or value.lower() in _FALSE:
        return False
    if value.lower() not in _TRUE:
        raise RowError(f"Column '{column}' is {value!r}, neither true nor false.", "Write true, false or nothing.")
    return True


def _remedy_of_time(value: str) -> str:
    if _EPOCH.fullmatch(value):
        seconds = int(value) / (1000 if len(value) > _DIGITS_OF_SECONDS else 1)
        unit = "milliseconds" if len(value) > _DIGITS_OF_SECONDS else "seconds"
        written = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return f"If it is {unit} since 1970, write it as {written}."
    if _DAY_OR_MONTH.match(value):
        return "Nobody knows whether the day or the month comes first: write it as 2026-11-21T09:30:00Z."
    return "Write it as 2026-11-21T09:30:00Z."


def _moment(value: str) -> datetime | None:
    # Tables often have "2026-11-21 09:30:00 UTC" or "... +0100".
    joined = _SPACED_ZONE.sub(lambda zone: "+00:00" if zone[1] in ("UTC", "GMT", "Z") else zone[1], value)
    try:
        at = datetime.fromisoformat(joined)
    except ValueError:
        at = parsedate_to_datetime(value)
    return at.astimezone(UTC) if at.tzinfo else None


def is_nothing(text: str) -> bool:
    """Whether tables write nothing so."""
    return text in _NOTHING


def _value(values: Values, column: str) -> str | None:
    value = values.get(column)
    if value is not None and not isinstance(value, str | int | float):
        raise RowError(f"Column '{column}' is {_kind(value)}.", "Write a text, a number or nothing.")
    plain = "" if value is None else str(value).strip()
    return None if plain in _NOTHING else plain


def _kind(value: object) -> str:
    kinds: dict[type, str] = {dict: "an object", list: "a list", bool: "true or false"}
    return kinds.get(type(value), "a number")
