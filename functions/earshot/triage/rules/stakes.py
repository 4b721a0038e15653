"""What is at stake in a post: the rules of urgency, as data.

Points follow the three steps of severity: a complaint has 30 to 45 of its own, ``GRAVE`` lifts it to high (60) and
``DIRE`` to critical (80). What counts as urgent follows how support desks sort: money, fraud, a journey or deadline,
a whole service or data lost, repeated contact, leaving, lawyers and press, discrimination, danger, outages.
"""

from dataclasses import dataclass

from earshot.triage.rules.cues import found
from earshot.triage.rules.english.stakes import ENGLISH_STAKES
from earshot.triage.rules.european.stakes import EUROPEAN_STAKES
from earshot.triage.terms.terms import Terms
from earshot.triage.tokenizer import TokenizedText

DIRE = 50
GRAVE = 30

_WORDS: dict[str, dict[str, str]] = {"en": ENGLISH_STAKES, **EUROPEAN_STAKES}


@dataclass(frozen=True, slots=True)
class Stake:
    """One rule of urgency: its identifier, its points, and what staff read.

    ``dangerous`` stakes count for a question too: "is it safe that my charger smokes?" cannot wait.
    """

    rule: str
    points: int
    text: str
    dangerous: bool = False

    def fires(self, reading: TokenizedText, language: str | None) -> bool:
        """Whether the post says it, in its language; a post of unknown language is read as English."""
        words = _WORDS.get(language or "en")
        return words is not None and found(words[self.rule], reading.said)


STAKES = (
    Stake("danger", DIRE, "somebody may be in danger or hurt", dangerous=True),
    Stake("fraud", DIRE, "fraud, or an account in other hands", dangerous=True),
    Stake("journey", DIRE, "on a journey right now"),
    Stake("money", GRAVE, "money was taken or is held back"),
    Stake("deadline", GRAVE, "a deadline is near"),
    Stake("lost_all", GRAVE, "a whole service or data is gone"),
    Stake("repeated", GRAVE, "has asked before, or has waited for weeks"),
    Stake("leaving", GRAVE, "says goodbye to the brand"),
    Stake("authority", GRAVE, "names a lawyer, a regulator, the press or discrimination"),
    Stake("outage", GRAVE, "many may have it: an outage"),
)


DANGERS = {f"stake.{stake.rule}": stake for stake in STAKES if stake.dangerous}


def speaks_of_danger(reading: TokenizedText, language: str | None, terms: Terms) -> bool:
    """Whether somebody may be hurt or robbed, whatever the post sounds like."""
    return any(stake.fires(reading, language) and terms.allows(rule) for rule, stake in DANGERS.items())
