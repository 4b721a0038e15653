"""The receipts: from SNS's log of text messages to the cases that they were about, and to the month's budget.

CloudWatch Logs calls with the new lines of that log, and twice more where this fails. A receipt is filed once. What
cannot be read stays in the log, and the run fails so that somebody looks at it.
"""

from collections.abc import Mapping
from typing import Any

from earshot.alerting.sms.receipt import ReceiptError
from earshot.alerting.sms.receipt_log import file_receipts, log_lines
from earshot.bootstrap import Bootstrap
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.telemetry.powertools import observed
from earshot.telemetry.receipts import report_sms_receipt, report_unknown_receipts


def build(environ: Mapping[str, str], clock: Clock = utc_now) -> Handler:
    """Wire the receipts."""
    wired = Bootstrap(environ, clock)
    table = wired.receipt_table

    def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
        done = file_receipts(log_lines(event), table, clock(), report_sms_receipt)
        report_unknown_receipts(done.unknown)
        if done.faults:
            raise ReceiptError(" ".join(dict.fromkeys(done.faults)))
        return {"filed": done.filed, "unknown": done.unknown}

    return observed(wired.time_left.limiting(handle))


handler = on_first_call(build)
