"""An alert as a subscriber of the topic receives it: the text, and the message attributes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earshot.alerting.messages.link_instructions import without_action_link
from earshot.errors import EarshotError


class PublicationError(EarshotError):
    """A message of the topic is not an alert. The error names the missing attribute, and the remedy."""


@dataclass(frozen=True, slots=True)
class Publication:
    """``name`` is unique within its cases, ``sent_at`` is an RFC 3339 time. What the message lacks is None or empty."""

    name: str
    sent_at: str
    case_ids: tuple[str, ...]
    severity: str | None
    reason: str | None
    rung: int | None
    correlation: str | None
    subject: str | None
    text: str
    link: str | None

    @property
    def id(self) -> str:
        """The same for each delivery of an alert. It has no full stop, as Standard Webhooks demands."""
        named = "#".join((*self.case_ids, self.name))
        return f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def read_publication(notification: Mapping[str, Any]) -> Publication:
    """Read the ``Sns`` part of a record of Lambda's event. PublicationError where it has no name or no time."""
    attributes = {name: one["Value"] for name, one in notification.get("MessageAttributes", {}).items()}
    for required in ("alert", "at"):
        if not attributes.get(required):
            raise PublicationError(
                f"A message of the alert topic has no attribute '{required}': publish it through AlertTopic."
            )
    # An alert for people on the roster has its rung as ``for_rung``, which no subscription's filter matches.
    rung = attributes.get("for_rung") or attributes.get("rung", "")
    return Publication(
        name=attributes["alert"],
        sent_at=attributes["at"],
        case_ids=tuple(case for case in attributes.get("case", "").split(",") if case),
        severity=attributes.get("severity"),
        reason=attributes.get("reason"),
        rung=int(rung) if rung.isdigit() else None,
        correlation=attributes.get("correlation"),
        subject=notification.get("Subject"),
        text=without_action_link(notification["Message"]),
        link=attributes.get("link"),
    )
