"""What is known of an author across conversations: the cases of their complaints, and their latest opinion."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from earshot.cases.case.case import Case
from earshot.cases.case.recovery import CustomerOpinion, latest
from earshot.cases.conversation.similarity import content_words, is_same_problem
from earshot.cases.policy.author_bound import MOST_REMEMBERED
from earshot.mentions.mention import Mention

# A complaint that repeats one that the same author made within a day is about the same problem.
REPEATED_WITHIN = timedelta(hours=24)
MOST_RECENT_CASES = 10


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case that an author complained in: the key of its conversation, and the words that say what it is about."""

    conversation: str
    opened_at: datetime
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class AuthorCases:
    """The latest cases of one author, by which a repeated complaint is recognised, and their latest opinion.

    ``alerted`` is when their latest cases began to alert, in rising order.
    """

    key: str
    version: int = 0
    recent: tuple[RecentCase, ...] = ()
    last_opinion: CustomerOpinion | None = None
    alerted: tuple[datetime, ...] = ()

    def elsewhere(self, conversation: str) -> tuple[RecentCase, ...]:
        """Their cases in other conversations than the one with this key."""
        return tuple(recent for recent in self.recent if recent.conversation != conversation)

    def find_repeated(self, mention: Mention, conversation: str) -> RecentCase | None:
        """The latest case with the same brand that a complaint in ``conversation`` repeats; None: it repeats none."""
        words = content_words(mention.text)
        brand = _brand_of(conversation)
        for recent in reversed(self.recent):
            is_near = abs(mention.created_at - recent.opened_at) <= REPEATED_WITHIN
            if is_near and _brand_of(recent.conversation) == brand and is_same_problem(words, recent.words):
                return recent if recent.conversation != conversation else None
        return None

    def see_alert(self, at: datetime) -> "AuthorCases":
        """With one more case of theirs that began to alert."""
        return replace(self, alerted=tuple(sorted((*self.alerted, at)))[-MOST_REMEMBERED:])

    def after(
        self, mention: Mention, opinion: CustomerOpinion | None, conversation: str, case: Case | None
    ) -> "AuthorCases":
        """What is known of them after a mention with ``opinion`` was folded into the ``case`` of ``conversation``."""
        known = replace(self, last_opinion=latest(self.last_opinion, opinion))
        complained = case is not None and case.recovery.complained_at is not None
        if not complained or any(recent.conversation == conversation for recent in self.recent):
            return known
        recent = RecentCase(conversation, mention.created_at, content_words(mention.text))
        return replace(known, recent=(*self.recent, recent)[-MOST_RECENT_CASES:])


def _brand_of(conversation: str) -> str:
    return conversation.rpartition("-")[2]
