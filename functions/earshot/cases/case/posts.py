"""The posts of a case: the one that it shows, the others by which it is found, and how far they have spread."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from earshot.mentions.mention import Mention

# So many reposts prove that a post carries far: when the later ones came makes no difference any more.
MOST_DELAYS = 100
# Of a customer's other posts a case knows the latest, each with as much as X allows: its item stays small.
MOST_OTHER_POSTS = 10
MOST_OTHER_TEXT = 280
# A customer who says one thing again and again may do so in any number of conversations; the first are kept.
MOST_CONVERSATIONS = 10


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


@dataclass(frozen=True, slots=True)
class Posts:
    """The customer's posts in a case.

    ``other_posts`` are owed an answer as the headline is: the latest of them, the earliest first. ``conversations`` are
    those on the network to which posts belong, at most the first few. ``is_history``: all of them are from before
    Earshot listened.
    """

    headline: Headline
    other_posts: tuple[OtherPost, ...] = ()
    spread: Spread = field(default_factory=Spread)
    conversations: tuple[str, ...] = ()
    is_history: bool = False

    @classmethod
    def of(cls, mention: Mention, language: str | None) -> "Posts":
        """The posts of a case that begins with this one."""
        spread = Spread(reach=mention.author.followers or 0)
        return cls(Headline.of(mention, language), (), spread, (mention.conversation_key,), mention.baseline)

    def join(self, mention: Mention) -> "Posts":
        """With one more post, as far as its conversation and its age are concerned."""
        known, key = self.conversations, mention.conversation_key
        known = known if key in known or len(known) >= MOST_CONVERSATIONS else (*known, key)
        return replace(self, conversations=known, is_history=self.is_history and mention.baseline)

    def show(self, post: Headline) -> "Posts":
        """With ``post`` as the headline, and the one so far among the others."""
        return replace(self.add_other(self.headline), headline=post)

    def add_other(self, post: Headline) -> "Posts":
        """With one more post beside the headline. Which are kept does not depend on the order in which they came."""
        others = sorted((*self.other_posts, OtherPost.of(post)), key=lambda one: (one.at, one.id))
        return replace(self, other_posts=tuple(others[-MOST_OTHER_POSTS:]))

    def add_repost(self, followers: int, after: timedelta) -> "Posts":
        """With a repost of the headline, so long ``after`` it, by an author with so many followers."""
        return replace(self, spread=self.spread.add_repost(followers, after))

    def with_reach(self, reach: int) -> "Posts":
        """With so many followers in all."""
        return replace(self, spread=replace(self.spread, reach=reach))

    def with_text(self, text: str) -> "Posts":
        """With this as the text of the headline."""
        return replace(self, headline=replace(self.headline, text=text))

    def as_told_by(self, fresh: "Posts") -> "Posts":
        """With what ``fresh``, made of the posts as they are now, says of them. It is news once one of its posts is."""
        is_history = self.is_history and fresh.is_history
        return replace(self, headline=fresh.headline, other_posts=fresh.other_posts, is_history=is_history)
