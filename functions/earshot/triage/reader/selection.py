"""Which posts the reader is asked about: what the other voices doubt, and what would alert somebody.

Whether a post is a complaint is one doubt; whether a complaint can wait is the other, and the greater one: by other
people's labels, more than half of the urgent posts are complaints that the rules are sure of and take for ordinary.
"""

from earshot.triage.judgement import ALERTING, Judgement

# From this complaint score on a post may be a complaint. docs/triage.md has what this costs and finds.
POSSIBLE_FROM = 0.15


def is_worth_reading(judgement: Judgement) -> bool:
    """Whether a second opinion can matter: it may be a complaint, would alert somebody, or nobody could judge it."""
    is_possible = judgement.complaint_score >= POSSIBLE_FROM
    return is_possible or judgement.severity in ALERTING or judgement.is_unclassified
