"""Which posts the reader is asked about: what the other voices doubt, and what would alert somebody."""

from earshot.triage.judgement import Judgement, Severity

# Complaint scores between these are doubtful. docs/triage.md has what other limits would cost and find.
DOUBTFUL_FROM, DOUBTFUL_TO = 0.15, 0.85
_ALERTING = frozenset({Severity.CRITICAL, Severity.HIGH})


def is_worth_reading(judgement: Judgement) -> bool:
    """Whether a second opinion can matter: the post is in doubt, would alert somebody, or nobody could judge it."""
    is_doubtful = DOUBTFUL_FROM <= judgement.complaint_score <= DOUBTFUL_TO
    return is_doubtful or judgement.severity in _ALERTING or judgement.is_unclassified
