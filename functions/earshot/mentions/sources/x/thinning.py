"""What of X is left out first when the budget runs low: in the order that the brand sets, and never the mentions.

X bills the posts that it serves and not the calls, so what is asked less often costs the same in the end: only what is
not read saves money.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from earshot.mentions.feeds import Feed, FeedKind

# This share of the month's limit, and of a day's, is for slow looks at the mentions alone, once the rest is used.
RESERVED = 0.1
# From this share of what is not reserved on, the first in the order waits; the others follow evenly until all is used.
FIRST_AT = 0.8


class Step(StrEnum):
    """What may be left out."""

    COSTLY_TERMS = "costly_terms"
    SEARCHES = "searches"
    OWN_POSTS = "own_posts"

    @property
    def label(self) -> str:
        """The step in words."""
        return {Step.COSTLY_TERMS: "costly terms", Step.SEARCHES: "searches", Step.OWN_POSTS: "own posts"}[self]


DEFAULT_ORDER = (Step.COSTLY_TERMS, Step.SEARCHES, Step.OWN_POSTS)


@dataclass(frozen=True, slots=True)
class Thinning:
    """The order of what waits first, and the search terms that are counted as costly."""

    order: tuple[Step, ...] = DEFAULT_ORDER
    costly_terms: tuple[str, ...] = ()

    @property
    def steps(self) -> Iterator[tuple[float, Step]]:
        """Each step that leaves something out, with the share of what is not reserved from which on it is taken."""
        taken = [step for step in self.order if step is not Step.COSTLY_TERMS or self.costly_terms]
        for number, step in enumerate(taken):
            yield FIRST_AT + (1 - FIRST_AT) * number / len(taken), step

    def outlook(self, used: float) -> str:
        """What waits where ``used`` of the month's limit is spent, and what will wait from which share of it on."""
        steps = [((1 - RESERVED) * share, step.label) for share, step in self.steps]
        waiting = [label for share, label in steps if share <= used]
        told = [f"{', '.join(waiting)} wait"] if waiting else []
        told += [f"from {share:.0%} on {label} wait" for share, label in steps if share > used]
        slow = "only the newest mentions are read, at intervals"
        return "; ".join([*told, slow if used >= 1 - RESERVED else f"from {1 - RESERVED:.0%} on {slow}"])

    def limit_of(self, feed: Feed) -> float:
        """The share of what is not reserved up to which a feed is read."""
        return min((share for share, step in self.steps if self._leaves_out(step, feed)), default=1.0)

    def _leaves_out(self, step: Step, feed: Feed) -> bool:
        match step:
            case Step.COSTLY_TERMS:
                return feed.kind is FeedKind.SEARCH and feed.name in self.costly_terms
            case Step.SEARCHES:
                return feed.kind is FeedKind.SEARCH
            case Step.OWN_POSTS:
                return feed.kind is FeedKind.OWN


DEFAULT_THINNING = Thinning()
