"""Gathering a digest: what it covers, what it reads, and what comes first."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.cases.author_cases import AuthorCases, RecentCase
from earshot.cases.case.case import Case
from earshot.cases.case.correction import Correction
from earshot.cases.case.log import LogEntry
from earshot.cases.case.status import Status
from earshot.cases.store.mention_counts import MentionCounts, MentionLabels
from earshot.cases.store.queries import CaseOrder, Page
from earshot.reports.digest.digest import ENOUGH_VERDICTS, MAX_CASES, Digest, gather_digest
from earshot.reports.digest.text import digest_subject, digest_text
from earshot.triage.judgement import Intent, Severity
from tests.fakes import changed
from tests.reports.digest.fakes import (
    BERLIN,
    NOW,
    PERIOD,
    WELL,
    a_case,
    a_digest,
    an_incident,
)


@dataclass
class Shelf:
    """Cases and mentions in memory, in the order and the pages of the indexes; ``pages`` counts those given."""

    cases_: list[Case] = field(default_factory=list)
    mentions: list[tuple[datetime, MentionLabels]] = field(default_factory=list)
    authors: dict[str, AuthorCases] = field(default_factory=dict)
    verdicts: list[datetime] = field(default_factory=list)
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

    def count_mentions(self, start, end) -> MentionCounts:
        return MentionCounts.of(counted for at, counted in self.mentions if start <= at < end)

    def conversations_and_authors(self, conversations, authors):
        return {}, {key: self.authors[key] for key in authors if key in self.authors}

    def corrections(self, first, last) -> Iterator[Correction]:
        found = [at for at in self.verdicts if first <= at.date() <= last]
        return (Correction("x-1-7-nimbusair", LogEntry(at, "mia", "confirmed", "")) for at in found)

    def gather(self, now: datetime = NOW, last_look: datetime | None = None) -> Digest:
        return gather_digest(PERIOD, 8, BERLIN, queries=self, authors=self, health=WELL, now=now, last_look=last_look)


def a_complaint(at: datetime) -> tuple[datetime, MentionLabels]:
    return at, MentionLabels("x", False, "complaint", "high", "negative")


def test_complaints_are_compared_with_the_days_before_as_far_back_as_anything_was_heard():
    day = timedelta(days=1)
    shelf = Shelf(
        mentions=[
            *[a_complaint(PERIOD.start)] * 3,
            a_complaint(PERIOD.end),  # tomorrow's
            *[a_complaint(PERIOD.start - timedelta(microseconds=1))] * 2,
            (PERIOD.start - 2 * day, MentionLabels("x", False, "praise", "low", "positive")),
            a_complaint(PERIOD.start - 9 * day),
        ]
    )
    digest = shelf.gather()
    assert digest.volume.by_intent["complaint"] == 3
    assert digest.complaints_before == (2, 0)
    assert "3 complaints; the 2 days before: 1 a day on average (0 to 2)" in digest_text(digest)


def test_what_opened_in_the_period_is_told_and_what_came_since_is_left_to_tomorrow():
    before, inside, since = PERIOD.start - timedelta(seconds=1), PERIOD.start, PERIOD.end
    shelf = Shelf([a_case("1", before), a_case("2", inside, status=Status.REPLIED), a_case("3", since)])
    digest = shelf.gather(PERIOD.end + timedelta(hours=3))
    assert [case.id for case in digest.opened] == ["x-2-a2-nimbusair"]
    assert {case.id for case in digest.waiting} == {"x-1-a1-nimbusair", "x-3-a3-nimbusair"}


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
        "- 'login': 12 customers since 2026-11-22 07:00, ongoing; 2 still waiting; acknowledged by mia\n"
        f"  customers to tell: earshot incidents tell {goes_on.id}\n"
        "- 'outage': 42 customers since 2026-11-21 07:00, over since 2026-11-21 09:00; 1 still waiting\n"
        f"  customers to tell: earshot incidents tell {over.id}\n"
    ) in digest_text(digest)
    assert digest_subject(digest).endswith(", 2 incidents")


def test_an_incident_is_nobodys_complaint():
    incident = an_incident(began_at=NOW - timedelta(hours=3), response__first_response_at=NOW)
    digest = Shelf([incident]).gather()
    assert (digest.opened, digest.waiting) == ((), ())
    assert "OVERDUE: none" in digest_text(digest)
    assert "opened" not in digest_text(digest)
    assert "ongoing; 0 still waiting; unassigned and overdue" in digest_text(digest)


def test_all_pages_are_read_and_no_more_than_there_is_need_of():
    old = [a_case(str(number), PERIOD.start - timedelta(days=2)) for number in range(250)]
    digest = (shelf := Shelf(old)).gather()
    assert (len(digest.overdue), digest.complete) == (250, True)
    # Four statuses by time, whose first page ends it; three pages of the open ones, one of those that are held.
    assert shelf.pages == 4 + 3 + 1


def test_more_cases_than_are_read_are_told():
    digest = Shelf([a_case(str(number), PERIOD.start - timedelta(days=2)) for number in range(MAX_CASES + 1)]).gather()
    assert not digest.complete
    assert digest_subject(digest).startswith(f"Earshot 2026-11-22: {MAX_CASES}+ overdue")
    assert "the real numbers are higher" in digest_text(digest)


def test_praise_of_those_who_complained_before_comes_first():
    praise = [
        a_case("1", assessment__intent=Intent.PRAISE, urgency=5, posts__spread__reach=90_000),
        a_case("2", assessment__intent=Intent.PRAISE, urgency=5),
        a_case("3", assessment__intent=Intent.PRAISE, urgency=5, status=Status.REPLIED),
        a_case("4", assessment__intent=Intent.PRAISE, urgency=5),
    ]
    opened_at = praise[0].opened_at
    earlier = RecentCase("x-9-a2-nimbusair", opened_at - timedelta(days=3), frozenset())
    shelf = Shelf(
        [changed(case, response__opened_at=opened_at - timedelta(minutes=30)) for case in praise],
        authors={
            "x#a2": AuthorCases("x#a2", recent=(earlier,)),
            # A complaint that came afterwards is none that they had got over.
            "x#a4": AuthorCases("x#a4", recent=(replace(earlier, opened_at=opened_at),)),
        },
    )
    digest = shelf.gather()
    assert [case.id for case in digest.praise] == ["x-2-a2-nimbusair", "x-1-a1-nimbusair", "x-4-a4-nimbusair"]
    assert digest.former_complainers == {"x-2-a2-nimbusair"}
    assert "- Jane Doe (@jane), reach 120; has complained before" in digest_text(digest)


def test_the_most_urgent_comes_first_and_of_the_same_urgency_what_is_longest_late():
    late = (
        a_case("1", NOW - timedelta(hours=2)),
        a_case("2", NOW - timedelta(hours=5)),
        a_case("3", NOW - timedelta(hours=2), urgency=95),
    )
    digest = a_digest(waiting=late)
    assert [case.id for case in digest.overdue] == ["x-3-a3-nimbusair", "x-2-a2-nimbusair", "x-1-a1-nimbusair"]
    assert digest.overdue[0].assessment.severity is Severity.CRITICAL


def test_verdicts_are_counted_since_the_last_look_and_no_further_than_enough() -> None:
    shelf = Shelf(verdicts=[NOW - timedelta(hours=hours) for hours in range(40, 0, -1)])
    assert shelf.gather().new_verdicts == ENOUGH_VERDICTS
    assert shelf.gather(last_look=NOW - timedelta(hours=5)).new_verdicts == 4
    assert shelf.gather(last_look=NOW).new_verdicts == 0
