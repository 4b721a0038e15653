"""The post that a case shows, the others by which it is found, and how far the case has spread."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.mentions.mention import Mention

# So many reposts prove that a post carries far: when the later ones came makes no difference any more.
MOST_DELAYS = 100
# Of a customer's other posts a case knows the latest, each with as much as X allows: its item stays small.
MOST_OTHER_POSTS = 10
MOST_OTHER_TEXT = 280


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
class OtherPost:
    """A post of the customer beside the headline: its id, when it was posted, and the beginning of its text."""

    id: str
    at: datetime
    text: str

    @classmethod
    def of(cls, headline: Headline) -> "OtherPost":
        """A post that is not the headline of its case, or no longer is."""
        return cls(headline.id, headline.at, headline.text[:MOST_OTHER_TEXT])


def latest_posts(posts: Iterable[OtherPost]) -> tuple[OtherPost, ...]:
    """Those that a case knows, the earliest first: which they are does not depend on the order in which they came."""
    return tuple(sorted(posts, key=lambda post: (post.at, post.id))[-MOST_OTHER_POSTS:])


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
