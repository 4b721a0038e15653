"""The second chance: whether somebody who complained came back, and how, after the brand answered them.

What counts is the last word that they said of the brand, in whichever conversation: praise or another complaint. The
last of several is the last in whatever order they are heard, so the same posts always tell the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement

# What somebody says later than this after a case began has to do with other things.
COUNTS_FOR = timedelta(days=30)
# Whoever has said nothing for so long after the answer has probably said all that they will.
SILENT_AFTER = timedelta(days=14)


class Turn(StrEnum):
    """How a complainer came back."""

    RECOVERED = "recovered"
    RELAPSED = "relapsed"


@dataclass(frozen=True, slots=True)
class Word:
    """Praise (``pleased``) or a complaint, when it was posted, and the id of the mention."""

    at: datetime
    mention_id: str
    pleased: bool


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the author of a case came back, when, and the id of the mention that says so."""

    turn: Turn
    at: datetime
    mention_id: str


def word_of(mention: Mention, judgement: Judgement) -> Word | None:
    """What a post says of the brand; None for the brand's own, reposts, and what is neither praise nor a complaint."""
    if mention.own or mention.is_repost or judgement.intent not in (Intent.PRAISE, Intent.COMPLAINT):
        return None
    return Word(mention.created_at, mention.id, judgement.intent is Intent.PRAISE)


def last(*words: Word | None) -> Word | None:
    """The last of them; of two at the same moment always the same one."""
    said = (word for word in words if word is not None)
    return max(said, key=lambda word: (word.at, word.mention_id), default=None)


def counts(word: Word, since: datetime) -> bool:
    """Whether ``word`` can have to do with a case that began at ``since``."""
    return since <= word.at <= since + COUNTS_FOR


def answered_at(complained_at: datetime | None, answers: Iterable[datetime]) -> datetime | None:
    """The first of ``answers`` to a complaint; None where there is none, or nobody complained."""
    if complained_at is None:
        return None
    return min((at for at in answers if at >= complained_at), default=None)


def recovery_of(word: Word | None, answer: datetime | None) -> Recovery | None:
    """What the complainer's last ``word`` says of the ``answer`` that they got before; None where it says nothing."""
    if word is None or answer is None or word.at <= answer:
        return None
    return Recovery(Turn.RECOVERED if word.pleased else Turn.RELAPSED, word.at, word.mention_id)


def is_silent(recovery: Recovery | None, answer: datetime | None, now: datetime) -> bool:
    """Whether a complainer was answered and has not come back by ``now``, when others have."""
    return recovery is None and answer is not None and now >= answer + SILENT_AFTER
