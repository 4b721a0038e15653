"""What a measurement of work would have used in AWS, in the quantities that are billed."""

from collections.abc import Mapping

from infra.bench.cost.bill import GB, MINUTES_A_MONTH, Usage, lambda_seconds, scaled, total
from infra.bench.cost.prices import LOG_BYTES
from infra.bench.invocations import Measurement
from infra.bench.load import PostKind
from infra.bench.schedules import ScheduleUsage

MEGABYTES_A_GB = 1024
# Lambda asks a quiet queue with this many pollers, each of which waits 20 s for a message.
POLLERS = 5
POLLS_A_MINUTE = 3
# DynamoDB keeps the key of an encrypted table for 5 minutes before it asks KMS again.
KEY_USES_A_MINUTE = 2 / 5
KEY_USES_A_PUBLISH = 2
# SQS hands each message out once, and once it is deleted; to send it is the fetcher's call.
DELIVERY_REQUESTS = 2


def used(measurement: Measurement, memory: Mapping[str, int], retention_days: int) -> dict[str, float]:
    """The quantities of a measurement; ``memory`` is the MB of each function, by module.

    Storage is what is stored once the first items expire.
    """
    usage = measurement.usage
    invocations = sum(work.invocations for work in measurement.work.values())
    published = sum(usage.published.values())
    gb_months = usage.stored_bytes / GB * retention_days / 30
    return {
        "lambda_gb_second": sum(
            lambda_seconds(work.cpu, work.calls, memory[module]) * memory[module] / MEGABYTES_A_GB
            for module, work in measurement.work.items()
        ),
        "lambda_request": invocations,
        "log_gb": (measurement.log_bytes + LOG_BYTES * invocations) / GB,
        "comprehend_unit": usage.comprehend_units,
        "dynamodb_write": usage.units.total,
        "dynamodb_read": usage.read_units,
        "dynamodb_gb_month": gb_months,
        "dynamodb_backup_gb_month": gb_months,
        "sqs_request": sum(count for (service, _), count in usage.calls.items() if service == "sqs"),
        "sns_publish": published,
        "sns_email": usage.published["email"],
        "sms_part": usage.sms_parts,
        "key_use": published * KEY_USES_A_PUBLISH,
        "secret_read": usage.calls["secretsmanager", "GetSecretValue"],
    }


def of_an_alert(
    kinds: Mapping[PostKind, Measurement], memory: Mapping[str, int], retention_days: int
) -> dict[str, float]:
    """What the first rung's SMS and email add to a complaint."""
    urgent, plain = (
        scaled(used(kinds[kind], memory, retention_days), 1 / kinds[kind].mentions)
        for kind in (PostKind.URGENT, PostKind.COMPLAINT)
    )
    return _positive(total([urgent, scaled(plain, -1)]))


def of_a_mention(
    alone: Measurement, schedules: ScheduleUsage, alert: Usage, memory: Mapping[str, int], retention_days: int
) -> dict[str, float]:
    """What one mention uses where mentions come alone: its reading and its judging, without the alerts of some."""
    alerts = alone.usage.published["email"]
    more = [
        scaled(alert, -alerts / alone.mentions),
        scaled(used(schedules.busy, memory, retention_days), 1 / schedules.busy.mentions),
        scaled(used(schedules.idle, memory, retention_days), -1 / schedules.idle.mentions),
    ]
    judged = scaled(used(alone, memory, retention_days), 1 / alone.mentions)
    return _positive(total([judged, *more, {"x_post": 1, "sqs_request": DELIVERY_REQUESTS}]))


def _positive(usage: Usage) -> dict[str, float]:
    """A difference of two measurements can fall below nothing by a hair."""
    return {name: max(0.0, quantity) for name, quantity in usage.items()}


def of_an_idle_month(
    schedules: ScheduleUsage, memory: Mapping[str, int], *, alarms: int, dashboards: int, metrics: int, secrets: int
) -> dict[str, float]:
    """The usage of a month without posts: the schedules, Lambda's polls, and what is paid by the month.

    ``metrics`` are those that have a value although nothing happens.
    """
    each_minute = [(1.0, one) for one in (schedules.idle, schedules.escalate, schedules.watch)]
    called = [*each_minute, *schedules.others.values()]
    minute = total(
        [
            *(scaled(used(measured, memory, 0), often / measured.mentions) for often, measured in called),
            {"schedule": sum(often for often, _ in called)},
            {"sqs_request": POLLERS * POLLS_A_MINUTE, "key_use": KEY_USES_A_MINUTE},
        ]
    )
    monthly = {"alarm": alarms, "dashboard": dashboards, "metric": metrics, "secret": secrets, "key": 1}
    return total([scaled(minute, MINUTES_A_MONTH), monthly])
