"""The report as one long table that a spreadsheet can filter and pivot: section, name, figure, value."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from earshot.reports.spreadsheet import Cell

HEADER = ("section", "name", "figure", "value")
Row = tuple[Cell, Cell, Cell, Cell]
# The sections that are lists, and the field that names a row of each.
_LISTS = {
    "days": "day",
    "by_topic": "topic",
    "by_brand": "brand",
    "by_network": "network",
    "by_person": "person",
    "by_speed": "speed",
    "by_competitor": "competitor",
}


def rows_of(report: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of the JSON of ``GET /report``, header first. A group of figures (``by_intent``) has a row for each."""
    yield HEADER
    yield from _rows("report", "", {name: report[name] for name in ("from", "to", "at", "complete")})
    yield from (("report", day, "uncounted", 1) for day in report["uncounted"])
    yield from _rows("totals", "", report["totals"])
    yield from _list_rows(report, "days")
    yield from _rows("response", "", report["response"])
    for section in ("by_topic", "by_brand", "by_network", "by_person", "by_competitor"):
        yield from _list_rows(report, section)
    yield from _rows("turned_round", "", report["turned_round"])
    yield from _list_rows(report, "by_speed")
    for weekday, hours in report["opened_by_hour"].items():
        yield from (("opened_by_hour", weekday, f"{hour:02d}:00", opened) for hour, opened in enumerate(hours))
    for source in report["sources"]:
        yield ("sources", source["source"], "status", source["status"])
        yield ("sources", source["source"], "coverage", source["coverage"])
        for gap in source["gaps"]:
            yield from _rows("sources", source["source"], {f"gap_{name}": value for name, value in gap.items()})
    for service, spend in report["spend"].items():
        yield from _rows("spend", service, spend)


def _list_rows(report: Mapping[str, Any], section: str) -> Iterator[Row]:
    named_by = _LISTS[section]
    for item in report[section]:
        yield from _rows(section, item[named_by], {name: value for name, value in item.items() if name != named_by})


def _rows(section: str, name: str, figures: Mapping[str, Any]) -> Iterator[Row]:
    for figure, value in figures.items():
        if isinstance(value, dict):
            parts = cast("dict[str, Cell]", value)
            yield from ((section, name, f"{figure}.{part}", count) for part, count in parts.items())
        else:
            yield (section, name, figure, _cell(value))


def _cell(value: Cell) -> Cell:
    return str(value).lower() if isinstance(value, bool) else value
