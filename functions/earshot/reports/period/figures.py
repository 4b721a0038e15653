"""Figures of the cases of a period: response times, topics, what each person did, and who came back.

Percentiles are by nearest rank: the smallest value that at least so many percent of all values do not exceed, so each
is a wait that really happened. Shares are 0 to 1, and None if there is nothing to divide by.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from earshot.cases.case.assessment import topic_of
from earshot.cases.case.case import Case
from earshot.cases.case.recovery import RecoveryStatus, is_silent
from earshot.cases.case.status import Outcome
from earshot.triage.judgement import Intent


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """First responses. ``overdue`` are the ``waiting`` cases that are past their response target.

    ``share_within_target`` is of the answered and the overdue cases: those whose target has been met or missed.
    """

    answered: int
    waiting: int
    overdue: int
    median_seconds: int | None
    p90_seconds: int | None
    within_target: int
    share_within_target: float | None


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """The cases about one topic. ``recovered`` are the complaints whose author came back pleased."""

    topic: str
    cases: int
    answered: int
    median_seconds: int | None
    within_target: int
    recovered: int


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """What one person of staff did. A case names only who acknowledged and who resolved it last."""

    person: str
    acknowledged: int
    resolved: int
    median_seconds_to_acknowledge: int | None


@dataclass(frozen=True, slots=True)
class RecoveryFigures:
    """People who complained, each counted once.

    ``answered`` are those whom the brand answered, or whose case staff resolved. Of these, ``silent`` have not come
    back within 14 days; a person in none of the last three numbers still may. ``share`` is ``came_back_pleased``
    divided by ``complainers``.
    """

    complainers: int
    answered: int
    came_back_pleased: int
    relapsed: int
    silent: int
    share: float | None


def percentile(values: Iterable[int], percent: int) -> int | None:
    """The percentile by nearest rank, None without values. ``percent`` is 1 to 100."""
    ranked = sorted(values)
    return ranked[-(-len(ranked) * percent // 100) - 1] if ranked else None


def response_times(cases: Sequence[Case], now: datetime) -> ResponseTimes:
    """How fast ``cases`` were answered, each against its own target. A case resolved without a reply counts nowhere."""
    seconds = _response_seconds(cases)
    waiting = [case for case in cases if case.response.first_response_at is None and case.status.is_waiting]
    overdue = sum(case.response.first_due_at <= now for case in waiting)
    within_target = sum(map(_is_within_target, cases))
    return ResponseTimes(
        answered=len(seconds),
        waiting=len(waiting),
        overdue=overdue,
        median_seconds=percentile(seconds, 50),
        p90_seconds=percentile(seconds, 90),
        within_target=within_target,
        share_within_target=_share(within_target, len(seconds) + overdue),
    )


def figures_by_topic(cases: Iterable[Case]) -> tuple[TopicFigures, ...]:
    """Figures of each topic, the topic with most cases first."""
    by_topic: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_topic[topic_of(case.assessment.reasons)].append(case)
    figures = [_topic_figures(topic, group) for topic, group in by_topic.items()]
    return tuple(sorted(figures, key=lambda one: (-one.cases, one.topic)))


def figures_by_person(cases: Iterable[Case]) -> tuple[PersonFigures, ...]:
    """Figures of each person who acknowledged or resolved a case, the person who did most first."""
    resolved: Counter[str] = Counter()
    seconds: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        if case.resolution.by is not None:
            resolved[case.resolution.by] += 1
        if case.acknowledgement.by is not None and case.acknowledgement.at is not None:
            seconds[case.acknowledgement.by].append(_seconds_to_acknowledge(case, case.acknowledgement.at))
    figures = [
        PersonFigures(person, len(seconds.get(person, ())), resolved[person], percentile(seconds.get(person, ()), 50))
        for person in seconds.keys() | resolved.keys()
    ]
    return tuple(sorted(figures, key=lambda one: (-one.acknowledged - one.resolved, one.person)))


def recovery_figures(cases: Iterable[Case], now: datetime) -> RecoveryFigures:
    """What became of the people who complained, by the latest outcome that any of their cases has."""
    by_author: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in filter(_is_complaint, cases):
        by_author[case.key.source, case.author.id].append(case)
    statuses: Counter[RecoveryStatus] = Counter()
    answered = silent = 0
    for complaints in by_author.values():
        outcomes = (case.recovery.outcome for case in complaints if case.recovery.outcome)
        outcome = max(outcomes, key=lambda one: one.at, default=None)
        ended_at = max((case.recovery.ended_at for case in complaints if case.recovery.ended_at), default=None)
        answered += ended_at is not None
        silent += is_silent(outcome, ended_at, now)
        if outcome is not None:
            statuses[outcome.status] += 1
    pleased = statuses[RecoveryStatus.RECOVERED]
    return RecoveryFigures(
        complainers=len(by_author),
        answered=answered,
        came_back_pleased=pleased,
        relapsed=statuses[RecoveryStatus.RELAPSED],
        silent=silent,
        share=_share(pleased, len(by_author)),
    )


def _topic_figures(topic: str, cases: Sequence[Case]) -> TopicFigures:
    seconds = _response_seconds(cases)
    return TopicFigures(
        topic=topic,
        cases=len(cases),
        answered=len(seconds),
        median_seconds=percentile(seconds, 50),
        within_target=sum(map(_is_within_target, cases)),
        recovered=sum(_is_complaint(case) and _has_recovered(case) for case in cases),
    )


def _response_seconds(cases: Iterable[Case]) -> list[int]:
    return [seconds for case in cases if (seconds := case.response.first_response_seconds) is not None]


def _is_within_target(case: Case) -> bool:
    answered_at = case.response.first_response_at
    return answered_at is not None and answered_at < case.response.first_due_at


def _is_complaint(case: Case) -> bool:
    return case.assessment.intent is Intent.COMPLAINT and case.resolution.outcome is not Outcome.NOT_A_COMPLAINT


def _has_recovered(case: Case) -> bool:
    outcome = case.recovery.outcome
    return outcome is not None and outcome.status is RecoveryStatus.RECOVERED


def _seconds_to_acknowledge(case: Case, at: datetime) -> int:
    """From the opening of the case; if the customer asked again after an answer, from then."""
    asked_at, answered_at = case.response.last_asked_at, case.response.first_response_at
    start = case.opened_at
    if asked_at is not None and answered_at is not None and answered_at < asked_at <= at:
        start = asked_at
    return max(0, int((at - start).total_seconds()))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
