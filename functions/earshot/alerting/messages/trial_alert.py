"""The test alert by which a member of staff sees that alerts reach them."""

from datetime import datetime

from earshot.alerting.alert import Alert, AlertReason, Channel, Recipients
from earshot.alerting.roster.roster import Person


def compose_trial_alert(person: Person, channel: Channel, at: datetime) -> Alert:
    """An alert about no case, for one person at their address on ``channel``."""
    address = person.address(channel)
    return Alert(
        name=f"test#{person.id}#{channel}",
        case_ids=(),
        rung=0,
        reason=AlertReason.TEST,
        channel=channel,
        severity="test",
        correlation=f"test#{person.id}",
        text=f"Test of Earshot's alerts for {person.name}, sent at {at:%H:%M} UTC. There is nothing to do.",
        subject=None if channel is Channel.SMS else "[test] Earshot's alerts reach you",
        recipients=Recipients(rung=0, to=(person.id,), names=(person.name,), addresses=(address,) if address else ()),
    )
