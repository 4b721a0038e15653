"""What a period was like, in figures: how fast the brand answered, about what, who did it, and who came back pleased.

Percentiles are by nearest rank: the least value that at least so many percent of all values do not exceed, so that
each is a time that somebody did wait. Shares are of one, and None where there is nothing to have a share in.
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
    """First answers. ``overdue`` are those of the ``waiting`` that should have been answered by now.

    ``share_within_target`` is of all whose time is over: the answered and the overdue.
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
    """The cases about one thing. ``turned_round`` are those whose author came back pleased."""

    topic: str
    cases: int
    answered: int
    median_seconds: int | None
    within_target: int
    turned_round: int


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """What one of the staff did, as far as the cases still say so: each names who took and who resolved it last."""

    person: str
    acknowledged: int
    resolved: int
    median_seconds_to_acknowledge: int | None


@dataclass(frozen=True, slots=True)
class SecondChances:
    """People who complained, each counted once.

    ``answered`` are those who were answered, or whose case staff resolved. Of these ``silent`` have not come back in a
    fortnight; who is in none of the three may still do so. ``share`` is of all complainers.
    """

    complainers: int
    answered: int
    came_back_pleased: int
    relapsed: int
    silent: int
    share: float | None


def percentile(values: Iterable[int], percent: int) -> int | None:
    """The value of nearest rank, None of no values. ``percent`` is 1 to 100."""
    ranked = sorted(values)
    return ranked[-(-len(ranked) * percent // 100) - 1] if ranked else None


def response_of(cases: Sequence[Case], now: datetime) -> ResponseTimes:
    """How ``cases`` were answered, each against its own target. Who resolved a case unanswered is in neither number."""
    waits = _waits(cases)
    waiting = [case for case in cases if case.response.first_response_at is None and case.status.is_waiting]
    overdue = sum(case.response.first_due_at <= now for case in waiting)
    within = sum(map(_is_in_time, cases))
    return ResponseTimes(
        answered=len(waits),
        waiting=len(waiting),
        overdue=overdue,
        median_seconds=percentile(waits, 50),
        p90_seconds=percentile(waits, 90),
        within_target=within,
        share_within_target=_share(within, len(waits) + overdue),
    )


def topics_of(cases: Iterable[Case]) -> tuple[TopicFigures, ...]:
    """By what they are about: the topic with most cases first."""
    about: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        about[topic_of(case.assessment.reasons)].append(case)
    figures = [
        TopicFigures(
            topic=topic,
            cases=len(them),
            answered=len(_waits(them)),
            median_seconds=percentile(_waits(them), 50),
            within_target=sum(map(_is_in_time, them)),
            turned_round=sum(_is_complaint(case) and _turn(case) is RecoveryStatus.RECOVERED for case in them),
        )
        for topic, them in about.items()
    ]
    return tuple(sorted(figures, key=lambda one: (-one.cases, one.topic)))


def people_of(cases: Iterable[Case]) -> tuple[PersonFigures, ...]:
    """By who took and resolved them: who did most first."""
    resolved: Counter[str] = Counter()
    waits: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        if case.resolution.by is not None:
            resolved[case.resolution.by] += 1
        if case.acknowledgement.by is not None and case.acknowledgement.at is not None:
            waits[case.acknowledgement.by].append(_seconds_to_acknowledge(case, case.acknowledgement.at))
    figures = [
        PersonFigures(person, len(waits.get(person, ())), resolved[person], percentile(waits.get(person, ()), 50))
        for person in waits.keys() | resolved.keys()
    ]
    return tuple(sorted(figures, key=lambda one: (-one.acknowledged - one.resolved, one.person)))


def turned_round_of(cases: Iterable[Case], now: datetime) -> SecondChances:
    """How those who complained stand: by the last that any of their cases knows of them."""
    complaints: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        if _is_complaint(case):
            complaints[case.key.source, case.author.id].append(case)
    turns: Counter[RecoveryStatus] = Counter()
    answered = silent = 0
    for theirs in complaints.values():
        outcomes = (case.recovery.outcome for case in theirs if case.recovery.outcome)
        outcome = max(outcomes, key=lambda one: one.at, default=None)
        end = max((case.recovery.ended_at for case in theirs if case.recovery.ended_at), default=None)
        answered += end is not None
        silent += is_silent(outcome, end, now)
        if outcome is not None:
            turns[outcome.status] += 1
    pleased = turns[RecoveryStatus.RECOVERED]
    share = _share(pleased, len(complaints))
    return SecondChances(len(complaints), answered, pleased, turns[RecoveryStatus.RELAPSED], silent, share)


def _waits(cases: Iterable[Case]) -> list[int]:
    return [seconds for case in cases if (seconds := case.response.first_response_seconds) is not None]


def _is_in_time(case: Case) -> bool:
    answered_at = case.response.first_response_at
    return answered_at is not None and answered_at < case.response.first_due_at


def _is_complaint(case: Case) -> bool:
    return case.assessment.intent is Intent.COMPLAINT and case.resolution.outcome is not Outcome.NOT_A_COMPLAINT


def _turn(case: Case) -> RecoveryStatus | None:
    return None if case.recovery.outcome is None else case.recovery.outcome.status


def _seconds_to_acknowledge(case: Case, at: datetime) -> int:
    """Since the case opened; where it was asked again after an answer, since then."""
    asked, answered = case.response.last_asked_at, case.response.first_response_at
    asked_again = asked is not None and answered is not None and answered < asked <= at
    return max(0, int((at - (asked if asked_again else case.opened_at)).total_seconds()))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
