"""Figures of the cases of a period: response times, topics, what each person did, and who came back.

Percentiles are by nearest rank: the smallest value that at least so many percent of all values do not exceed, so each
is a wait that really happened. Shares are 0 to 1, and None if there is nothing to divide by.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

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
class GroupFigures:
    """The cases of one topic, brand or network. ``recovered`` are the complaints whose author came back pleased."""

    name: str
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
    divided by ``complainers``. ``median_seconds_to_pleased`` is from the complaint until they came back pleased.
    """

    complainers: int
    answered: int
    came_back_pleased: int
    relapsed: int
    silent: int
    share: float | None
    median_seconds_to_pleased: int | None


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """Complaints by how soon the brand answered first: does a quick answer bring customers back?

    ``speed`` names the group: ``within_15_minutes`` and so on, or ``not_answered``. ``share`` is ``came_back_pleased``
    divided by ``complaints``.
    """

    speed: str
    complaints: int
    came_back_pleased: int
    relapsed: int
    share: float | None


# The first group whose limit a first response does not exceed, in seconds. Care desks promise an answer within the
# hour, and many within a quarter of it.
_SPEEDS = {"within_15_minutes": 900, "within_1_hour": 3600, "within_4_hours": 14_400, "within_1_day": 86_400}
_LATER, _NOT_ANSWERED = "later", "not_answered"


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


def figures_by_topic(cases: Iterable[Case]) -> tuple[GroupFigures, ...]:
    """Figures of each topic, the topic with most cases first."""
    return _figures_by(cases, lambda case: topic_of(case.assessment.reasons))


def figures_by_brand(cases: Iterable[Case]) -> tuple[GroupFigures, ...]:
    """Figures of each brand, the brand with most cases first."""
    return _figures_by(cases, lambda case: case.brand)


def figures_by_network(cases: Iterable[Case]) -> tuple[GroupFigures, ...]:
    """Figures of each network (``x``), the one with most cases first."""
    return _figures_by(cases, lambda case: case.key.source)


def figures_by_speed(cases: Iterable[Case]) -> tuple[SpeedFigures, ...]:
    """What became of the complaints that were answered as fast: the fastest first, those without an answer last."""
    by_speed: dict[str, list[Case]] = {speed: [] for speed in (*_SPEEDS, _LATER, _NOT_ANSWERED)}
    for case in filter(_is_complaint, cases):
        by_speed[_speed_of(case)].append(case)
    return tuple(_speed_figures(speed, group) for speed, group in by_speed.items())


def opened_by_hour(cases: Iterable[Case]) -> tuple[tuple[int, ...], ...]:
    """How many cases opened in each hour of the week, in UTC: seven days from Monday on, of 24 hours each."""
    hours = Counter((at.weekday(), at.hour) for case in cases for at in (case.opened_at.astimezone(UTC),))
    return tuple(tuple(hours[day, hour] for hour in range(24)) for day in range(7))


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
    until_pleased: list[int] = []
    answered = silent = 0
    for complaints in by_author.values():
        outcomes = (case.recovery.outcome for case in complaints if case.recovery.outcome)
        outcome = max(outcomes, key=lambda one: one.at, default=None)
        ended_at = max((case.recovery.ended_at for case in complaints if case.recovery.ended_at), default=None)
        answered += ended_at is not None
        silent += is_silent(outcome, ended_at, now)
        if outcome is not None:
            statuses[outcome.status] += 1
        if outcome is not None and outcome.status is RecoveryStatus.RECOVERED:
            until_pleased += _seconds_to_pleased(complaints, outcome.at)
    pleased = statuses[RecoveryStatus.RECOVERED]
    return RecoveryFigures(
        complainers=len(by_author),
        answered=answered,
        came_back_pleased=pleased,
        relapsed=statuses[RecoveryStatus.RELAPSED],
        silent=silent,
        share=_share(pleased, len(by_author)),
        median_seconds_to_pleased=percentile(until_pleased, 50),
    )


def _figures_by(cases: Iterable[Case], name_of: Callable[[Case], str]) -> tuple[GroupFigures, ...]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[name_of(case)].append(case)
    figures = [_group_figures(name, group) for name, group in groups.items()]
    return tuple(sorted(figures, key=lambda one: (-one.cases, one.name)))


def _group_figures(name: str, cases: Sequence[Case]) -> GroupFigures:
    seconds = _response_seconds(cases)
    return GroupFigures(
        name=name,
        cases=len(cases),
        answered=len(seconds),
        median_seconds=percentile(seconds, 50),
        within_target=sum(map(_is_within_target, cases)),
        recovered=sum(_is_complaint(case) and _has_recovered(case) for case in cases),
    )


def _speed_of(case: Case) -> str:
    seconds = case.response.first_response_seconds
    if seconds is None:
        return _NOT_ANSWERED
    return next((speed for speed, limit in _SPEEDS.items() if seconds <= limit), _LATER)


def _speed_figures(speed: str, complaints: Sequence[Case]) -> SpeedFigures:
    statuses = Counter(case.recovery.outcome.status for case in complaints if case.recovery.outcome is not None)
    pleased = statuses[RecoveryStatus.RECOVERED]
    share = _share(pleased, len(complaints))
    return SpeedFigures(speed, len(complaints), pleased, statuses[RecoveryStatus.RELAPSED], share)


def _seconds_to_pleased(complaints: Iterable[Case], at: datetime) -> list[int]:
    """From the first of a person's complaints until they came back pleased; empty where none says when it was."""
    first = min((case.recovery.complained_at for case in complaints if case.recovery.complained_at), default=None)
    return [] if first is None else [max(0, int((at - first).total_seconds()))]


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
