"""What the reader answers about a post, or why it gave no answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from earshot.triage.judgement import CRITICAL, HIGH, Intent


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a complaint is urgent: the end of its rule, what staff read, and the least urgency of its words.

    ``rule`` is the name of the topic, so that alerts about it are grouped with those that a rule found.
    """

    rule: str
    text: str
    least: int


# By the letters of the rubric. The order is that of the rubric.
GROUNDS: Mapping[str, Ground] = {
    "M": Ground("money", "money was taken or is withheld", HIGH),
    "F": Ground("fraud", "fraud, or an account in other hands", CRITICAL),
    "J": Ground("journey", "a journey or a deadline is at stake now", HIGH),
    "L": Ground("lost_all", "a whole service, data or valuable belongings are lost", HIGH),
    "R": Ground("repeated", "has asked before without result, or has waited for weeks", HIGH),
    "C": Ground("leaving", "leaves, or names a lawyer, a regulator or the press", HIGH),
    "D": Ground("danger", "somebody may be in danger, hurt or treated unequally", CRITICAL),
    "O": Ground("outage", "many may have it: an outage", HIGH),
}
# As the rules of danger: these grounds count more than what the brand calls never urgent.
DANGEROUS = frozenset("DF")


@dataclass(frozen=True, slots=True)
class Answer:
    """The intent of a post, and the letter of ``GROUNDS`` if it is an urgent complaint, else None."""

    intent: Intent
    ground: str | None = None


class Silence(StrEnum):
    """Why there is no answer, as staff read it among the reasons."""

    LATE = "the reader did not answer in time"
    OVER_BUDGET = "the reader was not asked: its budget for this month is spent"
    UNAVAILABLE = "the reader could not be asked"
    REFUSED = "the reader refused to be asked"
    UNUSABLE = "the reader gave no answer that can be used"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model ``model`` said of a post. ``gives_orders``: the post seems to speak to a model."""

    model: str
    answer: Answer | Silence
    gives_orders: bool = False

    @property
    def name(self) -> str:
        """The reader as staff read it."""
        return f"the reader ({self.model})"
