"""The post that a case shows, and how far the case has spread."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.mentions.mention import Mention

# So many reposts prove that a post carries far: when the later ones came makes no difference any more.
MOST_DELAYS = 100


@dataclass(frozen=True, slots=True)
class Headline:
    """The most urgent post of a case: its id, when it was posted, its text, link and language (ISO 639-1)."""

    id: str
    at: datetime
    text: str
    link: str | None
    language: str | None

    @classmethod
    def of(cls, mention: Mention, language: str | None) -> "Headline":
        """A post as the headline of its case."""
        return cls(mention.id, mention.created_at, mention.text, mention.link, language)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many people may have seen what a case is about.

    ``reach`` adds up the followers of the customer and of everybody who reposted. ``repost_delays`` are the seconds
    from the post to each repost, in rising order, the shortest ``MOST_DELAYS``.
    """

    reach: int = 0
    reposts: int = 0
    repost_delays: tuple[int, ...] = ()

    def add_repost(self, followers: int, after: timedelta) -> "Spread":
        """With one more repost, so long ``after`` the post, by an author with so many followers."""
        delay = max(0, int(after.total_seconds()))
        return Spread(
            reach=self.reach + followers,
            reposts=self.reposts + 1,
            repost_delays=tuple(sorted((*self.repost_delays, delay))[:MOST_DELAYS]),
        )

    def change_author(self, before: int | None, now: int | None) -> "Spread":
        """With the followers of another customer: the case turned out to be theirs."""
        return replace(self, reach=self.reach - (before or 0) + (now or 0))
