"""A report as one long table, which a spreadsheet can filter and pivot: section, name, figure, value."""

from collections.abc import Iterator
from typing import Any

from earshot.reports.spreadsheet import Cell

HEADER = ("section", "name", "figure", "value")
Row = tuple[Cell, Cell, Cell, Cell]
# What each section is, and by which field its rows are named.
_LISTS = {"by_topic": "topic", "by_person": "person"}


def rows_of(report: dict[str, Any]) -> Iterator[Row]:
    """The rows of a report as ``GET /report`` gives it, the header first; a mapping of figures has a row for each."""
    yield HEADER
    yield from _rows("report", "", {name: report[name] for name in ("from", "to", "at", "complete")})
    yield from _rows("totals", "", report["totals"])
    for day in report["days"]:
        yield from _rows("days", day["day"], {name: value for name, value in day.items() if name != "day"})
    yield from _rows("response", "", report["response"])
    for section, named_by in _LISTS.items():
        for one in report[section]:
            yield from _rows(section, one[named_by], {name: value for name, value in one.items() if name != named_by})
    yield from _rows("turned_round", "", report["turned_round"])
    for source in report["sources"]:
        yield ("sources", source["source"], "status", source["status"])
        for gap in source["gaps"]:
            yield from _rows("sources", source["source"], {f"gap_{name}": value for name, value in gap.items()})
    for service, spend in report["spend"].items():
        yield from _rows("spend", service, spend)


def _rows(section: str, name: str, figures: dict[str, Any]) -> Iterator[Row]:
    for figure, value in figures.items():
        if isinstance(value, dict):
            yield from ((section, name, f"{figure}.{part}", count) for part, count in value.items())
        else:
            yield (section, name, figure, _cell(value))


def _cell(value: Any) -> Cell:
    return str(value).lower() if isinstance(value, bool) else value
