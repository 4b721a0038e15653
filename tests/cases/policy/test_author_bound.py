"""One author cannot keep the pager ringing, no customer feels it, and nothing is hidden."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.conversation.fold import FoldRules
from earshot.cases.ingest import ingest
from earshot.cases.policy.author_bound import KNOWN, NEWCOMERS_AN_HOUR, STRANGER, AuthorBound, blocked_until
from earshot.cases.stored_mention import StoredMention
from earshot.mentions.mention import Author, Mention
from earshot.triage.judgement import Intent, Judgement, Severity
from earshot.triage.terms.terms import Terms
from tests.fakes import BRANDS, START, MemoryStore, a_judgement, a_mention, an_own_post

NOBODY = Author("13", "nobody13", followers=0)
HOUR = timedelta(hours=1)
CRITICAL = a_judgement(Intent.COMPLAINT, 90, Severity.CRITICAL)
RULES = FoldRules(BRANDS, Terms(handles=BRANDS, vip_authors=frozenset({"ada"})))
WORDS = ("bag", "seat", "meal", "wifi", "gate", "crew", "loo", "app", "fare", "visa", "pram", "cat", "belt", "tray")


def hear(
    store: MemoryStore, mention: Mention, judgement: Judgement = CRITICAL, after: timedelta = timedelta(0)
) -> None:
    ingest(StoredMention(mention, judgement, mention.created_at + after), store, RULES)


def a_post(number: int, minute: float, author: Author = NOBODY) -> Mention:
    """A complaint about something that nobody has complained about before."""
    word = f"{WORDS[number % len(WORDS)]}{number}"
    return a_mention(
        str(1000 + number),
        f"@NimbusAir {word} {word}x {word}y",
        author=author,
        conversation_id=str(1000 + number),
        minutes=minute,
    )


def flood(store: MemoryStore, count: int, every: float = 1.0, author: Author = NOBODY) -> None:
    for number in range(count):
        hear(store, a_post(number, number * every, author))


def alerting(store: MemoryStore) -> list[str]:
    """The ids of the cases that began to alert, in the order of their posts."""
    return [case.id for case in store.cases if case.ladder.has_started]


def test_of_sixty_posts_in_an_hour_five_alert_and_every_one_has_its_case() -> None:
    store = MemoryStore()
    flood(store, 60)
    assert len(store.cases) == 60
    assert len(alerting(store)) == STRANGER.an_hour
    silent = [case for case in store.cases if not case.ladder.has_started]
    assert all(case.ladder.is_withheld for case in silent)
    assert {tuple(store.log(case.id)) for case in silent} == {("opened", "not alerted")}
    assert "have alerted that no further one does before 10:00 UTC" in store.entries[silent[0].id][1].text


def test_the_last_case_that_alerts_says_that_the_next_do_not_and_no_other_does() -> None:
    store = MemoryStore()
    flood(store, 10)
    said = [case.ladder.author_bound_until for case in store.cases if case.ladder.has_started]
    assert said == [None] * 4 + [START + HOUR]


def test_all_night_long_it_is_a_dozen() -> None:
    store = MemoryStore()
    flood(store, 600, every=1.0)
    assert len(alerting(store)) == STRANGER.a_day
    assert len(store.cases) == 600


@pytest.mark.parametrize(
    ("author", "most"),
    [
        (replace(NOBODY, followers=2_000), KNOWN.an_hour),
        (replace(NOBODY, verified=True), KNOWN.an_hour),
        (replace(NOBODY, followers=None), STRANGER.an_hour),
        (replace(NOBODY, handle="Ada"), 40),
    ],
    ids=["followed", "verified", "unknown reach", "important"],
)
def test_who_is_known_may_alert_more_often_and_who_is_important_always(author: Author, most: int) -> None:
    store = MemoryStore()
    flood(store, 40, author=author)
    assert len(alerting(store)) == most


def test_who_was_answered_before_may_alert_more_often() -> None:
    store = MemoryStore()
    hear(store, a_post(0, 0))
    hear(store, an_own_post("2", in_reply_to_id="1000", conversation_id="1000", minutes=1))
    for number in range(1, 40):
        hear(store, a_post(number, 1 + number))
    assert len(alerting(store)) == KNOWN.an_hour


def test_others_are_not_affected() -> None:
    store = MemoryStore()
    flood(store, 30)
    hear(store, a_post(99, 31, Author("14", "jane", followers=0)))
    assert store.cases[-1].ladder.has_started


def test_a_case_that_did_not_alert_does_with_a_later_post_when_the_hour_is_over() -> None:
    store = MemoryStore()
    flood(store, 6)
    again = replace(a_post(5, 61), id="2000", text="@NimbusAir still nobody")
    hear(store, replace(a_post(5, 30), id="1999", text="@NimbusAir hello?"))
    assert store.log("x-1005-13-nimbusair") == ["opened", "not alerted"]
    hear(store, again)
    assert store.log("x-1005-13-nimbusair") == ["opened", "not alerted", "escalated"]
    assert not store.conversations["x-1005-13-nimbusair"].case.ladder.is_withheld  # type: ignore[union-attr]


def test_an_edit_is_no_way_around_it() -> None:
    store = MemoryStore()
    flood(store, 5)
    mild = a_judgement(Intent.OTHER, 10, Severity.LOW)
    post = a_post(50, 6)
    hear(store, post, mild)
    edited = replace(post, text="@NimbusAir fire", edit_ids=("3000",), edited_at=post.created_at + timedelta(minutes=1))
    hear(store, edited, CRITICAL, timedelta(minutes=1))
    assert len(alerting(store)) == STRANGER.an_hour


def test_a_question_counts_like_a_complaint() -> None:
    store = MemoryStore()
    for number in range(10):
        hear(store, a_post(number, number), a_judgement(Intent.QUESTION, 90, Severity.CRITICAL))
    assert len(alerting(store)) == STRANGER.an_hour


def crowd(store: MemoryStore, count: int, followers: int | None = 0, minute: float = 0) -> None:
    for number in range(count):
        author = Author(f"n{number}", f"new{number}", followers=followers)
        hear(store, a_post(number, minute + number / 10, author))


def test_of_a_crowd_of_new_accounts_thirty_alert_and_one_that_says_so() -> None:
    store = MemoryStore()
    crowd(store, 200)
    assert len(store.cases) == 200
    begun = [case.ladder for case in store.cases if case.ladder.has_started]
    assert len(begun) == NEWCOMERS_AN_HOUR + 1
    assert [(ladder.author_bound_until, ladder.is_crowd) for ladder in begun if ladder.author_bound_until] == [
        (START + HOUR, True)
    ]
    assert all(case.ladder.is_withheld and case.ladder.is_crowd for case in store.cases if not case.ladder.has_started)
    assert "so many cases of new accounts have alerted" in store.entries[store.cases[-1].id][-1].text


@pytest.mark.parametrize("followers", [None, 10, 5_000])
def test_a_crowd_of_people_is_none_of_new_accounts(followers: int | None) -> None:
    store = MemoryStore()
    crowd(store, 100, followers)
    assert len(alerting(store)) == 100


def test_in_a_crowd_whoever_complained_before_or_has_followers_alerts_as_always() -> None:
    store = MemoryStore()
    old = Author("14", "old", followers=3)
    hear(store, a_post(900, -600, old))
    crowd(store, 60)
    hear(store, a_post(901, 30, old))
    hear(store, a_post(902, 31, Author("15", "jane", followers=50)))
    assert [case.ladder.has_started for case in store.cases[-2:]] == [True, True]


def test_the_next_hour_is_another() -> None:
    store = MemoryStore()
    crowd(store, 60)
    hear(store, a_post(903, 61, Author("16", "late", followers=0)))
    assert store.cases[-1].ladder.has_started


@given(st.lists(st.integers(20, 600), min_size=1, max_size=12))
def test_no_customer_ever_feels_it(gaps: Sequence[int]) -> None:
    """Three urgent troubles within any hour, and a dozen within a day, are more than anybody has."""
    store, minute = MemoryStore(), 0
    for number, gap in enumerate(gaps):
        minute += gap
        hear(store, a_post(number, minute))
    assert all(case.ladder.has_started for case in store.cases)


@given(st.lists(st.integers(0, 3_000), max_size=60), st.sampled_from([STRANGER, KNOWN, AuthorBound(1, 2)]))
def test_no_window_has_more_than_its_bound(minutes: list[int], bound: AuthorBound) -> None:
    alerted: list[datetime] = []
    for minute in sorted(minutes):
        at = START + timedelta(minutes=minute)
        until = blocked_until(alerted, bound, at)
        if until is None:
            alerted.append(at)
        else:
            assert at < until <= at + timedelta(days=1)
            assert blocked_until(alerted, bound, until) is None
    for most, span in ((bound.an_hour, HOUR), (bound.a_day, timedelta(days=1))):
        assert all(alerted[place + most] - at >= span for place, at in enumerate(alerted[:-most]))
    assert all(first <= second for first, second in pairwise(alerted))
