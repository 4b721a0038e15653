"""The service-level policy of a deployed brand: reading, replacing and summing it up."""

from __future__ import annotations

from earshot.cases.policy.policy import Policy
from earshot.cases.policy.summary import summary_of
from earshot.reports.settings.admin import SettingName
from infra.aws_session import AwsSession
from infra.ops.settings.stored_text import DeployedText
from infra.ops.stack import Stack


class DeployedPolicy(DeployedText):
    """The policy of one stack."""

    def __init__(self, session: AwsSession, stack: Stack) -> None:
        super().__init__("The policy", SettingName.POLICY, session, stack)


def as_text(policy: Policy) -> str:
    """Response targets, escalation ladders, acknowledgements, grouping, quiet hours and calendars."""
    return "\n".join(summary_of(policy))
