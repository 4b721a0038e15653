"""The morning digest: what it covers, whom it names first, and that it can be read whatever came in."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.author_cases import AuthorCases, RecentCase
from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.headline import Headline, Spread
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.response import ResponseClock, target_of
from earshot.cases.case.status import Status
from earshot.cases.incidents.incident import SOURCE, Incident
from earshot.cases.store.queries import CaseOrder, MentionCount, Page
from earshot.mentions.mention import Author
from earshot.mentions.source_state import Gap
from earshot.reports.counts import Tally
from earshot.reports.digest.digest import MOST_CASES, Digest, gather, period_at, period_of
from earshot.reports.digest.text import subject, text
from earshot.reports.health import Health, SourceHealth, Spending
from earshot.triage.judgement import Intent, Severity, severity_of
from tests.fakes import changed

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 11, 22)
PERIOD = period_of(DAY, 8, BERLIN)
NOW = PERIOD.end
WELL = Health(
    "ok",
    NOW,
    (SourceHealth("x#mentions#NimbusAir", "ok", "", silent=False),),
    (
        Spending("x", "2026-11", 12.5, 50),
        Spending("comprehend", "2026-11", 1.25, 20),
        Spending("sms", "2026-11", 0.4, 20),
    ),
)


def a_case(id: str, opened_at: datetime = NOW - timedelta(minutes=30), **changes) -> Case:
    """A complaint with an urgency of 65, whose clock runs for an hour."""
    urgency, intent = changes.pop("urgency", 65), changes.get("assessment__intent", Intent.COMPLAINT)
    case = Case(
        key=ConversationKey("x", id),
        brand="NimbusAir",
        author=Author(f"a{id}", "jane", "Jane Doe", followers=120),
        response=ResponseClock(opened_at, id, opened_at, target_of(intent, severity_of(urgency))),
        assessment=Assessment(Intent.COMPLAINT, urgency, severity_of(urgency), reasons=()),
        headline=Headline(
            id, opened_at, f"@NimbusAir bag number {id} is lost", f"https://x.com/jane/status/{id}", language="en"
        ),
        spread=Spread(reach=120),
    )
    return changed(case, **changes)


def an_incident(
    label: str = "outage",
    began_at: datetime = PERIOD.start,
    ended_at: datetime | None = None,
    count: int = 42,
    **changes,
) -> Case:
    """The case that stands for an incident."""
    name = f"{label}-{began_at:%Y%m%dT%H%M}"
    incident = Incident(f"incident-{name}", label, (label,), began_at, began_at, count, 0.2, ended_at)
    author = Author("incident", name=f"{count} customers with '{label}'", followers=10)
    given = {"key": ConversationKey(SOURCE, name), "author": author, "incident": incident}
    return a_case(name, began_at, **given | changes)


def a_digest(**changes) -> Digest:
    given = {
        "at": NOW,
        "zone": BERLIN,
        "period": PERIOD,
        "came_in": Tally(),
        "complaints_before": (),
        "opened": (),
        "waiting": (),
        "complete": True,
        "returned": frozenset(),
        "health": WELL,
    }
    return Digest(**given | changes)


def heard(**intents: int) -> Tally:
    return Tally().count(
        MentionCount("x", False, intent, "low", "neutral") for intent, count in intents.items() for _ in range(count)
    )


# ---------------------------------------------------------------------------------------------------- the period

ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Pacific/Apia",
        )
    ]
)
DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
HOURS = st.integers(0, 23)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4000)).map(lambda past: datetime(2024, 1, 1, tzinfo=UTC) + past)


@given(DAYS, HOURS, ZONES)
def test_the_periods_of_all_days_cover_every_moment_once(day, hour, zone):
    period, following = period_of(day, hour, zone), period_of(day + timedelta(days=1), hour, zone)
    assert period.end == following.start
    assert timedelta(hours=23) <= period.end - period.start <= timedelta(hours=25)


@given(DAYS, HOURS, ZONES)
def test_a_period_ends_on_its_own_day_at_its_hour_or_the_one_after(day, hour, zone):
    ends = period_of(day, hour, zone).end.astimezone(zone)
    assert ends.date() == day
    assert ends.hour in (hour, hour + 1)


def test_an_hour_that_the_clocks_skip_is_the_next_and_of_one_that_they_repeat_the_first_counts():
    assert period_of(date(2026, 3, 29), 2, BERLIN).end == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert period_of(date(2026, 10, 25), 2, BERLIN).end == datetime(2026, 10, 25, 0, tzinfo=UTC)


@given(MOMENTS, HOURS, ZONES)
def test_the_period_at_a_moment_is_that_of_the_local_day(now, hour, zone):
    assert period_at(now, hour, zone).day == now.astimezone(zone).date()


def test_the_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer():
    spring, autumn = period_of(date(2026, 3, 29), 8, BERLIN), period_of(date(2026, 10, 25), 8, BERLIN)
    assert (spring.end - spring.start, autumn.end - autumn.start) == (timedelta(hours=23), timedelta(hours=25))
    assert spring.end == datetime(2026, 3, 29, 6, tzinfo=UTC)


# ----------------------------------------------------------------------------------------------------- gathering


@dataclass
class Shelf:
    """Cases and mentions in memory, in the order and the pages of the indexes; ``pages`` counts those given."""

    cases_: list[Case] = field(default_factory=list)
    mentions: list[tuple[datetime, MentionCount]] = field(default_factory=list)
    authors: dict[str, AuthorCases] = field(default_factory=dict)
    pages: int = 0

    def cases(self, status, *, order=CaseOrder.URGENCY, limit=25, cursor=None) -> Page[Case]:
        self.pages += 1
        key = (lambda case: case.assessment.urgency) if order is CaseOrder.URGENCY else (lambda case: case.opened_at)
        found = sorted((case for case in self.cases_ if case.status is status), key=key, reverse=True)
        start = int(cursor or 0)
        end = start + limit
        return Page(tuple(found[start:end]), str(end) if end < len(found) else None)

    def incidents(self, *, limit=25) -> Page[Case]:
        found = [case for case in self.cases_ if case.incident is not None]
        return Page(tuple(sorted(found, key=lambda case: case.opened_at, reverse=True)[:limit]), None)

    def counted_between(self, start, end) -> Iterator[MentionCount]:
        return (counted for at, counted in self.mentions if start <= at < end)

    def threads_and_authors(self, threads, authors):
        return {}, {key: self.authors[key] for key in authors if key in self.authors}

    def gather(self, now: datetime = NOW) -> Digest:
        return gather(PERIOD, 8, BERLIN, queries=self, authors=self, health=WELL, now=now)


def a_complaint(at: datetime) -> tuple[datetime, MentionCount]:
    return at, MentionCount("x", False, "complaint", "high", "negative")


def test_complaints_are_compared_with_the_days_before_as_far_back_as_anything_was_heard():
    day = timedelta(days=1)
    shelf = Shelf(
        mentions=[
            *[a_complaint(PERIOD.start)] * 3,
            a_complaint(PERIOD.end),  # tomorrow's
            *[a_complaint(PERIOD.start - timedelta(microseconds=1))] * 2,
            (PERIOD.start - 2 * day, MentionCount("x", False, "praise", "low", "positive")),
            a_complaint(PERIOD.start - 9 * day),
        ]
    )
    digest = shelf.gather()
    assert digest.came_in.by_intent["complaint"] == 3
    assert digest.complaints_before == (2, 0)
    assert "3 complaints; the 2 days before: 1 a day (0 to 2)" in text(digest)


def test_what_opened_in_the_period_is_told_and_what_came_since_is_left_to_tomorrow():
    before, inside, since = PERIOD.start - timedelta(seconds=1), PERIOD.start, PERIOD.end
    shelf = Shelf([a_case("1", before), a_case("2", inside, status=Status.REPLIED), a_case("3", since)])
    digest = shelf.gather(PERIOD.end + timedelta(hours=3))
    assert [case.id for case in digest.opened] == ["x-2"]
    assert {case.id for case in digest.waiting} == {"x-1", "x-3"}


def test_incidents_of_the_period_are_named_with_who_still_waits_and_where_the_list_is():
    hour = timedelta(hours=1)
    goes_on = an_incident("login", PERIOD.end - hour, status=Status.ACKNOWLEDGED, acknowledgement__by="mia", count=12)
    over = an_incident("outage", PERIOD.start - hour, PERIOD.start + hour, status=Status.RESOLVED)
    old = an_incident("flood", PERIOD.start - 9 * hour, PERIOD.start - hour, status=Status.RESOLVED)
    since = an_incident("fire", PERIOD.end)
    members = [
        a_case("1", incident_id=goes_on.id),
        a_case("2", incident_id=goes_on.id, status=Status.ACKNOWLEDGED),
        a_case("3", incident_id=goes_on.id, status=Status.REPLIED),
        a_case("4", incident_id=over.id),
        a_case("5"),
    ]
    digest = Shelf([goes_on, over, old, since, *members]).gather()
    assert (
        "INCIDENTS: 2\n"
        "- 'login': 12 customers since 2026-11-22 07:00, goes on; 2 still wait; mia holds it\n"
        f"  whom to tell: earshot incidents tell {goes_on.id}\n"
        "- 'outage': 42 customers since 2026-11-21 07:00, over since 2026-11-21 09:00; 1 still waits\n"
        f"  whom to tell: earshot incidents tell {over.id}\n"
    ) in text(digest)
    assert subject(digest).endswith(", 2 incidents")


def test_an_incident_is_nobodys_complaint():
    incident = an_incident(began_at=NOW - timedelta(hours=3), response__first_response_at=NOW)
    digest = Shelf([incident]).gather()
    assert (digest.opened, digest.waiting) == ((), ())
    assert "LATE: nothing" in text(digest)
    assert "opened" not in text(digest)
    assert "goes on; 0 still wait; nobody has it, and it is late" in text(digest)


def test_all_pages_are_read_and_no_more_than_there_is_need_of():
    old = [a_case(str(number), PERIOD.start - timedelta(days=2)) for number in range(250)]
    digest = (shelf := Shelf(old)).gather()
    assert (len(digest.late), digest.complete) == (250, True)
    # Four statuses by time, whose first page ends it; three pages of the open ones, one of those that are held.
    assert shelf.pages == 4 + 3 + 1


def test_more_cases_than_are_read_are_told():
    digest = Shelf([a_case(str(number), PERIOD.start - timedelta(days=2)) for number in range(MOST_CASES + 1)]).gather()
    assert not digest.complete
    assert subject(digest).startswith(f"Earshot 2026-11-22: {MOST_CASES}+ late")
    assert "at least so many" in text(digest)


def test_praise_of_those_who_complained_before_comes_first():
    praise = [
        a_case("1", assessment__intent=Intent.PRAISE, urgency=5, spread__reach=90_000),
        a_case("2", assessment__intent=Intent.PRAISE, urgency=5),
        a_case("3", assessment__intent=Intent.PRAISE, urgency=5, status=Status.REPLIED),
        a_case("4", assessment__intent=Intent.PRAISE, urgency=5),
    ]
    opened_at = praise[0].opened_at
    earlier = RecentCase("x#9", opened_at - timedelta(days=3), frozenset())
    shelf = Shelf(
        [changed(case, response__opened_at=opened_at - timedelta(minutes=30)) for case in praise],
        authors={
            "x#a2": AuthorCases("x#a2", recent=(earlier,)),
            # A complaint that came afterwards is none that they had got over.
            "x#a4": AuthorCases("x#a4", recent=(replace(earlier, opened_at=opened_at),)),
        },
    )
    digest = shelf.gather()
    assert [case.id for case in digest.praise] == ["x-2", "x-1", "x-4"]
    assert digest.returned == {"x-2"}
    assert "- Jane Doe (@jane), 120 listening; complained before" in text(digest)


# ------------------------------------------------------------------------------------------------------ the text


def test_a_day_in_full():
    opened = (
        a_case("1", status=Status.REPLIED, response__first_response_at=NOW - timedelta(minutes=10), ladder__step=2),
        a_case("2", assessment__intent=Intent.PRAISE, urgency=3),
        a_case(
            "3",
            assessment__intent=Intent.OPPORTUNITY,
            urgency=3,
            headline__text="@NimbusAir which airline flies to Rome?",
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
        came_in=heard(complaint=2, praise=1, opportunity=1), complaints_before=(3, 1), opened=opened, waiting=waiting
    )
    assert subject(digest) == "Earshot 2026-11-22: 2 late, 2 waiting, 2 complaints"
    assert text(digest) == (
        "2026-11-22 08:00, Europe/Berlin. What came in: from 2026-11-21 08:00 to 2026-11-22 08:00.\n"
        "\n"
        "CAME IN: 4 posts\n"
        "complaint 2, question 0, opportunity 1, praise 1, other 0\n"
        "2 complaints; the 2 days before: 2 a day (1 to 3)\n"
        "3 cases opened, 1 answered, half of these within 20 min\n"
        "\n"
        "LATE: 2, the most urgent first\n"
        "- CRITICAL, late by 15 min: Jane Doe (@jane), 120 listening\n"
        "  bag number 5 is lost\n"
        "  https://x.com/jane/status/5\n"
        "- HIGH, late by 2 h: Jane Doe (@jane), 120 listening; mia@example.com holds it\n"
        "  bag number 4 is lost\n"
        "  https://x.com/jane/status/4\n"
        "\n"
        "WAITING: 1; 1 more in somebody's hands\n"
        "- HIGH, 50 min left: Jane Doe (@jane), 120 listening\n"
        "  bag number 6 is lost\n"
        "  https://x.com/jane/status/6\n"
        "\n"
        "SAY THANKS: 1\n"
        "- Jane Doe (@jane), 120 listening\n"
        "  bag number 2 is lost\n"
        "  https://x.com/jane/status/2\n"
        "\n"
        "OPPORTUNITIES: 1\n"
        "- Jane Doe (@jane), 120 listening\n"
        "  which airline flies to Rome?\n"
        "  https://x.com/jane/status/3\n"
        "\n"
        "SOURCES: it is heard\n"
        "\n"
        "SPENT this month\n"
        "- X: $12.50 of $50.00\n"
        "- Comprehend: $1.25 of $20.00\n"
        "- SMS: $0.40 of $20.00, as reckoned\n"
    )


def test_a_day_without_anything_is_one_line():
    assert text(a_digest()).splitlines()[1:] == [
        "",
        "A quiet day: nobody wrote, nothing waits, and every source is heard.",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"came_in": heard(other=1)},
        {"waiting": (a_case("1"),)},
        {"waiting": (a_case("1", status=Status.ACKNOWLEDGED),)},
        {"health": replace(WELL, status="degraded", spending=(Spending("x", "2026-11", 50, 50),))},
        {"health": replace(WELL, status="degraded", sources=(SourceHealth("x#own#N", "forbidden", "Ask X.", True),))},
    ],
    ids=["a post", "an open case", "a case that is held", "a budget", "a source"],
)
def test_a_day_with_anything_is_not_called_quiet(changes):
    assert "quiet" not in text(a_digest(**changes))


def test_sources_that_are_silent_or_may_have_missed_posts_are_named_with_the_reason():
    gap = Gap(None, PERIOD.start + timedelta(hours=1), "More came than X serves.")
    over = Gap(PERIOD.start - timedelta(hours=2), PERIOD.start - timedelta(hours=1), "Told yesterday.")
    sources = (
        SourceHealth("x#mentions#A", "unauthorised", "Set the token.", True, last_success_at=PERIOD.start),
        SourceHealth("x#mentions#B", "ok", "", False, gap=gap),
        SourceHealth("x#mentions#C", "ok", "", False, gap=over),
    )
    digest = a_digest(health=replace(WELL, status="degraded", sources=sources))
    assert text(digest).split("SOURCES: ")[1].split("\n\n")[0].splitlines() == [
        "2 of 3 to look at",
        "- x#mentions#A: silent (unauthorised, last heard 2026-11-21 08:00). Set the token.",
        "- x#mentions#B: posts may be missing from an unknown time to 2026-11-21 09:00. More came than X serves.",
    ]
    assert subject(digest).endswith(", 2 sources to look at")


@pytest.mark.parametrize(
    ("spent", "limit", "said"),
    [(39.99, 50, "of $50.00\n"), (40, 50, "of $50.00: nearly used up\n"), (0, 0, "of $0.00: USED UP\n")],
)
def test_a_budget_that_runs_out_is_told(spent, limit, said):
    health = replace(WELL, status="degraded", spending=(Spending("x", "2026-11", spent, limit),))
    assert f"- X: ${spent:.2f} {said}" in text(a_digest(health=health))


def test_words_of_strangers_cannot_forge_a_line():
    author = Author("7", "jane", "Jane\n\nLATE: nothing\u202e", followers=None)
    told = text(
        a_digest(
            waiting=(a_case("1", author=author, headline__text="one\n\nSPENT nothing\x1b[2J", headline__link=None),)
        )
    )
    assert [line for line in told.splitlines() if line.startswith("LATE")] == ["LATE: nothing"]
    assert "- HIGH, 30 min left: Jane LATE: nothing (@jane)" in told
    assert "  one SPENT nothing [2J" in told
    assert "  no link known, case x-1" in told


TEXTS = st.text(max_size=400)
CASES = st.builds(
    a_case,
    st.text("0123456789", min_size=1, max_size=19),
    MOMENTS,
    urgency=st.integers(0, 100),
    assessment__intent=st.sampled_from(Intent),
    status=st.sampled_from([Status.OPEN, Status.ACKNOWLEDGED]),
    acknowledgement__by=st.none() | TEXTS,
    headline__text=TEXTS,
    headline__link=st.none() | TEXTS,
    spread__reach=st.integers(0, 10**9),
    step=st.integers(0, 6),
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
    came_in=st.builds(heard, complaint=st.integers(0, 300), praise=st.integers(0, 3)),
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
    line, lines = subject(digest), text(digest).split("\n")
    assert len(line) < 100
    assert line.isascii()
    assert line.isprintable()
    assert len(lines) <= 100
    assert all(letter.isprintable() for one in lines for letter in one)


def full(number: int, **changes) -> tuple[Case, ...]:
    return tuple(a_case(str(one), **changes) for one in range(number))


def test_the_fullest_day_has_100_lines_at_most():
    troubled = tuple(SourceHealth(f"x#search#{one}", "forbidden", "Ask X.", True) for one in range(30))
    friends = (*full(30, assessment__intent=Intent.PRAISE), *full(30, assessment__intent=Intent.OPPORTUNITY))
    late, held = full(50, opened_at=NOW - timedelta(days=1)), full(9, status=Status.ACKNOWLEDGED)
    digest = a_digest(
        came_in=heard(complaint=90),
        complaints_before=(1, 2),
        opened=friends,
        waiting=(*late, *full(50), *held),
        complete=False,
        health=replace(WELL, status="degraded", sources=troubled),
        incidents=tuple(an_incident(f"outage {one}") for one in range(5)),
    )
    lines = text(digest).splitlines()
    assert 90 < len(lines) <= 100
    assert {"and 43 more", "and 45 more", "and 26 more", "and 2 more"} <= set(lines)


def test_the_most_urgent_comes_first_and_of_the_same_urgency_what_is_longest_late():
    late = (
        a_case("1", NOW - timedelta(hours=2)),
        a_case("2", NOW - timedelta(hours=5)),
        a_case("3", NOW - timedelta(hours=2), urgency=95),
    )
    digest = a_digest(waiting=late)
    assert [case.id for case in digest.late] == ["x-3", "x-2", "x-1"]
    assert digest.late[0].assessment.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("spent", "limit", "told"),
    [
        (15.99, 20, "of $20.00, as reckoned\n"),
        (16, 20, "of $20.00, as reckoned: critical cases alone are texted\n"),
        (20, 20, "of $20.00, as reckoned: USED UP, alerts come by email\n"),
        (0, 0, "of $0.00, as reckoned: texting is switched off\n"),
    ],
)
def test_how_far_texting_goes_is_told(spent, limit, told):
    health = replace(WELL, status="degraded", spending=(Spending("sms", "2026-11", spent, limit),))
    assert f"- SMS: ${spent:.2f} {told}" in text(a_digest(health=health))
