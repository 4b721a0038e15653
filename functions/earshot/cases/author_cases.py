"""What is known of an author beside one conversation: the cases of their complaints, and their latest opinion."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.case.recovery import CustomerOpinion, latest
from earshot.cases.conversation.similarity import about_one_thing, words
from earshot.mentions.mention import Mention

# A complaint that repeats one of the same author within a day is about the same day's trouble.
SAME_THING_WITHIN = timedelta(hours=24)
MOST_RECENT_CASES = 10


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case that an author complained in, and the words that tell what it is about."""

    thread: str
    opened_at: datetime
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class AuthorCases:
    """The latest cases of one author, so that a complaint said twice is heard as one; and how they spoke last."""

    key: str
    version: int = 0
    recent: tuple[RecentCase, ...] = ()
    last_opinion: CustomerOpinion | None = None

    def elsewhere(self, thread: str) -> tuple[RecentCase, ...]:
        """Their cases in other conversations than ``thread``."""
        return tuple(recent for recent in self.recent if recent.thread != thread)

    def said_before(self, mention: Mention) -> RecentCase | None:
        """The latest case of another conversation that a complaint repeats."""
        said = words(mention.text)
        for recent in reversed(self.recent):
            if abs(mention.created_at - recent.opened_at) <= SAME_THING_WITHIN and about_one_thing(said, recent.words):
                return recent if recent.thread != mention.thread else None
        return None

    def after(self, mention: Mention, opinion: CustomerOpinion | None, thread: str, case: Case | None) -> "AuthorCases":
        """What is known of them after a mention with ``opinion`` was folded into the ``case`` of ``thread``."""
        known = replace(self, last_opinion=latest(self.last_opinion, opinion))
        complained = (
            case is not None and case.recovery.complained_at is not None and case.author.id == mention.author.id
        )
        if not complained or any(recent.thread == thread for recent in self.recent):
            return known
        recent = RecentCase(thread, mention.created_at, words(mention.text))
        return replace(known, recent=(*self.recent, recent)[-MOST_RECENT_CASES:])
