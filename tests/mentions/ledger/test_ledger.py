"""The ledger of a source: what is counted is counted once, and what is missing is a matter of minutes."""

import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.mentions.ledger.codec import entry_record, ledger_record, read_entry, read_ledger
from earshot.mentions.ledger.coverage import Coverage, Kept, coverage_of
from earshot.mentions.ledger.hour import MAX_MISSED, Entry, Ledger, LedgerHour, hour_of, ledger_key, total
from earshot.mentions.source_state import Gap
from tests.fakes import START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
counts = st.integers(0, 50)
spans = st.tuples(st.integers(0, 600), st.integers(1, 120)).map(
    lambda span: Gap(START + span[0] * MINUTE, START + (span[0] + span[1]) * MINUTE, "why")
)
entries = st.builds(
    Entry,
    runs=st.just(1),
    failed=st.dictionaries(st.sampled_from(["unavailable", "forbidden"]), st.just(1), max_size=1),
    capped=st.integers(0, 1),
    read=counts,
    delivered=counts,
    skipped=st.dictionaries(st.sampled_from(["older", "unreadable"]), st.integers(1, 9), max_size=2),
    cost=counts,
    missed=st.lists(spans, max_size=2).map(tuple),
)


@settings(max_examples=60)
@given(runs=st.lists(st.tuples(st.integers(-30, 90), entries, st.booleans()), max_size=20))
def test_whatever_dies_between_two_writes_each_run_that_was_saved_is_counted_once(runs: list) -> None:
    """Each run is tried again where its process died after it wrote the hour that was over, and before it saved."""
    ledger, stored, now = Ledger.begun(START), dict[object, LedgerHour](), START
    for minutes, entry, dies in runs:
        now += minutes * MINUTE  # a clock may be set back
        for _ in range(1 + dies):
            after, over = ledger.noted(entry, now, now)
            if over is not None:
                stored[over.hour] = over
        ledger = read_ledger(json.loads(json.dumps(ledger_record(after))))
    kept = total([*(hour.entry for hour in stored.values()), ledger.open.entry])
    done = total(entry for _, entry, _ in runs)
    assert (kept.runs, kept.read, kept.delivered, kept.cost) == (done.runs, done.read, done.delivered, done.cost)
    assert (dict(kept.failed), dict(kept.skipped)) == (dict(done.failed), dict(done.skipped))
    assert ledger.open.hour not in stored


@given(entry=entries)
def test_an_entry_is_read_as_it_was_stored(entry: Entry) -> None:
    assert read_entry(json.loads(json.dumps(entry_record(entry)))) == entry


@settings(max_examples=60)
@given(
    missed=st.lists(spans, max_size=6),
    filled=st.lists(spans, max_size=4),
    waiting=st.lists(spans, max_size=2),
    window=st.tuples(st.integers(0, 500), st.integers(1, 200)),
)
def test_each_minute_is_missing_if_it_was_missed_or_waits_and_was_not_fetched_since(
    missed: list[Gap], filled: list[Gap], waiting: list[Gap], window: tuple[int, int]
) -> None:
    now = START + 12 * HOUR
    ledger = Ledger(START, LedgerHour(hour_of(now)), read_to=now, waiting=tuple(waiting))
    kept = Kept(
        ledger,
        (LedgerHour(START, Entry(missed=tuple(missed))),),
        tuple(LedgerHour(hour_of(now), Entry(filled=(gap,))) for gap in filled),
    )
    start = START + window[0] * MINUTE
    end = start + window[1] * MINUTE
    covered = coverage_of("x#own#a", kept, start, end, now)

    def is_in(minute: int, gaps: list[Gap]) -> bool:
        return any(gap.start <= start + minute * MINUTE < gap.end for gap in gaps)

    wanted = [is_in(minute, [*missed, *waiting]) and not is_in(minute, filled) for minute in range(window[1])]
    assert [is_in(minute, list(covered.missing)) for minute in range(window[1])] == wanted
    assert covered.missing_for == sum(wanted) * MINUTE
    whole, deaf = not any(wanted), all(wanted)
    assert covered.coverage is (Coverage.WHOLE if whole else Coverage.DEAF if deaf else Coverage.PARTIAL)


def test_a_source_that_never_ran_is_unknown_and_one_that_runs_late_is_not_missing_yet() -> None:
    assert coverage_of("x#own#a", Kept(), START, START + HOUR, START + HOUR).coverage is Coverage.UNKNOWN
    now = START + HOUR
    for lag, how in ((14, Coverage.WHOLE), (15, Coverage.PARTIAL), (60, Coverage.DEAF)):
        kept = Kept(Ledger(START, LedgerHour(START), read_to=now - lag * MINUTE))
        covered = coverage_of("x#own#a", kept, START, now, now, "It was unavailable.")
        assert covered.coverage is how
        assert all(gap.why == "It was unavailable." for gap in covered.missing)


def test_many_gaps_in_an_hour_are_one_stretch_so_that_the_item_stays_small() -> None:
    ledger = Ledger.begun(START)
    for number in range(2 * MAX_MISSED):
        gap = Gap(START + number * MINUTE, START + (number + 0.5) * MINUTE, "why")
        ledger, _ = ledger.noted(Entry(missed=(gap,)), START, None)
    assert len(ledger.open.entry.missed) <= MAX_MISSED
    assert ledger.open.entry.missed[0].start == START


def test_the_key_of_a_day_begins_with_that_of_its_source_whose_role_may_write_it() -> None:
    assert ledger_key("feed#https://a.example/feed", START.date()) == "feed#https://a.example/feed#ledger#2026-11-21"
