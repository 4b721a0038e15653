"""What the encoder is given, and what it reads: log-odds for each intent, for urgency, and for what is at stake."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from earshot.triage.judgement import Intent

# The languages that it was trained on.
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "pt")


class StakeKind(StrEnum):
    """Why a complaint cannot wait, by the letters of the corpus (docs/triage.md)."""

    MONEY = "M"
    FRAUD = "F"
    JOURNEY = "J"
    LOSS = "L"
    REPEATED = "R"
    LEAVING = "C"
    DANGER = "D"
    OUTAGE = "O"


# What staff read: "like posts about ...".
STAKE_TEXTS: Mapping[StakeKind, str] = {
    StakeKind.MONEY: "money that was taken or is held back",
    StakeKind.FRAUD: "fraud, or a stranger in the account",
    StakeKind.JOURNEY: "a journey or a deadline that is at risk now",
    StakeKind.LOSS: "something of value that is gone or locked",
    StakeKind.REPEATED: "having asked before, or waited for weeks",
    StakeKind.LEAVING: "leaving, a lawyer or the press",
    StakeKind.DANGER: "danger, health or somebody who needs help",
    StakeKind.OUTAGE: "an outage that hits many",
}


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """A post, the post that it answers, and its author's earlier posts before that, oldest first.

    ``language`` is that of the post, None where it is not known: such a post is read as English.
    """

    text: str
    answers: str = ""
    earlier: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class EncoderScores:
    """One post, as the encoder reads it, in natural log-odds.

    ``complaint``: a complaint against all else. ``others``: the log-probability of each other intent among these.
    ``urgent``: that it cannot wait. ``stake``: the likeliest reason of urgency, whether or not it is urgent.
    ``displeased``: that the writer is displeased, about whatever.
    """

    complaint: float
    others: Mapping[Intent, float]
    urgent: float
    stake: StakeKind
    displeased: float


Encode = Callable[[Sequence[EncoderInput]], list[EncoderScores | None]]
"""Reads posts, in order. None: one was not read."""
ChangedEncoder = Callable[[Encode], Encode]
"""Makes of one encoder another, with the same answers."""


def read_nothing(posts: Sequence[EncoderInput]) -> list[EncoderScores | None]:
    """The answer where there is no encoder."""
    return [None] * len(posts)
