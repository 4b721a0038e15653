"""How far a post spreads: the more people read a complaint, the more see whether the brand answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from earshot.triage.context import PostContext
from earshot.triage.judgement import Reason

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class ReachStep:
    """A rule that fires from the value ``least`` on, and the points of urgency that it gives."""

    rule: str
    least: float
    points: int


# Only the first step that is reached counts, so the highest stands first. A wide reach lifts a plain complaint to
# high, and one with a stake to critical.
FOLLOWER_STEPS = (ReachStep("reach.wide", 10_000, 30), ReachStep("reach.some", 2_000, 4))
# On X a post is shown to a few of those who follow its author. Whoever reads a blog reads the post.
READER_STEPS = (ReachStep("reach.wide", 2_500, 30), ReachStep("reach.some", 500, 4))
_NETWORKS_OF_READERS = frozenset({"feed"})
REPOST_STEPS = (ReachStep("reach.reposts", 100, 30), ReachStep("reach.some_reposts", 20, 8))
# Reposts an hour, for posts with at least ``_MIN_REPOSTS_FOR_RATE`` reposts: a few at once are friends.
REPOST_RATE_STEPS = (ReachStep("reach.speed", 30, 10),)
_MIN_REPOSTS_FOR_RATE = 10
# A rate is measured over at least this long, so that one repost in the first second is not thousands an hour.
_MIN_AGE_FOR_RATE = timedelta(minutes=10)
_REPOST_RULES = tuple(frozenset(step.rule for step in steps) for steps in (REPOST_STEPS, REPOST_RATE_STEPS))
_VERIFIED_POINTS = 2


def reach_reasons(context: PostContext) -> Iterator[Reason]:
    """The reasons for who wrote the post and how often it was reposted."""
    followers = context.followers or 0
    has_readers = context.network in _NETWORKS_OF_READERS
    steps, what = (READER_STEPS, "read it there") if has_readers else (FOLLOWER_STEPS, "follow the author")
    if reason := first_reached(steps, followers, f"{followers:,} people {what}"):
        yield reason
    if context.verified:
        yield Reason("reach.verified", _VERIFIED_POINTS, "the author is verified")
    reposts, age = context.reposts or 0, context.age
    yield from _repost_reasons(reposts, 0 if age is None else _reposts_an_hour(reposts, age))


def with_reposts(
    reasons: tuple[Reason, ...], reposts: int, delays: Sequence[int], terms: "Terms"
) -> tuple[Reason, ...]:
    """The reasons of a post, updated with the reposts that were seen since it was judged.

    ``delays``: seconds from the post to each repost, in rising order, as far as they are known. Where ``reasons``
    has a reason of the same kind already, the one with more points stays.
    """
    rate = max((_reposts_an_hour(count, timedelta(seconds=delay)) for count, delay in enumerate(delays, 1)), default=0)
    updated = reasons
    for reason in _repost_reasons(reposts, rate):
        kind = next(rules for rules in _REPOST_RULES if reason.rule in rules)
        if terms.allows(reason.rule) and all(one.points < reason.points for one in reasons if one.rule in kind):
            updated = (*(one for one in updated if one.rule not in kind), reason)
    return updated


def first_reached(steps: tuple[ReachStep, ...], value: float, text: str) -> Reason | None:
    """The reason of the first step that ``value`` reaches, with ``text`` for staff; None below all of them."""
    return next((Reason(step.rule, step.points, text) for step in steps if value >= step.least), None)


def _repost_reasons(reposts: int, reposts_an_hour: int) -> Iterator[Reason]:
    if reason := first_reached(REPOST_STEPS, reposts, f"passed on {reposts:,} times"):
        yield reason
    if reason := first_reached(REPOST_RATE_STEPS, reposts_an_hour, f"passed on {reposts_an_hour:,} times an hour"):
        yield reason


def _reposts_an_hour(reposts: int, age: timedelta) -> int:
    """Reposts an hour until ``age``; 0 where they are too few to tell."""
    if reposts < _MIN_REPOSTS_FOR_RATE:
        return 0
    return reposts * 3600 // int(max(age, _MIN_AGE_FOR_RATE).total_seconds())
