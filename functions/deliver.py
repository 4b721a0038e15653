"""The deliverer: from the alert topic to webhooks, Slack and Microsoft Teams, where an operator has named any.

Lambda calls it twice more for an alert that some target did not take; the targets that took it are left out then.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from earshot.alerting.webhooks.delivery import DeliveryError
from earshot.alerting.webhooks.publication import read_publication
from earshot.bootstrap import Bootstrap
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.deliver import report_delivered
from earshot.telemetry.powertools import observed

# Left to note what was delivered, and to report what was not.
SPARE = timedelta(seconds=5)


def build(environ: Mapping[str, str], clock: Clock = utc_now, pause: Callable[[float], None] = time.sleep) -> Handler:
    """Wire the deliverer."""
    wired = Bootstrap(environ, clock)
    secret, delivery = wired.webhook_targets, wired.webhook_delivery(pause)

    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        until = clock() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
        targets = secret.current()
        delivered, problems = 0, list(targets.faults)
        # SNS calls with one record, and promises no more than a list.
        for record in event["Records"] if targets.usable else ():
            publication = read_publication(record["Sns"])
            done = delivery.deliver(publication, targets.usable, until)
            report_delivered(publication, done)
            delivered += len(done.delivered)
            problems += [f"{target.label} {reason}." for target, reason in done.failed]
        if problems:
            # Lambda tries again, and at last puts the event with this message into the failure queue.
            raise DeliveryError(" ".join(problems))
        return {"delivered": delivered}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
