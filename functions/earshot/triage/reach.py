"""How far a post carries: others are listening, and see whether anybody answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from earshot.triage.context import PostContext
from earshot.triage.judgement import Reason
from earshot.triage.terms.terms import Terms


@dataclass(frozen=True, slots=True)
class ReachStep:
    """A rule that fires from ``least`` on, and the points that it gives."""

    rule: str
    least: float
    points: int


# The first that fires counts, so the highest stands first. From so many followers, or reposts, a voice carries:
# thousands read whether anybody answers. A wide reach lifts a plain complaint to high, and what is grave to critical.
FOLLOWERS = (ReachStep("reach.wide", 10_000, 30), ReachStep("reach.some", 2_000, 4))
REPOSTS = (ReachStep("reach.reposts", 100, 30), ReachStep("reach.some_reposts", 20, 8))
# Reposts an hour, of a post that was reposted ``_LEAST_REPOSTS`` times at least: a few at once are friends.
SPEED = (ReachStep("reach.speed", 30, 10),)
_LEAST_REPOSTS = 10
# A post is taken to be this old at least, so that one repost in the first second is no landslide.
_YOUNGEST = timedelta(minutes=10)
_KINDS = tuple(frozenset(step.rule for step in steps) for steps in (REPOSTS, SPEED))
_VERIFIED_POINTS = 2


def reach(circumstances: PostContext) -> Iterator[Reason]:
    """The reasons for who says it, and who has passed it on."""
    followers = circumstances.followers or 0
    if reason := step_of(FOLLOWERS, followers, f"{followers:,} people follow the author"):
        yield reason
    if circumstances.verified:
        yield Reason("reach.verified", _VERIFIED_POINTS, "the author is verified")
    reposts, age = circumstances.reposts or 0, circumstances.age
    yield from _of_reposts(reposts, 0 if age is None else _hourly(reposts, age))


def louder(said: tuple[Reason, ...], reposts: int, delays: Sequence[int], terms: Terms) -> tuple[Reason, ...]:
    """The reasons ``said`` of a post, with what its reposts add to them; of two of one kind the weightier counts.

    ``delays``: how many seconds after the post the reposts came, in rising order, as far as that is known.
    """
    fastest = max((_hourly(count, timedelta(seconds=delay)) for count, delay in enumerate(delays, 1)), default=0)
    reasons = said
    for reason in _of_reposts(reposts, fastest):
        kind = next(rules for rules in _KINDS if reason.rule in rules)
        if terms.allows(reason.rule) and all(one.points < reason.points for one in said if one.rule in kind):
            reasons = (*(one for one in reasons if one.rule not in kind), reason)
    return reasons


def _of_reposts(reposts: int, hourly: int) -> Iterator[Reason]:
    if reason := step_of(REPOSTS, reposts, f"passed on {reposts:,} times"):
        yield reason
    if reason := step_of(SPEED, hourly, f"passed on {hourly:,} times an hour"):
        yield reason


def _hourly(reposts: int, age: timedelta) -> int:
    """How often an hour a post was passed on, ``age`` after it was made; 0 where too few did to tell."""
    return reposts * 3600 // int(max(age, _YOUNGEST).total_seconds()) if reposts >= _LEAST_REPOSTS else 0


def step_of(steps: tuple[ReachStep, ...], value: float, text: str) -> Reason | None:
    """The reason of the first step that ``value`` reaches, in the words of ``text``."""
    return next((Reason(step.rule, step.points, text) for step in steps if value >= step.least), None)
