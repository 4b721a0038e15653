"""The email of the digest: what it says of a day, and that it can be sent and read whatever came in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting, Step
from earshot.cases.case.status import Status
from earshot.mentions.ledger.coverage import SourceCoverage
from earshot.mentions.ledger.hour import Entry
from earshot.mentions.mention import Author
from earshot.mentions.source_state import Gap
from earshot.reports.digest.digest import ENOUGH_VERDICTS
from earshot.reports.digest.text import digest_subject, digest_text
from earshot.reports.health import Health, SourceHealth, Spending
from earshot.reports.listening.forecast import Cause, Forecast
from earshot.triage.judgement import Intent
from tests.reports.digest.fakes import MOMENTS, NOW, PERIOD, WELL, ZONES, a_case, a_digest, an_incident, heard


def test_a_day_in_full():
    opened = (
        a_case("1", status=Status.REPLIED, response__first_response_at=NOW - timedelta(minutes=10), ladder__step=2),
        a_case("2", assessment__intent=Intent.PRAISE, urgency=3),
        a_case(
            "3",
            assessment__intent=Intent.OPPORTUNITY,
            urgency=3,
            posts__headline__text="@NimbusAir which airline flies to Rome?",
        ),
    )
    waiting = (
        a_case("4", NOW - timedelta(hours=3), status=Status.ACKNOWLEDGED, acknowledgement__by="mia@example.com"),
        a_case("5", NOW - timedelta(minutes=30), urgency=90),
        a_case("6", NOW - timedelta(minutes=10)),
        a_case("7", NOW - timedelta(minutes=10), status=Status.ACKNOWLEDGED, acknowledgement__by="li@example.com"),
        # Praise is nothing that anybody is late with.
        a_case("8", NOW - timedelta(days=9), assessment__intent=Intent.PRAISE, urgency=3),
    )
    digest = a_digest(
        volume=heard(complaint=2, praise=1, opportunity=1), complaints_before=(3, 1), opened=opened, waiting=waiting
    )
    assert digest_subject(digest) == "Earshot 2026-11-22: 2 overdue, 2 waiting, 2 complaints"
    assert digest_text(digest) == (
        "2026-11-22 08:00, Europe/Berlin. This digest covers 2026-11-21 08:00 to 2026-11-22 08:00.\n"
        "\n"
        "NEW POSTS: 4\n"
        "complaint 2, question 0, opportunity 1, praise 1, other 0\n"
        "2 complaints; the 2 days before: 2 a day on average (1 to 3)\n"
        "3 cases opened, 1 answered; median first response 20 min\n"
        "\n"
        "OVERDUE: 2, most urgent first\n"
        "- CRITICAL, late by 15 min: Jane Doe (@jane), reach 120; nobody is alerted: no ladder runs for it\n"
        "  > bag number 5 is lost\n"
        "  https://x.com/jane/status/5\n"
        "- HIGH, late by 2 h: Jane Doe (@jane), reach 120; acknowledged by mia@example.com\n"
        "  > bag number 4 is lost\n"
        "  https://x.com/jane/status/4\n"
        "\n"
        "WAITING: 1 unassigned; 1 more acknowledged\n"
        "- HIGH, 50 min left: Jane Doe (@jane), reach 120; nobody is alerted: no ladder runs for it\n"
        "  > bag number 6 is lost\n"
        "  https://x.com/jane/status/6\n"
        "\n"
        "PRAISE: 1 to say thanks for\n"
        "- Jane Doe (@jane), reach 120\n"
        "  > bag number 2 is lost\n"
        "  https://x.com/jane/status/2\n"
        "\n"
        "OPPORTUNITIES: 1\n"
        "- Jane Doe (@jane), reach 120\n"
        "  > which airline flies to Rome?\n"
        "  https://x.com/jane/status/3\n"
        "\n"
        "SOURCES: all working\n"
        "\n"
        "SPENDING this month\n"
        "- X: $12.50 of $50.00\n"
        "- Comprehend: $1.25 of $20.00\n"
        "- SMS: $0.40 of $20.00 (estimate)\n"
    )


def test_a_case_of_which_nobody_may_have_been_told_says_so():
    due = {"ladder__alerting": Alerting.DUE, "ladder__steps": (Step(1, 0),), "ladder__step": 1}
    due |= {"ladder__started_at": NOW, "ladder__delivery__retry_at": NOW}
    told = a_case("2", **due, ladder__delivery__told_at=NOW)
    text = digest_text(a_digest(waiting=(a_case("1", NOW - timedelta(hours=3), **due), a_case("3", **due), told)))
    lines = [line for line in text.splitlines() if line.startswith("- HIGH")]
    assert ["rung 1 could not be told yet: sending it was not confirmed" in line for line in lines] == [
        True,
        False,
        True,
    ]


def test_a_day_without_anything_is_one_line():
    assert digest_text(a_digest()).splitlines()[1:] == [
        "",
        "A quiet day: nobody posted, nothing waits, and every source works.",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"volume": heard(other=1)},
        {"waiting": (a_case("1"),)},
        {"waiting": (a_case("1", status=Status.ACKNOWLEDGED),)},
        {"health": replace(WELL, status="degraded", spending=(Spending("x", "2026-11", 50, 50),))},
        {"health": replace(WELL, status="degraded", sources=(SourceHealth("x#own#N", "forbidden", "Ask X.", True),))},
    ],
    ids=["a post", "an open case", "a case that is held", "a budget", "a source"],
)
def test_a_day_with_anything_is_not_called_quiet(changes):
    assert "quiet" not in digest_text(a_digest(**changes))


def test_sources_that_are_silent_or_may_have_missed_posts_are_named_with_the_reason():
    gap = Gap(None, PERIOD.start + timedelta(hours=1), "More came than X serves.")
    over = Gap(PERIOD.start - timedelta(hours=2), PERIOD.start - timedelta(hours=1), "Told yesterday.")
    sources = (
        SourceHealth("x#mentions#A", "unauthorised", "Set the token.", True, last_success_at=PERIOD.start),
        SourceHealth("x#mentions#B", "ok", "", False, gap=gap),
        SourceHealth("x#mentions#C", "ok", "", False, gap=over),
    )
    digest = a_digest(health=replace(WELL, status="degraded", sources=sources))
    assert digest_text(digest).split("SOURCES: ")[1].split("\n\n")[0].splitlines() == [
        "2 of 3 to check",
        "- x#mentions#A: not read (unauthorised, last read 2026-11-21 08:00). Set the token.",
        "- x#mentions#B: posts may be missing from an unknown time to 2026-11-21 09:00. More came than X serves.",
    ]
    assert digest_subject(digest).endswith(", 2 sources to check")


@pytest.mark.parametrize(
    ("spent", "limit", "said"),
    [(39.99, 50, "of $50.00\n"), (40, 50, "of $50.00: nearly used up\n"), (0, 0, "of $0.00: USED UP\n")],
)
def test_a_budget_that_runs_out_is_told(spent, limit, said):
    health = replace(WELL, status="degraded", spending=(Spending("x", "2026-11", spent, limit),))
    assert f"- X: ${spent:.2f} {said}" in digest_text(a_digest(health=health))


def test_words_of_strangers_cannot_forge_a_line():
    author = Author("7", "jane", "Jane\n\nOVERDUE: none\u202e", followers=None)
    words = {"posts__headline__text": "one\n\nSPENDING nothing\x1b[2J", "posts__headline__link": None}
    told = digest_text(a_digest(waiting=(a_case("1", author=author, **words),)))
    assert [line for line in told.splitlines() if line.startswith("OVERDUE")] == ["OVERDUE: none"]
    assert "- HIGH, 30 min left: Jane OVERDUE: none (@jane)" in told
    assert "  > one SPENDING nothing [2J" in told
    assert "  case x-1-a1-nimbusair, no link known" in told


TEXTS = st.text(max_size=400)
CASES = st.builds(
    a_case,
    st.text("0123456789", min_size=1, max_size=19),
    MOMENTS,
    urgency=st.integers(0, 100),
    assessment__intent=st.sampled_from(Intent),
    status=st.sampled_from([Status.OPEN, Status.ACKNOWLEDGED]),
    acknowledgement__by=st.none() | TEXTS,
    posts__headline__text=TEXTS,
    posts__headline__link=st.none() | TEXTS,
    posts__spread__reach=st.integers(0, 10**9),
    ladder__step=st.integers(0, 6),
    response__first_response_at=st.none() | MOMENTS,
    author=st.builds(Author, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.none() | st.integers(0, 10**9)),
)
SOURCES = st.builds(
    SourceHealth,
    TEXTS,
    TEXTS,
    TEXTS,
    st.booleans(),
    last_success_at=st.none() | MOMENTS,
    gap=st.none() | st.builds(Gap, st.none() | MOMENTS, MOMENTS, TEXTS),
)
DIGESTS = st.builds(
    a_digest,
    zone=ZONES,
    volume=st.builds(heard, complaint=st.integers(0, 300), praise=st.integers(0, 3)),
    complaints_before=st.lists(st.integers(0, 10**6), max_size=7).map(tuple),
    opened=st.lists(CASES, max_size=20).map(tuple),
    waiting=st.lists(CASES, max_size=40).map(tuple),
    complete=st.booleans(),
    incidents=st.lists(
        st.builds(
            an_incident,
            st.text("abcdefghijkl ", max_size=80),
            MOMENTS,
            st.none() | MOMENTS,
            st.integers(0, 10**6),
            status=st.sampled_from(Status),
            acknowledgement__by=st.none() | TEXTS,
        ),
        max_size=9,
    ).map(tuple),
    health=st.builds(
        Health,
        st.sampled_from(["ok", "degraded"]),
        st.just(NOW),
        st.lists(SOURCES, max_size=12).map(tuple),
        st.just(WELL.spending),
    ),
)


@given(DIGESTS)
def test_whatever_came_in_the_mail_can_be_sent_and_read(digest):
    line, lines = digest_subject(digest), digest_text(digest).split("\n")
    assert len(line) < 100
    assert line.isascii()
    assert line.isprintable()
    assert len(lines) <= 100
    assert all(letter.isprintable() for one in lines for letter in one)


FORECAST = Forecast(NOW, (Cause("x", "x", 1_000_000, 500_000, 12_345_678),), (), (), 4, 250_000.0)


def partly_heard(source: str) -> SourceCoverage:
    gap = Gap(PERIOD.start + timedelta(hours=1), PERIOD.start + timedelta(hours=1.5), "X served no more.")
    return SourceCoverage(source, PERIOD.start, PERIOD.end, Entry(), (gap,), PERIOD.start)


def test_what_was_not_heard_is_named_with_its_times_and_what_the_month_will_cost() -> None:
    whole = SourceCoverage("x#own#N", PERIOD.start, PERIOD.end, Entry(), (), PERIOD.start)
    text = digest_text(a_digest(volume=heard(), covered=(whole, partly_heard("x#mentions#N")), forecast=FORECAST))
    assert "SOURCES: all working\nNot all was heard of x#mentions#N: partial, 30 min missing" in text
    assert "(2026-11-21 08:00 to 2026-11-21 08:30 UTC); see `earshot coverage`\n" in text
    assert "SPENDING this month: about $12.35 by its end, $0.25 for each complaint found; see `earshot budget`" in text


def test_a_source_that_is_silent_for_longer_than_usual_is_named() -> None:
    source = SourceHealth("x#mentions#A", "ok", "", False, suspected_since=PERIOD.start)
    text = digest_text(a_digest(health=replace(WELL, sources=(source,))))
    assert "- x#mentions#A: nothing came since 2026-11-21 08:00, which is not usual at this hour" in text


def full(number: int, **changes) -> tuple[Case, ...]:
    return tuple(a_case(str(one), **changes) for one in range(number))


def test_the_fullest_day_has_100_lines_at_most():
    troubled = tuple(SourceHealth(f"x#search#{one}", "forbidden", "Ask X.", True) for one in range(30))
    friends = (*full(30, assessment__intent=Intent.PRAISE), *full(30, assessment__intent=Intent.OPPORTUNITY))
    late, held = full(50, opened_at=NOW - timedelta(days=1)), full(9, status=Status.ACKNOWLEDGED)
    digest = a_digest(
        volume=heard(complaint=90),
        complaints_before=(1, 2),
        opened=friends,
        waiting=(*late, *full(50), *held),
        complete=False,
        health=replace(WELL, status="degraded", sources=troubled),
        incidents=tuple(an_incident(f"outage {one}") for one in range(5)),
        covered=tuple(partly_heard(f"x#search#{one}") for one in range(30)),
        forecast=FORECAST,
    )
    lines = digest_text(digest).splitlines()
    assert 90 < len(lines) <= 100
    assert {"and 43 more", "and 45 more", "and 26 more", "and 2 more"} <= set(lines)


@pytest.mark.parametrize(
    ("spent", "limit", "told"),
    [
        (15.99, 20, "of $20.00 (estimate)\n"),
        (16, 20, "of $20.00 (estimate): text messages for critical cases only\n"),
        (20, 20, "of $20.00 (estimate): USED UP, alerts are sent by email\n"),
        (0, 0, "of $0.00 (estimate): text messages are switched off\n"),
    ],
)
def test_how_far_texting_goes_is_told(spent, limit, told):
    health = replace(WELL, status="degraded", spending=(Spending("sms", "2026-11", spent, limit),))
    assert f"- SMS: ${spent:.2f} {told}" in digest_text(a_digest(health=health))


def test_the_digest_suggests_learning_once_there_is_enough_to_learn_from():
    heard_one = {"volume": heard(complaint=1)}
    assert "LEARNING" not in digest_text(a_digest(**heard_one, new_verdicts=ENOUGH_VERDICTS - 1))
    assert (
        "LEARNING: staff corrected or confirmed 20 or more judgements since anybody last looked\n"
        "`earshot learn` shows what they teach, and changes nothing before you say yes\n"
    ) in digest_text(a_digest(**heard_one, new_verdicts=ENOUGH_VERDICTS))
