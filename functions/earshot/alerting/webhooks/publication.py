"""An alert as a subscriber of the topic gets it: the text, and what its message attributes say of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earshot.alerting.messages.link_instructions import for_everybody
from earshot.errors import EarshotError


class PublicationError(EarshotError):
    """A message of the topic is no alert: it names the attribute that is missing, and the remedy."""


@dataclass(frozen=True, slots=True)
class Publication:
    """``name`` is unique within its cases, ``sent_at`` RFC 3339; what the message does not say is None, or empty."""

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
        """The same for one alert however often it is delivered. Without a full stop, as Standard Webhooks asks."""
        named = "#".join((*self.case_ids, self.name))
        return f"msg_{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def read_publication(notification: Mapping[str, Any]) -> Publication:
    """Read the ``Sns`` part of a record that Lambda gets. PublicationError where it has no name or no time."""
    attributes = {name: one["Value"] for name, one in notification.get("MessageAttributes", {}).items()}
    for required in ("alert", "at"):
        if not attributes.get(required):
            raise PublicationError(
                f"A message of the alert topic has no attribute '{required}': publish it through AlertTopic."
            )
    # What is for people on the roster names its rung apart, where no filter on rungs looks.
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
        text=for_everybody(notification["Message"]),
        link=attributes.get("link"),
    )
