"""Stakes: what a customer may lose. They are the rules that make a complaint urgent.

The points follow the thresholds of severity. A complaint has 30 to 45 points of its own; a stake of ``LIFTS_TO_HIGH``
brings it to high (60) and one of ``LIFTS_TO_CRITICAL`` to critical (80). The list follows what support desks sort
first: money, fraud, a journey or a deadline, a whole service or data lost, repeated contact, leaving, lawyers and
press, discrimination, danger, outages.
"""

from dataclasses import dataclass

from earshot.triage.rules.cues import matches, without
from earshot.triage.rules.languages import FIGURES, STAKE_PATTERNS
from earshot.triage.terms.terms import Terms
from earshot.triage.tokenizer import TokenizedText

LIFTS_TO_CRITICAL = 50
LIFTS_TO_HIGH = 30


@dataclass(frozen=True, slots=True)
class Stake:
    """One rule of urgency: its identifier, its points, and what staff read.

    A ``dangerous`` stake counts for a question too: "is it safe that my charger smokes?" cannot wait.
    """

    rule: str
    points: int
    text: str
    dangerous: bool = False

    def fires(self, post: TokenizedText, language: str | None) -> bool:
        """Whether the post names the stake, by the patterns of its language; an unknown language is read as English.

        Figures of speech name no danger: "your social team is on fire".
        """
        patterns = STAKE_PATTERNS.get(language or "en")
        if patterns is None or not matches(patterns[self.rule], post.normalized):
            return False
        figures = FIGURES.get(language or "en") if self.dangerous else None
        return figures is None or matches(patterns[self.rule], without(figures, post.normalized))


STAKES = (
    Stake("danger", LIFTS_TO_CRITICAL, "somebody may be in danger or hurt", dangerous=True),
    Stake("fraud", LIFTS_TO_CRITICAL, "fraud, or an account in other hands", dangerous=True),
    Stake("journey", LIFTS_TO_CRITICAL, "on a journey right now"),
    Stake("money", LIFTS_TO_HIGH, "money was taken or is held back"),
    Stake("deadline", LIFTS_TO_HIGH, "a deadline is near"),
    Stake("lost_all", LIFTS_TO_HIGH, "a whole service or data is gone"),
    Stake("repeated", LIFTS_TO_HIGH, "has asked before, or has waited for weeks"),
    Stake("leaving", LIFTS_TO_HIGH, "says goodbye to the brand"),
    Stake("authority", LIFTS_TO_HIGH, "names a lawyer, a regulator, the press or discrimination"),
    Stake("outage", LIFTS_TO_HIGH, "many may have it: an outage"),
)

DANGEROUS_RULES = frozenset(f"stake.{stake.rule}" for stake in STAKES if stake.dangerous)


def matching_stakes(post: TokenizedText, language: str | None, terms: Terms) -> list[Stake]:
    """The stakes that the post names, those with the most points first. Rules that are off never fire."""
    fired = [stake for stake in STAKES if stake.fires(post, language) and terms.allows(f"stake.{stake.rule}")]
    return sorted(fired, key=lambda stake: -stake.points)


def names_danger(post: TokenizedText, language: str | None, terms: Terms) -> bool:
    """Whether somebody may be hurt or robbed, however politely the post says so."""
    return any(
        stake.dangerous and stake.fires(post, language) and terms.allows(f"stake.{stake.rule}") for stake in STAKES
    )
