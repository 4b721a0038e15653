"""The notifier: from the case table's stream to the alert topic.

The stream carries the keys of cases with an alert due. What is sent is decided on the cases as they are now, and alerts
of one cause become one message. A record that fails is retried apart from its neighbours, and at last named in the
failure queue.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from earshot.alerting.dispatch import notify
from earshot.aws.batches import Record, process_records
from earshot.bootstrap import Bootstrap
from earshot.cases.store.keys import conversation_in
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.notify import report_failed, report_sent, report_told
from earshot.telemetry.powertools import observed


def build(environ: Mapping[str, str], clock: Clock = utc_now, pause: Callable[[float], None] = time.sleep) -> Handler:
    """Wire the notifier."""
    wired = Bootstrap(environ, clock)
    notifier = wired.notifier(pause)

    def handle(event: dict[str, Any], context: Any) -> Any:
        # The whole batch at once, so that alerts of one cause become one message.
        notified = notify(map(_key, event["Records"]), notifier)
        for alert in notified.alerts:
            report_sent(alert)
        for notice in notified.notices:
            report_told(notice)
        report_failed(notified.failed)

        def on_record(record: Record) -> None:
            if (error := notified.failed.get(_key(record))) is not None:
                raise error

        return process_records(event, on_record)

    return observed(wired.time_left.limiting(handle))


def _key(record: Record) -> str:
    return conversation_in(record["dynamodb"]["Keys"]["pk"]["S"])


handler = on_first_call(build)
