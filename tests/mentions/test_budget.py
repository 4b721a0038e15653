"""The monthly budget of X: what is booked, when staff are warned, and when fetching stops."""

from earshot.mentions.source_state import SourceStatus
from tests.mentions.fakes import post
from tests.mentions.listener import Listener


def test_fetching_stops_before_the_budget_is_exceeded(listener: Listener) -> None:
    listener.api.largest_page = 5
    listener.api.add(*(post(n, minutes=-n) for n in range(20)))
    listener.limit = 100_000  # $0.10: the account ($0.01) and 18 posts
    listener.run()
    for _ in range(3):
        outcome = listener.run(minutes=1)
    assert outcome.state.status is SourceStatus.OVER_BUDGET
    assert "X_MONTHLY_SPEND_LIMIT" in outcome.state.message
    assert listener.sources.spent("x", "2026-11") <= 100_000
    read = len(listener.queue.ids)
    listener.limit = 1_000_000
    listener.run(minutes=1)
    assert len(listener.queue.ids) > read


def test_posts_read_again_on_the_same_day_are_not_booked_again(listener: Listener) -> None:
    listener.api.add(*(post(n, minutes=-n / 10) for n in range(4)))
    for _ in range(5):
        listener.run(minutes=1)
    assert listener.sources.spent("x", "2026-11") == 10_000 + 4 * 5_000
    listener.run(days=1)
    assert listener.sources.spent("x", "2026-11") == 10_000 + 8 * 5_000


def test_staff_are_warned_when_four_fifths_are_spent(listener: Listener) -> None:
    listener.limit = 10_000_000
    listener.sources.spend("x", "2026-11", 8_000_000)
    (note,) = listener.run().state.notes
    assert "80 %" in note
    assert "$8.01 of $10.00" in note


def test_a_flood_cannot_use_the_months_budget_in_a_day(listener: Listener) -> None:
    listener.limit = 20_000_000
    listener.api.add(*(post(n, minutes=-n / 100) for n in range(200)))
    listener.sources.spend("x", "2026-11", 4_800_000)
    listener.sources.spend("x", "2026-11-21", 4_800_000)
    for _ in range(3):
        outcome = listener.run(minutes=1)
    assert outcome.state.status is SourceStatus.OVER_BUDGET
    assert "of $5.00 today" in outcome.state.message
    assert listener.sources.spent("x", "2026-11-21") <= 5_000_000
    read = len(listener.queue.ids)
    listener.run(days=1)
    assert len(listener.queue.ids) > read
