"""What detecting incidents needs to know of a customer's case: a small part of it, since there may be thousands."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.key import INCIDENT_SOURCE
from earshot.cases.case.ladder import Alerting
from earshot.cases.case.status import Outcome
from earshot.cases.incidents.incident import features_of
from earshot.triage.judgement import Intent


@dataclass(frozen=True, slots=True)
class Complaint:
    """A case that counts as a complaint. ``customer`` is the key of its author.

    ``features`` are what it may have in common with others. ``is_alerting`` says whether its ladder runs: these join
    an incident first. ``incident_id`` is the incident that it belongs to already.
    """

    case_id: str
    customer: str
    opened_at: datetime
    urgency: int
    followers: int
    features: frozenset[str]
    is_alerting: bool
    incident_id: str | None = None


def complaint_of(case: Case) -> Complaint | None:
    """The complaint of a case; None where it does not count as one: history, and what staff dismissed."""
    assessment = case.assessment
    if (
        assessment.intent is not Intent.COMPLAINT
        or case.key.source == INCIDENT_SOURCE
        or case.posts.is_history
        or case.resolution.outcome is Outcome.NOT_A_COMPLAINT
    ):
        return None
    return Complaint(
        case_id=case.id,
        customer=case.key.author_key(case.author.id),
        opened_at=case.opened_at,
        urgency=assessment.urgency,
        followers=case.author.followers or 0,
        features=features_of(case.posts.headline.text, assessment.reasons, case.brand),
        is_alerting=case.ladder.alerting is not Alerting.OFF,
        incident_id=case.incident_id,
    )


def count_customers(complaints: Iterable[Complaint]) -> Counter[str]:
    """How many customers have each feature."""
    customers: dict[str, set[str]] = {}
    for complaint in complaints:
        for feature in complaint.features:
            customers.setdefault(feature, set()).add(complaint.customer)
    return Counter({feature: len(who) for feature, who in customers.items()})
