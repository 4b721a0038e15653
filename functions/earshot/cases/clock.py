"""The service-level clock: by when somebody must have answered.

It runs from the post's own time, never from the time it was read: the customer has been waiting since then.
"""

from datetime import datetime, timedelta

from earshot.triage.judgement import Intent, Severity

CRITICAL_TARGET = timedelta(minutes=15)
# Half of all people expect an answer within the hour, and of those who complain nearly three quarters (Lithium).
TARGETS = {
    Intent.COMPLAINT: timedelta(minutes=60),
    Intent.QUESTION: timedelta(hours=4),
}
OTHER_TARGET = timedelta(hours=24)


def target(intent: Intent, severity: Severity) -> timedelta:
    """How long a customer may wait for an answer."""
    return CRITICAL_TARGET if severity is Severity.CRITICAL else TARGETS.get(intent, OTHER_TARGET)


def due_at(since: datetime, intent: Intent, severity: Severity) -> datetime:
    """When the answer to what was posted at ``since`` is late."""
    return since + target(intent, severity)
