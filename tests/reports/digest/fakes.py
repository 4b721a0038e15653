"""Digests for tests: cases, incidents and sources made by hand, and how Hypothesis draws days and times."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.key import INCIDENT_SOURCE, CaseKey
from earshot.cases.case.posts import Headline, Posts, Spread
from earshot.cases.case.response import ResponseClock, target_of
from earshot.cases.incidents.incident import Incident
from earshot.cases.store.mention_counts import MentionCounts, MentionLabels
from earshot.mentions.mention import Author
from earshot.reports.counts import MentionVolume
from earshot.reports.digest.digest import Digest
from earshot.reports.digest.period import period_of
from earshot.reports.health import Health, SourceHealth, Spending
from earshot.triage.judgement import Intent, severity_of
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
        key=CaseKey("x", id, f"a{id}-nimbusair"),
        brand="NimbusAir",
        author=Author(f"a{id}", "jane", "Jane Doe", followers=120),
        response=ResponseClock(opened_at, id, opened_at, target_of(intent, severity_of(urgency))),
        assessment=Assessment(Intent.COMPLAINT, urgency, severity_of(urgency), reasons=()),
        posts=Posts(
            Headline(
                id, opened_at, f"@NimbusAir bag number {id} is lost", f"https://x.com/jane/status/{id}", language="en"
            ),
            spread=Spread(reach=120),
        ),
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
    given = {"key": CaseKey(INCIDENT_SOURCE, name), "author": author, "incident": incident}
    return a_case(name, began_at, **given | changes)


def a_digest(**changes) -> Digest:
    given = {
        "at": NOW,
        "zone": BERLIN,
        "period": PERIOD,
        "volume": MentionVolume(),
        "complaints_before": (),
        "opened": (),
        "waiting": (),
        "complete": True,
        "former_complainers": frozenset(),
        "health": WELL,
    }
    return Digest(**given | changes)


def heard(**intents: int) -> MentionVolume:
    said = (MentionLabels("x", False, intent, "low", "neutral") for intent in intents for _ in range(intents[intent]))
    return MentionVolume.of(MentionCounts.of(said))


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
