"""The escalator: each minute, which ladders go up, whose answer is late, and do many customers have one problem?"""

from collections.abc import Mapping
from typing import Any

from earshot.alerting.escalation import escalate
from earshot.bootstrap import Bootstrap
from earshot.fallbacks import or_else
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.escalate import (
    report_escalated,
    report_incidents,
    report_incidents_failed,
    report_mailboxes_not_kept,
)
from earshot.telemetry.powertools import observed


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the escalator."""
    wired = Bootstrap(environ, clock)
    detector, table, policy = wired.incident_detector, wired.case_table, wired.policy
    keep_mailboxes = or_else(lambda: wired.mailbox_keeper.keep(wired.team(), clock()), None, report_mailboxes_not_kept)

    def look_for_incidents() -> Exception | None:
        """What went wrong with that: it is raised only after the ladders, which must not wait for it."""
        try:
            report_incidents(detector.detect(clock(), policy.now()))
        except Exception as error:  # noqa: BLE001 - raised below
            report_incidents_failed(error)
            return error
        return None

    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        failure = look_for_incidents()
        done = escalate(table, clock(), policy.now())
        report_escalated(done)
        # Last, for no ladder waits for SNS.
        keep_mailboxes()
        if failure is not None:
            raise failure
        if done.failed:
            # The run counts as failed, so that the alarm on errors sees it; the next minute tries again.
            raise done.failed[0][1]
        return {"looked_at": done.looked_at, "climbed": len(done.climbed)}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
