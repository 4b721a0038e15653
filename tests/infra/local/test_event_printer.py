"""What `earshot run` prints when a source becomes deaf, and when it is heard again."""

import io
from datetime import timedelta
from typing import Any

import click
import pytest

from earshot.cases.conversation.replies import AwaitedPost
from earshot.cases.store.formats.steps import FORMATS
from earshot.cases.store.keys import awaited_record, edit_record, mention_record
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.feeds import feeds_of
from earshot.mentions.source_state import SourceState, SourceStatus, next_state
from infra.local.event_printer import HearingPrinter, event_lines
from tests.fakes import START, FakeClock, a_judgement, a_mention

FEEDS = feeds_of(("NimbusAir", "NimbusHelp"), ())
WRONG = "X refuses the bearer token."


class Sources:
    """The source table as the printer reads it."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.kept: dict[str, SourceState] = {}

    def states(self, sources: Any) -> tuple[SourceState, ...]:
        return tuple(self.kept[name] for name in sources if name in self.kept)

    def end(self, status: SourceStatus, message: str, only: int | None = None) -> None:
        """A run of all sources, or of one, ends so."""
        for feed in FEEDS if only is None else FEEDS[only : only + 1]:
            before = self.kept.get(feed.key)
            self.kept[feed.key] = next_state(before, feed.key, status, message, self.clock())


@pytest.fixture
def sources() -> Sources:
    return Sources(FakeClock())


@pytest.fixture
def printed(sources: Sources) -> Any:
    out = io.StringIO()
    table: Any = sources
    printer = HearingPrinter(lambda: FEEDS, table, out, sources.clock)

    def look() -> list[str]:
        out.seek(0)
        out.truncate()
        printer.print_new()
        return click.unstyle(out.getvalue()).splitlines()

    return look


def test_a_post_is_a_line_and_what_else_stands_under_its_key_is_none() -> None:
    post = mention_record(StoredMention(a_mention(), a_judgement(), START))
    awaited = AwaitedPost("x#9")
    lines = [
        list(event_lines(FORMATS.stamped(one))) for one in (post, awaited_record(awaited), edit_record(awaited, "x#1"))
    ]
    assert [len(one) for one in lines] == [1, 0, 0]
    assert "complaint" in lines[0][0]


def test_a_bad_token_is_told_at_once_and_once_for_all_sources_with_the_remedy(sources: Sources, printed: Any) -> None:
    assert printed() == [], "nothing is wrong before the first run has ended"
    sources.end(SourceStatus.UNAUTHORISED, WRONG)
    (line,) = printed()
    assert line.startswith("09:00:00 DEAF   x#")
    assert "and 2 more" in line
    assert WRONG in line
    assert "Put a valid bearer token into the secret" in line
    sources.clock.advance(minutes=1)
    sources.end(SourceStatus.UNAUTHORISED, WRONG)
    assert printed() == []


def test_it_is_told_which_are_heard_again_and_which_are_not(sources: Sources, printed: Any) -> None:
    sources.end(SourceStatus.UNAUTHORISED, WRONG)
    printed()
    sources.end(SourceStatus.OK, "read", only=0)
    (line,) = printed()
    assert f"HEARS  {FEEDS[0].key} again. Still deaf: {FEEDS[1].key}" in line
    sources.end(SourceStatus.OK, "read")
    (line,) = printed()
    assert "again." in line
    assert "Still" not in line
    assert printed() == []


def test_another_reason_is_told_and_what_passes_only_when_it_lasts(sources: Sources, printed: Any) -> None:
    sources.end(SourceStatus.UNAVAILABLE, "X does not answer.")
    assert printed() == []
    sources.clock.now += timedelta(minutes=15)
    assert "DEAF" in printed()[0]
    sources.end(SourceStatus.FORBIDDEN, "X does not allow it.")
    assert "X does not allow it." in printed()[0]


def test_sources_that_nobody_reads_are_told(sources: Sources, printed: Any) -> None:
    sources.end(SourceStatus.OK, "read")
    assert printed() == []
    sources.clock.now += timedelta(minutes=15)
    (line,) = printed()
    assert "Check that the fetch function runs" in line
