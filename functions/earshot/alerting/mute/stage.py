"""The inhibit and mute stage: whether something keeps a case from alerting now.

- Inhibition: an incident that covers the case alerts in its place.
- Mute: quiet hours or a silence cover the case. They do not apply once a part of the due alerts was sent: whoever got
  the SMS gets the email too.
"""

from earshot.alerting.alert import Channel, alert_name
from earshot.alerting.due_alerts import Logged, change_due_case
from earshot.alerting.grouping import DueAlert
from earshot.alerting.notifier import Notifier
from earshot.cases.case.inhibition import join_incident, mute
from earshot.cases.incidents.incident_case import covering_incident
from earshot.cases.policy.quiet_hours import mute_of
from earshot.cases.store.case_file import AlertOutcome


def is_suppressed(alerts: list[DueAlert], logged: Logged, notifier: Notifier) -> bool:
    """Whether the case of ``alerts`` alerts nobody now. If so, the case and its log say why."""
    alert, now = alerts[0], notifier.clock()
    incident = covering_incident(alert.case, notifier.incidents())
    if incident is not None:
        change_due_case(alert.key, lambda case: join_incident(case, incident, now), notifier)
        return True
    muted = mute_of(alert.case, now, notifier.policy().quiet_hours, notifier.silences())
    begun = (logged.get(alert_name(alert.case, alert.step, channel)) for channel in Channel)
    has_begun = any(entry is not None and entry.outcome is not AlertOutcome.REFUSED for entry in begun)
    if muted is None or has_begun:
        return False
    change_due_case(alert.key, lambda case: mute(case, alert.step, muted.until, muted.why, now), notifier)
    return True
