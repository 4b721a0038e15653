"""The escalator: each minute, which ladders go up, and whose answer is late?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from earshot.alerting.escalation import escalate
from earshot.aws.parallel import AT_ONCE
from earshot.bootstrap import Bootstrap
from earshot.fallbacks import or_else
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.escalate import report_escalated, report_mailboxes_not_kept
from earshot.telemetry.powertools import observed

# For the cases that are begun when the time is over.
SPARE = timedelta(seconds=15)


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the escalator."""
    wired = Bootstrap(environ, clock)
    table, policy = wired.case_table, wired.policy
    keep_mailboxes = or_else(lambda: wired.mailbox_keeper.keep(wired.team(), clock()), None, report_mailboxes_not_kept)

    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        until = clock() + timedelta(milliseconds=context.get_remaining_time_in_millis()) - SPARE
        done = escalate(
            table,
            clock(),
            policy.now(),
            urgencies=table.urgencies,
            at_once=AT_ONCE,
            is_over=lambda: clock() >= until,
        )
        report_escalated(done)
        # Last, for no ladder waits for SNS.
        keep_mailboxes()
        if done.failed:
            # The run counts as failed, so that the alarm on errors sees it; the next minute tries again.
            raise done.failed[0][1]
        return {"looked_at": done.looked_at, "climbed": len(done.climbed)}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
