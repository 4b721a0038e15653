"""Whether a source is heard, as its state says, also after a clock was set forward or back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from earshot.mentions.source_state import Hearing, SourceState, SourceStatus, next_state
from tests.fakes import START

SOURCE = "x#mentions#NimbusAir"
HOUR = timedelta(hours=1)
HEARD = next_state(None, SOURCE, SourceStatus.OK, "3 posts read", START)


@pytest.mark.parametrize("status", SourceStatus)
def test_what_will_not_pass_by_itself_makes_deaf_at_once_and_the_rest_after_a_quarter_of_an_hour(status):
    def after(minutes: int) -> SourceState:
        return next_state(HEARD, SOURCE, status, "why", START + timedelta(minutes=minutes))

    at_once, later = after(1).hearing(START + timedelta(minutes=1)), after(15).hearing(START + timedelta(minutes=15))
    if status.is_success:
        assert (at_once, later) == (Hearing.OK, Hearing.OK)
    elif status in (SourceStatus.RATE_LIMITED, SourceStatus.UNAVAILABLE):
        assert (at_once, later) == (Hearing.WAITING, Hearing.FAILING)
    else:
        assert (at_once, later) == (Hearing.FAILING, Hearing.FAILING)
    assert (at_once.is_deaf, later.is_deaf) == (at_once is Hearing.FAILING, not status.is_success)


def test_a_source_that_nobody_reads_is_silent_though_nothing_failed():
    assert HEARD.hearing(START + timedelta(minutes=14)) is Hearing.OK
    assert HEARD.hearing(START + timedelta(minutes=15)) is Hearing.SILENT
    assert Hearing.SILENT.is_deaf
    assert Hearing.NEVER_LISTENED.is_deaf
    assert not Hearing.WAITING.is_deaf


def test_a_success_in_the_future_is_no_sign_of_life():
    assert HEARD.hearing(START - timedelta(seconds=30)) is Hearing.OK, "clocks that differ a little"
    assert HEARD.hearing(START - HOUR) is Hearing.SILENT


def test_a_source_waits_as_it_was_asked_to_but_not_by_a_clock_that_was_set_back():
    asked = replace(HEARD, status=SourceStatus.RATE_LIMITED, until=START + timedelta(minutes=15))
    assert asked.is_waiting(START + timedelta(minutes=14))
    assert not asked.is_waiting(START + timedelta(minutes=15))
    assert asked.is_waiting(START - timedelta(seconds=30))
    assert not asked.is_waiting(START - HOUR)
