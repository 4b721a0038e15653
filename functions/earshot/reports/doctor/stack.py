"""What the stack finds of itself: what its API may see, without the account, secrets and queues."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from earshot.alerting.roster.admin import RosterAdmin
from earshot.alerting.roster.contacts import Team
from earshot.aws.parallel import for_each
from earshot.aws.time_limit import call_within
from earshot.cases.store.queries import CaseQueries
from earshot.reports.doctor.alerts import check_last_alerts, latest_alerts
from earshot.reports.doctor.finding import Finding, Level, failure, worst
from earshot.reports.doctor.listening import check_sources, check_spending
from earshot.reports.doctor.people import check_people
from earshot.reports.health import Health

# What ``earshot doctor`` looks at beside these, and the API has no permission for.
UNSEEN = (
    "the token of X",
    "the account's SMS sandbox, limit and sender",
    "how much Lambda runs at once",
    "dead letters",
    "the operator's mail",
    "who can sign in",
    "the version",
)
# API Gateway gives up at 30 s. All parts wait together.
_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class StackFindings:
    """What was found at ``at``; ``status`` is the worst level. ``unseen`` was not looked at."""

    status: Level
    at: datetime
    findings: tuple[Finding, ...]
    unseen: tuple[str, ...] = UNSEEN


def examine_stack(
    health: Callable[[], Health],
    admin: RosterAdmin,
    team: Callable[[], Team],
    queries: CaseQueries,
    now: datetime,
    seconds: float = _SECONDS,
) -> StackFindings:
    """Sources and budgets, people, and the last alert. A part that fails, or takes longer, is one failed finding."""

    def listening() -> Iterator[Finding]:
        found = health()
        yield from check_sources(found.sources)
        yield from check_spending(found.spending)

    def people() -> Iterator[Finding]:
        everybody = team()
        reached = tuple(admin.reachability(everybody.everybody(), now))
        return check_people(reached, [person.id for person in everybody.on_call(1, now)])

    def alerts() -> Iterator[Finding]:
        return check_last_alerts(latest_alerts(queries), now)

    parts = {"sources": listening, "people": people, "last alert": alerts}
    findings: list[Finding] = []
    for name, found in for_each(lambda name: call_within(seconds, partial(_all, parts[name])), parts, at_once=3):
        if isinstance(found, Exception):
            what = f"It could not be looked at ({type(found).__name__}: {found})"
            findings.append(failure(name, what, "Try again; then read the log of ApiFunction, and run earshot doctor"))
        else:
            findings += found
    return StackFindings(worst(findings), now, tuple(findings))


def _all(part: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
    return tuple(part())
