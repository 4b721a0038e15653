"""The lists that people read: every case once, in order, page by page, and never by a scan."""

import base64
import json
from collections.abc import Iterator
from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earshot.cases.case.status import Status
from earshot.cases.holders.held_by import HeldBy
from earshot.cases.store.cursor import Position, decode, encode, key_of
from earshot.cases.store.listing import BY_URGENCY, FILTERED_READ, MOST_READS, Listing
from earshot.cases.store.mention_counts import MentionCounts
from earshot.cases.store.queries import CaseFilter, CaseOrder, CaseQueries
from earshot.errors import CursorError, NotFoundError
from earshot.mentions.mention import Author
from earshot.reports.counts import end_of, midnight
from earshot.triage.judgement import Intent, Severity
from tests.api.fakes import Tables, tables
from tests.fakes import START, a_judgement, a_mention

KEY = b"k" * 32
URGENCIES = (95, 80, 79, 65, 60, 59, 59, 30, 29, 0, 100)


def case_of(number: int) -> str:
    """The id of a case that is stored."""
    return f"x-{number}-a{number % 2}-nimbusair"


@pytest.fixture(scope="module")
def stored() -> Iterator[Tables]:
    """Eleven open cases at the edges of the severities, two of them equally urgent."""
    with tables() as made:
        for number, urgency in enumerate(URGENCIES, start=1):
            mention = a_mention(
                str(number), f"reason no{number}", conversation_id=str(number), author=Author(f"a{number % 2}")
            )
            made.hear(mention, a_judgement(Intent.QUESTION, urgency))
        yield made


def read(queries: CaseQueries, limit: int, order: CaseOrder = CaseOrder.URGENCY, **filters) -> list:
    """Every item of a list, read page by page."""
    items, cursor = [], None
    while True:
        page = queries.cases(Status.OPEN, CaseFilter(**filters), order=order, limit=limit, cursor=cursor)
        items += page.items
        assert len(page.items) <= limit
        cursor = page.next_cursor
        if cursor is None:
            return items


@pytest.mark.slow
@given(limit=st.integers(1, 13), severity=st.sampled_from([None, *Severity]), order=st.sampled_from(CaseOrder))
@settings(max_examples=40, deadline=None)
def test_pages_of_any_size_give_every_case_exactly_once_and_in_order(stored, limit, severity, order):
    cases = read(stored.queries, limit, severity=severity, order=order)
    expected = [number for number, urgency in enumerate(URGENCIES, start=1) if severity in (None, level(urgency))]
    if order is CaseOrder.URGENCY:
        expected.sort(key=lambda number: (URGENCIES[number - 1], number), reverse=True)
    else:
        expected.reverse()
    assert [case.id for case in cases] == [case_of(number) for number in expected]


def level(urgency: int) -> Severity:
    return a_judgement(urgency=urgency).severity


def test_the_last_page_says_so_even_where_it_is_full(stored):
    assert stored.queries.cases(Status.OPEN, limit=len(URGENCIES)).next_cursor is None


def test_what_has_left_its_list_since_the_index_learned_of_it_is_not_in_it():
    high = Listing(BY_URGENCY, "open", between=("060", "080"))
    item = {"status": "open", "urgency_order": "065#2026"}
    changed = ({}, {"status": "resolved"}, {"urgency_order": "085#2026"})
    assert [high.has(item | change) for change in changed] == [True, False, False]


def test_a_filter_that_the_index_does_not_know_reads_only_so_much_for_one_page(stored, monkeypatch):
    monkeypatch.setattr("earshot.cases.store.listing.FILTERED_READ", 1)
    monkeypatch.setattr("earshot.cases.store.listing.MOST_READS", 2)
    stored.calls.clear()
    page = stored.queries.cases(Status.OPEN, CaseFilter(Severity.NORMAL), order=CaseOrder.NEWEST, limit=5)
    assert stored.calls == {"Query": 2, "BatchGetItem": 2}
    assert page.items == ()
    assert page.next_cursor is not None
    assert [case.id for case in read(stored.queries, 5, severity=Severity.NORMAL, order=CaseOrder.NEWEST)] == [
        case_of(8),
        case_of(7),
        case_of(6),
    ]
    assert FILTERED_READ * MOST_READS == 1000


@pytest.mark.parametrize(
    "other",
    [
        {"severity": Severity.HIGH},
        {"order": CaseOrder.NEWEST},
        {"severity": Severity.HIGH, "order": CaseOrder.NEWEST},
        {"status": Status.RESOLVED},
        {"intent": Intent.QUESTION},
        {"holder": HeldBy.one_of(["mia"])},
        {"find": "reason"},
    ],
)
def test_a_cursor_serves_only_the_list_it_was_given_for(stored, other):
    cursor = stored.queries.cases(Status.OPEN, limit=2).next_cursor
    status, order = other.pop("status", Status.OPEN), other.pop("order", CaseOrder.URGENCY)
    with pytest.raises(CursorError, match="same filters"):
        stored.queries.cases(status, CaseFilter(**other), order=order, cursor=cursor)


@pytest.mark.parametrize("cursor", ["", "!", "a", "ä", "x" * 4096, "bm9uZQ", "\ud800", "AAAA"])
def test_what_is_no_cursor_is_refused_with_the_remedy(cursor):
    with pytest.raises(CursorError, match="leave it out"):
        decode(cursor, ("cases",), [KEY])


def unsigned(position: Position) -> str:
    """What somebody who knows the form of a cursor, but not the key, would send."""
    content = json.dumps(astuple(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=") + "." + "A" * 43


def test_nobody_chooses_a_place_in_a_list_of_their_own(stored):
    elsewhere = Position("060", "CASE#x-1-somebody_elses-nimbusair", "CASE")
    for cursor in (unsigned(elsewhere), encode(elsewhere, ("by-urgency", "open", "", ""), b"another key")):
        with pytest.raises(CursorError, match="leave it out"):
            stored.queries.cases(Status.OPEN, cursor=cursor)


def signature_of(cursor: str) -> bytes:
    return base64.urlsafe_b64decode(cursor.rpartition(".")[2] + "==")


@given(st.data())
@settings(deadline=None)
def test_a_cursor_that_was_changed_anywhere_is_refused(data):
    cursor = encode(Position("059#2026", "CASE#x-1-a1-nimbusair", "CASE"), ("cases", "open"), KEY)
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."))
    changed = cursor[:place] + other + cursor[place + 1 :]
    # The last letter of the signature may have unused bits, which are ignored.
    is_last = place == len(cursor) - 1
    if changed != cursor and not (is_last and signature_of(changed) == signature_of(cursor)):
        with pytest.raises(CursorError):
            decode(changed, ("cases", "open"), [KEY])


@given(
    st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()),
    st.lists(st.text(max_size=9), max_size=4),
    st.lists(st.text(max_size=9), max_size=4),
)
def test_a_cursor_comes_back_as_it_was_given_and_in_its_own_list_alone(place, listing, other):
    position = Position(place, f"CASE#{place}", "CASE")
    cursor = encode(position, listing, KEY)
    assert decode(cursor, listing, [b"newer", KEY]) == position
    if other != listing:
        with pytest.raises(CursorError):
            decode(cursor, other, [KEY])


def test_a_secret_gives_another_key_than_it_is_itself():
    assert key_of(b"s" * 64) != key_of(b"t" * 64)
    assert key_of(b"s" * 64) != b"s" * 64


@pytest.mark.slow
def test_after_a_rotation_cursors_of_before_are_good_and_those_of_another_process_too(stored):
    """The keys are kept for a while: whoever does not know a cursor's key reads them again before refusing it."""
    new, old = b"n" * 32, b"o" * 32
    before = CaseQueries(stored.client, "CaseTable", lambda fresh=False: (old,))
    stale = CaseQueries(stored.client, "CaseTable", lambda fresh=False: (new, old) if fresh else (old,))
    after = CaseQueries(stored.client, "CaseTable", lambda fresh=False: (new, old))
    whole = [case.id for case in read(stored.queries, 100)]
    for giver, taken in ((before, after), (after, stale), (stale, before)):
        cursor = giver.cases(Status.OPEN, limit=2).next_cursor
        assert [case.id for case in taken.cases(Status.OPEN, limit=100, cursor=cursor).items] == whole[2:]


def test_where_there_is_no_cursor_no_key_is_asked_for(stored):
    def never(*, fresh: bool = False) -> tuple[bytes, ...]:
        raise AssertionError("asked for a key")

    assert CaseQueries(stored.client, "CaseTable", never).cases(Status.OPEN, limit=100).next_cursor is None


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"intent": Intent.QUESTION}, range(1, 12)),
        ({"intent": Intent.COMPLAINT}, []),
        ({"find": "nó11 Reason"}, [11]),
        ({"find": "REASON no1"}, [1, 10, 11]),
        ({"find": "nobody says this"}, []),
        ({"find": "@"}, range(1, 12)),
        ({"holder": HeldBy.one_of(["mia"])}, []),
        ({"find": "reason no1", "severity": Severity.CRITICAL}, [1, 11]),
        ({"find": "reason no1", "severity": Severity.CRITICAL, "intent": Intent.QUESTION}, [1, 11]),
    ],
)
@pytest.mark.parametrize("order", CaseOrder)
def test_filters_in_either_order_page_by_page(stored, filters, numbers, order):
    found = read(stored.queries, 4, order=order, **filters)
    assert sorted(case.id for case in found) == sorted(case_of(number) for number in numbers)


def test_an_author_has_posts_and_cases_newest_first_in_pages(stored):
    seen, cursor = [], None
    while True:
        page = stored.queries.author("x", "a1", limit=3, cursor=cursor)
        seen += [(getattr(item, "opened_at", None) or item.mention.created_at) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 2 * 6
    assert seen == sorted(seen, reverse=True)


def test_nobody_knows_a_stranger(stored):
    with pytest.raises(NotFoundError, match="stranger"):
        stored.queries.author("x", "stranger")


@pytest.mark.parametrize("case_id", ["", "x", "x-", "-1", "X-1", "x-1-7-nimbusair 2", case_of(99), "x-" + "9" * 500])
def test_what_is_no_case_is_not_found(stored, case_id):
    with pytest.raises(NotFoundError, match="There is no case"):
        stored.queries.case_file(case_id)


def test_a_day_is_counted_whole_and_alone(stored):
    day = stored.queries.count_mentions(midnight(START.date()), end_of(START.date()))
    assert (day.own, day.customers) == (0, len(URGENCIES))
    alone = (day.origin, day.intent, day.sentiment)
    assert alone == ({"x": len(URGENCIES)}, {"question": len(URGENCIES)}, {"negative": len(URGENCIES)})
    before = date(2026, 11, 20)
    assert stored.queries.count_mentions(midnight(before), end_of(before)) == MentionCounts()


def test_nothing_is_ever_scanned(stored):
    stored.calls.clear()
    read(stored.queries, 3)
    stored.queries.case_file(case_of(1))
    stored.queries.author("x", "a1")
    stored.queries.count_mentions(START, START + timedelta(days=1))
    assert set(stored.calls) == {"Query", "BatchGetItem"}


def test_a_stretch_is_counted_from_its_first_moment_to_before_its_last_also_over_midnight(stored):
    minute = timedelta(minutes=1)
    first, last = START + minute, START + len(URGENCIES) * minute

    def counted(start, end):
        return stored.queries.count_mentions(start, end).customers

    assert counted(first, last) == len(URGENCIES) - 1
    assert counted(first, last + timedelta(milliseconds=1)) == len(URGENCIES)
    assert counted(first + minute, last) == len(URGENCIES) - 2
    days = timedelta(days=2)
    assert counted(START - days, START + days) == len(URGENCIES)
    assert counted(START - days, first) == 0
