"""What the stack finds of itself: parts that fail or hang are one failed finding each, and hold up no other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from earshot.alerting.roster.contacts import Contacts, Team
from earshot.reports.doctor.stack import examine_stack
from earshot.reports.health import Health, SourceHealth, Spending

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HEALTH = Health(
    "ok",
    NOW,
    (SourceHealth("s", "ok", "", False, last_success_at=NOW, checked_at=NOW),),
    (Spending("x", "2026-11", 1, 50),),
)


class Nobody:
    """A roster, and a case table, that are empty."""

    def reachability(self, people: object, at: datetime) -> Iterator[Any]:
        return iter(())

    def cases(self, *args: object, **kwargs: object) -> Any:
        return self

    items = ()


@pytest.fixture
def never() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def levels(health: Any, seconds: float = 5.0, nobody: Any = None) -> dict[str, str]:
    empty = nobody or Nobody()
    found = examine_stack(health, empty, lambda: Team(contacts=Contacts({1: "mia@example.com"})), empty, NOW, seconds)
    return {one.check: str(one.level) for one in found.findings}


def test_all_parts_are_found() -> None:
    assert levels(lambda: HEALTH) == {"source s": "ok", "budget x": "ok", "rung 1": "failure", "last alert": "warning"}


def test_a_part_that_fails_is_one_failed_finding() -> None:
    def fails() -> Health:
        raise OSError("the table does not answer")

    assert levels(fails) == {"sources": "failure", "rung 1": "failure", "last alert": "warning"}


def test_a_part_that_hangs_holds_up_no_other(never: Event) -> None:
    def hangs() -> Health:
        never.wait()
        return HEALTH

    assert levels(hangs, seconds=0.2) == {"sources": "failure", "rung 1": "failure", "last alert": "warning"}
